"""Subscribe by mail: ask, confirm, stop. No authority is used and nothing is decided: no act.

A ledger of who follows what would be a file on people; so these commands leave none. Asking twice
asks for one confirmation, confirming or stopping twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import add_outbox, drop_deliveries
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.cards import Followed, SubscriptionCard
from commongrid.rooms.subscriptions.domain.sealing import digest_of, read_token, seal
from commongrid.rooms.subscriptions.keys import link_key, sealing_keys
from commongrid.rooms.subscriptions.models import Subscription
from commongrid.rooms.subscriptions.scopes import scope_words
from commongrid.rooms.vault import face as vault

ASKED = "subscription.asked"
CONFIRM_WITHIN = timedelta(hours=48)
KEPT = timedelta(days=365)
ASK_AGAIN_AFTER = timedelta(minutes=15)
MOST_UNCONFIRMED = 3  # of one address: nobody can be flooded with questions


def ask_by_mail(*, at: datetime, followed: Followed, email: str, language: str) -> None:
    """Send a mail that asks to confirm; says nothing about whether the address is known.

    Raises: Refused for an address that is none, and for something that cannot be followed.
    """
    address = checked(email)
    path = _path_of(followed, at)
    key = link_key()
    about = str(followed.matter_id or path), followed.type_code, str(followed.is_own)
    digest = digest_of(key, "mail", address, *about)
    asker = digest_of(key, "asker", address)
    with transaction.atomic():
        known = Subscription.objects.select_for_update().filter(digest=digest).first()
        if known is not None:
            if known.confirmed_at is None and at - known.asked_at >= ASK_AGAIN_AFTER:
                known.asked_at, known.until_at = at, at + CONFIRM_WITHIN
                known.save(update_fields=["asked_at", "until_at"])
                send_question(known.pk, at)
            return
        if count_unconfirmed(asker, at) >= MOST_UNCONFIRMED:
            return
        new = new_id()
        Subscription.objects.create(
            id=new,
            audience="reporter" if followed.is_own else "subscriber",
            matter_id=followed.matter_id,
            path=path,
            type_code=followed.type_code,
            language=language,
            sealed=seal(address, bound_to=str(new), key=sealing_keys()[0]),
            digest=digest,
            asker=asker,
            asked_at=at,
            until_at=at + CONFIRM_WITHIN,
        )
        send_question(new, at)


def find_subscription(token: str, *, purpose: str, at: datetime) -> SubscriptionCard | None:
    """What a link from a mail is about; None when it is none of ours or is over."""
    row = _by_token(token, purpose)
    if row is None or row.until_at <= at:
        return None
    return SubscriptionCard(
        id=row.pk,
        scope=scope_words(row, at),
        language=row.language,
        is_confirmed=row.confirmed_at is not None,
        until_at=row.until_at,
    )


def confirm_subscription(token: str, *, at: datetime) -> bool:
    """The owner of the address wants it. False when the link is none of ours or too old."""
    with transaction.atomic():
        row = _by_token(token, "confirm", is_locked=True)
        if row is None or row.until_at <= at:
            return False
        if row.confirmed_at is None:
            row.confirmed_at, row.until_at = at, at + KEPT
            row.save(update_fields=["confirmed_at", "until_at"])
            vault.give_consents([_consent(row, at)])
        return True


def end_subscription(token: str, *, at: datetime) -> bool:
    """Stop it and erase the address at once. Stopping twice is no error."""
    number = read_token(token, "stop", link_key())
    if number is None:
        return False
    erase(UUID(int=number), at)
    return True


def erase_subscriptions(*, at: datetime) -> int:
    """Erase what was never confirmed and what has run out. Returns how many."""
    due = list(Subscription.objects.filter(until_at__lte=at).values_list("pk", flat=True)[:500])
    for pk in due:
        erase(pk, at)
    return len(due)


def erase(pk: UUID, at: datetime) -> None:
    """Erase one subscription with its address, and what was still to be sent to it."""
    with transaction.atomic():
        gone = Subscription.objects.filter(pk=pk).delete()[0]
        subject, counts = f"subscription:{pk}", {"subscriptions": gone}
        vault.note_erasure(subject=subject, what=vault.SUBSCRIPTION, counts=counts, at=at)
        vault.withdraw_consent(subject=subject, purpose=vault.NEWS_BY_MAIL, at=at)
        drop_deliveries("mail", str(pk), at=at)


def erase_of_matter(matter_id: UUID, *, at: datetime) -> int:
    """Erase the addresses that the one who raised a matter left for news. Returns how many."""
    own = Subscription.objects.filter(matter_id=matter_id, audience="reporter")
    found = list(own.values_list("pk", flat=True))
    for pk in found:
        erase(pk, at)
    return len(found)


def erase_again(entries: Iterable[vault.Entry], *, at: datetime) -> int:
    """Erase subscriptions that were stopped and came back with a backup. Returns how many."""
    gone = {one.subject for one in entries if one.what == vault.SUBSCRIPTION}
    numbers = Subscription.objects.values_list("pk", flat=True) if gone else ()
    found = [pk for pk in numbers if vault.digest_of(f"subscription:{pk}") in gone]
    for pk in found:
        erase(pk, at)
    return len(found)


def _consent(row: Subscription, at: datetime) -> vault.Given:
    """What its owner agreed to by the link in the mail: as long as the subscription lasts."""
    return vault.Given(
        subject=f"subscription:{row.pk}",
        purpose=vault.NEWS_BY_MAIL,
        language=row.language,
        method="link",
        given_by="self",
        at=at,
        expires_at=row.until_at,
    )


def _by_token(token: str, purpose: str, *, is_locked: bool = False) -> Subscription | None:
    number = read_token(token, purpose, link_key())
    rows = Subscription.objects.select_for_update() if is_locked else Subscription.objects
    return None if number is None else rows.filter(pk=UUID(int=number)).first()


def send_question(pk: UUID, at: datetime) -> None:
    """Have a mail sent that asks to confirm."""
    subject = f"subscription:{pk}"
    command_id = uuid5(pk, at.isoformat())
    add_outbox(topic=ASKED, subject=subject, command_id=command_id, at=at, payload={})


def count_unconfirmed(asker: str, at: datetime) -> int:
    """How many questions to this address are open."""
    rows = Subscription.objects.filter(asker=asker, confirmed_at=None, until_at__gt=at)
    return rows.count()


def checked(email: str) -> str:
    """An address as it is kept. Raises: Refused."""
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        say = Text("请检查邮箱地址。", "Please check the e-mail address.")
        raise Refused(Verdict.no("subscription.address", say)) from error
    name, _, host = address.rpartition("@")
    return f"{name}@{host.lower()}"


def _path_of(followed: Followed, at: datetime) -> str:
    """The path of the place, or "" for a matter. Raises: Refused when nobody may follow it."""
    if followed.matter_id is None:
        place = places.find_place(followed.place_code)
        if place is None:
            raise Refused(_no("没有这个地方。", "There is no such place."))
        return place.path
    if followed.is_own:
        page = matters.get_own_matter(
            actor=matters.reporter_of(followed.matter_id), at=at, matter_id=followed.matter_id
        )
        if page is None or page.card.is_sealed:
            zh = "为了您的安全，这类事项不发邮件；请凭回执查看。"
            raise Refused(_no(zh, "For your safety no mail is sent about this; use your receipt."))
        return ""
    try:
        matters.get_public_matter(at=at, matter_id=followed.matter_id)
    except LookupError as error:
        raise Refused(_no("没有找到这件事项。", "There is no such matter.")) from error
    return ""


def _no(zh: str, en: str) -> Verdict:
    return Verdict.no("subscription.unknown", Text(zh, en))
