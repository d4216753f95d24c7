"""Who is told of an event: subscribers and followers by mail, programs by webhook.

Each is a receiver of the outbox (``ledger.face.deliver_outbox``). A mail or a call that was made
and not marked is made again with the same id, so that it is one in effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from commongrid.charter.compiler import Compiled
from commongrid.charter.messages import CONFIRM, find_message, write_message
from commongrid.kernel.text import Text
from commongrid.ledger.face import Event, Receiver, UndeliverableError
from commongrid.rooms.matters import face as matters
from commongrid.rooms.subscriptions.commands.subscribing import (
    ASKED,
    CONFIRM_WITHIN,
)
from commongrid.rooms.subscriptions.domain.sealing import token_for, unseal
from commongrid.rooms.subscriptions.happenings import (
    SITE,
    happening_of,
    is_told,
    is_told_to_all,
    own_values,
    public_card,
    public_values,
    rules_at,
)
from commongrid.rooms.subscriptions.keys import link_key, sealing_keys
from commongrid.rooms.subscriptions.mailing import AddressGoneError, send_mail
from commongrid.rooms.subscriptions.models import STAFF, Subscription
from commongrid.rooms.subscriptions.scopes import scope_words
from commongrid.rooms.subscriptions.staffmail import REMINDED, digest_of_run, list_reminded
from commongrid.rooms.subscriptions.webhooks import webhook_receiver
from commongrid.rooms.subscriptions.workmail import TOPIC as WORK
from commongrid.rooms.subscriptions.workmail import digest_of_work, list_concerned

AFTER_END = timedelta(days=30)


def receivers(*, at: datetime) -> Mapping[str, Receiver]:
    """Everybody who is told of what happens. Mail is left out where none can be sent."""
    found = {"webhook": webhook_receiver(at)}
    if settings.MAIL_IS_ON:
        found["mail"] = Receiver(
            addresses=lambda event: map(str, _subscribed(event, at)),
            deliver=lambda event, address: _tell_subscriber(event, address, at),
        )
        found["follower"] = Receiver(
            addresses=lambda event: map(str, _following(event)),
            deliver=lambda event, address: _tell_follower(event, int(address), at),
        )
    return found


def _subscribed(event: Event, at: datetime) -> Iterator[UUID]:
    """The subscriptions an event is for."""
    if event.topic == ASKED:
        yield UUID(event.subject.removeprefix("subscription:"))
        return
    if event.topic == REMINDED:
        yield from list_reminded(event, at)
        return
    if event.topic == WORK:
        yield from list_concerned(event, at)
        return
    step = happening_of(event)
    if step is None:
        return
    confirmed = Subscription.objects.exclude(audience=STAFF).filter(
        confirmed_at__lte=event.at, until_at__gt=at
    )
    card = public_card(step.matter_id, at)
    about = Q(matter_id=step.matter_id)
    if card is not None:
        above = card.path.strip("/").split("/")
        paths = ["/" + "/".join(above[:n]) + "/" for n in range(1, len(above) + 1)]
        about |= Q(matter_id=None, path__in=paths, type_code__in=("", card.type_code))
    yield from confirmed.filter(about).order_by("pk").values_list("pk", flat=True)


def _following(event: Event) -> Iterator[int]:
    step = happening_of(event)
    if step is not None:
        yield from matters.list_followers_with_contact(step.matter_id, since=event.at)


def _tell_subscriber(event: Event, address: str, at: datetime) -> None:
    """One mail to one subscriber, unless there is nothing to tell them any more."""
    row = Subscription.objects.filter(pk=UUID(address), until_at__gt=at).first()
    if row is None or (event.topic == ASKED) != (row.confirmed_at is None):
        return
    found = _written_to(row, event, at)
    if found is None:
        return
    values, audience, name, compiled = found
    message = find_message(compiled.charter, event=name, channel="mail", audience=audience)
    if message is None:
        if event.topic == ASKED:  # a charter without words for it: staff see it among dead letters
            raise UndeliverableError
        return
    stop = f"{settings.SITE_URL}/follow/stop/{token_for(row.pk, 'stop', link_key())}/"
    to = unseal(bytes(row.sealed), bound_to=str(row.pk), keys=sealing_keys())
    try:
        send_mail(
            to=to,
            written=write_message(message, {**values, "stop_link": stop}, row.language),
            event_id=event.id,
            address=address,
            language=row.language,
            stop_link="" if event.topic == ASKED else stop,
        )
    except AddressGoneError:
        row.delete()  # nobody is there: the address is of no use any more


Found = tuple[dict[str, Text | str], str, str, Compiled]


def _written_to(row: Subscription, event: Event, at: datetime) -> Found | None:
    if event.topic == ASKED:
        return _confirmation(row, at)
    if event.topic == WORK:
        return digest_of_work(row, event, at)
    return digest_of_run(row, event, at) if event.topic == REMINDED else _news(row, event, at)


def _confirmation(row: Subscription, at: datetime) -> Found | None:
    path = row.path or _path_of(row, at)
    compiled = rules_at(path, at) if path else None
    if compiled is None:
        return None
    token = token_for(row.pk, "confirm", link_key())
    values: dict[str, Text | str] = {
        "scope": scope_words(row, at),
        "confirm_link": f"{settings.SITE_URL}/follow/confirm/{token}/",
        "hours": str(int(CONFIRM_WITHIN.total_seconds() // 3600)),
        "site": SITE,
        "link": f"{settings.SITE_URL}/follow/",
    }
    return values, "subscriber", CONFIRM, compiled


def _news(row: Subscription, event: Event, at: datetime) -> Found | None:
    step = happening_of(event)
    if step is None:
        return None
    if row.audience == "reporter":
        return _own_news(row, step.action, step.matter_id, at)
    card = public_card(step.matter_id, at)
    compiled = rules_at(card.path, at) if card else None
    if card is None or compiled is None or not is_told_to_all(compiled, card.kind, step.action):
        return None
    _let_end(row, card.state_kind.value, at)
    values = public_values(card, compiled, step.action) | {"scope": scope_words(row, at)}
    return values, "subscriber" if row.matter_id is None else "follower", step.action, compiled


def _own_news(row: Subscription, action: str, matter_id: UUID, at: datetime) -> Found | None:
    owner = matters.reporter_of(matter_id)
    page = matters.get_own_matter(actor=owner, at=at, matter_id=matter_id)
    compiled = rules_at(page.card.path, at) if page else None
    if page is None or compiled is None or page.card.is_sealed:
        return None  # found to be of a sealed type since: not a word in a mail
    if not is_told(compiled, page.card.kind, action):
        return None
    _let_end(row, page.card.state_kind.value, at)
    scope: Text | str = Text(f"事项 {page.card.ref}", f"matter {page.card.ref}")
    values = own_values(page.card, compiled, action) | {"scope": scope}
    return values, "reporter", action, compiled


def _tell_follower(event: Event, follower_id: int, at: datetime) -> None:
    """A mail to somebody who left an address when they followed a matter."""
    step, known = happening_of(event), matters.open_follower_contact(follower_id)
    if step is None or known is None or not known.contact.email:
        return
    card = public_card(step.matter_id, at)
    compiled = rules_at(card.path, at) if card else None
    if card is None or compiled is None or not is_told_to_all(compiled, card.kind, step.action):
        return
    message = find_message(compiled.charter, event=step.action, channel="mail", audience="follower")
    if message is None:
        return
    token = token_for(follower_id, "unfollow", link_key())
    stop = f"{settings.SITE_URL}/follow/stop/{token}/"
    values = public_values(card, compiled, step.action)
    values |= {"stop_link": stop, "scope": Text(f"事项 {card.ref}", f"matter {card.ref}")}
    try:
        send_mail(
            to=known.contact.email,
            written=write_message(message, values, known.language),
            event_id=event.id,
            address=f"follower:{follower_id}",
            language=known.language,
            stop_link=stop,
        )
    except AddressGoneError:
        matters.forget_follower_contact(follower_id, at=at)


def _let_end(row: Subscription, state_kind: str, at: datetime) -> None:
    """A matter that has ended is followed for a while, in case it is reopened."""
    if row.matter_id is None or state_kind != "end":
        return
    until = at + AFTER_END
    if until < row.until_at:
        row.until_at = until
        row.save(update_fields=["until_at"])


def _path_of(row: Subscription, at: datetime) -> str:
    assert row.matter_id is not None
    if row.audience != "reporter":
        card = public_card(row.matter_id, at)
        return card.path if card else ""
    owner = matters.reporter_of(row.matter_id)
    page = matters.get_own_matter(actor=owner, at=at, matter_id=row.matter_id)
    return page.card.path if page else ""
