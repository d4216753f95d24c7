"""Intervals hold what they promise, also after the number of runs was decided by looking."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from commongrid.engines.contrast import Interval, Says, gain, interval, needed, says

NORMAL = {"first": 6, "half": 0.8, "most": 400}


def test_a_known_interval() -> None:
    """Four values with mean 5 and deviation 2: 5 +- 3.1824 * 2 / sqrt(4)."""
    values = [5 - sqrt(3), 5 + sqrt(3), 5 - sqrt(3), 5 + sqrt(3)]
    found = interval(values, first=4)
    assert found.mean == pytest.approx(5)
    assert found.half == pytest.approx(3.1824463, rel=1e-6)


def test_a_family_is_held_together_by_wider_intervals() -> None:
    values = [1.0, 2.0, 4.0, 7.0, 11.0]
    halves = [interval(values, first=5, family=family).half for family in (1, 3, 12)]
    assert halves == sorted(halves)
    assert halves[1] / halves[0] == pytest.approx(3.9608 / 2.7764, rel=1e-3)  # t(0.9833; 4)


def test_the_spread_of_the_first_runs_counts_and_never_narrows_the_plain_interval() -> None:
    wide_first = [0.0, 10.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0]
    assert interval(wide_first, first=2).half > interval(wide_first, first=8).half
    still_first = [5.0, 5.0, 5.0, 0.0, 10.0, 5.0, 2.0, 8.0]
    assert interval(still_first, first=3).half == interval(still_first, first=8).half > 0


def test_an_interval_speaks_only_when_it_leaves_zero() -> None:
    def at(low: float, high: float) -> Says:
        return says(Interval(mean=(low + high) / 2, low=low, high=high))

    assert at(0.1, 0.3) is Says.MORE
    assert at(-0.3, -0.1) is Says.LESS
    assert at(-0.1, 0.3) is at(0.0, 0.3) is at(-0.3, 0.0) is at(0.0, 0.0) is Says.NOT_CLEAR


def test_the_number_of_runs_follows_steins_rule() -> None:
    firsts = [5 - sqrt(3), 5 + sqrt(3), 5 - sqrt(3), 5 + sqrt(3)]  # deviation 2, t 3.1824
    assert needed(firsts, half=1.0) == 41  # (3.1824 * 2)**2 = 40.5
    assert needed(firsts, half=100.0) == 4
    assert needed([3.0, 3.0], half=0.001) == 2
    assert needed(firsts, half=1.0, family=5) > 41


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="runs"):
        interval([1.0], first=1)
    with pytest.raises(ValueError, match="runs"):
        interval([1.0, 2.0], first=3)
    for firsts, half in (([1.0], 1.0), ([1.0, 2.0], 0.0)):
        with pytest.raises(ValueError, match="half interval"):
            needed(firsts, half=half)


def two_stages(rng: np.random.Generator, mean: float, *, first: int, half: float, most: int):
    values = rng.normal(mean, 2.0, first)
    count = min(needed(values, half=half), most)
    values = np.concatenate([values, rng.normal(mean, 2.0, count - first)])
    return interval(values, first=first)


def test_the_interval_holds_the_truth_after_two_stages() -> None:
    """At least 95 % of 4,000: three standard errors below is 93.97 %."""
    rng = np.random.default_rng(1)
    found = [two_stages(rng, 3.0, **NORMAL) for _ in range(4000)]
    held = sum(one.low <= 3.0 <= one.high for one in found) / len(found)
    assert held > 0.9397
    assert np.median([one.half for one in found]) <= NORMAL["half"]


def test_looking_after_each_run_would_not_have_held_it() -> None:
    """What the two stages are for: the same with a look after each run falls short."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        values = list(rng.normal(0.0, 2.0, 3))
        while interval(values, first=len(values)).half > 1.2 and len(values) < 60:
            values.append(rng.normal(0.0, 2.0))
        found = interval(values, first=len(values))
        held += found.low <= 0.0 <= found.high
    assert held / 2000 < 0.935


def test_a_difference_that_is_not_there_is_rarely_found_in_any_of_a_family() -> None:
    """12 measures without a difference: some interval leaves zero in at most 5 % of rehearsals."""
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(2000):
        runs = rng.normal(0.0, 1.0, (12, 10))
        wrong += any(says(interval(row, first=10, family=12)) for row in runs)
    assert wrong / 2000 < 0.05 + 3 * sqrt(0.05 * 0.95 / 2000)


def test_what_runs_share_falls_out_of_their_difference() -> None:
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 3.0, 400)
    base, other = shared + rng.normal(0, 1.0, 400), shared + 0.4 + rng.normal(0, 1.0, 400)
    worth = gain(base, other)
    assert worth is not None
    assert worth.correlation == pytest.approx(0.9, abs=0.03)
    assert worth.times == pytest.approx(10.0, rel=0.2)
    apart = np.random.default_rng(4).permutation(other)
    assert says(interval(other - base, first=400)) is Says.MORE
    assert interval(apart - base, first=400).half > 2.5 * interval(other - base, first=400).half


def test_where_nothing_varies_common_demand_is_worth_nothing_to_tell() -> None:
    assert gain([1.0, 1.0], [1.0, 2.0]) is None
    assert gain([1.0, 2.0], [2.0, 3.0]) is None  # the difference is the same in every pair
