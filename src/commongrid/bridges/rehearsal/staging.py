"""A stage for advice: one alternative with and without the drill, with helpers, without types.

Every variant meets the same people with the same patience, so what differs is the variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from commongrid.bridges.rehearsal.drilling import (
    community_of,
    days_of,
    divided,
    expected,
    is_in,
    is_struck,
    midnight,
    strike,
    with_changes,
)
from commongrid.bridges.rehearsal.people import People, draw_people
from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.bridges.rehearsal.reading import Sorting
from commongrid.engines.rehearsal import (
    Demand,
    Habits,
    Result,
    Setting,
    Staff,
    Tables,
    simulate,
    simulate_slowly,
)
from commongrid.engines.rehearsal.model import Ints

WARM_DAYS = 28
TAIL_DAYS = 21
HANDS = 10_000
"""More at every post than could ever be at work at once."""
Group = tuple[str, str]
"""A holder and a community's path; an empty path: the holder wherever it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is tried. ``helpers`` by group; ``without``: types whose matters of the drill's days
    are put off; ``is_free``: nobody ever waits for want of hands.
    """

    is_struck: bool = True
    is_free: bool = False
    helpers: tuple[tuple[Group, int], ...] = ()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What one run gave.

    Shape: ``open`` communities x midnights, from the drill's first to its last; ``queue`` by pool.
    Units: ``worked`` and ``queue`` microseconds (of one person, of one waiting matter); ``kept``
    and ``raised``: matters of the drill's days, by type.
    """

    open: Ints
    queue: Ints
    worked: int
    kept: Mapping[str, int]
    raised: Mapping[str, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Stage:
    """Everything that the variants of one alternative have in common. It is sent to workers."""

    plan: Plan
    practice: Practice
    tables: Tables
    habits: Habits
    staff: Staff
    sorting: Sorting
    zone: str
    is_compiled: bool = True

    @property
    def communities(self) -> tuple[str, ...]:
        """The paths grids lie in."""
        return tuple(sorted({community_of(grid) for grid in self.practice.grids}))

    @property
    def pools(self) -> tuple[tuple[str, str], ...]:
        """Holder and area of each pool."""
        return self.sorting.pools

    @property
    def nights(self) -> list[int]:
        """The midnights from the drill's first to the one after its last day."""
        first, last = days_of(self.plan)
        days = (last - first).days
        return [midnight(first + timedelta(days=n), self.zone) for n in range(days + 1)]

    def group_of(self, pool: int) -> Group:
        """The holder and the community of a pool; empty for what serves more than one."""
        holder, area = self.pools[pool]
        if area in self.practice.grids:
            return holder, community_of(area)
        return holder, area if area in self.communities else ""

    def members_of(self, group: Group) -> list[int]:
        """The pools of a group."""
        holder, where = group
        pools = range(len(self.pools))
        if not where:
            return [n for n in pools if self.pools[n][0] == holder]
        return [n for n in pools if self.group_of(n) == group]

    def play(self, replication: int, variant: Variant) -> Outcome:
        """One run of a variant. Cost: a run of the engine, logged."""
        first, last = days_of(self.plan)
        begins = min(first, date.fromisoformat(self.plan.from_on)) - timedelta(days=WARM_DAYS)
        ends = last + timedelta(days=TAIL_DAYS)
        people = draw_people(
            self.practice, self.plan, replication, zone=self.zone, from_on=begins, until_on=ends
        )
        staff = self.staff
        if variant.is_struck:
            people, staff = strike(
                people, staff, self.pools, self.practice, self.plan, replication, zone=self.zone
            )
        if variant.helpers:
            staff = self._helped(staff, variant.helpers)
        if variant.is_free:
            staff = replace(staff, pool_servers=staff.pool_servers + HANDS)
        nights = self.nights
        people = _without(people, variant.without, nights[0], nights[-1])
        setting = Setting(
            seed=self.plan.seed,
            replication=replication,
            begins_at=midnight(begins, self.zone),
            ends_at=midnight(ends, self.zone),
            is_logged=True,
            counts_from=nights[0],
            counts_until=nights[-1],
        )
        demand = self.sorting.demand(people)
        run = simulate if self.is_compiled else simulate_slowly
        return self._outcome(run(self.tables, self.habits, staff, demand, setting), demand, nights)

    def _outcome(self, result: Result, demand: Demand, nights: list[int]) -> Outcome:
        grids, communities = sorted(self.practice.grids), self.communities
        place = [communities.index(community_of(grid)) for grid in grids]
        where = np.array(place, np.int64)[demand.grid]
        kept: dict[str, int] = {}
        raised: dict[str, int] = {}
        for (code, _), n in self.sorting.sorts.items():
            kept[code] = kept.get(code, 0) + int(result.sort_kept[n])
            raised[code] = raised.get(code, 0) + int(result.raised_by_sort[n])
        return Outcome(
            open=open_by(result.log, self.tables, where, len(communities), nights),
            queue=result.pool_queue_area,
            worked=int(result.pool_worked.sum()),
            kept=kept,
            raised=raised,
        )

    def _helped(self, staff: Staff, helpers: tuple[tuple[Group, int], ...]) -> Staff:
        """The staff with helpers at each group, divided among its posts by what is expected."""
        nights = self.nights
        added, total = expected(self.practice, self.plan)
        days = np.zeros((len(nights) - 1, len(self.pools)), np.int64)
        for group, count in helpers:
            members = self.members_of(group)
            owed = np.zeros(len(members))
            for day in range(len(days) if members and count else 0):
                weights = [self._weight(m, total, added[day]) for m in members]
                days[day, members] = divided(count, np.array(weights), owed)
        return with_changes(staff, nights, np.zeros(len(self.pools), np.int64), days)

    def _weight(self, pool: int, ordinary: float, added: float) -> float:
        """Matters a week that come to the area of a pool."""
        area = self.pools[pool][1]
        here = [(g, s) for g, s in self.practice.grids.items() if is_in(g, area)]
        struck = sum(share for grid, share in here if is_struck(grid, self.plan.shock))
        return ordinary * sum(share for _, share in here) + added * struck


def open_by(log: Ints, tables: Tables, where: Ints, places: int, nights: list[int]) -> Ints:
    """Open matters at each of these midnights, by the place of the matter.

    Shape: places x nights. ``where``: the place of each matter, by its number in the log.
    """
    moved = log[tables.row_to[log[:, 2]] >= 0]
    moved = moved[np.lexsort((np.arange(len(moved)), moved[:, 1]))]  # by matter, then as it went
    is_open = (tables.state_end[tables.row_to[moved[:, 2]]] == 0).astype(np.int64)
    is_first = np.ones(len(moved), bool)
    is_first[1:] = moved[1:, 1] != moved[:-1, 1]
    before = np.where(is_first, 0, np.roll(is_open, 1))
    step = is_open - before
    column = np.searchsorted(np.array(nights, np.int64), moved[:, 0], side="right")
    counts = np.zeros((places, len(nights) + 1), np.int64)
    np.add.at(counts, (where[moved[:, 1]], column), step)
    return np.cumsum(counts, axis=1)[:, :-1]


def _without(people: People, types: frozenset[str], begins: int, ends: int) -> People:
    """The people without those who raise these types on the drill's days."""
    if not types:
        return people
    gone = np.isin(people.type, [n for n, name in enumerate(people.types) if name in types])
    keep = ~(gone & (people.at >= begins) & (people.at < ends))
    fields = ("at", "key", "grid", "type", "flags")
    return replace(people, **{name: getattr(people, name)[keep] for name in fields})
