"""Somebody who has every published number of a board and wants a small one.

Works on nothing but the tables of the publications, as anybody downloads them, and the public rule
that hides; shares no code with the board. Numbers are sets of matters: months x places x types x
categories. What is attacked:

- ``differences``: every pair of numbers of which one counts part of the other, over levels, over
  the two tables, over figures that imply each other, and over sums of months;
- ``leftovers``: every number less every choice of its published parts, by category;
- ``room_inside``: for each hidden small count, the values that fit what is shown, by the rule, with
  the row's whole number kept where that is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

ALL = "*"
# Counting one implies counting the other: what is solved in time is solved, and so on.
IMPLIES = (
    (("solution", "in_time"), ("standing", "solved")),
    (("checked", "checked"), ("standing", "solved")),
    (("withdrawn", "yes"), ("standing", "ended")),
)
MOST_PARTS = 20  # of one number, of which every choice is tried


@dataclass(frozen=True, slots=True)
class Number:
    """One published number and which matters it counts."""

    months: frozenset[str]
    places: frozenset[str]
    types: frozenset[str]
    figure: str
    category: str
    count: int

    @property
    def row(self) -> tuple[Any, ...]:
        """What it counts, whatever the month."""
        return self.places, self.types, self.figure, self.category

    def is_part_of(self, other: Number) -> bool:
        """Whether all that this counts is surely counted by the other."""
        return (
            self.months <= other.months
            and (ALL in other.places or self.places <= other.places)
            and (ALL in other.types or self.types <= other.types)
            and _implies((self.figure, self.category), (other.figure, other.category))
        )


@dataclass(slots=True)
class Found:
    """How much was tried, and what gave a small number."""

    tried: int = 0
    small: list[Any] = field(default_factory=list)

    def look(self, rest: int, least: int, *how: Any) -> None:
        """One number that was worked out."""
        self.tried += 1
        if 0 < rest < least:
            self.small.append((rest, *how))


def _implies(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one == other or other[0] == "raised" or (one, other) in IMPLIES


def numbers_of(
    month: str, tables: Mapping[str, Any], leaves: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterator[Number]:
    """Every number of one month. ``leaves``: by table, what each row's member stands for."""
    for table in ("by_place", "by_type"):
        for figure, rows in tables[table].items():
            for _parent, members, counts in rows:
                known = frozenset().union(*(leaves[table][member] for member in members))
                if tables["root"] in members:
                    known = frozenset((ALL,))
                by_place = table == "by_place"
                for category, count in counts.items():
                    yield Number(
                        months=frozenset((month,)),
                        places=known if by_place else frozenset((ALL,)),
                        types=frozenset((ALL,)) if by_place else known,
                        figure=figure,
                        category=category,
                        count=count,
                    )


def parts_of(numbers: Sequence[Number]) -> list[tuple[Number, Number]]:
    """(whole, part) of every pair of which one surely counts part of the other."""
    pairs = []
    for one, other in combinations(numbers, 2):
        if one.is_part_of(other):
            pairs.append((other, one))
        elif other.is_part_of(one):
            pairs.append((one, other))
    return pairs


def differences(
    numbers: Sequence[Number], pairs: Sequence[tuple[Number, Number]], least: int
) -> Found:
    """Every number, and every number less another one that counts part of it."""
    found = Found()
    for number in numbers:
        found.look(number.count, least, number)
    for whole, part in pairs:
        found.look(whole.count - part.count, least, whole, part)
    return found


def leftovers(tables: Mapping[str, Any], least: int) -> Found:
    """Every number less every choice of its published parts, and sums of its categories."""
    found = Found()
    for table in ("by_place", "by_type"):
        for figure, rows in tables[table].items():
            for _parent, members, counts in rows:
                vector = np.array(list(counts.values()))
                _choices(vector.sum(), vector[:, None], least, found, (table, figure, members))
                parts = [list(c.values()) for parent, _, c in rows if [parent] == members]
                if parts:
                    _choices(vector, np.array(parts), least, found, (table, figure, members))
    return found


def _choices(whole: Any, parts: Any, least: int, found: Found, how: Any) -> None:
    """The whole less each choice of parts. Shape: parts (parts, categories)."""
    if len(parts) > MOST_PARTS:
        message = f"{how}: {len(parts)} parts are too many to try every choice"
        raise ValueError(message)
    sums = np.zeros((1, parts.shape[1]), dtype=np.int64)
    for part in parts:  # all subset sums, doubled part by part
        sums = np.concatenate([sums, sums + part])
    rest = whole - sums
    found.tried += rest.size
    bad = rest[(rest > 0) & (rest < least)]
    found.small.extend((int(number), *how) for number in bad[:3])


def over_months(pairs: Mapping[str, Sequence[tuple[Number, Number]]], least: int) -> Found:
    """A row added up over every choice of months, less a part of it in one of them or in all."""
    found = Found()
    shown: dict[Any, dict[str, int]] = defaultdict(dict)
    for month, of_month in pairs.items():
        for whole, _part in of_month:
            shown[whole.row][month] = whole.count
    less: dict[Any, dict[str, int]] = defaultdict(dict)  # (whole, part) -> month -> difference
    for month, of_month in pairs.items():
        for whole, part in of_month:
            less[whole.row, part.row][month] = whole.count - part.count
    for size in range(2, len(pairs) + 1):
        for months in combinations(sorted(pairs), size):
            for (whole_row, _part_row), by_month in less.items():
                counts = shown[whole_row]
                if not all(month in counts for month in months):
                    continue
                taken = [month for month in months if month in by_month]
                rest = sum(counts[month] for month in months)
                for month in taken:  # the part of one month, then of all
                    once = rest - counts[month] + by_month[month]
                    found.look(once, least, months, whole_row, month)
                if len(taken) == len(months):
                    found.look(sum(by_month[m] for m in months), least, months, whole_row)
    return found


def crossings(numbers: Sequence[Number], least: int) -> Iterator[tuple[Number, Number, int, int]]:
    """For each place row and type row of one figure and category: the bounds of what is in both."""
    wholes = {
        (n.figure, n.category): n.count for n in numbers if ALL in n.places and ALL in n.types
    }
    rows = [n for n in numbers if ALL not in n.places]
    columns = [n for n in numbers if ALL not in n.types]
    for row in rows:
        for column in columns:
            if (row.figure, row.category) != (column.figure, column.category):
                continue
            total = wholes[row.figure, row.category]
            low, high = max(0, row.count + column.count - total), min(row.count, column.count)
            if low < least:  # the true one may be small
                yield row, column, low, high


def room_inside(
    rows: Sequence[tuple[str, Sequence[str], Mapping[str, int]]],
    exact: Mapping[str, Mapping[str, int]],
    least: int,
    *,
    is_row_known: bool,
) -> Iterator[tuple[str, str, int, set[int]]]:
    """(member, category, true count, values that fit) of each hidden small count.

    A value fits where a block with it still has a half that may not be shown, so that the rule
    joins it as it did, and no count falls below nothing. ``is_row_known``: what a member has in
    all is published in another table and must stay. Not every fit is found, so the set is a
    lower bound of what is left open.
    """
    for _parent, members, counts in rows:
        if len(members) == 1:
            continue
        block = Block(members, {member: exact[member] for member in members}, counts, least)
        for member in members:
            for category in counts:
                true = exact[member].get(category, 0)
                if 0 < true < least:
                    fit = block.fits_in_row if is_row_known else block.fits
                    values = {v for v in range(1, least) if fit(member, category, v)}
                    yield member, category, true, values | {true}


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are shown as one sum, as an attacker thinks of them; and what they truly are."""

    members: Sequence[str]
    exact: Mapping[str, Mapping[str, int]]
    counts: Mapping[str, int]
    least: int

    def fits(self, _member: str, category: str, value: int) -> bool:
        """The rest of the own half nothing, the rest of the sum in the other half: not cut."""
        return value <= self.counts[category]

    def fits_in_row(self, member: str, category: str, value: int) -> bool:
        """The same where each member's whole is known, and stays as it is."""
        if value > self._whole(member):
            return False
        return any(self._splits(member, category, value, by) for by in self.counts)

    def _splits(self, member: str, category: str, value: int, by: str) -> bool:
        """Whether some split of the sums over both halves is not cut because of category ``by``.

        Tables with given sums of rows and columns exist wherever the sums allow it, so only sums
        are looked at: of the member, of the rest of its half, and of the other half.
        """
        own, other = self._halves(member)
        whole = self._whole(member)
        beside = sum(self._whole(one) for one in own if one != member)
        others = sum(self._whole(one) for one in other)
        left, marked = self.counts[category] - value, self.counts[by]
        smalls = {*range(1, self.least), *(marked - small for small in range(1, self.least))}
        for in_half in sorted(small for small in smalls if 0 <= small <= marked):
            if not self._is_small(in_half, marked - in_half):
                continue
            if by == category:
                rest = in_half - value
                if 0 <= rest <= beside and 0 <= left - rest <= others:
                    return True
                continue
            for mine in range(min(in_half, whole - value) + 1):
                rest = in_half - mine
                low = max(0, left - others + (marked - in_half))
                high = min(beside - rest, left)
                if len(self.counts) == 2:  # then there is nothing else to be
                    low, high = max(low, beside - rest), min(high, beside - rest)
                    if mine != whole - value:
                        continue
                if rest <= beside and low <= high:
                    return True
        return False

    def _halves(self, member: str) -> tuple[Sequence[str], Sequence[str]]:
        middle = (len(self.members) + 1) // 2
        first, second = self.members[:middle], self.members[middle:]
        return (first, second) if member in first else (second, first)

    def _whole(self, member: str) -> int:
        return sum(self.exact[member].values())

    def _is_small(self, *counts: int) -> bool:
        return any(0 < count < self.least for count in counts)
