"""A practice that is known is found again from the lives it leads, within the intervals it says."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.practice import Known, Who
from tests.bridges.rehearsal.calibration import walks
from tests.bridges.rehearsal.calibration.walks import ASSUMED, Truth, live, rules


def found_step(practice, state, action, name="*", who=Who.STAFF):
    (one,) = [
        s
        for s in practice.steps
        if (s.state, s.action, s.type, s.who) == (state, action, name, who)
    ]
    return one


@pytest.fixture(scope="module")
def long_practice():
    return calibrate(live(Truth(a_day=40.0), days=120, seed=1), ASSUMED, rules())


def median(times):
    return float(np.interp(0.5, times.shares, times.quantiles)) / walks.HOUR_S


@pytest.mark.parametrize(("name", "hours"), [("C01", 50.0), ("C02", 100.0)])
def test_times_are_found_though_many_are_open_and_some_leave(long_practice, name, hours):
    claim = found_step(long_practice, "handling", "claim_done", name)
    assert median(claim.lag) == pytest.approx(hours * log(2), rel=0.12)
    assert claim.lag.known is Known.MEASURED


def test_a_step_that_keeps_the_state_starts_the_next_wait(long_practice):
    answer = found_step(long_practice, "handling", "answer")
    assert median(answer.lag) == pytest.approx(3.0 * log(2), rel=0.15)


def test_nights_are_not_counted_since_a_rehearsal_waits_for_morning_itself(long_practice):
    accept = found_step(long_practice, "reported", "accept")
    assert median(accept.lag) == pytest.approx(1.0 * log(2), rel=0.12)


def test_assumed_work_is_taken_out_of_the_measured_time():
    plain_step = walks.step("reported", "accept", Who.STAFF, 0.5, 60.0)
    worked = replace(plain_step, effort=walks.times(900.0))
    assumed = replace(ASSUMED, steps=(worked, *ASSUMED.steps[1:]))
    history = live(Truth(), days=60, seed=3)
    plain, less = (
        found_step(calibrate(history, one, rules()), "reported", "accept").lag
        for one in (ASSUMED, assumed)
    )
    assert less.quantiles[50] == pytest.approx(plain.quantiles[50] - 900.0, abs=0.2)
    assert min(less.quantiles) == 0.0


def test_what_the_person_would_do_is_found_under_what_came_first(long_practice):
    leave = found_step(long_practice, "handling", "withdraw", who=Who.PERSON)
    assert leave.share.value == pytest.approx(0.3, abs=0.05)
    assert median(leave.lag) == pytest.approx(60.0 * log(2), rel=0.25)
    assert leave.share.known is Known.MEASURED


def test_shares_of_one_state_and_type_add_up(long_practice):
    for name in ("*", "C*", "C01", "D01"):
        for state in ("reported", "handling"):
            shares = [
                s.share.value
                for s in long_practice.steps
                if (s.state, s.type, s.who) == (state, name, Who.STAFF)
            ]
            assert sum(shares) == pytest.approx(1.0)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Shares and rates of many short histories: nineteen of twenty hold the truth, about."""
    truth, held = Truth(a_day=8.0), {"share": [], "rate": [], "leaves": []}
    for seed in range(16):
        practice = calibrate(live(truth, days=40, seed=100 + seed), ASSUMED, rules())
        for name, true in zip(("C01", "C02"), truth.redirected, strict=False):
            share = found_step(practice, "reported", "redirect", name).share
            held["share"].append(share.low <= true <= share.high)
        for one, part in zip(practice.arrivals, truth.mix, strict=True):
            true = truth.a_day * 365.25 * part
            held["rate"].append(one.a_year.low <= true <= one.a_year.high)
        leave = found_step(practice, "handling", "withdraw", who=Who.PERSON).share
        held["leaves"].append(leave.low <= truth.leaves <= leave.high)
    assert np.mean(held["share"]) >= 0.85
    assert np.mean(held["rate"]) >= 0.85
    assert np.mean(held["leaves"]) >= 0.75


def test_demand_is_found_in_type_place_and_flag(long_practice):
    rates = {one.type: one.a_year.value for one in long_practice.arrivals}
    assert rates["C01"] == pytest.approx(40 * 365.25 * 0.6, rel=0.06)
    assert long_practice.grids["/1/b/"] == pytest.approx(0.8, abs=0.02)
    danger = long_practice.arrivals[0].flags["danger"]
    assert danger.low <= 0.4 <= danger.high
    assert sum(long_practice.week) == pytest.approx(1.0)
    assert max(long_practice.week) < 1.7 / 168  # even in truth: what is seen by chance is drawn in


def test_a_short_history_keeps_the_assumed_months_and_reckons_with_them():
    busy = tuple(2.0 if month in (3, 4) else 0.8 for month in range(1, 13))
    history = live(Truth(a_day=40.0), days=60, seed=5)  # March and April
    flat, told = (
        calibrate(history, one, rules()) for one in (ASSUMED, replace(ASSUMED, year=busy))
    )
    assert told.year == busy
    ratio = flat.arrivals[0].a_year.value / told.arrivals[0].a_year.value
    assert ratio == pytest.approx(2.0, rel=0.02)


def test_a_year_and_more_measures_the_months():
    practice = calibrate(live(Truth(a_day=10.0), days=366, seed=6), ASSUMED, rules())
    assert practice.year != ASSUMED.year
    assert all(0.8 < factor < 1.25 for factor in practice.year)
