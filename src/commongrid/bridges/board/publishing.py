"""Publishing: what of a month's exact counts may be shown, decided once and kept for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from commongrid.bridges.board.burden import burden_of
from commongrid.bridges.board.trees import (
    Label,
    Leaves,
    Outline,
    leaves_of,
    place_key,
    place_outline,
    type_outline,
)
from commongrid.charter.matter import CLOCK, Actor
from commongrid.engines.tally import Cell, crossing_widths, halve, is_safe, publish_tree
from commongrid.engines.tally.halving import Counts
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import GridTypeCount, MonthToCount, PublicationCard
from commongrid.rooms.places import face as places

NAMESPACE = UUID("5f3a0d3c-2d1e-4f0b-9a53-6a6f7c1d4b10")
MONTHS_A_ROUND = 6
BATCHES_A_ROUND = 4
FORM = 1  # of the tables below
SHADOW = "(shadow)"  # a category that is weighed and never printed


def catch_up(*, batches: int = BATCHES_A_ROUND) -> int:
    """Read the ledger onwards, some batches at the most; returns how many matters were folded."""
    counted = 0
    for _ in range(batches):
        found = oversight.read_new_acts()
        if not found:
            break
        counted += found
    return counted


def publish_due_months(
    *, at: datetime, actor: Actor = CLOCK, limit: int = MONTHS_A_ROUND
) -> tuple[PublicationCard, ...]:
    """Publish what is due, oldest first; a month that was published before is left alone.

    Nothing is published while acts wait to be read: whether a matter recurs is told by others.
    """
    published: list[PublicationCard] = []
    if oversight.has_new_acts():
        return ()
    for month in oversight.list_due_months(at=at)[:limit]:
        oversight.read_what_was_missed(since=month.since, until=month.until)
        counts = oversight.count_month(month, as_of=at)
        published.append(
            oversight.publish_month(
                actor=actor,
                at=at,
                command_id=uuid5(NAMESPACE, f"{month.root_code}/{month.month.isoformat()}"),
                month=month,
                tables=tables_of(month, counts, at=at),
                charters=oversight.charters_of(month),
                counts=counts,
            )
        )
    return tuple(published)


def tables_of(
    month: MonthToCount, counts: Sequence[GridTypeCount], *, at: datetime
) -> dict[str, Any]:
    """The tables of a month as they may be shown: by place, by type, and of waiting times.

    What is hidden is not in them at all. Shape: a row is [parent, members, counts by category].
    """
    root = places.get_place(month.root_code)
    grids = places.list_grids(root.path, at)
    _, compiled = places.charter_in_force(root.path, at)
    by_place = place_outline(root, grids, counts)
    by_type = type_outline(root.path, compiled, counts)
    closed = _closed_groups(by_place, by_type, counts, month)
    place_rows, type_rows = {}, {}
    for figure in oversight.figures():
        leaves = _place_leaves(root.path, counts, figure.key)
        cells = publish_tree(by_place.branch(leaves, (*figure.keys, SHADOW)), month.least)
        place_rows[figure.key] = _plain(cells, figure.keys)
        if figure.key in oversight.BY_TYPE and closed is not None:
            leaves = _type_leaves(counts, figure.key)
            cells = publish_tree(
                by_type.branch(leaves, (*figure.keys, SHADOW), closed), month.least
            )
            type_rows[figure.key] = _plain(cells, figure.keys)
    totals = {count for rows in place_rows.values() if rows for count in rows[0][2].values()}
    return {
        "form": FORM,
        "root": root.path,
        "by_place": place_rows,
        "by_type": type_rows,
        "waits": {name: _waits(counts, name, month.least) for name in oversight.WAITS},
        "burden": burden_of(month, compiled, grids=len(grids), totals=totals),
        "labels": {
            "by_place": _labels(by_place.labels, place_rows),
            "by_type": _labels(by_type.labels, type_rows),
        },
    }


def _closed_groups(
    by_place: Outline, by_type: Outline, counts: Sequence[GridTypeCount], month: MonthToCount
) -> set[str] | None:
    """Groups whose types are not shown, because place and type together would pin a small count.

    None: nothing is shown by type. Groups are closed until no pair is pinned.
    """
    closed: set[str] = set()
    while True:
        pinned = _pinned(by_place, by_type, counts, month, closed)
        if not pinned:
            return closed
        groups = {parent for parent in pinned if parent in by_type.parts}
        if not groups - closed:
            return None
        closed |= groups


def _pinned(
    by_place: Outline,
    by_type: Outline,
    counts: Sequence[GridTypeCount],
    month: MonthToCount,
    closed: set[str],
) -> set[str]:
    """Parents of the type rows that, with some place row, leave a small count too little room."""
    figure = oversight.figures()[0]
    root = by_place.root
    place_leaves = _place_leaves(root, counts, figure.key)
    places_shown = publish_tree(by_place.branch(place_leaves, figure.keys), month.least)
    type_leaves = _type_leaves(counts, figure.key)
    types_shown = publish_tree(by_type.branch(type_leaves, figure.keys, closed), month.least)
    if not places_shown or not types_shown:
        return set()
    profiles = sorted({name for one in counts for name in one.profiles})
    if not profiles:
        return set()  # nothing was counted that month
    rows = _profile_matrix(
        by_place, places_shown, leaves_of(counts, lambda o: place_key(root, o), _profiles), profiles
    )
    columns = _profile_matrix(
        by_type, types_shown, leaves_of(counts, lambda o: o.type_code, _profiles), profiles
    )
    widths = crossing_widths(rows, columns, rows[0])
    together = _together(by_place, places_shown, by_type, types_shown, counts)
    is_small = (together > 0) & (together < month.least)
    _, bad = np.nonzero(is_small & (widths < month.least - 2))
    return {types_shown[column].parent for column in bad}


def _profile_matrix(
    outline: Outline, cells: Sequence[Cell], leaves: Leaves, profiles: Sequence[str]
) -> Counts:
    matrix = np.zeros((len(cells), len(profiles)), dtype=np.int64)
    for number, cell in enumerate(cells):
        for member in cell.members:
            for leaf in outline.leaves_under(member):
                matrix[number] += [leaves[leaf][name] for name in profiles]
    return matrix


def _together(
    by_place: Outline,
    place_cells: Sequence[Cell],
    by_type: Outline,
    type_cells: Sequence[Cell],
    counts: Sequence[GridTypeCount],
) -> Counts:
    """How many matters lie in both a place row and a type row. Shape: (places, types)."""
    rows = _numbers_by_leaf(by_place, place_cells)
    columns = _numbers_by_leaf(by_type, type_cells)
    matrix = np.zeros((len(place_cells), len(type_cells)), dtype=np.int64)
    for one in counts:
        raised = one.figures["raised"]["raised"]
        for row in rows.get(place_key(by_place.root, one), ()):
            for column in columns.get(one.type_code, ()):
                matrix[row, column] += raised
    return matrix


def _numbers_by_leaf(outline: Outline, cells: Sequence[Cell]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, cell in enumerate(cells):
        for member in cell.members:
            for leaf in outline.leaves_under(member):
                found.setdefault(leaf, []).append(number)
    return found


def _place_leaves(root: str, counts: Sequence[GridTypeCount], figure: str) -> Leaves:
    return leaves_of(counts, lambda one: place_key(root, one), lambda one: _weighed(one, figure))


def _type_leaves(counts: Sequence[GridTypeCount], figure: str) -> Leaves:
    return leaves_of(counts, lambda one: one.type_code, lambda one: _weighed(one, figure))


def _weighed(one: GridTypeCount, figure: str) -> Mapping[str, int]:
    return {**one.figures[figure], SHADOW: one.shadows.get(figure, 0)}


def _profiles(one: GridTypeCount) -> Mapping[str, int]:
    return one.profiles


def _waits(counts: Sequence[GridTypeCount], name: str, least: int) -> list[list[int]]:
    """Neighbouring intervals joined until none is small: [first, until, ended, left].

    None at all where the sums of the table, beside the figures, would tell a small count: how
    many were never owed an answer, were answered late, or are still owed one that is late.
    """
    width = len(oversight.WAIT_EDGES_H) + 1
    table = np.zeros((width, 2), dtype=np.int64)
    for one in counts:
        table += np.array(one.waits[name], dtype=np.int64).T
    if name == "wait_answer" and not is_safe(_beside_answers(counts, table), least):
        return []
    return [
        [first, until, *(int(count) for count in table[first:until].sum(axis=0))]
        for first, until in halve(table, least)
    ]


def _beside_answers(counts: Sequence[GridTypeCount], table: Counts) -> Counts:
    raised = sum(one.figures["raised"]["raised"] for one in counts)
    in_time, late = (
        sum(one.figures["answer"].get(key, 0) for one in counts) for key in ("in_time", "late")
    )
    ended, left = (int(column) for column in table.sum(axis=0))
    answered_late = ended - in_time
    return np.array([raised - ended - left, answered_late, late - answered_late])


def _plain(cells: Sequence[Cell], categories: Sequence[str]) -> list[list[Any]]:
    return [
        [cell.parent, list(cell.members), dict(zip(categories, cell.counts, strict=False))]
        for cell in cells
    ]


def _labels(
    labels: Mapping[str, Label], tables: Mapping[str, Sequence[Sequence[Any]]]
) -> dict[str, Any]:
    shown = {member for rows in tables.values() for row in rows for member in row[1]}
    return {
        key: [label.name.zh, label.name.en, label.level, label.code]
        for key, label in labels.items()
        if key in shown
    }
