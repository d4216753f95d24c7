"""Scores: against slow sums, proper under censoring, and coverage that is right when all is."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines import calibration

TIMES = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(TIMES, st.integers(0, 12), st.integers(0, 12))
def test_the_score_is_the_sum_over_small_steps(times, ended, until):
    curve = calibration.empirical_curve(times)
    total = 0.0
    for step in range(until * 4):
        at = (step + 0.5) / 4
        forecast = np.mean([t <= at for t in times])
        total += (forecast - float(ended <= at)) ** 2 / 4
    assert calibration.crps_until(curve, [ended], until)[0] == pytest.approx(total, abs=1e-9)


def test_without_an_end_it_is_the_usual_score_of_an_ensemble():
    dice = np.random.default_rng(1)
    draws, seen = dice.gamma(2.0, 3.0, 60), 4.5
    usual = np.abs(draws - seen).mean() - np.abs(draws[:, None] - draws[None]).mean() / 2
    curve = calibration.empirical_curve(draws)
    assert calibration.crps_until(curve, [seen], 1e3)[0] == pytest.approx(usual)


def test_what_never_ended_is_scored_on_the_span_it_was_watched():
    sure = calibration.empirical_curve([2.0])
    assert calibration.crps_until(sure, [inf, 7.0, 2.0], [5.0, 5.0, 5.0]).tolist() == [3, 3, 0]


@pytest.mark.parametrize("wrong", [0.6, 1.6])
def test_the_true_law_scores_best_though_many_are_open(wrong):
    dice = np.random.default_rng(2)
    wait, until = dice.exponential(10.0, 30_000), dice.uniform(1, 12, 30_000)
    true, false = (calibration.exponential_curve(m, cases=1) for m in (10.0, 10.0 * wrong))
    seen = np.where(wait <= until, wait, inf)
    gain = calibration.crps_until(false, seen, until) - calibration.crps_until(true, seen, until)
    assert gain.mean() > 4 * gain.std() / len(gain) ** 0.5


def test_the_place_in_a_right_forecast_is_even_also_with_steps_and_open_cases():
    dice = np.random.default_rng(3)
    wait = np.maximum(dice.exponential(10.0, 40_000) - 3, 0)  # a quarter takes no time at all
    curve = calibration.empirical_curve(np.maximum(dice.exponential(10.0, 40_000) - 3, 0))
    look = dice.uniform(0, 60, 40_000)
    low, high = calibration.pit(curve, np.minimum(wait, look), wait <= look)
    ended_low, ended_high = calibration.pit(curve, wait, np.ones(40_000, bool))
    for first, last in ((0.0, 0.1), (0.1, 0.9), (0.025, 0.975), (0.9, 1.0)):
        share = calibration.mean_pit_share(ended_low, ended_high, first, last)
        assert share == pytest.approx(last - first, abs=0.01)
    assert (low[wait > look] < 1).all()
    assert (high[wait > look] == 1).all()


def test_a_case_beyond_all_that_was_seen_lies_anywhere_in_the_rest():
    curve = calibration.kaplan_meier([1.0, 2.0, 5.0, 5.0], [True, True, False, False])
    low, high = calibration.pit(curve, [9.0], [True])
    assert (low[0], high[0]) == (0.5, 1.0)
    assert calibration.pit_share(low, high, 0.0, 0.8)[0] == pytest.approx(0.6)


def test_a_forecast_that_is_too_narrow_is_seen():
    dice = np.random.default_rng(4)
    curve = calibration.empirical_curve(dice.normal(50, 5, 5_000))
    low, high = calibration.pit(curve, dice.normal(50, 10, 5_000), np.ones(5_000, bool))
    assert calibration.mean_pit_share(low, high, 0.1, 0.9) < 0.6
