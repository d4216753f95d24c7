"""Who raises what, where and when: the same people for every charter that is compared.

They are drawn before a charter is looked at. Every type has streams of its own (how many, when,
where, each flag), so one type's numbers do not move when another's rate or flags change. A drill
adds people of its own to these (``drilling.strike``) and a charter's index turns them into sorts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.practice import Arrivals, Practice
from commongrid.engines.rehearsal.model import Ints
from commongrid.kernel.workcalendar import first_instant, to_micros

Floats = npt.NDArray[np.float64]
WEEKS_A_YEAR = 365.25 / 7
HOUR = 3_600_000_000
KEY_BITS = 23
"""Matters of one type in one replication: 8 million. Types: 256, half of the keys there are."""
ADDED = 1 << 31
"""Keys from here on are for matters that a drill adds."""
_ARRAYS = ("at", "key", "grid", "type", "flags")


@dataclass(frozen=True, eq=False, kw_only=True)
class People:
    """Matters before any charter, sorted by instant and key.

    Units: ``at`` microseconds since 1970. Shape: ``grid`` and ``type`` are places in ``grids`` and
    ``types``; ``flags`` has a bit for each of ``flag_names``. ``key`` numbers a matter's draws and
    fits 32 bits; what is added to the people has keys from ``ADDED`` on, each once.
    """

    at: Ints
    key: Ints
    grid: Ints
    type: Ints
    flags: Ints
    grids: tuple[str, ...]
    types: tuple[str, ...]
    flag_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.at)

    def flags_of(self, bits: int) -> frozenset[str]:
        """The names of these bits."""
        return frozenset(name for n, name in enumerate(self.flag_names) if bits >> n & 1)


def no_people(practice: Practice) -> People:
    """Nobody, with the names of this practice: what others are added to."""
    none = np.zeros(0, np.int64)
    return People(
        at=none,
        key=none,
        grid=none,
        type=none,
        flags=none,
        grids=tuple(sorted(practice.grids)),
        types=tuple(sorted(one.type for one in practice.arrivals)),
        flag_names=tuple(sorted({name for one in practice.arrivals for name in one.flags})),
    )


def draw_people(
    practice: Practice, plan: Plan, replication: int, *, zone: str, from_on: date, until_on: date
) -> People:
    """The people of one replication, from local midnight ``from_on`` until ``until_on``.

    Both may lie outside the plan's period: warm-up before it, the tail after it.
    Cost: a second for 2.9 million. Raises: ValueError when a type has more matters than keys.
    """
    base = no_people(practice)
    edges, weights = _cells(zone, from_on, until_on, practice.week, practice.year)
    within = np.cumsum(weights)
    parts = [
        _of_type(one, base, plan, replication, (edges, within), practice.grids)
        for one in practice.arrivals
        if within[-1] > 0
    ]
    return merged([base, *parts])


def merged(parts: list[People]) -> People:
    """All of them as one, in order. There must be one at least, and all have the same names.

    Raises: ValueError when a key is there twice.
    """
    empty = parts[0]
    parts = sorted((part for part in parts if len(part)), key=lambda part: int(part.key[0]))
    if not parts:
        return empty
    all_of: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS
    }
    if (np.diff(all_of["key"]) <= 0).any():
        by_key = np.argsort(all_of["key"], kind="stable")
        all_of = {name: values[by_key] for name, values in all_of.items()}
    if (np.diff(all_of["key"]) == 0).any():
        message = "two matters have one key: whoever adds people gives them keys of their own"
        raise ValueError(message)
    order = np.argsort(all_of["at"], kind="stable")  # equal instants stay in the order of keys
    return replace(parts[0], **{name: values[order] for name, values in all_of.items()})


def stream(*words: object) -> np.random.Generator:
    """A stream of its own for these words: the same today and on any machine.

    The words are what the draws are for: seed, replication, type, purpose.
    """
    name = "/".join(str(word) for word in words)
    key = int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))


def _of_type(
    one: Arrivals,
    base: People,
    plan: Plan,
    replication: int,
    cells: tuple[Ints, Floats],
    grids: Mapping[str, float],
) -> People:
    edges, within = cells
    place = base.types.index(one.type)
    words = (plan.seed, replication, one.type)
    a_week = one.a_year.value / WEEKS_A_YEAR * plan.demand
    count = int(stream(*words, "many").poisson(a_week * within[-1]))
    if count >> KEY_BITS or place >> (31 - KEY_BITS):
        message = f"{one.type}: {count} matters, type {place}: there are not so many keys"
        raise ValueError(message)
    return People(
        at=_instants(stream(*words, "when").random((2, count)), edges, within),
        key=(place << KEY_BITS) + np.arange(count, dtype=np.int64),
        grid=_choice(stream(*words, "where").random(count), base.grids, grids),
        type=np.full(count, place, np.int64),
        flags=_flags(one, base.flag_names, words, count),
        grids=base.grids,
        types=base.types,
        flag_names=base.flag_names,
    )


def _instants(draws: Floats, edges: Ints, within: Floats) -> Ints:
    """Instants with these hourly weights; within an hour each moment is as likely."""
    cell = np.searchsorted(within, draws[0] * within[-1], side="right")
    cell = np.minimum(cell, len(within) - 1)
    length = edges[cell + 1] - edges[cell]
    after = np.minimum((draws[1] * length).astype(np.int64), length - 1)
    return np.asarray(edges[cell] + after, dtype=np.int64)


def _choice(draws: Floats, names: tuple[str, ...], shares: Mapping[str, float]) -> Ints:
    until = np.cumsum([shares[name] for name in names])
    found = np.searchsorted(until, draws * until[-1], side="right")
    return np.asarray(np.minimum(found, len(names) - 1), dtype=np.int64)


def _flags(one: Arrivals, names: tuple[str, ...], words: tuple[object, ...], count: int) -> Ints:
    bits = np.zeros(count, np.int64)
    for n, name in enumerate(names):
        share = one.flags[name].value if name in one.flags else 0.0
        if share > 0:
            bits |= (stream(*words, "flag", name).random(count) < share).astype(np.int64) << n
    return bits


@lru_cache(maxsize=8)
def _cells(
    zone: str, from_on: date, until_on: date, week: tuple[float, ...], year: tuple[float, ...]
) -> tuple[Ints, Floats]:
    """The local hours as instants, and the weight of each: 1 is what a week has on average.

    An hour that the clock skips has no length and no weight; one that comes twice has both.
    """
    hours = _hours(zone, from_on, until_on)
    edges = np.array([instant for instant, _, _ in hours], np.int64)
    lengths = np.diff(edges)
    weights = np.array([week[slot] * year[month] for _, slot, month in hours[:-1]])
    return edges, np.asarray(weights * (lengths / HOUR), dtype=np.float64)


def _hours(zone: str, from_on: date, until_on: date) -> list[tuple[int, int, int]]:
    """Each local hour: its instant, its place in the week, its month; and the end."""
    place = ZoneInfo(zone)
    days = [from_on + timedelta(days=n) for n in range((until_on - from_on).days)]
    found = [
        (
            to_micros(first_instant(datetime.combine(day, time(hour)), place)),
            day.weekday() * 24 + hour,
            day.month - 1,
        )
        for day in days
        for hour in range(24)
    ]
    end = to_micros(first_instant(datetime.combine(until_on, time(0)), place))
    return [*found, (end, 0, 0)]
