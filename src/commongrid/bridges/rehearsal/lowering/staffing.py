"""Who is there: holders with a pool in each area they serve.

A holder is a unit, a role, or a role on duty for emergencies, day and night. Its areas are those
the practice names for it; a grid belongs to the nearest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter.compiler import Compiled
from commongrid.engines.rehearsal import Calendar, Staff
from commongrid.engines.rehearsal.model import Ints
from commongrid.engines.rehearsal.words import Order
from commongrid.kernel.text import Text

ON_DUTY = "@duty"
DAY_AND_NIGHT = -1
ORDERS = {"first_come": Order.FIRST_COME, "class_age": Order.CLASS_AGE, "due": Order.DUE}
MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Pool:
    """One holder in one area; ``area`` is a division's path, empty for the whole place."""

    holder: str
    area: str
    servers: int


@dataclass
class Holders:
    """Holders in the order in which they are first spoken of."""

    compiled: Compiled
    practice: Practice
    names: list[str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def number(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def is_staffed(self, name: str) -> bool:
        return any(holder == name for holder, _ in self.practice.staff)

    def areas(self, name: str) -> dict[str, int]:
        """The areas of a holder and how many people are in each; one person where none is named."""
        found = {area: n for (holder, area), n in self.practice.staff.items() if holder == name}
        if not found and name.endswith(ON_DUTY):
            role = name.removesuffix(ON_DUTY)
            found = {area: 1 for holder, area in self.practice.staff if holder == role}
        if not found:
            self._tell_alone(name)
            return {"": 1}
        return dict(sorted(found.items()))

    def _tell_alone(self, name: str) -> None:
        label = self._label(name)
        note = Text(
            zh=f"没有“{label.zh}”的人数，按全域一人计。",
            en=f"No number of people is known for “{label.en}”; one for all the place is assumed.",
        )
        if note not in self.notes:
            self.notes.append(note)

    def _label(self, name: str) -> Text:
        code = name.removesuffix(ON_DUTY)
        known = self.compiled.charter.roles.get(code) or self.compiled.charter.units.get(code)
        label = known.name if known is not None else Text.both(code)
        if not name.endswith(ON_DUTY):
            return label
        return Text(zh=f"{label.zh}（应急值班）", en=f"{label.en} (emergency duty)")


def staff_of(
    holders: Holders, grids: Sequence[str], calendar: Calendar, order: str
) -> tuple[Staff, tuple[Pool, ...]]:
    """The pools of every holder that was spoken of.

    Raises: ValueError for an order nobody knows.
    """
    if order not in ORDERS:
        raise ValueError(f"order {order!r}: must be one of {', '.join(ORDERS)}")
    pools: list[Pool] = []
    bases, levels = [], []
    areas: dict[tuple[int, ...], int] = {}
    for name in holders.names:
        named = holders.areas(name)
        division, used = _division(named, grids)
        bases.append(len(pools))
        levels.append(areas.setdefault(division, len(areas)))
        pools += [
            Pool(name, area, named.get(area, 0) or _least(name, area, holders)) for area in used
        ]
    travel = [round(holders.practice.travel_s.get(grid, 0.0) * MICROS) for grid in grids]
    staff = Staff(
        calendars=(calendar,),
        pool_servers=_ints([pool.servers for pool in pools]),
        pool_calendar=_ints([_calendar(pool.holder, holders.compiled) for pool in pools]),
        pool_order=_ints([int(ORDERS[order])] * len(pools)),
        holder_base=_ints(bases),
        holder_level=_ints(levels),
        area=_ints([list(division) for division in areas]).reshape(len(areas), len(grids)),
        travel=_ints(travel),
        change_at=_ints([]),
        change_pool=_ints([]),
        change_by=_ints([]),
    )
    return staff, tuple(pools)


def _division(named: Mapping[str, int], grids: Sequence[str]) -> tuple[tuple[int, ...], list[str]]:
    """For each grid the number of its area, and the areas in use.

    A grid outside all of them belongs to one area more, which is the whole place.
    """
    used: dict[str, int] = {}
    numbers = []
    for grid in grids:
        area = next((around for around in _around(grid) if around in named), "")
        numbers.append(used.setdefault(area, len(used)))
    return tuple(numbers), list(used)


def _around(grid: str) -> Iterator[str]:
    """The paths a grid lies in, from itself up to the whole place."""
    parts = grid.split("/")
    yield grid
    for count in range(len(parts) - 1, 0, -1):
        yield "/".join(parts[:count]) + "/"
        yield "/".join(parts[:count])


def _least(name: str, area: str, holders: Holders) -> int:
    """Where a practice says nobody is there, nobody is; an area it does not name has one."""
    return 0 if (name, area) in holders.practice.staff else 1


def _calendar(name: str, compiled: Compiled) -> int:
    """Units that are called at once and people on duty are there day and night."""
    unit = compiled.charter.units.get(name)
    is_awake = name.endswith(ON_DUTY) or (unit is not None and unit.body == "emergency")
    return DAY_AND_NIGHT if is_awake else 0


def _ints(values: Sequence[object]) -> Ints:
    return np.array(values, dtype=np.int64)
