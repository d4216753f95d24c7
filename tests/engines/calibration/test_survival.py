"""Times with open ends: the fast curves against slow ones, and against what is known."""

from fractions import Fraction
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.engines import calibration

CASES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=25)


def slow_curve(cases):
    """At each time, in fractions: those who end of those who still could."""
    waiting, steps = Fraction(1), {}
    for time in sorted({t for t, is_end in cases if is_end}):
        at_risk = sum(t >= time for t, _ in cases)
        ends = sum(t == time and is_end for t, is_end in cases)
        waiting *= 1 - Fraction(ends, at_risk)
        steps[time] = waiting
    return steps


def parts(cases):
    return [t for t, _ in cases], [is_end for _, is_end in cases]


@given(CASES)
def test_the_curve_is_the_slow_one(cases):
    curve, slow = calibration.kaplan_meier(*parts(cases)), slow_curve(cases)
    assert curve.times.tolist() == list(slow)
    assert curve.waiting == pytest.approx([float(w) for w in slow.values()])
    for at in (-1, 0, 3, 9, 10):
        later = [w for t, w in slow.items() if t <= at]
        assert curve.longer_than(at) == pytest.approx(float(later[-1]) if later else 1.0)


@given(CASES, st.floats(0.01, 0.99))
def test_a_quantile_is_the_first_time_by_which_the_share_is_done(cases, share):
    curve = calibration.kaplan_meier(*parts(cases))
    done = [t for t, w in slow_curve(cases).items() if 1 - float(w) >= share - 1e-12]
    assert curve.quantile(share) == (done[0] if done else inf)


@given(CASES, CASES)
def test_nothing_open_makes_the_shrunk_curve_a_mixture_by_cases(cell, others):
    own = [(t, True) for t, _ in cell]
    group = calibration.kaplan_meier(*parts(own + [(t, True) for t, _ in others]))
    alone = calibration.kaplan_meier(*parts(own))
    strength = 7.0
    shrunk = calibration.shrunk_curve(*parts(own), group, strength)
    mixed = (len(own) * alone.longer_than(group.times) + strength * group.waiting) / (
        len(own) + strength
    )
    assert shrunk.waiting == pytest.approx(mixed, abs=1e-12)


@given(CASES, CASES)
def test_no_strength_leaves_the_cell_and_much_gives_the_group(cell, others):
    group = calibration.kaplan_meier(*parts(cell + others))
    alone = calibration.kaplan_meier(*parts(cell))
    nothing = calibration.shrunk_curve(*parts(cell), group, 0.0)
    assert nothing.waiting == pytest.approx(alone.longer_than(group.times), abs=1e-12)
    much = calibration.shrunk_curve(*parts(cell), group, 1e12)
    assert much.waiting == pytest.approx(group.waiting, abs=1e-6)


def test_a_cell_outside_its_group_is_refused():
    group = calibration.kaplan_meier([1.0], [True])
    with pytest.raises(ValueError, match="did not see"):
        calibration.shrunk_curve([2.0], [True], group, 1.0)


def test_open_cases_are_not_taken_for_short_ones():
    dice = np.random.default_rng(1)
    wait, look = dice.exponential(10.0, 20_000), dice.uniform(0, 15, 20_000)
    curve = calibration.kaplan_meier(np.minimum(wait, look), wait <= look)
    for at in (2.0, 7.0, 13.0):
        assert float(curve.longer_than(at)) == pytest.approx(exp(-at / 10), abs=0.02)
    naive = calibration.kaplan_meier(wait[wait <= look], np.ones((wait <= look).sum(), bool))
    assert naive.quantile(0.5) < 0.7 * curve.quantile(0.5)


@pytest.mark.parametrize(("same", "low", "high"), [(True, 60, 1e7), (False, 0.1, 12)])
def test_strength_is_found_from_how_the_cells_differ(same, low, high):
    dice, cells = np.random.default_rng(2), []
    for number in range(24):
        mean = 5.0 if same or number % 2 else 60.0
        wait, look = dice.exponential(mean, 40), dice.uniform(5, 90, 40)
        cells.append((np.minimum(wait, look), wait <= look))
    group = calibration.kaplan_meier(
        np.concatenate([c[0] for c in cells]), np.concatenate([c[1] for c in cells])
    )
    assert low <= calibration.curve_strength(cells, group) <= high


def test_a_thin_cell_is_told_better_with_its_group_than_alone():
    """Cells whose means differ a little: shrinking wins where there are ten cases each."""
    dice, gain = np.random.default_rng(3), []
    for _ in range(12):
        means = 10 * np.exp(dice.normal(0, 0.25, 12))
        cells = [(dice.exponential(m, 10), np.ones(10, bool)) for m in means]
        group = calibration.kaplan_meier(np.concatenate([c[0] for c in cells]), np.ones(120, bool))
        strength = calibration.curve_strength(cells, group)
        for (times, ended), mean in zip(cells, means, strict=True):
            new = dice.exponential(mean, 100)
            alone = calibration.kaplan_meier(times, ended)
            drawn = calibration.shrunk_curve(times, ended, group, strength)
            gain.append(
                calibration.crps_until(alone, new, 40.0).mean()
                - calibration.crps_until(drawn, new, 40.0).mean()
            )
    assert np.mean(gain) > 3 * np.std(gain) / len(gain) ** 0.5


@settings(max_examples=40)
@given(CASES, CASES, st.floats(0.1, 0.9))
def test_a_mixture_has_its_weights_everywhere(first, second, weight):
    one, two = (calibration.kaplan_meier(*parts(c)) for c in (first, second))
    both = calibration.mixed_curve([one, two], [weight, 1 - weight])
    for at in range(-1, 11):
        expected = weight * one.longer_than(at) + (1 - weight) * two.longer_than(at)
        assert both.longer_than(at) == pytest.approx(expected)


def test_beyond_the_last_look_it_goes_on_at_a_constant_rate():
    dice = np.random.default_rng(4)
    wait = dice.exponential(10.0, 30_000)
    times, ended = np.minimum(wait, 15.0), wait <= 15.0
    curve = calibration.kaplan_meier(times, ended)
    rate = calibration.tail_rate(times, ended)
    assert rate == pytest.approx(0.1, rel=0.05)
    told = calibration.with_tail(curve, rate, [0.0, 0.5, 0.9, 0.99])
    assert told[1:] == pytest.approx([6.93, 23.0, 46.0], rel=0.05)
    assert (np.diff(told) >= 0).all()
    never = calibration.kaplan_meier([3.0, 4.0], [False, False])
    assert (
        calibration.with_tail(never, calibration.tail_rate([3.0, 4.0], [False] * 2), [0.5])[0] > 4
    )
    with pytest.raises(ValueError, match="no rate"):
        calibration.with_tail(never, 0.0, [0.5])


def test_open_cases_are_worth_less_than_whole_ones():
    dice = np.random.default_rng(5)
    wait = dice.exponential(10.0, 400)
    assert calibration.worth_at(wait, np.ones(400, bool), 7.0) == pytest.approx(400)
    look = dice.uniform(0, 12, 400)
    times, ended = np.minimum(wait, look), wait <= look
    told = []
    for _ in range(400):
        wait, look = dice.exponential(10.0, 400), dice.uniform(0, 12, 400)
        curve = calibration.kaplan_meier(np.minimum(wait, look), wait <= look)
        told.append(float(curve.longer_than(7.0)))
    true = np.mean(told) * (1 - np.mean(told)) / np.var(told)
    assert calibration.worth_at(times, ended, 7.0) == pytest.approx(true, rel=0.2)
    assert true < 300


def test_drawn_times_and_an_exponential_are_curves_too():
    drawn = calibration.empirical_curve([3.0, 1.0, inf, 1.0])
    assert drawn.longer_than([0, 1, 3]).tolist() == [1.0, 0.5, 0.25]
    smooth = calibration.exponential_curve(5.0, cases=9)
    assert smooth.longer_than(5.0) == pytest.approx(exp(-1), abs=1e-3)
    with pytest.raises(ValueError, match="finite"):
        calibration.kaplan_meier([inf], [True])


@given(CASES, st.lists(st.integers(1, 3), min_size=25, max_size=25))
def test_a_weight_of_three_is_three_cases(cases, weights):
    repeated = [case for case, n in zip(cases, weights, strict=False) for _ in range(n)]
    weighed = calibration.kaplan_meier(*parts(cases), weights[: len(cases)])
    slow = calibration.kaplan_meier(*parts(repeated))
    assert weighed.times.tolist() == slow.times.tolist()
    assert weighed.waiting == pytest.approx(slow.waiting)
