"""More or fewer people: the staff changes of an alternative, put on the pools of a lowered charter.

A change counts people of a unit or role, not of each of its pools. One by one they are put where
the most people live for each post that is there, and taken from where the fewest do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from commongrid.bridges.rehearsal.plans import StaffChange
from commongrid.engines.rehearsal.model import Ints, Staff
from commongrid.kernel.text import Text
from commongrid.kernel.workcalendar import first_instant, to_micros

Pools = Sequence[tuple[str, str]]
"""Holder and area path of each pool, in the order of ``Staff.pool_servers``."""


class HireError(ValueError):
    """A change for a holder or an area that nobody serves.

    ``place``: which change of the list; ``column``: which field of it.
    """

    def __init__(self, place: int, rule: Text, column: str = "holder") -> None:
        super().__init__(place, rule)
        self.place, self.rule, self.column = place, rule, column

    def __str__(self) -> str:
        return f"staff.{self.place}: {self.rule.en}"


def midnight(day: date, zone: str) -> int:
    """The instant at which a local day begins."""
    return to_micros(first_instant(datetime.combine(day, time(0)), ZoneInfo(zone)))


def hire(
    staff: Staff,
    pools: Pools,
    changes: Iterable[StaffChange],
    *,
    shares: Mapping[str, float],
    zone: str,
) -> tuple[Staff, tuple[Text, ...]]:
    """The staff with these changes, and what could not be done: nobody is taken twice.

    ``shares``: of all demand, by grid path. Changes without days hold from the run's beginning.

    Raises: HireError where a change names a holder or an area without a pool.
    """
    within = _within(shares)
    weights = np.array([within.get(area, 0.0) for _, area in pools])
    there = staff.pool_servers.copy()  # as few as there may be at any time
    most = there.copy()
    always = np.zeros_like(there)
    events: list[tuple[int, int, int]] = []
    notes: list[Text] = []
    for place, change in enumerate(changes):
        chosen = _chosen(pools, change, place)
        spread = _spread(most if change.change > 0 else there, chosen, weights, change.change)
        if int(spread.sum()) != change.change:
            notes.append(_fewer(change, int(-spread.sum())))
        there += np.minimum(spread, 0)
        most += np.maximum(spread, 0)
        if change.from_on:
            events += _events(spread, change.from_on, 1, zone)
        else:
            always += spread
        if change.until_on:
            events += _events(spread, change.until_on, -1, zone)
    return _with(staff, always, events), tuple(notes)


def _chosen(pools: Pools, change: StaffChange, place: int) -> list[int]:
    """The pools that are meant: within the area, or else the one that serves it among others."""
    mine = [n for n, (holder, _) in enumerate(pools) if holder == change.holder]
    if not mine:
        raise HireError(
            place,
            Text(
                zh=f"“{change.holder}”在此方案中不承担任何工作",
                en=f"{change.holder!r} does no work in this alternative",
            ),
        )
    within = [n for n in mine if pools[n][1].startswith(change.area)]
    around = [n for n in mine if change.area.startswith(pools[n][1])]
    chosen = within or around
    if not chosen:
        raise HireError(
            place,
            Text(
                zh=f"“{change.holder}”不在 {change.area} 服务",
                en=f"{change.holder!r} does not serve {change.area}",
            ),
            "area",
        )
    return chosen


def _within(shares: Mapping[str, float]) -> dict[str, float]:
    """The share of each path that some grid lies in; the empty one is the whole place."""
    found: dict[str, float] = {}
    for grid, share in shares.items():
        parts = grid.rstrip("/").split("/")
        above = {"", *("/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1))}
        for path in above:
            found[path] = found.get(path, 0.0) + share
    return found


def _spread(there: Ints, chosen: list[int], weights: np.ndarray, change: int) -> Ints:
    """One by one: to where each post has the most to serve, from where it has the least."""
    left, spread = there.copy(), np.zeros_like(there)
    for _ in range(abs(change)):
        if change > 0:
            pool = max(chosen, key=lambda n: (weights[n] / (left[n] + 1), -n))
        else:
            staffed = [n for n in chosen if left[n] > 0]
            if not staffed:
                break
            pool = min(staffed, key=lambda n: (weights[n] / left[n], n))
        step = 1 if change > 0 else -1
        left[pool] += step
        spread[pool] += step
    return spread


def _events(spread: Ints, day: str, sign: int, zone: str) -> list[tuple[int, int, int]]:
    at = midnight(date.fromisoformat(day), zone)
    return [(at, int(pool), sign * int(spread[pool])) for pool in np.flatnonzero(spread)]


def _with(staff: Staff, always: Ints, events: list[tuple[int, int, int]]) -> Staff:
    given = zip(staff.change_at, staff.change_pool, staff.change_by, strict=True)
    changes = sorted([*((int(a), int(p), int(b)) for a, p, b in given), *events])
    columns = np.array(changes, dtype=np.int64).reshape(-1, 3).T
    return replace(
        staff,
        pool_servers=staff.pool_servers + always,
        change_at=columns[0].copy(),
        change_pool=columns[1].copy(),
        change_by=columns[2].copy(),
    )


def _fewer(change: StaffChange, found: int) -> Text:
    return Text(
        zh=f"“{change.holder}”减少 {-change.change} 人：只有 {found} 人可减。",
        en=f"{-change.change} fewer of {change.holder!r}: there were only {found} to take away.",
    )
