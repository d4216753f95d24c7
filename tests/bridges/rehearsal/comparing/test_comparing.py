"""From measured runs to figures, lines, curves and notes: worked out by hand beside it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from commongrid.bridges.rehearsal import preparing
from commongrid.bridges.rehearsal.comparing import MAIN, Outcome, compare, runs_needed
from commongrid.bridges.rehearsal.drawing import (
    REST,
    backlog_curve,
    lines_of,
    possible,
    wait_curves,
)
from commongrid.bridges.rehearsal.given import _median, given_of
from commongrid.bridges.rehearsal.measuring import Measured
from commongrid.bridges.rehearsal.plans import Alternative
from commongrid.bridges.rehearsal.practice import Known, Times
from commongrid.bridges.rehearsal.preparing import Rehearsal
from commongrid.bridges.rehearsal.reading import MOST_AREAS, areas_of
from commongrid.bridges.rehearsal.reports import Report, Verdict
from commongrid.engines.contrast import Interval, interval
from tests.bridges.rehearsal.comparing.small import charter, charters, plan, practice
from tests.support.rehearsal import sample_practice

TWO = plan(Alternative(name="a"), Alternative(name="b"), least=4, most=50, narrow=0.01)


@pytest.fixture(scope="module")
def ready() -> Rehearsal:
    return replace(preparing.prepare(TWO, practice(), charters(TWO)), is_compiled=False)


@pytest.fixture(scope="module")
def run(ready: Rehearsal) -> Measured:
    return ready.play(1, 0)[0]


def told(ready: Rehearsal, run: Measured, **figures: list[list[float]]) -> Report:
    """The report of runs that differ in these figures only. Shape: alternatives x runs."""
    outcomes = []
    for one, stage in enumerate(ready.stages):
        runs = [
            replace(
                run, figures=run.figures | {name: rows[one][n] for name, rows in figures.items()}
            )
            for n in range(4)
        ]
        outcomes.append(
            Outcome(
                alternative=TWO.alternatives[one],
                compiled=charter(),
                reading=stage.sorting.reading,
                runs=runs,
                replay=None,
                notes=stage.notes,
            )
        )
    return compare(TWO, practice(), outcomes, is_compiled=False, tail=23)


def test_a_clear_difference_and_one_that_is_not(ready: Rehearsal, run: Measured) -> None:
    report = told(
        ready,
        run,
        solved_in_time=[[0.5, 0.6, 0.55, 0.52], [0.6, 0.71, 0.64, 0.62]],
        redo=[[0.1, 0.2, 0.1, 0.2], [0.2, 0.1, 0.2, 0.1]],
    )
    found = {one.measure: one for one in report.differences}
    apart = [0.1, 0.11, 0.09, 0.1]
    by_hand = np.mean(apart) - 3.182446 * np.std(apart, ddof=1) / 2
    assert found[MAIN].verdict is Verdict.MORE
    assert found[MAIN].figure.low == pytest.approx(by_hand, rel=1e-6)
    assert found["redo"].verdict is Verdict.NOT_CLEAR
    assert found["wait_p90"].figure.mean == 0.0
    assert any("as many runs" in note.en for note in report.notes)


def test_other_measures_have_wider_intervals(ready: Rehearsal, run: Measured) -> None:
    rows = [[0.5, 0.6, 0.55, 0.52], [0.6, 0.71, 0.64, 0.62]]
    report = told(ready, run, solved_in_time=rows, answered_in_time=rows)
    halves = {one.measure: one.figure.high - one.figure.low for one in report.differences}
    assert halves["answered_in_time"] > 2 * halves[MAIN]


def test_what_some_run_could_not_measure_is_left_out_and_named(
    ready: Rehearsal, run: Measured
) -> None:
    report = told(ready, run, worst_tenth=[[0.5, nan, 0.5, 0.5], [0.5] * 4])
    assert "worst_tenth" not in report.played[0].figures
    assert "worst_tenth" in report.played[1].figures
    assert "worst_tenth" not in {one.measure for one in report.differences}
    assert any("worst tenth" in note.en for note in report.notes)


def test_how_many_runs_are_needed(run: Measured) -> None:
    def runs(*values: float) -> list[Measured]:
        return [replace(run, figures=run.figures | {MAIN: value}) for value in values]

    base = runs(0.5, 0.6, 0.7, 0.8)
    assert runs_needed([base, runs(0.6, 0.7, 0.8, 0.9)], TWO) == 4  # the difference never varies
    assert runs_needed([base, runs(0.5, 0.61, 0.7, 0.81)], TWO) == 4
    assert 4 < runs_needed([base, runs(0.5, 0.61, 0.72, 0.81)], TWO) < 50
    assert runs_needed([base, runs(0.9, 0.1, 0.9, 0.1)], TWO) == 50
    assert runs_needed([base], TWO) == 50  # alone, its own spread counts
    assert runs_needed([base, runs(0.5, nan, 0.7, 0.8)], TWO) == 4


def test_a_figure_is_never_impossible() -> None:
    wide = Interval(mean=0.9, low=-0.2, high=1.4)
    assert (possible(MAIN, wide).low, possible(MAIN, wide).high) == (0.0, 1.0)
    assert possible("wait_p90", wide).high == 1.4


def test_parts_with_few_matters_are_one_line(ready: Rehearsal, run: Measured) -> None:
    reading = ready.stages[0].sorting.reading
    counts = np.zeros_like(run.type_counts)
    counts[0], counts[1], counts[2] = 10, 3, 1
    _, types, _ = lines_of([replace(run, type_counts=counts)] * 2, reading, charter(), first=2)
    assert [line.key for line in types] == [reading.types[0], REST]
    assert "2" in types[1].name.en
    assert types[1].figures["escalated"].mean == 4  # 3 and 1 together


def test_posts_are_summed_by_role(ready: Rehearsal, run: Measured) -> None:
    reading = ready.stages[0].sorting.reading
    assert reading.holders.count("grid_worker") == 1
    assert not any("@" in holder for holder in reading.holders)
    units, _, _ = lines_of([run, run], reading, charter(), first=2)
    hours = sum(line.figures["work_hours"].mean for line in units)
    assert hours == pytest.approx(run.figures["work_hours"], rel=1e-6)


def test_curves_hold_their_mean(run: Measured) -> None:
    other = replace(run, backlog=run.backlog + 4)
    curve = backlog_curve([run, other])
    assert curve.mean[0] == pytest.approx(run.backlog[0] + 2)
    assert (np.array(curve.low) <= curve.mean).all()
    assert (np.array(curve.mean) <= curve.high).all()
    waits = wait_curves([run, other])
    assert set(waits) == {"first_answer", "claim", "end"}
    assert waits["claim"].mean[0] == 1.0


def test_a_large_place_is_told_by_community() -> None:
    few = areas_of(sample_practice())
    assert few[0] == tuple(sorted(sample_practice().grids))
    many = {
        f"/1/{community:03}/{grid:03}/": 1 / 5000 for community in range(50) for grid in range(100)
    }
    names, parts = areas_of(replace(sample_practice(), grids=many))
    assert len(names) == 50 <= MOST_AREAS
    assert names[0] == "/1/000/"
    assert parts.count(0) == 100


def test_everything_it_stood_on_is_told_with_where_it_comes_from() -> None:
    given = given_of(practice(), charter())
    assert all(one.what.zh and one.what.en for one in given)
    assert {one.unit for one in given} == {"matters", "share", "hours", "people"}
    people = [one for one in given if one.unit == "people"]
    assert len({one.what for one in people}) == len(people)  # one line a role, not a post
    measured = given_of(sample_practice(), charter())
    assert {one.estimate.known for one in measured} == set(Known)


def test_a_median_lies_on_the_line_between_two_quantiles() -> None:
    times = Times(
        shares=(0.0, 0.4, 0.8, 1.0),
        quantiles=(0.0, 3600.0, 7200.0, 9000.0),
        cases=3,
        known=Known.MEASURED,
    )
    assert _median(times).value == pytest.approx(1.25)


def test_the_plain_interval_is_that_of_the_engine(ready: Rehearsal, run: Measured) -> None:
    values = [0.5, 0.6, 0.55, 0.52]
    report = told(ready, run, solved_in_time=[values, values])
    found = interval(values, first=4)
    assert report.played[0].figures[MAIN].low == pytest.approx(found.low, rel=1e-9)
