"""A plan becomes a report: the same one on any number of processes, cancelled when told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from commongrid.bridges.rehearsal import plain, preparing, running
from commongrid.bridges.rehearsal.comparing import measure_names
from commongrid.bridges.rehearsal.plans import (
    Alternative,
    ClockChange,
    Drill,
    LimitChange,
    Plan,
    Shock,
    StaffChange,
)
from commongrid.bridges.rehearsal.reports import Report, Verdict
from commongrid.bridges.rehearsal.running import CancelledError, rehearse
from tests.bridges.rehearsal.comparing.small import charters, plan, practice

pytestmark = pytest.mark.usefixtures("rehearsals_at_once")
FEWER = Alternative(
    name="fewer", staff=(StaffChange(holder="grid_worker", change=-6, from_on="2026-03-04"),)
)
SAME = Alternative(name="the same")
AS_IT_IS = Alternative(name="as it is")
PAIR = plan(AS_IT_IS, FEWER)


def played(one: Plan, workers: int = 0) -> Report:
    return rehearse(one, practice(), charters(one), workers=workers)


@pytest.fixture(autouse=True, scope="module")
def slowly() -> Iterator[None]:
    """The slow simulator, so that nothing is compiled here but where that is the question."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "find_spec", lambda _name: None)
        yield


@pytest.fixture(scope="module")
def report(slowly: None) -> Report:
    return played(PAIR)


def test_the_report_is_whole_and_survives_json(report: Report) -> None:
    assert report.replications == 3
    assert [one.name for one in report.played] == ["as it is", "fewer"]
    assert report.digest == plain.report_digest(report)
    written = json.loads(json.dumps(plain.report_to_plain(report), allow_nan=False))
    assert plain.report_from_plain(written) == report
    for one in report.played:
        assert set(one.figures) <= set(measure_names())
        assert {"solved_in_time", "answered_in_time", "wait_median", "work_hours"} <= set(
            one.figures
        )
        assert all(len(values) == 3 for values in one.runs.values())
        assert len(one.backlog.at) == 15
        assert all(figure.low <= figure.mean <= figure.high for figure in one.figures.values())
    assert {one.alternative for one in report.differences} == {"fewer"}
    assert any(one.is_assumed for one in report.given)
    assert all(note.zh and note.en for note in report.notes)


def test_every_number_of_the_differences_is_that_of_the_runs(report: Report) -> None:
    base, other = report.played
    for one in report.differences:
        apart = np.array(other.runs[one.measure]) - np.array(base.runs[one.measure])
        assert one.figure.mean == pytest.approx(apart.mean(), abs=1e-6)


def test_on_two_processes_it_is_the_same_report(report: Report) -> None:
    assert played(PAIR, workers=2).digest == report.digest


def test_compiled_it_gives_the_same_figures(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr(preparing, "find_spec", lambda _name: True)
    fast = played(PAIR)
    assert fast.engine != report.engine
    assert fast.played == report.played
    assert fast.differences == report.differences


def test_another_seed_is_another_report(report: Report) -> None:
    assert played(replace(PAIR, seed=6)).digest != report.digest


def test_an_alternative_does_not_change_another(report: Report) -> None:
    alone = played(plan(AS_IT_IS))
    assert alone.played[0].runs == report.played[0].runs
    assert alone.differences == ()


def test_what_is_the_same_has_no_difference_at_all() -> None:
    told = played(plan(AS_IT_IS, SAME))
    assert told.played[0].runs == told.played[1].runs
    assert {(one.figure.mean, one.verdict) for one in told.differences} == {
        (0.0, Verdict.NOT_CLEAR)
    }


def test_more_runs_where_the_first_did_not_tell_enough() -> None:
    steps: list[tuple[int, int]] = []
    one = plan(AS_IT_IS, FEWER, least=2, most=4, narrow=0.0001)
    told = rehearse(
        one, practice(), charters(one), workers=0, progress=lambda d, p: steps.append((d, p))
    )
    assert told.replications == 4
    assert steps[0] == (0, 4)
    assert steps[-1] == (8, 8)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert any("half interval" in note.en for note in told.notes)
    wide = played(plan(AS_IT_IS, SAME, least=2, most=4, narrow=0.5))
    assert wide.replications == 2


def test_cancelled_it_gives_no_report() -> None:
    done: list[int] = []
    with pytest.raises(CancelledError):
        rehearse(
            PAIR,
            practice(),
            charters(PAIR),
            workers=0,
            progress=lambda d, _: done.append(d),
            is_cancelled=lambda: bool(done and done[-1] >= 2),
        )
    assert max(done) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Alternative(name="a", staff=(StaffChange(holder="king", change=1),)), "staff.0.holder"),
        (
            Alternative(
                name="a", staff=(StaffChange(holder="grid_worker", change=1, area="/99/"),)
            ),
            "staff.0.area",
        ),
        (Alternative(name="a", clocks=(ClockChange(clock="tea", duration="1h"),)), ""),
        (
            Alternative(
                name="a", limits=(LimitChange(type="Z9", milestone="clear", duration="1h"),)
            ),
            "",
        ),
    ],
    ids=["holder", "area", "clock", "limit"],
)
def test_what_cannot_be_carried_out_is_refused_by_field(wrong: Alternative, field: str) -> None:
    one = plan(AS_IT_IS, wrong)
    with pytest.raises(plain.PlainError) as caught:
        played(one)
    assert caught.value.faults[0][0] == f"alternatives.1.{field}".rstrip(".")


def test_a_plan_out_of_bounds_is_refused() -> None:
    with pytest.raises(plain.PlainError):
        played(replace(PAIR, demand=100.0))


def test_a_place_too_large_for_the_slow_simulator_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = practice(A01=200_000.0)
    with pytest.raises(plain.PlainError, match="at most 20000") as caught:
        running.prepare(PAIR, large, charters(PAIR))
    assert caught.value.faults[0][0] == "demand"
    monkeypatch.setattr(preparing, "find_spec", lambda _name: True)
    assert running.prepare(PAIR, large, charters(PAIR)).is_compiled
    with pytest.raises(plain.PlainError, match="at most 8000000"):
        running.prepare(PAIR, practice(A01=1e8), charters(PAIR))


def test_a_drill_strikes_every_alternative_alike_and_brings_advice() -> None:
    shock = Shock(drill=Drill.OUTBREAK, from_on="2026-03-04", until_on="2026-03-12", absent=0.2)
    struck = plan(AS_IT_IS, SAME, shock=shock, least=2, most=2)
    told = played(struck)
    calm = played(plan(AS_IT_IS, least=2, most=2))
    assert told.played[0].runs == told.played[1].runs
    assert told.played[0].runs["work_hours"] != calm.played[0].runs["work_hours"]
    assert {one.kind for one in told.advice} >= {"breaks"}
    assert {one.alternative for one in told.advice} == {"as it is", "the same"}, "on each of them"
    assert calm.advice == ()


def test_a_calm_alternative_is_not_struck_and_gets_no_advice() -> None:
    """The same people on ordinary days: what one alternative is compared with in a drill."""
    shock = Shock(drill=Drill.OUTBREAK, from_on="2026-03-04", until_on="2026-03-12", absent=0.5)
    calm = replace(AS_IT_IS, name="ordinary days", is_calm=True)
    told = played(plan(calm, AS_IT_IS, shock=shock, least=3, most=3))
    assert told.played[0].runs == played(plan(AS_IT_IS, least=3, most=3)).played[0].runs
    assert told.played[1].runs["work_hours"] > told.played[0].runs["work_hours"]
    found = {one.measure: one for one in told.differences}
    assert found["overload_hours"].figure.mean > 0
    assert {one.alternative for one in told.advice} == {"as it is"}


def test_cost_is_hours_of_work_at_the_stated_price_and_changes_nothing_else() -> None:
    more = {"hour_cost": 40.0, "cost_source": "personnel office, 2026"}
    plain_pair, told = played(PAIR), played(replace(PAIR, **more))
    for one, before in zip(told.played, plain_pair.played, strict=True):
        assert "cost" not in before.figures
        hours = before.figures["work_hours"].mean
        assert one.figures["cost"].mean == pytest.approx(40 * hours)
        assert {**one.runs, "cost": ()} == {**before.runs, "cost": ()}
    others = tuple(one for one in told.differences if one.measure != "cost")
    assert others == plain_pair.differences, "no interval is wider because of it"
    (given,) = (one for one in told.given if one.unit == "money")
    assert (given.is_assumed, given.estimate.source) == (True, "personnel office, 2026")
    assert not any("cost of the work" in note.en for note in plain_pair.notes)


def test_advice_is_looked_for_as_far_as_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shock = Shock(drill=Drill.OUTBREAK, from_on="2026-03-04", until_on="2026-03-12")
    one = plan(AS_IT_IS, SAME, shock=shock, least=2, most=2)
    expected = running.prepare(one, practice(), charters(one)).expected
    monkeypatch.setattr(running, "MOST_ADVISED", expected * 1.5)
    told = played(one)
    assert {one.alternative for one in told.advice} == {"as it is"}
    assert any("not looked for in the same" in note.en for note in told.notes)


def test_the_warm_up_fills_the_house_and_is_not_counted() -> None:
    """Many matters are open on the first morning; only those of the days are counted."""
    ready = running.prepare(PAIR, practice(), charters(PAIR))
    measured, _ = ready.play(0, 0)
    people = ready.people(0)
    setting = ready._setting(0)
    inside = (people.at >= setting.counts_from) & (people.at < setting.counts_until)
    assert measured.counted == int(inside.sum())
    assert 0 < measured.counted < len(people)
    assert measured.backlog[0] > 0


def test_of_a_run_too_large_to_log_the_first_days_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are the days of the very run, not of another one."""
    ready = running.prepare(PAIR, practice(), charters(PAIR))
    measured, whole = ready.play(0, 1)
    a_day = ready.expected / (14 + preparing.WARM_DAYS + ready.tail_days)
    monkeypatch.setattr(preparing, "MOST_MATTERS", a_day * (preparing.WARM_DAYS + 5.5))
    large = running.prepare(PAIR, practice(), charters(PAIR))
    assert large.shown_days == 5
    same, part = large.play(0, 1)
    assert same.figures == measured.figures
    assert whole is not None
    assert part is not None
    steps = 5 * 86_400 // part.step_s
    assert part.step_s == whole.step_s
    assert len(part.open) == steps
    assert part.open == whole.open[:steps]
    assert part.late == whole.late[:steps]
    assert large.play(1, 1)[1] is None
    monkeypatch.setattr(preparing, "MOST_MATTERS", a_day * 3)
    assert running.prepare(PAIR, practice(), charters(PAIR)).play(0, 0)[1] is None


def test_limits_that_are_shorter_are_kept_less_often() -> None:
    short = Alternative(
        name="short", limits=(LimitChange(type="B03", milestone="repair", duration="1h"),)
    )
    long = Alternative(
        name="long", limits=(LimitChange(type="B03", milestone="repair", duration="60d"),)
    )
    told = played(plan(short, long, least=2, most=2))
    lines = [{line.key: line for line in one.types}["B03"] for one in told.played]
    shares = [line.figures["solved_in_time"].mean for line in lines]
    assert shares[0] < shares[1]
