"""Small models for the rehearsal: random ones, and the queues that theory knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log
from typing import Any

import numpy as np

from commongrid.bridges.rehearsal.calendars import calendar_arrays
from commongrid.engines.rehearsal import (
    Calendar,
    Demand,
    Habits,
    Setting,
    Staff,
    Tables,
    quantile_table,
)
from commongrid.engines.rehearsal.words import (
    FIXED,
    HOLDER_ASKED,
    HOLDER_UNIT,
    WHOLE,
    Ask,
    Do,
    Order,
    Slot,
    Span,
    Verb,
)
from tests.support.flows import real

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
FIRST, UNTIL = date(2026, 1, 1), date(2027, 1, 1)


def ints(values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@cache
def year() -> Calendar:
    """The year 2026 of a real charter."""
    return calendar_arrays(real("keerqin-subdistrict").calendar, FIRST, UNTIL)


def exponential(mean: float) -> np.ndarray:
    """Its long tail ends at 2**-32 of all, where the table does."""
    return quantile_table(lambda share: -mean * log(share))


def fixed(length: int) -> np.ndarray:
    return quantile_table(lambda _: length)


def starts(lists: list[list[Any]]) -> np.ndarray:
    return ints([0, *np.cumsum([len(part) for part in lists])])


def flat(lists: list[list[Any]], place: int) -> np.ndarray:
    return ints([item[place] for part in lists for item in part])


def tables(
    *,
    ends: list[int],
    rows: list[int],
    guards: list[list[tuple[int, int, int, int]]] | None = None,
    steps: list[list[tuple[int, int]]] | None = None,
    effects: list[list[tuple[int, int, int]]] | None = None,
    by_time: list[int] | None = None,
    spans: list[tuple[int, int]] | None = None,
    flags: list[int] | None = None,
    sort_span: list[list[int]] | None = None,
    sort_flags: list[int] | None = None,
    candidates: list[list[int]] | None = None,
    sorts: int = 1,
    ranks: list[int] | None = None,
    registers: int = FIXED + 3,
) -> Tables:
    none: list[list[Any]] = [[] for _ in rows]
    guards, steps, effects = guards or none, steps or none, effects or none
    candidates = candidates or [[] for _ in range(sorts)]
    flags = flags or []
    return Tables(
        calendar=year(),
        registers=registers,
        state_end=ints(ends),
        row_to=ints(rows),
        row_by_time=ints(by_time or [0] * len(rows)),
        guard_from=starts(guards),
        guard_op=flat(guards, 0),
        guard_group=flat(guards, 1),
        guard_a=flat(guards, 2),
        guard_b=flat(guards, 3),
        step_from=starts(steps),
        step_verb=flat(steps, 0),
        step_mask=flat(steps, 1),
        effect_from=starts(effects),
        effect_op=flat(effects, 0),
        effect_a=flat(effects, 1),
        effect_b=flat(effects, 2),
        span_unit=ints([unit for unit, _ in spans or []]),
        span_amount=ints([amount for _, amount in spans or []]),
        slot_flags=ints(flags),
        sort_span=ints(sort_span or [[] for _ in range(sorts)]).reshape(sorts, len(flags)),
        sort_flags=ints(sort_flags or [0] * sorts),
        sort_rank=ints(ranks or [0] * sorts),
        candidate_from=starts([[(c,) for c in part] for part in candidates]),
        candidate=ints([c for part in candidates for c in part]),
    )


def habits(
    *,
    raise_row: list[int],
    task_at: list[list[int]],
    task_list: list[tuple[int, int, int, int]],  # holder, work, travels, purpose
    outcomes: list[list[tuple[int, int]]],
    rivals: list[list[tuple[int, int, int, int]]] | None = None,  # row, share, delay, purpose
    dues: list[list[tuple[int, int, int]]] | None = None,
    quantiles: list[np.ndarray],
    again: int = HOUR,
    lags: list[int] | None = None,
) -> Habits:
    rivals = rivals or [[] for _ in task_at]
    dues = dues or [[] for _ in task_at]
    return Habits(
        raise_row=ints(raise_row),
        task_at=ints(task_at),
        task_holder=ints([task[0] for task in task_list]),
        task_work=ints([task[1] for task in task_list]),
        task_travels=ints([task[2] for task in task_list]),
        task_lag=ints(lags or [-1] * len(task_list)),
        task_again=ints([again] * len(task_list)),
        task_purpose=ints([task[3] for task in task_list]),
        outcome_from=starts(outcomes),
        outcome_row=flat(outcomes, 0),
        outcome_until=flat(outcomes, 1),
        rival_from=starts(rivals),
        rival_row=flat(rivals, 0),
        rival_share=flat(rivals, 1),
        rival_delay=flat(rivals, 2),
        rival_purpose=flat(rivals, 3),
        due_from=starts(dues),
        due_slot=flat(dues, 0),
        due_row=flat(dues, 1),
        due_again=flat(dues, 2),
        quantiles=np.stack(quantiles),
    )


def staff(
    servers: list[int],
    *,
    calendar: list[int] | None = None,
    order: int = Order.FIRST_COME,
    grids: int = 1,
    changes: list[tuple[int, int, int]] | None = None,
    calendars: tuple[Calendar, ...] = (),
) -> Staff:
    """One holder a pool, each for the whole place."""
    changes = sorted(changes or [])
    return Staff(
        calendars=calendars,
        pool_servers=ints(servers),
        pool_calendar=ints(calendar or [-1] * len(servers)),
        pool_order=ints([order] * len(servers)),
        holder_base=ints(range(len(servers))),
        holder_level=ints([0] * len(servers)),
        area=np.zeros((1, grids), np.int64),
        travel=ints([grid * 600 * SECOND for grid in range(grids)]),
        change_at=ints([at for at, _, _ in changes]),
        change_pool=ints([pool for _, pool, _ in changes]),
        change_by=ints([by for _, _, by in changes]),
    )


def demand(
    at: np.ndarray, sort: np.ndarray | None = None, grid: np.ndarray | None = None
) -> Demand:
    count = len(at)
    return Demand(
        at=np.sort(at),
        key=np.arange(count, dtype=np.int64),
        grid=grid if grid is not None else np.zeros(count, np.int64),
        sort=sort if sort is not None else np.zeros(count, np.int64),
    )


def queue(
    servers: int, work: list[np.ndarray], *, order: int = Order.FIRST_COME
) -> tuple[Tables, Habits, Staff]:
    """One pool; a matter is raised, worked on and closed. One sort for each kind of work."""
    sorts = len(work)
    rules = tables(ends=[0, 1], rows=[0, 1], sorts=sorts, ranks=list(range(sorts)))
    ways = habits(
        raise_row=[0] * sorts,
        task_at=[list(range(sorts)), [-1] * sorts],
        task_list=[(0, n, 0, 0) for n in range(sorts)],
        outcomes=[[(1, WHOLE)] for _ in range(sorts)],
        quantiles=work,
    )
    return rules, ways, staff([servers], order=order)


def setting(seed: int = 1, *, ends_at: int = 1 << 60, begins_at: int = 0, **more: Any) -> Setting:
    return Setting(seed=seed, replication=0, begins_at=begins_at, ends_at=ends_at, **more)


@dataclass(frozen=True)
class _Chance:
    """Chance, asked in one order: a seed gives one model."""

    rng: np.random.Generator

    def upto(self, end: int, least: int = 0) -> int:
        """A whole number from ``least`` to below ``end``."""
        return int(self.rng.integers(least, end))

    def some(self, most: int) -> range:
        """So many times, at the most."""
        return range(self.upto(most + 1))

    def one(self, *values: Any) -> Any:
        return values[self.upto(len(values))]


@dataclass(frozen=True)
class _Size:
    """How large a random model is."""

    states: int
    slots: int
    sorts: int
    pools: int
    rows: int
    tasks: int
    grids: int = 3


def random_model(seed: int) -> tuple[Tables, Habits, Staff, Demand, Setting]:
    """Any small model: it makes no sense, and both interpreters have to agree on it."""
    rng = np.random.default_rng(seed)
    chance = _Chance(rng)
    states, slots, sorts, pools = (int(n) for n in rng.integers([3, 1, 1, 1], [6, 5, 4, 4]))
    size = _Size(states, slots, sorts, pools, rows=chance.upto(10, 4), tasks=chance.upto(5, 1))
    rules, ways = _rules(chance, size), _ways(chance, size)
    begins, span = int(year().midnights[40]), 12 * DAY
    crew = _crew(chance, size, begins, span)
    count = chance.upto(60, 1)
    grain = chance.one(1, HOUR)  # sometimes many things fall on one instant
    people = demand(
        begins + rng.integers(0, span // grain, count) * grain,
        rng.integers(0, sorts, count),
        rng.integers(0, size.grids, count),
    )
    end = begins + 2 * span
    return rules, ways, crew, people, setting(seed, begins_at=begins, ends_at=end, is_logged=True)


def _rules(chance: _Chance, size: _Size) -> Tables:
    upto, some, one, sorts = chance.upto, chance.some, chance.one, size.sorts
    rows, masks = size.rows, 1 << size.slots
    return tables(
        ends=[0, *(one(0, 0, 1, 2, 3) for _ in range(size.states - 1))],
        rows=[0, *(upto(size.states, -1) for _ in range(rows - 1))],
        guards=[[], *([_guard(chance.rng, masks) for _ in some(2)] for _ in range(rows - 1))],
        steps=[[(int(one(*Verb)), upto(masks, 1)) for _ in some(3)] for _ in range(rows)],
        effects=[[_effect(chance.rng) for _ in some(3)] for _ in range(rows)],
        by_time=[upto(2) for _ in range(rows)],
        spans=[
            (Span.HOURS, upto(30) * HOUR), (Span.WORK_HOURS, 4 * HOUR + 1),
            (Span.DAYS, upto(4)), (Span.WORKDAYS, upto(4)),
            (Span.MONTHS, 1),
        ],
        flags=[upto(2 * Slot.RECEIPT) for _ in range(size.slots)],
        sort_span=[[upto(5, -1) for _ in range(size.slots)] for _ in range(sorts)],
        sort_flags=[upto(4) for _ in range(sorts)],
        candidates=[[upto(size.pools) for _ in some(3)] for _ in range(sorts)],
        sorts=sorts,
        ranks=[upto(3) for _ in range(sorts)],
    )  # fmt: skip


def _ways(chance: _Chance, size: _Size) -> Habits:
    upto, some, one, rows = chance.upto, chance.some, chance.one, size.rows
    every_state, every_task = range(size.states), range(size.tasks)
    return habits(
        raise_row=[0] * size.sorts,
        task_at=[[upto(size.tasks, -1) for _ in range(size.sorts)] for _ in every_state],
        task_list=[
            (one(0, size.pools - 1, 0, HOLDER_UNIT, HOLDER_ASKED), upto(3), one(0, 1), n)
            for n in every_task
        ],
        outcomes=[_outcomes(chance.rng, rows) for _ in every_task],
        rivals=[
            [(upto(rows), WHOLE // 2, upto(3), size.tasks) for _ in some(2)] for _ in every_state
        ],
        dues=[[(upto(size.slots), upto(rows), 5 * HOUR) for _ in some(2)] for _ in every_state],
        quantiles=[exponential(9 * HOUR), fixed(2 * HOUR), exponential(40 * HOUR)],
        lags=[max(-1, upto(3, -2)) for _ in every_task],
    )


def _crew(chance: _Chance, size: _Size, begins: int, span: int) -> Staff:
    return staff(
        [chance.upto(3) for _ in range(size.pools)],
        calendar=[chance.upto(1, -1) for _ in range(size.pools)],
        order=int(chance.one(*Order)),
        grids=size.grids,
        calendars=(year(),),
        changes=[
            (begins + chance.upto(span), chance.upto(size.pools), chance.one(-1, 1, 1))
            for _ in chance.some(4)
        ],
    )


def _guard(rng: np.random.Generator, masks: int) -> tuple[int, int, int, int]:
    ask = int(rng.integers(len(Ask)))
    a, b = int(rng.integers(FIXED + 3)), int(rng.integers(3))
    if ask in (Ask.OWED, Ask.OVER, Ask.BEFORE, Ask.AT_MOST_OPEN, Ask.UNMOVED):
        a = int(rng.integers(1, masks))
    if ask in (Ask.FLAG, Ask.NO_FLAG):
        a = int(rng.integers(1, 4))
    if ask == Ask.WITHIN:
        a = int(rng.integers(3, 5))
    return ask, int(rng.integers(2)), a, b


def _effect(rng: np.random.Generator) -> tuple[int, int, int]:
    do = int(rng.integers(len(Do)))
    if do == Do.NOW:
        return do, 3, 0
    if do == Do.COPY:
        return do, 0, 1  # take what was asked
    return do, FIXED + int(rng.integers(3)), int(rng.integers(-1, 3))


def _outcomes(rng: np.random.Generator, rows: int) -> list[tuple[int, int]]:
    shares = sorted(int(rng.integers(WHOLE)) for _ in range(int(rng.integers(0, 3))))
    return [(int(rng.integers(rows)), until) for until in [*shares, WHOLE]]
