"""Models for the rehearsal's bench: a network of queues, and an invented city with rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from commongrid.bridges.rehearsal.calendars import calendar_arrays
from commongrid.engines.rehearsal import Calendar, Demand, Habits, Setting, Staff, Tables
from commongrid.engines.rehearsal.words import (
    CLAIMED_AT,
    FIXED,
    HOLDER_UNIT,
    UNIT,
    WHOLE,
    Ask,
    Do,
    Order,
    Slot,
    Span,
    Verb,
)
from tests.engines.rehearsal import models
from tests.engines.rehearsal.models import DAY, HOUR, SECOND, exponential, ints
from tests.support.flows import real

MINUTE = 60 * SECOND
WORK = 20 * MINUTE
STAGES = ((2000, 1), (200, 2), (20, 4), (4, 10))
"""Pools and servers of each stage of the network; a matter goes through all four."""
LOAD = 0.8
REDONE = FIXED
Model = tuple[Tables, Habits, Staff, Demand, Setting]


def stage_means() -> list[float]:
    """The mean work of each stage in seconds, so that every pool is as busy as the others."""
    rate = network_rate()
    return [LOAD * pools * servers / rate for pools, servers in STAGES]


def network_rate() -> float:
    """Matters a second: one in ten seconds at each first pool would be WORK each."""
    return LOAD * STAGES[0][0] / (WORK / SECOND)


def network(matters: int, seed: int = 1) -> Model:
    """Four queues in a row, without calendars, promises or priorities."""
    grids = STAGES[0][0]
    rules = models.tables(ends=[0, 0, 0, 0, 1], rows=[0, 1, 2, 3, 4])
    ways = models.habits(
        raise_row=[0],
        task_at=[[0], [1], [2], [3], [-1]],
        task_list=[(n, n, 0, n) for n in range(4)],
        outcomes=[[(n + 1, WHOLE)] for n in range(4)],
        quantiles=[exponential(mean * SECOND) for mean in stage_means()],
    )
    rng = np.random.default_rng([seed, 1])
    gaps = rng.exponential(SECOND / network_rate(), matters)
    people = models.demand(
        np.rint(np.cumsum(gaps)).astype(np.int64), grid=rng.integers(0, grids, matters)
    )
    return rules, ways, _levels(STAGES, grids), people, models.setting(seed)


def _levels(stages: tuple[tuple[int, int], ...], grids: int, **more: Any) -> Staff:
    """A holder a stage, with a pool in each of its areas."""
    counts = [pools for pools, _ in stages]
    servers = np.repeat(ints([servers for _, servers in stages]), counts)
    total = len(servers)
    none = np.zeros(0, np.int64)
    return Staff(
        calendars=more.get("calendars", ()),
        pool_servers=servers,
        pool_calendar=np.full(total, more.get("calendar", -1), np.int64),
        pool_order=np.full(total, more.get("order", Order.FIRST_COME), np.int64),
        holder_base=ints(np.cumsum([0, *counts[:-1]])),
        holder_level=ints(range(len(stages))),
        area=np.stack([np.arange(grids) * pools // grids for pools in counts]).astype(np.int64),
        travel=np.full(grids, more.get("travel", 0), np.int64),
        change_at=none,
        change_pool=none,
        change_by=none,
    )


# --- a city -------------------------------------------------------------------------------------
YEAR = (date(2025, 1, 1), date(2027, 3, 1))
(NEW, READ, ACCEPTED, OFFERED, TAKEN, THERE, PARTS, CLAIMED, PASSED, ENDED, FILED) = range(11)
(RAISE, SEE, ACCEPT, OFFER, TAKE, ARRIVE, PAUSE, RESUME, CLAIM, PASS, REDO, CONFIRM, EXPIRE, FILE,
 REOPEN, REMIND) = range(16)  # fmt: skip
ANSWER, FIX, CONFIRMED_BY = range(3)
ROWS: tuple[tuple[int, int], ...] = (
    (RAISE, NEW), (SEE, READ), (ACCEPT, ACCEPTED), (OFFER, OFFERED), (TAKE, TAKEN),
    (ARRIVE, THERE), (PAUSE, PARTS), (RESUME, THERE), (CLAIM, CLAIMED), (PASS, PASSED),
    (REDO, TAKEN), (CONFIRM, ENDED), (EXPIRE, ENDED), (FILE, FILED), (REOPEN, TAKEN),
    (REMIND, -1),
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """An invented city. ``matters``: raised in its year."""

    grids: int = 20_000
    matters: int = 2_900_000

    @property
    def stages(self) -> tuple[tuple[int, int], ...]:
        """Workers of grids, of communities, and desks of townships, enough for the load."""
        community = max(self.grids // 20, 1)
        township = max(self.grids // 330, 1)
        each = self.matters / 2_900_000 * 20_000 / self.grids
        return (
            (self.grids, max(round(each), 1)),
            (community, max(round(2 * each), 1)),
            (township, max(round(6 * each), 1)),
        )


def city_hours() -> Calendar:
    """The working calendar of a real charter over the year and what runs beyond it."""
    return calendar_arrays(real("keerqin-subdistrict").calendar, *YEAR)


def city_tables(sorts: int = 12) -> Tables:
    """Rules as those of a charter: guards, promises, pauses, a redo, a confirmation by time."""
    masks = {name: 1 << name for name in (ANSWER, FIX, CONFIRMED_BY)}
    steps: list[list[tuple[int, int]]] = [[] for _ in ROWS]
    steps[RAISE] = [(Verb.START, masks[ANSWER] | masks[FIX])]
    steps[ACCEPT] = [(Verb.MEET, masks[ANSWER])]
    steps[PAUSE], steps[RESUME] = [(Verb.PAUSE, masks[FIX])], [(Verb.RESUME, masks[FIX])]
    steps[PASS] = [(Verb.START, masks[CONFIRMED_BY])]
    steps[REDO] = [(Verb.RESTART, masks[FIX])]
    for row in (CONFIRM, EXPIRE):
        steps[row] = [(Verb.MEET, masks[CONFIRMED_BY]), (Verb.END, masks[FIX])]
    effects: list[list[tuple[int, int, int]]] = [[] for _ in ROWS]
    effects[OFFER] = [(Do.OFFER, 0, 0)]
    effects[TAKE] = [(Do.COPY, UNIT, 1)]
    effects[CLAIM] = [(Do.NOW, CLAIMED_AT, 0)]
    effects[REDO] = [(Do.PUT, CLAIMED_AT, 0), (Do.ADD, REDONE, 1)]
    guards: list[list[tuple[int, int, int, int]]] = [[] for _ in ROWS]
    guards[OFFER] = [(Ask.OFFERABLE, 0, 0, 0)]
    guards[PAUSE] = [(Ask.BEFORE, 0, masks[FIX], 0)]
    guards[EXPIRE] = [(Ask.OVER, 0, masks[CONFIRMED_BY], 0)]
    guards[REOPEN] = [(Ask.WITHIN, 0, CLAIMED_AT, 3)]
    limits = [(Span.WORK_HOURS, 4 * HOUR), (Span.WORKDAYS, 5), (Span.DAYS, 7), (Span.MONTHS, 1)]
    tables = models.tables(
        ends=[0] * ENDED + [1, 1],
        rows=[to for _, to in ROWS],
        guards=guards, steps=steps, effects=effects,
        by_time=[int(row == EXPIRE) for row, _ in ROWS],
        spans=limits,
        flags=[Slot.RECEIPT, Slot.FINISH, Slot.QUIET],
        sort_span=[[0, 1, 2]] * sorts,
        candidates=[[n % 2] for n in range(sorts)],
        sorts=sorts,
        ranks=[n % 3 for n in range(sorts)],
    )  # fmt: skip
    return Tables(**{**tables.__dict__, "calendar": city_hours()})


def city_habits(sorts: int = 12) -> Habits:
    """Who does what: a desk of the township, the unit that took it, a checker, the person."""
    desk, checker = 2, 1
    tasks = [
        (desk, 0, 0, 0), (desk, 0, 0, 1), (desk, 0, 0, 2), (HOLDER_UNIT, 1, 1, 3),
        (HOLDER_UNIT, 2, 0, 4), (checker, 0, 0, 5), (0, 0, 0, 6),
    ]  # fmt: skip
    turn = {NEW: 0, READ: 1, ACCEPTED: 2, OFFERED: 6, TAKEN: 3, THERE: 4, CLAIMED: 5}
    outcomes = [
        [(SEE, WHOLE)], [(ACCEPT, WHOLE)], [(OFFER, WHOLE)], [(ARRIVE, WHOLE)],
        [(CLAIM, int(0.6 * WHOLE)), (PAUSE, WHOLE)],
        [(PASS, int(0.92 * WHOLE)), (REDO, WHOLE)], [(TAKE, WHOLE)],
    ]  # fmt: skip
    rivals: list[list[tuple[int, int, int, int]]] = [[] for _ in range(FILED + 1)]
    rivals[PARTS] = [(RESUME, WHOLE, 3, 7)]
    rivals[TAKEN] = [(REMIND, WHOLE // 5, 3, 8)]
    rivals[PASSED] = [(CONFIRM, WHOLE // 2, 3, 9)]
    rivals[ENDED] = [(FILE, WHOLE, 4, 10), (REOPEN, WHOLE // 50, 3, 11)]
    dues: list[list[tuple[int, int, int]]] = [[] for _ in range(FILED + 1)]
    dues[PASSED] = [(CONFIRMED_BY, EXPIRE, DAY)]
    return models.habits(
        raise_row=[RAISE] * sorts,
        task_at=[[turn.get(state, -1)] * sorts for state in range(FILED + 1)],
        task_list=tasks, outcomes=outcomes, rivals=rivals, dues=dues,
        quantiles=[
            exponential(2 * MINUTE), exponential(10 * MINUTE), exponential(25 * MINUTE),
            exponential(2 * DAY), models.fixed(3 * DAY),
        ],
        lags=[-1, -1, -1, -1, -1, -1, -1],
    )  # fmt: skip


def city(one: City, seed: int = 1, sorts: int = 12) -> Model:
    """The city's year."""
    rules = city_tables(sorts)
    nights = rules.calendar.midnights
    begins, span = int(nights[0]) - DAY, 365 * DAY
    rng = np.random.default_rng([seed, 2])
    at = np.sort(begins + rng.integers(0, span, one.matters))
    people = models.demand(
        at, rng.integers(0, sorts, one.matters), rng.integers(0, one.grids, one.matters)
    )
    crew = _levels(
        one.stages, one.grids, calendars=(rules.calendar,), calendar=0,
        order=Order.CLASS_AGE, travel=5 * MINUTE,
    )  # fmt: skip
    setting = models.setting(seed, begins_at=begins, ends_at=begins + span + 60 * DAY)
    return rules, city_habits(sorts), crew, people, setting
