"""The measures mean what measures.csv says, and agree with what the log of the same run shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isnan

import numpy as np
import pytest

from commongrid.bridges.rehearsal import preparing
from commongrid.bridges.rehearsal.lowering import Lowered, lower
from commongrid.bridges.rehearsal.measuring import (
    _kept_bins,
    _worst_tenth,
    measure,
    wait_edges,
    wait_hours,
)
from commongrid.bridges.rehearsal.preparing import Rehearsal
from commongrid.bridges.rehearsal.reading import counted, escalating
from commongrid.bridges.rehearsal.replaying import STEPS_S, replay, step_seconds
from commongrid.engines.rehearsal import Result, simulate_slowly, wait_bin
from commongrid.engines.rehearsal.draws import WAIT_BINS
from commongrid.engines.rehearsal.words import CLAIMED_AT, End
from tests.bridges.rehearsal.comparing.small import charter, charters, plan, practice

HOUR_S = 3600
HOUR = HOUR_S * 1_000_000
DAY = 24 * HOUR


def histogram(*hours: float) -> np.ndarray:
    """Waits as the engine bins them."""
    counts = np.zeros(WAIT_BINS, np.int64)
    for one in hours:
        counts[wait_bin(round(one * HOUR))] += 1
    return counts


@pytest.fixture(scope="module")
def ready() -> Rehearsal:
    one = plan()
    return replace(preparing.prepare(one, practice(), charters(one)), is_compiled=False)


@pytest.fixture(scope="module")
def run(ready: Rehearsal) -> Result:
    stage, people = ready.stages[0], ready.people(0)
    demand = stage.sorting.demand(people)
    return simulate_slowly(stage.tables, stage.habits, stage.staff, demand, ready._setting(0))


def lowered_once(ready: Rehearsal) -> Lowered:
    """The first alternative as the lowering gave it."""
    return lower(
        charter(),
        practice(),
        from_on=date(2026, 1, 19),
        until_on=date(2026, 3, 16),
        tail_days=ready.tail_days,
    )


def test_a_wait_is_found_again_to_an_eighth_of_an_octave() -> None:
    edges = wait_edges()
    assert edges[0] < 2
    assert edges[-1] > 366 * 24 * HOUR_S
    for hours in (0.01, 1.0, 7.3, 24.0, 200.0, 2000.0):
        found = wait_hours(_kept_bins(histogram(*[hours] * 9)), 0.5, 0, 9e9)
        assert found == pytest.approx(hours, rel=0.13)


def test_quantiles_of_many_waits_lie_close_to_the_true_ones() -> None:
    hours = np.random.default_rng(1).lognormal(3.0, 1.0, 4000)
    counts = _kept_bins(histogram(*hours))
    for level in (0.5, 0.9):
        true = float(np.quantile(hours, level))
        assert wait_hours(counts, level, 0, 9e9) == pytest.approx(true, rel=0.02)


def test_who_is_still_open_waits_longest() -> None:
    counts = _kept_bins(histogram(1.0, 2.0, 3.0, 4.0))
    assert wait_hours(counts, 0.5, 0, 1000.0) < wait_hours(counts, 0.5, 2, 1000.0) < 4.6
    assert wait_hours(counts, 0.5, 100, 1000.0) == 1000.0
    assert isnan(wait_hours(_kept_bins(histogram()), 0.5, 0, 1000.0))


def test_what_is_beyond_the_bins_is_kept_at_their_ends() -> None:
    counts = _kept_bins(histogram(0.00001, 1.0, 200_000.0))
    assert counts.sum() == 3
    assert counts[0] == counts[-1] == 1


def test_the_worst_tenth_leaves_out_grids_with_few(run: Result) -> None:
    kept = np.array([9, 1, 10, 10, 10, 0, 10, 10, 10, 10, 10, 10])
    late = np.array([1, 9, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0])
    told = replace(run, grid_kept=kept, grid_late=late)
    assert _worst_tenth(told) == pytest.approx((0.1 + 0.9) / 2)  # 11 grids: two are the tenth
    assert isnan(_worst_tenth(replace(run, grid_kept=kept * 0, grid_late=late * 0)))


def test_sums_are_the_engines_own(ready: Rehearsal, run: Result) -> None:
    reading = ready.stages[0].sorting.reading
    found = measure(run, reading, days=ready._days(ready.stages[0].tables))
    raised, kept, late = found.type_counts[:, :3].sum(axis=0)
    assert raised == found.counted == run.raised_by_sort.sum()
    assert (kept, late) == (run.sort_kept.sum(), run.sort_late.sum())
    assert found.figures["solved_in_time"] == kept / (kept + late)
    assert found.grid_counts.sum(axis=0).tolist() == [raised, kept, late]
    assert found.unit_counts[:, 2].sum() == run.pool_worked.sum()
    assert found.figures["work_hours"] == pytest.approx(run.pool_worked.sum() / HOUR)
    assert found.figures["backlog_most"] == found.backlog.max()
    assert found.figures["backlog_end"] == found.backlog[-1]
    assert len(found.backlog) == 15
    for share in found.waits.values():
        assert share[0] == 1
        assert (np.diff(share) <= 0).all()


def test_waits_and_redos_are_those_of_the_log(ready: Rehearsal, run: Result) -> None:
    """Claims are counted once more from the rows that put the claim's instant."""
    stage, setting = ready.stages[0], ready._setting(0)
    people = stage.sorting.demand(ready.people(0))
    claiming = {
        row
        for row in range(len(stage.tables.row_to))
        for n in range(stage.tables.effect_from[row], stage.tables.effect_from[row + 1])
        if stage.tables.effect_a[n] == CLAIMED_AT and stage.tables.effect_op[n] == 2
    }
    claimed = {
        int(matter)
        for _, matter, row, *_ in run.log
        if int(row) in claiming and setting.counts_from <= people.at[matter] < setting.counts_until
    }
    found = measure(run, stage.sorting.reading, days=ready._days(stage.tables))
    assert found.type_counts[:, 5].sum() == len(claimed) > 0


@pytest.mark.parametrize("action", ["claim_done", "answer", "withdraw"])
def test_a_counter_counts_each_matter_once(ready: Rehearsal, run: Result, action: str) -> None:
    """Against the log, for a step that many matters take, some of them again and again."""
    stage, setting = ready.stages[0], ready._setting(0)
    demand = stage.sorting.demand(ready.people(0))
    lowered = lowered_once(ready)
    rows = {n for n, row in enumerate(lowered.index.rows) if row.action == action}
    tables = counted(lowered.tables, rows)
    again = simulate_slowly(tables, stage.habits, stage.staff, demand, setting)
    taken = {
        int(matter)
        for _, matter, row, *_ in run.log
        if int(row) in rows and setting.counts_from <= demand.at[matter] < setting.counts_until
    }
    assert again.marked[:, -1].sum() == len(taken)
    assert taken or action == "withdraw"


def test_whistles_and_raised_levels_are_what_is_counted(ready: Rehearsal, run: Result) -> None:
    index = lowered_once(ready).index
    rows = escalating(lowered_once(ready))
    assert {index.rows[n].action for n in rows} == {"whistle", "raise_level"}
    reading = ready.stages[0].sorting.reading
    found = measure(run, reading, days=ready._days(ready.stages[0].tables))
    assert found.figures["escalated"] == run.marked[:, -1].sum()
    marked = run.marked.copy()
    marked[:, -1] += 3
    more = measure(replace(run, marked=marked), reading, days=ready._days(ready.stages[0].tables))
    assert more.figures["escalated"] == found.figures["escalated"] + 3 * len(marked)


def test_a_counter_changes_nothing_else(ready: Rehearsal, run: Result) -> None:
    stage, setting = ready.stages[0], ready._setting(0)
    lowered = lowered_once(ready)
    assert (stage.tables.registers, stage.tables.effect_from[-1]) == (
        lowered.tables.registers + 1,
        lowered.tables.effect_from[-1] + len(escalating(lowered)),
    )
    demand = stage.sorting.demand(ready.people(0))
    plain = simulate_slowly(lowered.tables, stage.habits, stage.staff, demand, setting)
    assert plain.log.tolist() == run.log.tolist()


def test_the_pictures_add_up_to_the_backlog(ready: Rehearsal, run: Result) -> None:
    """At each midnight the pictures show as many open matters as the engine counted."""
    stage, setting = ready.stages[0], ready._setting(0)
    demand = stage.sorting.demand(ready.people(0))
    names, parts = ready.areas
    shown = replay(
        run.log,
        row_to=stage.tables.row_to,
        state_end=stage.tables.state_end,
        grid=np.array(parts)[demand.grid],
        areas=names,
        begins_at=setting.counts_from,
        ends_at=setting.counts_until,
    )
    backlog = run.backlog[ready._days(stage.tables)]
    each_day = 86_400 // shown.step_s
    totals = [sum(step) for step in shown.open[::each_day]]
    assert totals == backlog[:-1].tolist()
    assert max(totals) > 0
    assert (np.array(shown.late) <= np.array(shown.open)).all()
    assert any(sum(step) for step in shown.late)
    assert len(shown.grids) == 10


def test_a_matter_is_late_from_its_due_time_until_it_ends() -> None:
    """One matter: raised at 1 h, due at 3 h, moved to an end at 5 h."""
    log = np.array([[HOUR, 0, 0, 0, 3 * HOUR], [5 * HOUR, 0, 1, 0, 1 << 62]])
    shown = replay(
        log,
        row_to=np.array([0, 1]),
        state_end=np.array([End.OPEN, End.SOLVED]),
        grid=np.array([1]),
        areas=("/a/", "/b/"),
        begins_at=0,
        ends_at=7 * HOUR,
    )
    assert shown.step_s == HOUR_S
    assert [step[1] for step in shown.open] == [0, 1, 1, 1, 1, 0, 0]
    assert [step[1] for step in shown.late] == [0, 0, 0, 1, 1, 0, 0]
    assert {step[0] for step in shown.open} == {0}


def test_long_periods_and_many_grids_have_longer_steps() -> None:
    found = [step_seconds(0, days * DAY, grids) for days, grids in ((7, 10), (31, 10), (365, 400))]
    assert found == sorted(found)
    assert found[0] == STEPS_S[0]
    for (days, grids), step in zip(((7, 10), (31, 10), (365, 400)), found, strict=True):
        assert days * 86_400 / step * grids <= 60_000
