"""From the runs of every alternative to the report: means, differences, and what they stand on.

The main measure is the share solved in time. Its intervals hold together over all alternatives
with 95 %; those of the other measures hold together over all of them and all alternatives, so
they are wider: who looks at many measures finds something somewhere else.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, nan
from pathlib import Path

import numpy as np

from commongrid import __version__
from commongrid.bridges.rehearsal.drawing import (
    backlog_curve,
    lines_of,
    possible,
    rounded,
    wait_curves,
)
from commongrid.bridges.rehearsal.given import given_of
from commongrid.bridges.rehearsal.measuring import Measured, Reading
from commongrid.bridges.rehearsal.plain import digest, sealed
from commongrid.bridges.rehearsal.plans import Alternative, Plan
from commongrid.bridges.rehearsal.practice import Estimate, Known, Practice
from commongrid.bridges.rehearsal.reports import (
    Advice,
    Difference,
    Figure,
    Given,
    Played,
    Replay,
    Report,
    Verdict,
)
from commongrid.charter import Compiled, to_plain
from commongrid.engines.contrast import Interval, Says, gain, interval, needed, says
from commongrid.kernel import canon
from commongrid.kernel.text import Text

MAIN = "solved_in_time"
COST = "cost"
APART = (MAIN, COST)
"""Not counted among the measures whose intervals hold together: the main one has its own, and a
cost is the hours of work in other words.
"""
VERDICTS = {Says.MORE: Verdict.MORE, Says.LESS: Verdict.LESS, Says.NOT_CLEAR: Verdict.NOT_CLEAR}
_TABLE = Path(__file__).with_name("measures.csv")


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """One alternative with all its runs."""

    alternative: Alternative
    compiled: Compiled
    reading: Reading
    runs: Sequence[Measured]
    replay: Replay | None
    notes: tuple[Text, ...]

    def values(self, measure: str) -> list[float] | None:
        """The measure of each run; nothing where some run could not be measured."""
        found = [run.figures.get(measure, nan) for run in self.runs]
        return found if all(isfinite(value) for value in found) else None


@lru_cache(maxsize=1)
def measure_names() -> Mapping[str, Text]:
    """The measures in the order of measures.csv, with their names."""
    lines = [x for x in _TABLE.read_text("utf-8").splitlines() if x and not x.startswith("#")]
    rows = csv.DictReader(lines, strict=True)
    return {row["measure"]: Text(zh=row["zh"], en=row["en"]) for row in rows}


def runs_needed(firsts: Sequence[Sequence[Measured]], plan: Plan) -> int:
    """How many replications there have to be, from the first ones of each alternative."""
    values = [[run.figures[MAIN] for run in runs] for runs in firsts]
    if not all(isfinite(value) for part in values for value in part):
        return plan.least
    base, others = np.array(values[0]), [np.array(part) for part in values[1:]]
    compared = [other - base for other in others] or [base]
    wanted = [needed(part, half=plan.narrow, family=len(compared)) for part in compared]
    return min(max(wanted), plan.most)


def compare(
    plan: Plan,
    practice: Practice,
    outcomes: Sequence[Outcome],
    *,
    is_compiled: bool,
    tail: int,
    advice: tuple[Advice, ...] = (),
    notes: tuple[Text, ...] = (),
) -> Report:
    """The report of these runs."""
    runs = len(outcomes[0].runs)
    differences = _differences(plan, outcomes)
    return sealed(
        Report(
            plan_digest=digest(plan),
            practice_digest=digest(practice),
            charters={one.alternative.name: _charter_digest(one.compiled) for one in outcomes},
            engine=f"{'compiled' if is_compiled else 'oracle'} {__version__}",
            seed=plan.seed,
            replications=runs,
            events=sum(run.events for one in outcomes for run in one.runs),
            took_s=0.0,
            played=tuple(_played(one, plan) for one in outcomes),
            differences=differences,
            given=(*_cost_given(plan), *given_of(practice, outcomes[0].compiled)),
            advice=advice,
            notes=(*_notes(plan, practice, outcomes, differences, tail), *notes),
        )
    )


def _cost_given(plan: Plan) -> tuple[Given, ...]:
    """What an hour is taken to cost, among what is assumed."""
    if not plan.hour_cost:
        return ()
    value = plan.hour_cost
    estimate = Estimate(
        value=value, low=value, high=value, cases=0, known=Known.ASSUMED, source=plan.cost_source
    )
    what = Text(zh="一小时工作的成本", en="cost of an hour of work")
    return (Given(what=what, estimate=estimate, unit="money"),)


def figure_of(found: Interval) -> Figure:
    """A difference, which may lie below zero."""
    mean, low, high = (rounded(value) for value in (found.mean, found.low, found.high))
    return Figure(mean=mean, low=low, high=high)


def _charter_digest(compiled: Compiled) -> str:
    return canon.digest(to_plain(compiled.charter))


def _played(one: Outcome, plan: Plan) -> Played:
    figures = {
        measure: possible(measure, interval(values, first=plan.least))
        for measure in measure_names()
        if (values := one.values(measure)) is not None
    }
    units, types, grids = lines_of(one.runs, one.reading, one.compiled, first=plan.least)
    return Played(
        name=one.alternative.name,
        charter=one.alternative.charter or one.compiled.key,
        figures=figures,
        units=units,
        types=types,
        grids=grids,
        waits=wait_curves(one.runs),
        backlog=backlog_curve(one.runs),
        runs={
            measure: tuple(rounded(value) for value in one.values(measure) or ())
            for measure in figures
        },
        replay=one.replay,
    )


def _differences(plan: Plan, outcomes: Sequence[Outcome]) -> tuple[Difference, ...]:
    base, others = outcomes[0], outcomes[1:]
    found = []
    for other in others:
        for measure in measure_names():
            before, after = base.values(measure), other.values(measure)
            if before is None or after is None:
                continue
            family = len(others) * (1 if measure == MAIN else len(measure_names()) - len(APART))
            apart = np.array(after) - np.array(before)
            told = interval(apart, first=plan.least, family=family)
            found.append(
                Difference(
                    measure=measure,
                    alternative=other.alternative.name,
                    figure=figure_of(told),
                    verdict=VERDICTS[says(told)],
                )
            )
    return tuple(found)


# --- notes


def _notes(
    plan: Plan,
    practice: Practice,
    outcomes: Sequence[Outcome],
    differences: Sequence[Difference],
    tail: int,
) -> tuple[Text, ...]:
    told = [*practice.notes]
    for one in outcomes:
        name = one.alternative.name
        told += [Text(zh=f"{name}：{n.zh}", en=f"{name}: {n.en}") for n in one.notes]
    told.append(_days_note(tail))
    if len(outcomes) > 1:
        told.append(_method_note(len(outcomes) - 1))
        told += [note for one in outcomes[1:] if (note := _gain_note(outcomes[0], one))]
        told += _wide_notes(plan, differences)
    told += _calm_notes(plan)
    told += _missing_notes(plan, outcomes)
    return tuple(dict.fromkeys(_without_repeats(told, outcomes)))


def _without_repeats(told: list[Text], outcomes: Sequence[Outcome]) -> list[Text]:
    """What is said of every alternative is said once, of none in particular."""
    everywhere = [note for note in outcomes[0].notes if all(note in one.notes for one in outcomes)]
    names = [one.alternative.name for one in outcomes]
    repeats = {Text(zh=f"{n}：{e.zh}", en=f"{n}: {e.en}") for n in names for e in everywhere}
    return [*everywhere, *(note for note in told if note not in repeats)]


def _days_note(tail: int) -> Text:
    return Text(
        zh=f"每次模拟在期间之前先运行六周，结束后再运行 {tail} 天；只统计期间内上报的事项。",
        en=f"Each run begins six weeks before the period and goes on for {tail} days after it; "
        "only matters raised in the period are counted.",
    )


def _method_note(others: int) -> Text:
    return Text(
        zh="各方案面对同样的事项。主要指标是按时办结率，"
        f"其区间对 {others} 项比较共同以 95% 的把握成立；其余指标的区间更宽，"
        "合在一起以 95% 的把握成立。区间含零即为“无明显差别”。",
        en="Every alternative met the same matters. The main measure is the share solved in time: "
        f"its intervals hold for {others} comparisons together with 95 %. Those of the other "
        "measures are wider and hold all together with 95 %. An interval with zero in it is no "
        "clear difference.",
    )


def _gain_note(base: Outcome, other: Outcome) -> Text | None:
    before, after = base.values(MAIN), other.values(MAIN)
    worth = gain(before, after) if before and after else None
    if worth is None:
        return None
    name = other.alternative.name
    return Text(
        zh=f"{name}：两方案各次模拟的按时办结率相关 {worth.correlation:.2f}；"
        f"若各用各的事项，要得到同样窄的区间需 {worth.times:.1f} 倍的模拟次数。",
        en=f"{name}: over the runs the shares solved in time correlate by {worth.correlation:.2f}; "
        f"with matters of their own {worth.times:.1f} times as many runs would be needed for the "
        "same interval.",
    )


def _wide_notes(plan: Plan, differences: Sequence[Difference]) -> list[Text]:
    wide = [d for d in differences if d.measure == MAIN and _half(d.figure) > plan.narrow]
    return [
        Text(
            zh=f"{one.alternative}：区间半宽 {_half(one.figure):.4f}，"
            f"未达到要求的 {plan.narrow:g}；允许的模拟次数不够。",
            en=f"{one.alternative}: the half interval is {_half(one.figure):.4f} and not the "
            f"{plan.narrow:g} asked for; more runs than allowed would be needed.",
        )
        for one in wide
    ]


def _half(figure: Figure) -> float:
    return (figure.high - figure.low) / 2


def _calm_notes(plan: Plan) -> list[Text]:
    if not any(one.is_calm for one in plan.alternatives):
        return []
    return [
        Text(
            zh="标为平日的方案没有演练带来的事项，其余各方案有。比例变好，可能只是多出来的事项好办；"
            "请看按类型的结果。",
            en="An alternative on ordinary days does not have the matters that a drill brings; the "
            "others do. A share may be better only because what came on top is quickly done: look "
            "at the figures by type.",
        )
    ]


def _missing_notes(plan: Plan, outcomes: Sequence[Outcome]) -> list[Text]:
    missing = [
        name
        for measure, name in measure_names().items()
        if (measure != COST or plan.hour_cost)
        and any(one.values(measure) is None for one in outcomes)
    ]
    if not missing:
        return []
    return [
        Text(
            zh=f"事项太少，不能计算：{'、'.join(name.zh for name in missing)}。",
            en=f"Too few matters to work out: {', '.join(name.en for name in missing)}.",
        )
    ]
