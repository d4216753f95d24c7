"""Runs of a plan: the same people for each alternative, many replications, then a report.

Every run begins ``WARM_DAYS`` before the plan with an empty house and fills it as the place lives;
only matters raised in the plan's own days are counted. It goes on after them, with people still
coming, until what was promised has fallen due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np

from commongrid.bridges.rehearsal.advising import advise
from commongrid.bridges.rehearsal.bounds import plan_faults
from commongrid.bridges.rehearsal.comparing import Outcome, compare, runs_needed
from commongrid.bridges.rehearsal.crew import CancelledError, Crew, Task, cores
from commongrid.bridges.rehearsal.drilling import read_courses, strike_people, strike_staff
from commongrid.bridges.rehearsal.hiring import HireError, hire, midnight
from commongrid.bridges.rehearsal.lowering import ChangeError, apply_changes, lower
from commongrid.bridges.rehearsal.measuring import Measured, measure
from commongrid.bridges.rehearsal.people import WEEKS_A_YEAR, People, draw_people
from commongrid.bridges.rehearsal.plain import PlainError
from commongrid.bridges.rehearsal.plans import Alternative, Drill, Plan
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
from commongrid.bridges.rehearsal.reports import Advice, Replay, Report
from commongrid.bridges.rehearsal.staging import Stage as AdviceStage
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

__all__ = ["CancelledError", "rehearse"]

WARM_DAYS = 42
TAIL_DAYS = (14, 92)
"""At least, and at most: what falls due later is neither kept nor late."""
MOST_ADVISED = 300_000
"""Matters a run above which no advice is looked for: its runs keep a log."""
Progress = Callable[[int, int], None]


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
        people = self.people(replication)
        demand, grids = stage.sorting.demand(people), people.grid
        staff = strike_staff(
            stage.staff,
            stage.sorting.pools,
            self.practice,
            self.plan,
            replication,
            zone=self.zone,
        )
        run = simulate if self.is_compiled else simulate_slowly
        result = run(stage.tables, stage.habits, staff, demand, setting)
        measured = measure(result, stage.sorting.reading, days=self._days(stage.tables))
        pictures = self._replay(stage, result, demand, setting) if len(grids) else None
        return measured, pictures

    def people(self, replication: int) -> People:
        """The people of a replication, those of a drill among them."""
        drawn = draw_people(
            self.practice,
            self.plan,
            replication,
            zone=self.zone,
            from_on=self._first - timedelta(days=WARM_DAYS),
            until_on=self._last + timedelta(days=self.tail_days),
        )
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


def rehearse(
    plan: Plan,
    practice: Practice,
    charters: Mapping[str, Compiled],
    *,
    progress: Progress = lambda _done, _planned: None,
    is_cancelled: Callable[[], bool] = lambda: False,
    workers: int | None = None,
) -> Report:
    """Run a plan and report. ``charters``: by the name of the alternative.

    ``progress`` is told runs (replications times alternatives), done and planned; what is planned
    grows when the first runs have told how many are needed, and with each step of a drill's
    advice. ``workers``: processes, as many
    as there are cores if not said; 0: none, in the caller's own. The report is the same for all.

    Raises: PlainError naming the field of the plan that cannot be carried out; CancelledError.
    Cost: see docs/explanation/rehearsal.md.
    """
    begun = time.monotonic()
    ready = prepare(plan, practice, charters)
    hands = cores() if workers is None else workers
    watch = _Watch(progress, is_cancelled)
    found, runs = _play_all(ready, hands, watch)
    outcomes = [
        Outcome(
            alternative=alternative,
            compiled=stage.compiled,
            reading=stage.sorting.reading,
            runs=_runs(found, one, runs),
            replay=found[0, one][1],
            notes=stage.notes,
        )
        for one, (alternative, stage) in enumerate(
            zip(plan.alternatives, ready.stages, strict=True)
        )
    ]
    advice, notes = _advice(ready, hands, watch)
    report = compare(
        plan,
        practice,
        outcomes,
        is_compiled=ready.is_compiled,
        tail=ready.tail_days,
        advice=advice,
        notes=notes,
    )
    return replace(report, took_s=round(time.monotonic() - begun, 1))


Found = dict[tuple[int, int], tuple[Measured, Replay | None]]


def _play_all(ready: Rehearsal, hands: int, watch: _Watch) -> tuple[Found, int]:
    """Every run, and how many replications there are."""
    plan, count = ready.plan, len(ready.plan.alternatives)
    with Crew(_sent(ready), min(hands, plan.least * count)) as crew:

        def play(replications: range) -> Found:
            tasks = [(run, one) for run in replications for one in range(count)]
            watch.plan(len(tasks))
            return crew.play(tasks, on_done=watch.done, is_cancelled=watch.is_cancelled)

        found = play(range(plan.least))
        runs = runs_needed([_runs(found, one, plan.least) for one in range(count)], plan)
        if runs > plan.least:
            found |= play(range(plan.least, runs))
    return found, runs


def _advice(
    ready: Rehearsal, hands: int, watch: _Watch
) -> tuple[tuple[Advice, ...], tuple[Text, ...]]:
    """What a drill says of the first alternative; nothing without a drill."""
    plan, first = ready.plan, ready.stages[0]
    if plan.shock.drill is Drill.NONE:
        return (), ()
    name = plan.alternatives[0].name
    if ready.expected > MOST_ADVISED:
        return (), (
            Text(
                zh=f"事项超过 {MOST_ADVISED} 件，没有逐社区分析何时撑不住、需要多少帮手。",
                en=f"More than {MOST_ADVISED} matters: when a community breaks and how many "
                "helpers it needs was not looked for.",
            ),
        )
    stage = AdviceStage(
        plan=plan,
        practice=ready.practice,
        tables=first.tables,
        habits=first.habits,
        staff=first.staff,
        sorting=first.sorting,
        zone=ready.zone,
        is_compiled=ready.is_compiled,
    )
    with Crew(stage, hands) as crew:

        def play(tasks: Sequence[Task]) -> Mapping[Task, Any]:
            watch.plan(len(tasks))
            return crew.play(tasks, on_done=watch.done, is_cancelled=watch.is_cancelled)

        told = advise(stage, first.compiled, replications=plan.least, play=play)
    return told, (Text(zh=f"演练的建议针对“{name}”。", en=f"The drill's advice is on “{name}”."),)


def _sent(ready: Rehearsal) -> Rehearsal:
    """What goes to the workers: no rules, which they do not need."""
    return replace(ready, stages=tuple(replace(s, compiled=None) for s in ready.stages))


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
    return Rehearsal(
        plan=plan,
        practice=practice,
        stages=stages,
        areas=areas,
        zone=zone,
        tail_days=tail,
        is_compiled=find_spec("numba") is not None,
    )


def _changed(place: int, one: Alternative, charters: Mapping[str, Compiled]) -> Compiled:
    try:
        return apply_changes(charters[one.name], one)
    except ChangeError as error:
        raise _fault(f"alternatives.{place}", Text.both(str(error))) from error


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
    lowered = lower(
        compiled,
        practice,
        from_on=first - timedelta(days=WARM_DAYS),
        until_on=last,
        tail_days=tail,
        order=one.order,
    )
    pools = [(pool.holder, pool.area) for pool in lowered.index.pools]
    try:
        staff, notes = hire(lowered.staff, pools, one.staff, shares=practice.grids, zone=zone)
    except HireError as error:
        raise _fault(f"alternatives.{place}.staff.{error.place}.holder", error.rule) from error
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


def _runs(
    found: Mapping[tuple[int, int], tuple[Measured, Replay | None]], alternative: int, runs: int
) -> Sequence[Measured]:
    return [found[run, alternative][0] for run in range(runs)]


class _Watch:
    """How far it is, for whoever watches, and whether they want to see more."""

    def __init__(self, progress: Progress, is_cancelled: Callable[[], bool]) -> None:
        self.is_cancelled = is_cancelled
        self._progress, self._planned, self._done = progress, 0, 0

    def plan(self, runs: int) -> None:
        """So many more runs."""
        self._planned += runs
        self._progress(self._done, self._planned)

    def done(self) -> None:
        """One run more is over."""
        self._done += 1
        self._progress(self._done, self._planned)
