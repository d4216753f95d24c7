"""What is open in a grid whose post changes hands: for both ends of a handover.

Numbers, types, states and due times only: whoever takes a grid over is no worker of it yet, and
whoever appoints reads no matters. Those that certain roles alone are in charge of (complaints about
staff among them) and sealed ones are left out, also of the counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from commongrid.charter.clocks import GRID_WORKER
from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command, Decision, Hat, PromiseState
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import Light
from commongrid.rooms.matters.models import Matter, Promise
from commongrid.rooms.matters.queries.presenting import Rules, matter_card
from commongrid.rooms.matters.queries.scope import IsOpen
from commongrid.rooms.matters.rows import state_of
from commongrid.rooms.people.face import is_within

EASE = "ease_handover"
MOST_SHOWN = 500
SOON = timedelta(days=45)  # no grace of a charter is longer, whatever holidays lie in it
NO_WORDS = {"reason": "-"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedLine:
    """An open matter of the grid as both ends of a handover see it."""

    ref: str
    type_name: Text
    state_name: Text
    light: Light
    due_at: datetime | None
    due_name: Text
    unit_name: Text
    offered_unit_name: Text
    is_of_post: bool  # the unit of the post holds it or was offered it


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """A matter whose promises would get the grace of a handover: from when to when."""

    matter_id: UUID
    ref: str
    type_name: Text
    due_at: datetime
    new_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GridStanding:
    """What is open in a grid, and what of it would be eased if the post changed hands now."""

    lines: tuple[HandedLine, ...]
    eased: tuple[Eased, ...]
    is_whole: bool  # not cut off at the most that is shown

    @property
    def by_light(self) -> dict[str, int]:
        """How many there are of each light."""
        return {light: n for light in Light if (n := sum(x.light is light for x in self.lines))}

    @property
    def offers(self) -> int:
        """Offers to a unit that still wait for its answer."""
        return sum(bool(line.offered_unit_name.zh) for line in self.lines)


def handing_actor(path: str, unit: str) -> Actor:
    """The handover itself, in the name of the post: what it may do, no person can press."""
    return Actor(key="system:handover", hats=(Hat(GRID_WORKER, path, unit),))


def get_grid_standing(*, path: str, unit: str, at: datetime) -> GridStanding:
    """What is open in a grid. ``unit`` is that of the post. Cost: 3 statements and the charters."""
    rules = Rules()
    rows = list(
        _open_in(path).select_related("place__parent").order_by("due_at", "ref")[: MOST_SHOWN + 1]
    )
    lines = []
    for row in rows[:MOST_SHOWN]:
        card = matter_card(row, rules.of(row.charter_key), at, show_words=False)
        lines.append(
            HandedLine(
                ref=card.ref,
                type_name=card.type_name,
                state_name=card.state_name,
                light=card.light,
                due_at=card.due_at,
                due_name=card.due_name,
                unit_name=card.unit_name,
                offered_unit_name=card.offered_unit_name,
                is_of_post=bool(unit) and unit in (card.unit, card.offered_unit),
            )
        )
    eased = list_eased(path=path, unit=unit, at=at)
    return GridStanding(lines=tuple(lines), eased=eased, is_whole=len(rows) <= MOST_SHOWN)


def list_eased(*, path: str, unit: str, at: datetime) -> tuple[Eased, ...]:
    """The matters to which the charter gives the grace of a handover at this moment.

    Judged by ``decide``, as the step itself will be. Cost: 2 statements and the charters.
    """
    rules, actor = Rules(), handing_actor(path, unit)
    soon = Promise.objects.filter(
        matter__in=_open_in(path).order_by(),
        status="running",
        owner__in=[GRID_WORKER, *filter(None, [unit])],
        due_at__gt=at,
        due_at__lte=at + SOON,
    )
    rows = Matter.objects.filter(pk__in=soon.values("matter_id")).prefetch_related("promises")
    found = []
    for row in rows.order_by("due_at", "ref"):
        compiled = rules.of(row.charter_key)
        command = Command(action=EASE, actor=actor, at=at, fields=NO_WORDS)
        promises = sorted(row.promises.all(), key=lambda p: p.pk)
        decision = decide(state_of(row, promises), command, compiled)
        moved = _moved(decision)
        if moved is None:
            continue
        name = compiled.type(row.type_code).name
        due, new_due = moved
        found.append(
            Eased(matter_id=row.pk, ref=row.ref, type_name=name, due_at=due, new_due_at=new_due)
        )
    return tuple(found)


def _moved(decision: Decision) -> tuple[datetime, datetime] | None:
    """The first due time that moves, and where to; None when the step is refused."""
    if decision.after is None or decision.before is None:
        return None
    pairs = zip(_dues(decision.before.promises), _dues(decision.after.promises), strict=True)
    moved = [(old, new) for old, new in pairs if old and new and old != new]
    return min(moved, default=None)


def _dues(promises: Iterable[PromiseState]) -> list[datetime | None]:
    return [promise.due_at for promise in promises]


def _open_in(path: str) -> QuerySet[Matter]:
    rows = Matter.objects.filter(IsOpen("state_kind"), in_charge="", is_sealed=False)
    return rows.filter(is_within("path", path))
