"""A small run over a lowered charter: made-up people, a few grids, two months."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.lowering import Lowered, lower
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter.compiler import Compiled
from commongrid.engines.rehearsal import Demand, Setting
from commongrid.kernel.workcalendar import to_micros

PLACE = "/150500000000/150502000000/150502004000/"
GRIDS = {f"{PLACE}15050200400{n // 3}/15050200400{n // 3}00{n % 3}/": 120.0 for n in range(6)}
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 86_400_000_000
TAIL_DAYS = 200


def practice_of(compiled: Compiled, **more: object) -> Practice:
    given = {"place": PLACE, "grids": GRIDS, "heads": 2000.0, **more}
    return assumed_practice(compiled, **given)  # type: ignore[arg-type]


def lowered_of(compiled: Compiled, practice: Practice | None = None, **more: object) -> Lowered:
    return lower(
        compiled,
        practice or practice_of(compiled),
        from_on=date(2026, 3, 1),
        until_on=date(2026, 5, 1),
        tail_days=TAIL_DAYS + 30,
        **more,  # type: ignore[arg-type]
    )


def people_of(given: Lowered, practice: Practice, count: int, seed: int = 1) -> Demand:
    """So many matters within two months, of types and cases as the practice says."""
    rng = np.random.default_rng(seed)
    known = {sort.type for sort in given.index.sorts}
    arrivals = [a for a in practice.arrivals if a.type in known]
    weights = np.array([a.a_year.value for a in arrivals])
    sorts = []
    for which in rng.choice(len(arrivals), count, p=weights / weights.sum()):
        told = arrivals[which].flags.items()
        flags = frozenset(flag for flag, share in told if rng.random() < share.value)
        sorts.append(given.index.sort_of(arrivals[which].type, flags))
    return Demand(
        at=np.sort(to_micros(BEGINS) + rng.integers(0, 60 * DAY, count)),
        key=np.arange(count, dtype=np.int64),
        grid=rng.integers(0, len(given.index.grids), count),
        sort=np.array(sorts, dtype=np.int64),
    )


def setting(seed: int = 1, days: int = 60 + TAIL_DAYS) -> Setting:
    begins = to_micros(BEGINS)
    return Setting(
        seed=seed, replication=0, begins_at=begins, ends_at=begins + days * DAY, is_logged=True
    )
