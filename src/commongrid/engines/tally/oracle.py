"""The slow attacker: knows the rule and every published number, tries every table there could be.

For small tables only. What is left possible for a hidden cell is what nobody can take away.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from commongrid.engines.tally.halving import Branch, Cell, publish_tree

Table = tuple[tuple[int, ...], ...]  # rows of categories


def published(table: Table, least: int) -> tuple[Cell, ...]:
    """What is shown of one level of rows."""
    whole = tuple(int(count) for count in np.array(table).sum(axis=0))
    rows = tuple(Branch(str(number), row) for number, row in enumerate(table))
    return publish_tree(Branch("all", whole, rows), least)


def possible_values(
    table: Table, least: int, *, row_sums_known: bool
) -> dict[tuple[int, int], set[int]]:
    """For each hidden (row, category): the values in all tables that look the same when shown.

    ``row_sums_known``: the attacker also knows how many there are in each row (they were
    published in another table), but not how they part into categories.
    Cost: exponential.
    """
    shown = published(table, least)
    hidden = [int(key) for cell in shown for key in cell.members if len(cell.members) > 1]
    found: dict[tuple[int, int], set[int]] = {
        (row, category): set() for row in hidden for category in range(len(table[0]))
    }
    for other in tables_like(table, row_sums_known=row_sums_known):
        if published(other, least) == shown:
            for (row, category), values in found.items():
                values.add(other[row][category])
    return found


def tables_like(table: Table, *, row_sums_known: bool) -> Iterator[Table]:
    """Every table with the same sums of categories (and of rows, where they are known)."""
    categories = [sum(column) for column in zip(*table, strict=True)]
    if row_sums_known:
        choices = [list(_parts(sum(row), len(row))) for row in table]
    else:
        ranges = [range(count + 1) for count in categories]
        choices = [list(product(*ranges)) for _ in table]
    for rows in product(*choices[:-1]):
        last = tuple(
            whole - sum(row[place] for row in rows) for place, whole in enumerate(categories)
        )
        if min(last) >= 0 and (not row_sums_known or sum(last) == sum(table[-1])):
            yield (*rows, last)


def _parts(whole: int, count: int) -> Iterator[tuple[int, ...]]:
    """Every way to part a number into ``count`` numbers."""
    if count == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in _parts(whole - first, count - 1):
            yield (first, *rest)
