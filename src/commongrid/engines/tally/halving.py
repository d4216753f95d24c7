"""Small counts hidden by halving: a row is cut in two only where both halves may be shown.

The rows of a level stand in a fixed order that does not depend on any count. The whole level is
one block. A block is cut in its middle when every count of BOTH halves is nothing or at least
``least``; otherwise it is shown as one sum over its members. So every number shown is the sum of
whole blocks, blocks never overlap, and no difference of shown numbers is small and not nothing.

Why knowing this rule does not help: a block that was not cut has a half with a small count. For a
hidden member, every value from one below ``least`` down to one fits such a table (the rest of its
half may be nothing), so at least ``least - 1`` values remain possible for it.
Source: the proof in docs/adr/0016; ``oracle`` checks it by exhaustion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
SMALLEST_LEAST = 3  # with 2, a hidden cell could only be 1


@dataclass(frozen=True, slots=True)
class Branch:
    """One member of a tree with its counts by category, and what it is made of.

    Shape: ``counts`` has one number a category; the children's counts add up to it.
    """

    key: str
    counts: tuple[int, ...]
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One published row: the sum over its members, or over one member alone."""

    parent: str
    members: tuple[str, ...]
    counts: tuple[int, ...]


def is_safe(counts: Counts, least: int) -> bool:
    """Whether every count is nothing or not small."""
    return not bool(np.any((counts > 0) & (counts < least)))


def halve(counts: Counts, least: int) -> tuple[tuple[int, int], ...]:
    """Cut rows into the blocks that may be shown, as (first, until), in order.

    Shape: (rows, categories). () when not even the sum over all rows may be shown.
    Raises: ValueError for a ``least`` below three, or negative counts.
    Cost: O(rows x log rows).
    """
    if least < SMALLEST_LEAST:
        message = f"least must be {SMALLEST_LEAST} or more, not {least}"
        raise ValueError(message)
    if counts.size and counts.min() < 0:
        raise ValueError("counts are never negative")
    if len(counts) == 0 or not is_safe(counts.sum(axis=0), least):
        return ()
    return tuple(_cut(counts, 0, len(counts), least))


def publish_tree(root: Branch, least: int) -> tuple[Cell, ...]:
    """The rows of a tree that may be shown, from the top down.

    A member shown alone is opened to its own children; one that is shown only with others is not.
    Raises: ValueError where the children of a branch do not add up to it.
    """
    whole = np.array(root.counts, dtype=np.int64)
    if not is_safe(whole, least):
        return ()
    return (Cell("", (root.key,), root.counts), *_opened(root, least))


def _opened(branch: Branch, least: int) -> Sequence[Cell]:
    if not branch.children:
        return ()
    rows = np.array([child.counts for child in branch.children], dtype=np.int64)
    if tuple(rows.sum(axis=0)) != branch.counts:
        message = f"the parts of {branch.key} do not add up to it"
        raise ValueError(message)
    cells: list[Cell] = []
    for first, until in halve(rows, least):
        members = branch.children[first:until]
        summed = tuple(int(count) for count in rows[first:until].sum(axis=0))
        cells.append(Cell(branch.key, tuple(child.key for child in members), summed))
        if len(members) == 1:
            cells.extend(_opened(members[0], least))
    return cells


def _cut(counts: Counts, first: int, until: int, least: int) -> list[tuple[int, int]]:
    """The blocks of one block that may be shown itself."""
    if until - first == 1:
        return [(first, until)]
    middle = (first + until + 1) // 2
    halves = counts[first:middle].sum(axis=0), counts[middle:until].sum(axis=0)
    if all(is_safe(half, least) for half in halves):
        return _cut(counts, first, middle, least) + _cut(counts, middle, until, least)
    return [(first, until)]
