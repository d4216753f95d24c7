"""What an event of the outbox means for people: which matter, which step, and what may be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.ledger.face import Event
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import MatterCard, PublicCard
from commongrid.rooms.places import face as places

SITE = Text("共格", "CommonGrid")
SOMETHING = Text("您反映的事", "your matter")  # what is not public is not named in a mail
RAISED = "raised"  # the topic of a new matter; its step is "raise"
READINGS = frozenset({"publish_words", "keep_words_back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A step on a matter."""

    matter_id: UUID
    action: str
    at: datetime


def happening_of(event: Event) -> Happening | None:
    """The step an event tells of; None when it is about something else."""
    kind, _, action = event.topic.partition(".")
    if kind != "matter" or not event.subject.startswith("matter:"):
        return None
    action = "raise" if action == RAISED else action
    matter_id = UUID(event.subject.removeprefix("matter:"))
    return Happening(matter_id=matter_id, action=action, at=event.at)


def public_card(matter_id: UUID, at: datetime) -> PublicCard | None:
    """The matter as anybody may read it now; None when nobody may."""
    try:
        return matters.get_public_matter(at=at, matter_id=matter_id)
    except LookupError:
        return None


def rules_at(path: str, at: datetime) -> Compiled | None:
    """The charter in force at a place, or None."""
    try:
        return places.charter_in_force(path, at)[1]
    except places.NoCharterError:
        return None


def is_told(compiled: Compiled, kind: Kind, action: str) -> bool:
    """Whether the charter tells the person of this step."""
    if action == "raise":
        return True
    rows = (row for row in compiled.charter.transitions if row.flow is kind)
    return any(row.action == action and "tell_person" in row.effects for row in rows)


def is_told_to_all(compiled: Compiled, kind: Kind, action: str) -> bool:
    """Whether others may hear of it too: not that somebody's words were read or kept back."""
    rows = (row for row in compiled.charter.transitions if row.flow is kind)
    is_reading = any(row.action == action and READINGS & set(row.effects) for row in rows)
    return not is_reading and is_told(compiled, kind, action)


def public_values(card: PublicCard, compiled: Compiled, action: str) -> dict[str, Text | str]:
    """What may be said of a public matter to anybody: no words of the reporter, no unit's person.

    The step is named as staff name it: its sentence for the person is for the reporter alone.
    """
    return {
        "ref": card.ref,
        "type": card.type_name,
        "place": place_words(card),
        "state": card.state_name,
        "told": compiled.label(action),
        "unit": card.unit_name,
        "link": f"{settings.SITE_URL}/follow/matter/{card.id}/",
        "site": SITE,
    }


def place_words(card: PublicCard) -> Text:
    """A grid with its community, which many grids carry in their name already."""
    grid, community = card.place_name, card.community_name
    zh = grid.zh if community.zh in grid.zh else f"{community.zh}{grid.zh}"
    en = grid.en if community.en in grid.en else f"{grid.en}, {community.en}"
    return Text(zh, en)


def own_values(card: MatterCard, compiled: Compiled, action: str) -> dict[str, Text | str]:
    """What may be said to whoever raised it, in a mail that others might read on the way."""
    known = compiled.action(action)
    is_public = card.kind is Kind.EVENT and not card.is_sealed
    return {
        "ref": card.ref,
        "type": card.type_name if is_public else SOMETHING,
        "place": card.community_name,
        "state": card.state_plain,
        "told": known.told if known else Text("", ""),
        "unit": card.unit_name,
        "link": f"{settings.SITE_URL}/my/",
        "site": SITE,
    }
