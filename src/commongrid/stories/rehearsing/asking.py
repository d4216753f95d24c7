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
from commongrid.stories.rehearsing.knowing import practice_known
from commongrid.stories.rehearsing.practising import assumed_of
from commongrid.stories.rehearsing.trying import changed, check_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a rehearsal stands on, before anybody asked for it."""

    plan: Plan
    practice: Practice
    charters: Mapping[str, Compiled]
    used: tuple[rehearsals.CharterUsed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A plan that can be asked, before anything was read of its place."""

    plan: Plan
    charters: Mapping[str, Compiled]
    used: tuple[rehearsals.CharterUsed, ...]


def check(plain: Mapping[str, object], at: datetime, lang: str = "zh") -> Checked:
    """Read a plan, and find its charters.

    A drill of one alternative is compared with ordinary days, named in ``lang``. Nothing is kept.
    Raises: PlainError or ChartersError, whose ``faults`` name field and rule;
    NoCharterError. Cost: some statements, and a second for each alternative that changes staff.
    """
    plan = beside_calm(plan_from_plain(plain), lang)
    charters, used = charters_of(plan, at)
    changed(plan, charters)
    if any(one.staff for one in plan.alternatives):
        check_staff(plan, assumed_of(plan.place, at), charters)
    return Checked(plan=plan, charters=charters, used=used)


def prepare(plain: Mapping[str, object], at: datetime, lang: str = "zh") -> Prepared:
    """The same with the practice of its place. Raises: as ``check``. Cost: ``practice_known``."""
    found = check(plain, at, lang)
    practice = practice_known(found.plan.place, at)
    return Prepared(plan=found.plan, practice=practice, charters=found.charters, used=found.used)


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
