"""Reminders by mail for a member of staff: ask, stop. They use no authority: no act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.face import staff_actor
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.cards import StaffMailCard
from commongrid.rooms.subscriptions.commands.subscribing import (
    ASK_AGAIN_AFTER,
    CONFIRM_WITHIN,
    MOST_UNCONFIRMED,
    checked,
    count_unconfirmed,
    erase,
    send_question,
)
from commongrid.rooms.subscriptions.domain.sealing import digest_of, seal
from commongrid.rooms.subscriptions.keys import link_key, sealing_keys
from commongrid.rooms.subscriptions.models import STAFF, Subscription


def ask_staff_mail(*, at: datetime, account_id: int, email: str, language: str) -> None:
    """Send a mail that asks to confirm a work address for reminders; asking twice sends one.

    Raises: Refused for an address that is none, without an appointment under a charter, and
    while another address of this account is kept.
    """
    address, key = checked(email), link_key()
    path = _path_of(staff_actor(account_id, at), at)
    digest = digest_of(key, "mail", address, STAFF, str(account_id))
    asker = digest_of(key, "asker", address)
    with transaction.atomic():
        known = Subscription.objects.select_for_update().filter(account_id=account_id).first()
        if known is not None:
            _ask_again(known, digest, at)
            return
        if count_unconfirmed(asker, at) >= MOST_UNCONFIRMED:
            return
        new = new_id()
        Subscription.objects.create(
            id=new,
            audience=STAFF,
            account_id=account_id,
            path=path,
            language=language,
            sealed=seal(address, bound_to=str(new), key=sealing_keys()[0]),
            digest=digest,
            asker=asker,
            asked_at=at,
            until_at=at + CONFIRM_WITHIN,
        )
        send_question(new, at)


def stop_staff_mail(*, at: datetime, account_id: int) -> None:
    """Stop the reminders by mail and erase the address. Stopping twice is no error."""
    for pk in Subscription.objects.filter(account_id=account_id).values_list("pk", flat=True):
        erase(pk, at)


def find_staff_mail(*, at: datetime, account_id: int) -> StaffMailCard | None:
    """Whether this account gets reminders by mail, without the address."""
    row = Subscription.objects.filter(account_id=account_id, until_at__gt=at).first()
    if row is None:
        return None
    return StaffMailCard(is_confirmed=row.confirmed_at is not None, until_at=row.until_at)


def erase_without_post(*, at: datetime) -> int:
    """Erase the addresses of those who hold no appointment any more. Returns how many."""
    rows = Subscription.objects.filter(audience=STAFF).values_list("pk", "account_id")
    gone: list[UUID] = [pk for pk, owner in rows if not staff_actor(owner or 0, at).hats]
    for pk in gone:
        erase(pk, at)
    return len(gone)


def _ask_again(known: Subscription, digest: str, at: datetime) -> None:
    if known.digest != digest:
        zh, en = (
            "已经有一个邮箱；请先停掉，再换新的。",
            "There is one already: stop it first.",
        )
        raise Refused(Verdict.no("subscription.staff_address", Text(zh, en)))
    if known.confirmed_at is None and at - known.asked_at >= ASK_AGAIN_AFTER:
        known.asked_at, known.until_at = at, at + CONFIRM_WITHIN
        known.save(update_fields=["asked_at", "until_at"])
        send_question(known.pk, at)


def _path_of(actor: Actor, at: datetime) -> str:
    """An area of the actor with a charter, whose words the mail uses. Raises: Refused."""
    for hat in actor.hats:
        try:
            places.charter_in_force(hat.path, at)
        except places.NoCharterError:
            continue
        return hat.path
    zh, en = (
        "您现在没有任用，没有提醒。",
        "Without an appointment there are no reminders.",
    )
    raise Refused(Verdict.no("subscription.staff_post", Text(zh, en)))
