"""What staff read of this room: webhooks, notices, and every message with an invented matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.charter.messages import Written, find_message, write_message
from commongrid.charter.schema import Message, StateKind
from commongrid.kernel.text import Text
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.cards import NoticeCard, WebhookCard
from commongrid.rooms.subscriptions.commands.webhooks import KEEPING
from commongrid.rooms.subscriptions.happenings import SITE
from commongrid.rooms.subscriptions.models import Notice, Webhook

UNIT_ROLES = frozenset({"handler", "head"})


def list_webhooks(actor: Actor) -> tuple[WebhookCard, ...]:
    """The webhooks of the areas an actor looks after."""
    where = Q(pk__in=[])
    for hat in actor.hats:
        if hat.role == KEEPING:
            where |= is_within("path", hat.path)
    return tuple(map(_webhook, Webhook.objects.filter(where).order_by("name", "id")))


def list_notices(actor: Actor, *, limit: int = 50) -> tuple[NoticeCard, ...]:
    """Reminders to the actor's units, and those a wider role sees, of matters still open.

    A role of a unit sees those of its unit; any other one sees those of its area, where the
    charter lets it see this light.
    """
    rows = seen_by(actor)
    still = Matter.objects.filter(pk=OuterRef("matter_id"), state_kind=StateKind.OPEN.value)
    cards = map(_notice, rows.filter(Exists(still)).order_by("-made_at", "-pk")[:limit])
    return tuple(card for card in cards if card is not None)


def seen_by(actor: Actor) -> QuerySet[Notice]:
    """The reminders an actor's appointments see, as the charter says."""
    where = Q(pk__in=[])
    for hat in actor.hats:
        own = is_within("path", hat.path)
        if hat.role in UNIT_ROLES:
            own &= Q(unit=hat.unit) if hat.unit else Q(pk__in=[])
        where |= own & Q(roles__contains=f";{hat.role};")
    return Notice.objects.filter(where)


def _notice(row: Notice) -> NoticeCard | None:
    compiled = places.get_charter(row.charter_key)
    message = find_message(
        compiled.charter, event=f"light_{row.light}", channel="notice", audience="unit"
    )
    if message is None:
        return None
    local = row.due_at.astimezone(compiled.calendar.zone)
    values: dict[str, Text | str] = {
        **_example(compiled),
        "ref": row.ref,
        "type": compiled.type(row.type_code).name,
        "unit": compiled.unit_name(row.unit),
        "light": compiled.charter.lights[row.light].name,
        "due": f"{local:%Y-%m-%d %H:%M}",
    }
    zh, en = (write_message(message, values, lang) for lang in ("zh", "en"))
    return NoticeCard(
        matter_id=row.matter_id,
        ref=row.ref,
        light=row.light,
        subject=Text(zh.subject, en.subject),
        body=Text(zh.body, en.body),
        unit_name=compiled.unit_name(row.unit),
        due_at=row.due_at,
        made_at=row.made_at,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would read, with an invented matter."""

    message: Message
    zh: Written
    en: Written


def preview_messages(compiled: Compiled) -> Iterator[Preview]:
    """Every message of a charter, filled in with a matter that does not exist."""
    values = _example(compiled)
    for message in compiled.charter.messages.values():
        told = compiled.action(message.event)
        own = values | ({"told": told.told} if told and message.audience == "reporter" else {})
        yield Preview(message, *(write_message(message, own, lang) for lang in ("zh", "en")))


def _example(compiled: Compiled) -> dict[str, Text | str]:
    """An invented matter of the first type, in a grid that does not exist."""
    kind = next(iter(compiled.charter.types.values()))
    unit = next(iter(compiled.charter.units.values()))
    return {
        "ref": "2026-0000-XX",
        "type": kind.name,
        "place": Text("示例社区第一网格", "Grid 1, Example community"),
        "state": Text("办理中", "being worked on"),
        "told": Text("单位接下了。", "The unit has taken it on."),
        "unit": unit.name,
        "link": "https://example.org/follow/matter/0/",
        "site": SITE,
        "scope": Text("示例社区的事项", "matters in Example community"),
        "stop_link": "https://example.org/follow/stop/0/",
        "confirm_link": "https://example.org/follow/confirm/0/",
        "hours": "48",
        "count": "1",
        "lines": Text(
            "黄灯：2026-0000-XX，期限 2026-03-12 17:00\nhttps://example.org/desk/m/0/",
            "Yellow light: 2026-0000-XX, due 2026-03-12 17:00\nhttps://example.org/desk/matter/0/",
        ),
        "light": Text("黄灯", "yellow"),
        "due": "2026-03-12 17:00",
    }


def _webhook(row: Webhook) -> WebhookCard:
    return WebhookCard(
        id=row.pk,
        name=row.name,
        url=row.url,
        path=row.path,
        type_code=row.type_code,
        key_id=row.key_id,
        made_at=row.made_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
    )
