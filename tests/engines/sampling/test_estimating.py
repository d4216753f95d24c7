"""The estimate against every sample there could be: fair, and its interval holds."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.engines.sampling import SMALL, Stratum, estimate, oracle
from commongrid.engines.sampling.estimating import exact_interval

LEAST_COVERED = 0.93
"""Of a nominal 0.95, for the worst of the designs below; the mean is far above."""


@cache
def ends(parts):
    made = estimate([Stratum(*part) for part in parts])
    return made.low, made.high


def ends_of(design):
    def look(found):
        return ends(tuple((w, n, x) for (w, _, n), x in zip(design, found, strict=True)))

    return look


@given(st.integers(1, 14), st.data())
@settings(max_examples=80, deadline=None)
def test_the_interval_of_one_stratum_is_the_oracle_s(whole, data):
    told = data.draw(st.integers(1, whole))
    false = data.draw(st.integers(0, told))
    low, high = exact_interval(whole, told, false)
    slow = oracle.interval(whole, told, false, level=Fraction(95, 100))
    assert (low, high) == pytest.approx(tuple(map(float, slow)))


@pytest.mark.parametrize(
    "design",
    [[(6, 2, 3)], [(6, 2, 3), (5, 1, 2)], [(4, 0, 2), (7, 7, 3)], [(5, 2, 5), (6, 3, 2)]],
    ids=["one", "two", "all-or-none", "one-whole"],
)
def test_over_every_sample_the_estimate_is_fair(design):
    truth = Fraction(sum(one[1] for one in design), sum(one[0] for one in design))
    assert oracle.mean_estimate(design) == truth
    shares = []
    for found in oracle.every_sample(design):
        made = estimate([Stratum(w, n, x) for (w, _, n), x in zip(design, found, strict=True)])
        shares.append(made.share)
    assert sum(shares) / len(shares) == pytest.approx(float(truth))


@pytest.mark.parametrize("false", [0, 1, 5, 20, 50, 99, 100])
def test_of_one_stratum_it_never_covers_less_than_asked(false):
    held, _ = oracle.coverage([(100, false, 20)], ends_of([(100, false, 20)]))
    assert held >= 0.95


def designs(seed=11, count=40):
    dice = random.Random(seed)
    for _ in range(count):
        design = []
        for _ in range(dice.choice([2, 2, 3])):
            whole = dice.choice([20, 50, 120, 400])
            size = min(whole, dice.choice([2, 4, 8, 12]))
            design.append((whole, round(whole * dice.choice([0, 0.02, 0.1, 0.2, 0.4])), size))
        yield tuple(design)


def test_of_several_strata_it_covers_as_said():
    covered = [oracle.coverage(design, ends_of(design))[0] for design in designs()]
    assert min(covered) >= LEAST_COVERED
    assert sum(covered) / len(covered) >= 0.97


def test_ignoring_the_strata_would_not_cover():
    """What the weights are for: a small stratum sampled as much as a large one."""
    design = ((400, 0, 8), (20, 10, 8))

    def flat(found):
        return ends(((420, 16, sum(found)),))

    assert oracle.coverage(design, ends_of(design))[0] >= 0.95
    assert oracle.coverage(design, flat)[0] < 0.5


def test_what_was_checked_whole_leaves_no_doubt():
    made = estimate([Stratum(10, 10, 3), Stratum(5, 5, 0)])
    assert (made.share, made.low, made.high) == pytest.approx((0.2, 0.2, 0.2))


def test_nothing_told_says_nothing():
    made = estimate([Stratum(10, 0, 0, 2)])
    assert made.share is None
    assert (made.low, made.high, made.least, made.most) == (0.0, 1.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="nothing"):
        estimate([])


def test_the_unknown_widen_the_bounds_and_move_no_share():
    bare = estimate([Stratum(200, 30, 3)])
    made = estimate([Stratum(200, 30, 3, 6)])
    assert (made.share, made.low, made.high) == (bare.share, bare.low, bare.high)
    assert made.least < bare.low
    assert made.most > bare.high


def test_few_are_called_few():
    assert estimate([Stratum(400, SMALL - 1, 0)]).is_small
    assert not estimate([Stratum(400, SMALL, 0)]).is_small


@pytest.mark.parametrize(
    "counts", [(5, 6, 0), (5, 3, 4), (5, 3, -1), (5, 3, 0, 3)],
    ids=["told", "false", "negative", "unknown"],
)  # fmt: skip
def test_counts_that_do_not_fit_are_refused(counts):
    with pytest.raises(ValueError, match="fit"):
        Stratum(*counts)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60)), min_size=1))
@settings(max_examples=60, deadline=None)
def test_the_share_lies_within_its_interval(rows):
    strata = [Stratum(w, min(n, w), min(x, n, w)) for w, n, x in rows]
    made = estimate(strata)
    assert 0 <= made.least <= made.low <= made.high <= made.most <= 1 + 1e-9
    if made.share is not None and all(s.told for s in strata):
        assert made.low - 1e-9 <= made.share <= made.high + 1e-9
