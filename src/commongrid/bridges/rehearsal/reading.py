"""From a lowered charter's index to what a run and its measures need of it: plain arrays.

The index knows rules and words and stays where the lowering was done; this goes to the workers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from commongrid.bridges.rehearsal.lowering import Lowered
from commongrid.bridges.rehearsal.lowering.numbers import Register
from commongrid.bridges.rehearsal.measuring import Reading
from commongrid.bridges.rehearsal.people import People
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.engines.rehearsal import Demand, Tables
from commongrid.engines.rehearsal.model import Ints
from commongrid.engines.rehearsal.words import Do

GRID_WORKER = "grid_worker"
ANSWER = "answer"
ESCALATES = frozenset({"whistle", "raise_level"})
MOST_AREAS = 400
"""Lines by grid up to so many grids; in larger places by community, town, county ..."""
Areas = tuple[tuple[str, ...], tuple[int, ...]]
"""Paths, and which of them each grid lies in."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sorting:
    """People become this charter's demand. ``told``: the flags that it tells apart, by type."""

    reading: Reading
    pools: tuple[tuple[str, str], ...]
    sorts: Mapping[tuple[str, frozenset[str]], int]
    told: Mapping[str, frozenset[str]]

    def demand(self, people: People) -> Demand:
        """The people this charter has a type for, as sorts; the others are not raised."""
        bits = len(people.flag_names)
        codes, place = np.unique((people.type << bits) | people.flags, return_inverse=True)
        sorts = [self._sort(people, int(code >> bits), int(code)) for code in codes]
        sort = np.array(sorts, np.int64)[place] if len(codes) else people.type
        known = sort >= 0
        return Demand(
            at=people.at[known],
            key=people.key[known],
            grid=people.grid[known],
            sort=sort[known],
        )

    def _sort(self, people: People, type_place: int, bits: int) -> int:
        code = people.types[type_place]
        if code not in self.told:
            return -1
        flags = people.flags_of(bits & ((1 << len(people.flag_names)) - 1))
        return self.sorts[code, flags & self.told[code]]


def counted(tables: Tables, rows: Collection[int]) -> Tables:
    """The same rules with one register more, the last, that grows with each of these rows.

    No guard asks for it, so nothing happens otherwise.
    """
    place = tables.registers
    starts = tables.effect_from
    wanted = np.array(sorted(rows), np.int64)
    # behind the last effect of each of these rows
    at = starts[wanted + 1]
    more = np.zeros(len(starts), np.int64)
    more[wanted + 1] = 1
    return replace(
        tables,
        registers=place + 1,
        effect_from=starts + np.cumsum(more),
        effect_op=np.insert(tables.effect_op, at, int(Do.ADD)),
        effect_a=np.insert(tables.effect_a, at, place),
        effect_b=np.insert(tables.effect_b, at, 1),
    )


def escalating(lowered: Lowered) -> list[int]:
    """The rows that raise a matter to a higher level."""
    return [n for n, row in enumerate(lowered.index.rows) if row.action in ESCALATES]


def sorting_of(lowered: Lowered, reading: Reading) -> Sorting:
    """How people become sorts of this charter."""
    sorts = lowered.index.sorts
    told: dict[str, frozenset[str]] = {}
    for sort in sorts:
        told[sort.type] = told.get(sort.type, frozenset()) | sort.flags
    return Sorting(
        reading=reading,
        pools=tuple((pool.holder, pool.area) for pool in lowered.index.pools),
        sorts={(sort.type, sort.flags): n for n, sort in enumerate(sorts)},
        told=told,
    )


def areas_of(practice: Practice) -> Areas:
    """The lines by grid: every grid, or what they lie in until there are few enough."""
    grids = sorted(practice.grids)
    paths = list(grids)
    while len(set(paths)) > MOST_AREAS and len(set(paths)) > 1:
        paths = [_above(path) for path in paths]
    names = tuple(sorted(set(paths)))
    place = {name: n for n, name in enumerate(names)}
    return names, tuple(place[path] for path in paths)


def reading_of(lowered: Lowered, areas: Areas, *, weeks: float, tail_days: int) -> Reading:
    """What of the run's numbers is what."""
    index = lowered.index
    types = tuple(sorted({sort.type for sort in index.sorts}))
    names, parts = areas
    roles = tuple(dict.fromkeys(_role(holder) for holder in index.holders))
    return Reading(
        types=types,
        holders=roles,
        areas=names,
        sort_part=_ints([types.index(sort.type) for sort in index.sorts]),
        holder_part=_ints([roles.index(_role(holder)) for holder in index.holders]),
        pool_part=_ints([roles.index(_role(pool.holder)) for pool in index.pools]),
        grid_part=_ints(parts),
        answer=index.slots.index(ANSWER) if ANSWER in index.slots else -1,
        redone=int(Register.REDONE),
        escalated=lowered.tables.registers,  # the one ``counted`` adds
        rounds=_ints([n for n, p in enumerate(index.pools) if _role(p.holder) == GRID_WORKER]),
        weeks=weeks,
        longest_h=(weeks * 7 + tail_days) * 24,
    )


def _role(holder: str) -> str:
    """A role on duty is the role."""
    return holder.partition("@")[0]


def _above(path: str) -> str:
    """The path of what this lies in."""
    return path.rstrip("/").rpartition("/")[0] + "/"


def _ints(values: object) -> Ints:
    return np.array(values, dtype=np.int64)
