"""A plan made ready to run: every alternative lowered, its people hired, one run as one call.

Every run begins ``WARM_DAYS`` before the plan with an empty house and fills it as the place lives;
only matters raised in the plan's own days are counted. It goes on after them, with people still
coming, until what was promised has fallen due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np

from commongrid.bridges.rehearsal.bounds import plan_faults
from commongrid.bridges.rehearsal.drilling import read_courses, strike_people, strike_staff
from commongrid.bridges.rehearsal.hiring import HireError, hire, midnight
from commongrid.bridges.rehearsal.lowering import (
    ChangeError,
    UnknownWordError,
    apply_changes,
    lower,
)
from commongrid.bridges.rehearsal.measuring import Measured, measure
from commongrid.bridges.rehearsal.people import WEEKS_A_YEAR, People, draw_people
from commongrid.bridges.rehearsal.plain import PlainError
from commongrid.bridges.rehearsal.plans import Alternative, Plan
from commongrid.bridges.rehearsal.practice import Arrivals, Estimate, Known, Practice
from commongrid.bridges.rehearsal.reading import (
    Sorting,
    areas_of,
    counted,
    escalating,
    reading_of,
    sorting_of,
)
from commongrid.bridges.rehearsal.replaying import MOST_MATTERS, replay
from commongrid.bridges.rehearsal.reports import Replay
from commongrid.charter import Compiled
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
from commongrid.kernel.duration import Duration
from commongrid.kernel.text import Text

WARM_DAYS = 42
TAIL_DAYS = (14, 92)
"""At least, and at most: what falls due later is neither kept nor late."""
MOST_COMPILED = 8_000_000
MOST_SLOW = 20_000
"""Matters a run: more do not fit in a small house's memory, or take the slow simulator hours."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Stage:
    """One alternative, ready to be run."""

    tables: Tables
    habits: Habits
    staff: Staff
    sorting: Sorting
    notes: tuple[Text, ...]
    compiled: Any = None  # the charter; it stays with the parent


@dataclass(frozen=True, eq=False, kw_only=True)
class Rehearsal:
    """All that a worker has to know. ``play`` is one run; it depends on nothing else."""

    plan: Plan
    practice: Practice
    stages: tuple[Stage, ...]
    areas: tuple[tuple[str, ...], tuple[int, ...]]
    zone: str
    tail_days: int
    is_compiled: bool

    def play(self, replication: int, alternative: int) -> tuple[Measured, Replay | None]:
        """One replication of one alternative."""
        stage, setting = self.stages[alternative], self._setting(replication)
        is_calm = self.plan.alternatives[alternative].is_calm
        people = self.people(replication, is_calm=is_calm)
        demand, grids = stage.sorting.demand(people), people.grid
        staff = stage.staff if is_calm else self._struck(stage, replication)
        run = simulate if self.is_compiled else simulate_slowly
        result = run(stage.tables, stage.habits, staff, demand, setting)
        measured = self._costed(
            measure(result, stage.sorting.reading, days=self._days(stage.tables))
        )
        pictures = None
        if setting.is_logged and len(grids):
            pictures = self._replay(stage, result, demand, setting)
        elif replication == 0 and self.shown_days:
            pictures = self._first_days(stage, staff, people, setting)
        return measured, pictures

    @cached_property
    def shown_days(self) -> int:
        """How many days of the period a log of the run has room for."""
        period = (self._last - self._first).days
        a_day = self.expected / (period + WARM_DAYS + self.tail_days)
        return min(period, max(0, int(MOST_MATTERS / max(a_day, 1e-9)) - WARM_DAYS))

    def _first_days(
        self, stage: Stage, staff: Staff, people: People, whole: Setting
    ) -> Replay | None:
        """The same run once more, until the log is full: what comes later changes nothing before.

        Cost: as much of a run as is shown.
        """
        ends = midnight(self._first + timedelta(days=self.shown_days), self.zone)
        there = people.at < ends
        fields = ("at", "key", "grid", "type", "flags")
        early = replace(people, **{name: getattr(people, name)[there] for name in fields})
        if not len(early.grid):
            return None
        setting = replace(whole, ends_at=ends, counts_until=ends, is_logged=True)
        demand = stage.sorting.demand(early)
        run = simulate if self.is_compiled else simulate_slowly
        result = run(stage.tables, stage.habits, staff, demand, setting)
        return self._replay(stage, result, demand, setting)

    def _costed(self, measured: Measured) -> Measured:
        """The measures with what the hours of work cost, where the plan says what one costs."""
        if not self.plan.hour_cost:
            return measured
        cost = measured.figures["work_hours"] * self.plan.hour_cost
        return replace(measured, figures={**measured.figures, "cost": cost})

    def _struck(self, stage: Stage, replication: int) -> Staff:
        pools, plan = stage.sorting.pools, self.plan
        return strike_staff(stage.staff, pools, self.practice, plan, replication, zone=self.zone)

    def people(self, replication: int, *, is_calm: bool = False) -> People:
        """The people of a replication; those of a drill come on top unless it is calm."""
        drawn = draw_people(
            self.practice,
            self.plan,
            replication,
            zone=self.zone,
            from_on=self._first - timedelta(days=WARM_DAYS),
            until_on=self._last + timedelta(days=self.tail_days),
        )
        if is_calm:
            return drawn
        return strike_people(drawn, self.practice, self.plan, replication, zone=self.zone)

    @cached_property
    def _first(self) -> date:
        return date.fromisoformat(self.plan.from_on)

    @cached_property
    def _last(self) -> date:
        return date.fromisoformat(self.plan.until_on)

    def _setting(self, replication: int) -> Setting:
        ends = self._last + timedelta(days=self.tail_days)
        return Setting(
            seed=self.plan.seed,
            replication=replication,
            begins_at=midnight(self._first - timedelta(days=WARM_DAYS), self.zone),
            ends_at=midnight(ends, self.zone),
            counts_from=midnight(self._first, self.zone),
            counts_until=midnight(self._last, self.zone),
            is_logged=replication == 0 and self.expected <= MOST_MATTERS,
        )

    @cached_property
    def expected(self) -> float:
        """Matters a run, on average, without what a drill adds."""
        days = (self._last - self._first).days + WARM_DAYS + self.tail_days
        a_year = sum(one.a_year.value for one in self.practice.arrivals)
        return a_year * self.plan.demand * days / 7 / WEEKS_A_YEAR

    def _days(self, tables: Tables) -> slice:
        """The midnights of the period among those of the run."""
        setting, midnights = self._setting(1), tables.calendar.midnights
        nights = midnights[(midnights > setting.begins_at) & (midnights <= setting.ends_at)]
        first, last = np.searchsorted(nights, [setting.counts_from, setting.counts_until])
        return slice(int(first), int(last) + 1)

    def _replay(
        self, stage: Stage, result: Result, demand: Demand, setting: Setting
    ) -> Replay | None:
        if not setting.is_logged:
            return None
        names, parts = self.areas
        return replay(
            result.log,
            row_to=stage.tables.row_to,
            state_end=stage.tables.state_end,
            grid=np.array(parts, np.int64)[demand.grid],
            areas=names,
            begins_at=setting.counts_from,
            ends_at=setting.counts_until,
        )


def prepare(plan: Plan, practice: Practice, charters: Mapping[str, Compiled]) -> Rehearsal:
    """Lower every alternative. Raises: PlainError naming the field that cannot be carried out."""
    faults = plan_faults(plan)
    if faults:
        raise PlainError(faults)
    changed = [_changed(n, one, charters) for n, one in enumerate(plan.alternatives)]
    zone = changed[0].calendar.tz
    tail = max(_tail_days(compiled, practice) for compiled in changed)
    areas = areas_of(practice)
    known = _with_drilled_types(practice, plan)
    stages = tuple(
        _stage(n, compiled, known, plan, tail, areas, zone) for n, compiled in enumerate(changed)
    )
    ready = Rehearsal(
        plan=plan,
        practice=practice,
        stages=stages,
        areas=areas,
        zone=zone,
        tail_days=tail,
        is_compiled=find_spec("numba") is not None,
    )
    _check_size(ready)
    return ready


def staff_faults(
    plan: Plan, practice: Practice, charters: Mapping[str, Compiled]
) -> tuple[tuple[str, Text], ...]:
    """Changes of staff that nobody could carry out, and charters with words nobody knows.

    ``practice`` may be the assumed one: who does what does not depend on what was measured. Only
    alternatives that change staff are looked at. Cost: about a second for each of them.
    """
    areas, known = areas_of(practice), _with_drilled_types(practice, plan)
    faults: list[tuple[str, Text]] = []
    for place, one in enumerate(plan.alternatives):
        if not one.staff:
            continue
        compiled = _changed(place, one, charters)
        try:
            _stage(place, compiled, known, plan, TAIL_DAYS[0], areas, compiled.calendar.tz)
        except PlainError as error:
            faults += error.faults
    return tuple(faults)


def _check_size(ready: Rehearsal) -> None:
    """Refuse what would not come to an end, or not fit in memory."""
    most = MOST_COMPILED if ready.is_compiled else MOST_SLOW
    if ready.expected <= most:
        return
    zh = f"一次模拟约 {ready.expected:.0f} 件事项，最多可推演 {most} 件"
    en = f"some {ready.expected:.0f} matters a run; at most {most} can be rehearsed"
    if not ready.is_compiled:
        zh += "；安装 rehearsal 附加组件后可以推演更多"
        en += " without the extra named rehearsal"
    raise _fault("demand", Text(zh=zh, en=en))


def _changed(place: int, one: Alternative, charters: Mapping[str, Compiled]) -> Compiled:
    try:
        return apply_changes(charters[one.name], one)
    except ChangeError as error:
        raise _fault(f"alternatives.{place}", error.rule) from error


def _stage(
    place: int,
    compiled: Compiled,
    practice: Practice,
    plan: Plan,
    tail: int,
    areas: tuple[tuple[str, ...], tuple[int, ...]],
    zone: str,
) -> Stage:
    one = plan.alternatives[place]
    first, last = date.fromisoformat(plan.from_on), date.fromisoformat(plan.until_on)
    try:
        lowered = lower(
            compiled,
            practice,
            from_on=first - timedelta(days=WARM_DAYS),
            until_on=last,
            tail_days=tail,
            order=one.order,
        )
    except UnknownWordError as error:
        raise _fault(f"alternatives.{place}.charter", error.rule) from error
    pools = [(pool.holder, pool.area) for pool in lowered.index.pools]
    try:
        staff, notes = hire(lowered.staff, pools, one.staff, shares=practice.grids, zone=zone)
    except HireError as error:
        column = f"alternatives.{place}.staff.{error.place}.{error.column}"
        raise _fault(column, error.rule) from error
    reading = reading_of(lowered, areas, weeks=(last - first).days / 7, tail_days=tail)
    return Stage(
        tables=counted(lowered.tables, escalating(lowered)),
        habits=lowered.habits,
        staff=staff,
        sorting=sorting_of(lowered, reading),
        notes=(*lowered.notes, *notes),
        compiled=compiled,
    )


def _fault(field: str, rule: Text) -> PlainError:
    return PlainError(((field, rule),))


def _with_drilled_types(practice: Practice, plan: Plan) -> Practice:
    """Types that only the drill brings are lowered too; nobody raises them in ordinary days."""
    course = read_courses().get(plan.shock.drill)
    known = {one.type for one in practice.arrivals}
    brought = {one.what for one in course.brings if one.about == "share"} if course else set()
    nobody = Estimate(value=0.0, low=0.0, high=0.0, cases=0, known=Known.ASSUMED)
    more = [Arrivals(type=code, a_year=nobody, flags={}) for code in sorted(brought - known)]
    return replace(practice, arrivals=(*practice.arrivals, *more))


def _tail_days(compiled: Compiled, practice: Practice) -> int:
    """Until the longest limit of a type that is raised has passed."""
    raised = {one.type for one in practice.arrivals}
    limits = [row.duration for row in compiled.charter.limits if row.type in raised]
    longest = max((_days(duration) for duration in limits), default=0)
    return min(max(longest + 7, TAIL_DAYS[0]), TAIL_DAYS[1])


def _days(duration: Duration) -> int:
    """At least so many days of the calendar, holidays of a week among them."""
    factor = {"h": 1 / 24, "wh": 0.3, "d": 1.0, "wd": 1.6, "mo": 31.0}[duration.unit]
    return int(float(duration.amount) * factor) + 1
