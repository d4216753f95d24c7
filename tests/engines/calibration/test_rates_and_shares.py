"""Rates and shares: intervals hold what they say, and strength is found, not set."""

from collections import Counter
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines import calibration

DICE = np.random.default_rng


@pytest.mark.parametrize("mean", [0.7, 6.0, 80.0])
def test_a_rate_lies_in_its_interval_as_often_as_it_says(mean):
    seen = Counter(DICE(1).poisson(mean, 4000).tolist())
    inside = 0
    for count, times in seen.items():
        found = calibration.rate_range(count, 2.0)
        inside += times * (found.low <= mean / 2.0 <= found.high)
    assert 0.93 <= inside / 4000 <= 0.985


def test_days_that_differ_more_than_chance_widen_the_interval():
    alike, unlike = (calibration.rate_range(90, 30.0, spread=s) for s in (1.0, 4.0))
    assert unlike.value == alike.value == 3.0
    assert unlike.high - unlike.low == pytest.approx(2 * (alike.high - alike.low), rel=0.05)
    assert calibration.rate_range(0, 1.0).low == 0.0
    with pytest.raises(ValueError, match="not a rate"):
        calibration.rate_range(1, 0.0)


def test_rates_that_are_alike_are_drawn_together_and_others_left_alone():
    dice = DICE(2)
    alike = dice.poisson(5.0, 60)
    unlike = dice.poisson(np.where(np.arange(60) % 2, 1.0, 9.0))
    for counts, low, high in ((alike, 30, 1e7), (unlike, 0.2, 4)):
        strength = calibration.rate_strength(counts, np.ones(60), float(np.mean(counts)))
        assert low <= strength <= high
    near = calibration.shrunk_rate(0, 1.0, mean=5.0, strength=50.0)
    assert 4 < near.value < 5
    assert near.low <= near.value <= near.high


@pytest.mark.parametrize("true", [0.5, 8.0])
def test_the_strength_of_drawn_rates_is_found_again(true):
    dice = DICE(3)
    rates = dice.gamma(true, 10 / true, 800)
    counts, exposure = dice.poisson(rates * 2.0), np.full(800, 2.0)
    found = calibration.rate_strength(counts, exposure, float(counts.sum() / exposure.sum()))
    assert found == pytest.approx(true, rel=0.25)


@pytest.mark.parametrize(("mean", "shape"), [(3.0, 2.0), (40.0, 8.0), (500.0, 1e6)])
def test_a_count_range_is_the_one_found_by_drawing(mean, shape):
    dice = DICE(4)
    drawn = np.sort(dice.poisson(dice.gamma(shape, mean / shape, 200_000)))
    low, high = calibration.count_range(mean, shape=shape, level=0.9)
    inside = np.mean((drawn >= low) & (drawn <= high))
    assert 0.895 <= inside <= 0.96
    assert low <= drawn[10_000] + 1
    assert high >= drawn[190_000] - 1
    assert calibration.count_range(0.0, shape=1.0) == (0, 0)


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_share_lies_in_its_interval_and_half_does(part, more):
    whole = part + more
    if whole == 0:
        return
    found = calibration.share_range(part, whole)
    assert 0 <= found.low <= found.value == part / whole <= found.high <= 1


def test_a_share_s_interval_covers_by_adding_up_all_samples():
    for true in (0.05, 0.3, 0.5):
        covered = 0.0
        for part in range(41):
            found = calibration.share_range(part, 40)
            chance = comb(40, part) * true**part * (1 - true) ** (40 - part)
            covered += chance * (found.low <= true <= found.high)
        assert covered >= 0.91


@pytest.mark.parametrize("true", [2.0, 30.0])
def test_the_strength_of_drawn_shares_is_found_again(true):
    dice, base = DICE(5), np.array([0.6, 0.3, 0.1])
    cells = dice.dirichlet(true * base, 400)
    counts = np.array([dice.multinomial(25, p) for p in cells])
    assert calibration.share_strength(counts, base) == pytest.approx(true, rel=0.2)


def test_shrunk_shares_lie_between_cell_and_group_and_add_up():
    base = np.array([0.5, 0.5, 0.0])
    assert calibration.shrunk_shares([3, 1, 0], base, 0.0).tolist() == [0.75, 0.25, 0.0]
    mixed = calibration.shrunk_shares([3, 1, 0], base, 4.0)
    assert mixed.tolist() == [0.625, 0.375, 0.0]
    assert calibration.shrunk_shares([0, 0, 0], base, 4.0).tolist() == base.tolist()
