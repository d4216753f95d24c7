"""A mean and its interval, against values worked out by hand and a table of Student's t."""

from __future__ import annotations

from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines.tally import mean_interval
from commongrid.engines.tally.means import t95

TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 30: 2.042, 120: 1.980}


@pytest.mark.parametrize(("freedom", "value"), TABLE.items())
def test_t_is_that_of_the_tables(freedom, value):
    assert t95(freedom) == pytest.approx(value, rel=0.0015)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=60))
def test_it_is_worked_out_from_the_sums_alone(values):
    found = mean_interval(len(values), sum(values), sum(v * v for v in values))
    assert found is not None
    middle = mean(values)
    reach = t95(len(values) - 1) * stdev(values) / len(values) ** 0.5
    assert found.mean == pytest.approx(middle)
    assert found.high == pytest.approx(middle + reach)
    assert found.low == pytest.approx(max(0, middle - reach), abs=1e-9)


def test_of_one_case_nothing_is_said():
    assert mean_interval(1, 4, 16) is None
    assert mean_interval(0, 0, 0) is None


def test_sums_that_no_values_have_are_refused():
    with pytest.raises(ValueError, match="squares"):
        mean_interval(3, 9, 1)
