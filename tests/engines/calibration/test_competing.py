"""Which happened first: against counting where all was seen, against truth where it was not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines import calibration

CASES = st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 2)), min_size=1, max_size=25)


def slow_reached(cases, kind, until):
    """Aalen and Johansen step by step."""
    waiting = total = 0.0
    waiting = 1.0
    for time in sorted({t for t, k in cases if k >= 0 and t <= until}):
        at_risk = sum(t >= time for t, _ in cases)
        total += waiting * sum(t == time and k == kind for t, k in cases) / at_risk
        waiting *= 1 - sum(t == time and k >= 0 for t, k in cases) / at_risk
    return total


@given(CASES)
def test_it_is_the_slow_one_and_adds_up(cases):
    found = calibration.first_of([t for t, _ in cases], [k for _, k in cases], number=3)
    for place, time in enumerate(found.times):
        for kind in range(3):
            assert found.reached[kind, place] == pytest.approx(slow_reached(cases, kind, time))
    assert found.reached.sum(axis=0) + found.waiting == pytest.approx(np.ones(len(found.times)))


@given(CASES)
def test_with_nothing_open_shares_are_counts_and_times_are_theirs(cases):
    seen = [(t, k) for t, k in cases if k >= 0]
    found = calibration.first_of([t for t, _ in seen], [k for _, k in seen], number=3)
    counts = np.array([sum(k == kind for _, k in seen) for kind in range(3)])
    assert found.shares() == pytest.approx(counts / max(len(seen), 1))
    for kind in range(3):
        own = [t for t, k in seen if k == kind]
        alone = calibration.kaplan_meier(own, [True] * len(own))
        assert found.curve_of(kind).times.tolist() == alone.times.tolist()
        assert found.curve_of(kind).waiting == pytest.approx(alone.waiting, abs=1e-12)


def test_leaving_out_what_is_open_favours_the_fast_and_this_does_not():
    dice = np.random.default_rng(1)
    is_slow = dice.random(40_000) < 0.5
    wait = np.where(is_slow, dice.uniform(0, 20, 40_000), dice.uniform(0, 2, 40_000))
    look = dice.uniform(0, 30, 40_000)
    kind = np.where(wait <= look, is_slow.astype(int), -1)
    found = calibration.first_of(np.minimum(wait, look), kind, number=2)
    assert found.shares()[1] == pytest.approx(0.5, abs=0.01)
    assert np.mean(kind[kind >= 0] == 1) < 0.45


def test_what_the_waiting_wait_for_is_what_happens_late():
    dice = np.random.default_rng(2)
    is_slow = dice.random(5_000) < 0.3
    wait = np.where(is_slow, dice.uniform(5, 20, 5_000), dice.uniform(0, 4, 5_000))
    found = calibration.first_of(wait, is_slow.astype(int), number=2)
    early, late, never = found.later_share(1, [0.0, 4.5, 99.0])
    assert early == pytest.approx(0.3, abs=0.02)
    assert late == pytest.approx(1.0)
    assert never == pytest.approx(0.3, abs=0.02)


def test_a_kind_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="kind"):
        calibration.first_of([1.0], [2], number=2)
    assert calibration.first_of([1.0], [-1], number=2).shares().tolist() == [0.0, 0.0]
