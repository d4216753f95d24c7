"""A plan run to its report: the same people for each alternative, many replications."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from commongrid.bridges.rehearsal.advising import advise
from commongrid.bridges.rehearsal.comparing import Outcome, compare, runs_needed
from commongrid.bridges.rehearsal.crew import CancelledError, Crew, Task, cores
from commongrid.bridges.rehearsal.measuring import Measured
from commongrid.bridges.rehearsal.plans import Drill, Plan
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.bridges.rehearsal.preparing import Rehearsal, prepare
from commongrid.bridges.rehearsal.reports import Advice, Replay, Report
from commongrid.bridges.rehearsal.staging import Stage as AdviceStage
from commongrid.charter import Compiled
from commongrid.kernel.text import Text

__all__ = ["CancelledError", "Rehearsal", "prepare", "rehearse"]

MOST_ADVISED = 300_000
"""Matters a run, times alternatives, above which no advice is looked for: its runs keep a log."""
Progress = Callable[[int, int], None]


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
    """What a drill says of each alternative it strikes, in order, as far as there is time."""
    plan = ready.plan
    if plan.shock.drill is Drill.NONE:
        return (), ()
    told: list[Advice] = []
    left: list[str] = []
    struck = [n for n, one in enumerate(plan.alternatives) if not one.is_calm]
    for count, place in enumerate(struck, start=1):
        name = plan.alternatives[place].name
        if ready.expected * count > MOST_ADVISED:
            left.append(name)
            continue
        told += [replace(one, alternative=name) for one in _advised(ready, place, hands, watch)]
    if not left:
        return tuple(told), ()
    names = "、".join(left), ", ".join(left)
    note = Text(
        zh=f"事项太多，没有逐社区分析何时撑不住、需要多少帮手：{names[0]}。",
        en="Too many matters: when a community breaks and how many helpers it needs was not "
        f"looked for in {names[1]}.",
    )
    return tuple(told), (note,)


def _advised(ready: Rehearsal, place: int, hands: int, watch: _Watch) -> tuple[Advice, ...]:
    """What a drill says of one alternative."""
    plan, one = ready.plan, ready.stages[place]
    stage = AdviceStage(
        plan=plan,
        practice=ready.practice,
        tables=one.tables,
        habits=one.habits,
        staff=one.staff,
        sorting=one.sorting,
        zone=ready.zone,
        is_compiled=ready.is_compiled,
    )
    with Crew(stage, hands) as crew:

        def play(tasks: Sequence[Task]) -> Mapping[Task, Any]:
            watch.plan(len(tasks))
            return crew.play(tasks, on_done=watch.done, is_cancelled=watch.is_cancelled)

        return advise(stage, one.compiled, replications=plan.least, play=play)


def _sent(ready: Rehearsal) -> Rehearsal:
    """What goes to the workers: no rules, which they do not need."""
    return replace(ready, stages=tuple(replace(s, compiled=None) for s in ready.stages))


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
