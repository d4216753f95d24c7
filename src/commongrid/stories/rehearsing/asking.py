"""Ask for a rehearsal: read the plan, freeze the practice of the place and the charters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commongrid.bridges.rehearsal.plain import (
    digest,
    plan_from_plain,
    plan_to_plain,
    practice_to_plain,
)
from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter import Compiled
from commongrid.charter.matter import Actor
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories.rehearsing.calm import beside_calm
from commongrid.stories.rehearsing.charters import charters_of
from commongrid.stories.rehearsing.practising import practice_of
from commongrid.stories.rehearsing.trying import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a rehearsal stands on, before anybody asked for it."""

    plan: Plan
    practice: Practice
    charters: Mapping[str, Compiled]
    used: tuple[rehearsals.CharterUsed, ...]


def prepare(plain: Mapping[str, object], at: datetime, lang: str = "zh") -> Prepared:
    """Read a plan, and find its charters and the practice of its place.

    A drill of one alternative is compared with ordinary days, named in ``lang``. Nothing is kept.
    Raises: PlainError or ChartersError, whose ``faults`` name field and rule;
    NoCharterError. Cost: as reading a year of the place's matters.
    """
    plan = beside_calm(plan_from_plain(plain), lang)
    charters, used = charters_of(plan, at)
    changed(plan, charters)
    return Prepared(plan=plan, practice=practice_of(plan.place, at), charters=charters, used=used)


def ask(
    *, actor: Actor, at: datetime, command_id: UUID, plain: Mapping[str, object]
) -> rehearsals.RehearsalCard:
    """Put a rehearsal in the queue, with its practice and charters as they are now.

    Raises: PlainError, ChartersError, NoCharterError, Refused.
    """
    plan = plan_from_plain(plain)
    place = places.list_places((plan.place,)).get(plan.place)
    if place is None:
        raise places.PlaceNotFoundError(plan.place)
    ready = prepare(plain, at)
    return rehearsals.ask_rehearsal(
        actor=actor,
        at=at,
        command_id=command_id,
        place_code=place.code,
        plan=plan_to_plain(ready.plan),
        plan_digest=digest(ready.plan),
        practice=practice_to_plain(ready.practice),
        practice_digest=digest(ready.practice),
        charters=ready.used,
    )
