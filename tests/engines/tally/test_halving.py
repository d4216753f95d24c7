"""Nothing small is shown, nothing small follows from what is shown, and the rule gives no help."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines.tally import Branch, halve, is_safe, publish_tree
from commongrid.engines.tally.oracle import possible_values, published

LEAST = 5
tables = st.integers(1, 3).flatmap(
    lambda categories: st.lists(
        st.lists(st.integers(0, 30), min_size=categories, max_size=categories),
        min_size=1,
        max_size=12,
    )
)


def tree_of(rows: list[list[int]]) -> Branch:
    """Three levels: the rows in groups of three under one root."""
    groups = [rows[at : at + 3] for at in range(0, len(rows), 3)]
    branches = []
    for number, group in enumerate(groups):
        leaves = tuple(Branch(f"{number}.{n}", tuple(row)) for n, row in enumerate(group))
        branches.append(Branch(str(number), summed(group), leaves))
    return Branch("all", summed(rows), tuple(branches))


def summed(rows: list[list[int]]) -> tuple[int, ...]:
    return tuple(int(count) for count in np.array(rows).sum(axis=0))


@given(tables)
def test_blocks_cover_every_row_once_and_nothing_small_is_shown(rows):
    counts = np.array(rows)
    blocks = halve(counts, LEAST)
    if not blocks:
        assert not is_safe(counts.sum(axis=0), LEAST)
        return
    assert [row for first, until in blocks for row in range(first, until)] == list(range(len(rows)))
    assert all(is_safe(counts[first:until].sum(axis=0), LEAST) for first, until in blocks)


@given(tables)
def test_no_difference_of_shown_rows_is_small(rows):
    """Differencing: a parent less any of its shown parts, at every level, is never small."""
    cells = publish_tree(tree_of(rows), LEAST)
    by_member = {cell.members[0]: cell for cell in cells if len(cell.members) == 1}
    for parent in by_member.values():
        parts = [cell for cell in cells if cell.parent == parent.members[0]]
        for size in range(1, min(len(parts), 4) + 1):
            for taken in combinations(parts, size):
                rest = np.array(parent.counts) - np.array([p.counts for p in taken]).sum(axis=0)
                assert is_safe(rest, LEAST), (parent, taken)


@given(tables)
def test_shown_parts_add_up_to_what_they_are_parts_of(rows):
    cells = publish_tree(tree_of(rows), LEAST)
    for parent in (cell for cell in cells if len(cell.members) == 1):
        parts = [cell.counts for cell in cells if cell.parent == parent.members[0]]
        assert not parts or tuple(np.array(parts).sum(axis=0)) == parent.counts


@given(
    st.integers(3, 4),
    st.lists(st.integers(0, 7), min_size=2, max_size=4),
)
def test_who_knows_the_rule_still_cannot_pin_a_hidden_count(least, row):
    """The exhaustive attack: at least ``least - 1`` values stay possible for every hidden cell."""
    table = tuple((count,) for count in row)
    for values in possible_values(table, least, row_sums_known=False).values():
        assert max(values) - min(values) >= least - 2, (table, values)


@given(
    st.integers(3, 4),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=4),
)
def test_nor_when_the_rows_are_known_from_another_table(least, rows):
    """How many there are in each row is public; how they part into two categories is hidden.

    A category that nobody is in, in the whole block, is public as nothing: not counted as hidden.
    """
    rows = [row if not 0 < sum(row) < least else (0, 0) for row in rows]
    table = tuple(rows)
    shown = {key: cell for cell in published(table, least) for key in cell.members}
    values_of = possible_values(table, least, row_sums_known=True)
    for (row, _), values in values_of.items():
        if all(shown[str(row)].counts) and sum(table[row]):
            assert max(values) - min(values) >= least - 2, (table, row, values)


def test_a_rule_with_a_hole_fails_the_attack():
    """The attack can fail: showing each safe row alone and the rest together lets one be pinned."""
    row = (1, 5, 9)  # 1 is small; the naive rule hides it with the next one: 6 = 1 + 5
    naive = [(a, b) for a in range(1, 5) for b in range(5, 9) if a + b == sum(row[:2])]
    assert {a for a, _ in naive} == {1}
    values = possible_values(tuple((n,) for n in row), 5, row_sums_known=False)
    assert all(max(found) - min(found) >= 3 for found in values.values())


def test_small_rows_are_joined_with_their_neighbours_not_dropped():
    cells = published(((12,), (2,), (9,), (40,)), LEAST)
    assert [(cell.members, cell.counts) for cell in cells[1:]] == [
        (("0", "1"), (14,)),
        (("2",), (9,)),
        (("3",), (40,)),
    ]


def test_too_small_a_whole_shows_nothing():
    assert published(((2,), (1,)), LEAST) == ()


def test_nothing_at_all_is_shown_as_nothing():
    assert [cell.counts for cell in published(((0,), (0,)), LEAST)] == [(0,), (0,), (0,)]


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="do not add up"):
        publish_tree(Branch("all", (9,), (Branch("a", (8,)),)), LEAST)


@pytest.mark.parametrize("least", [0, 1, 2])
def test_a_threshold_that_hides_nothing_is_refused(least):
    with pytest.raises(ValueError, match="least"):
        halve(np.array([[5]]), least)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        halve(np.array([[-1], [9]]), LEAST)
