"""Intervals against the equations that define them; waits against a slow count; crossings."""

from __future__ import annotations

from itertools import product
from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commongrid.engines.tally import crossing_widths, life_table, wilson_interval
from commongrid.engines.tally.intervals import Z95


@example(0, 3)  # where rounding once put the bound above the share
@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_bounds_are_where_the_score_test_just_fails(part, more):
    whole = part + more
    share = wilson_interval(part, whole)
    for bound in (share.low, share.high):
        if 1e-9 < bound < 1 - 1e-9:
            score = abs(part / whole - bound) / sqrt(bound * (1 - bound) / whole)
            assert isclose(score, Z95, rel_tol=1e-6)
    assert share.low <= share.share <= share.high


def test_no_cases_give_no_share():
    assert wilson_interval(0, 0, 7).share is None


@pytest.mark.parametrize(("part", "whole", "unknown"), [(3, 2, 0), (-1, 2, 0), (1, 2, -1)])
def test_what_is_no_share_is_refused(part, whole, unknown):
    with pytest.raises(ValueError, match="not a share"):
        wilson_interval(part, whole, unknown)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_without_anybody_still_waiting_the_table_is_the_plain_share(ended):
    edges = list(range(1, len(ended)))
    table = life_table(edges, ended, [0] * len(ended))
    total = sum(ended)
    for place, step in enumerate(table.steps):
        if total:
            assert isclose(step.waiting, 1 - sum(ended[: place + 1]) / total, abs_tol=1e-9)


def test_those_who_still_wait_make_the_wait_longer_than_leaving_them_out():
    with_them = life_table([1, 2], [10, 10, 0], [0, 20, 20])
    without = life_table([1, 2], [10, 10, 0], [0, 0, 0])
    assert with_them.steps[1].waiting > without.steps[1].waiting


def test_a_median_is_an_interval_and_may_have_no_end():
    assert life_table([4, 24], [6, 3, 1], [0, 0, 0]).quantile(0.5) == (0.0, 4)
    assert life_table([4, 24], [1, 1, 0], [0, 0, 8]).quantile(0.5) == (24.0, None)
    assert life_table([], [9], [3]).quantile(0.5) == (0.0, None), "all in one: nothing is known"


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="one count more"):
        life_table([1], [1], [1])


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=2),
    st.lists(st.integers(0, 4), min_size=2, max_size=2),
)
def test_widths_of_a_crossing_are_those_of_all_tables_there_could_be(rows, columns):
    """One profile, two by two: every table with these sums, tried."""
    if sum(rows) != sum(columns):
        columns = [columns[0], max(0, sum(rows) - columns[0])]
        if sum(rows) != sum(columns):
            return
    found: dict[tuple[int, int], set[int]] = {}
    for a in range(sum(rows) + 1):
        cells = [[a, rows[0] - a], [columns[0] - a, rows[1] - columns[0] + a]]
        if min(min(line) for line in cells) >= 0:
            for r, c in product(range(2), range(2)):
                found.setdefault((r, c), set()).add(cells[r][c])
    widths = crossing_widths(
        np.array([[n] for n in rows]), np.array([[n] for n in columns]), np.array([sum(rows)])
    )
    for (r, c), values in found.items():
        assert widths[r, c] == max(values) - min(values)
