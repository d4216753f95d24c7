"""Publishing the uses of power: small counts hidden by halving, as on the board (ADR 0016, 0040).

A power used seldom is hidden; no sum over powers is published from which it could be taken, and
where others would balance it out some of them are kept back (``closing``). One that is shown is
opened by community, by reason and by wait; communities stand in the order of their codes, and no
count decides an order or where a row is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from commongrid.bridges.powers.closing import kept_back, kept_whole
from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK, Actor
from commongrid.engines.tally import Branch, halve, is_safe, publish_tree
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import PowerCounts, PowerMonthCard, PowerMonthToCount

NAMESPACE = UUID("b1a4be3a-3a3c-4b7b-8a5e-4f5d2c0f9a77")
MONTHS_A_ROUND = 6
FORM = 1  # of the tables below
RAISE = "raise"


def publish_due_months(
    *, at: datetime, actor: Actor = CLOCK, limit: int = MONTHS_A_ROUND
) -> tuple[PowerMonthCard, ...]:
    """Publish the months the board has published, oldest first; each once."""
    return tuple(
        _publish(month, at, actor) for month in publications.list_due_power_months(at=at)[:limit]
    )


def _publish(month: PowerMonthToCount, at: datetime, actor: Actor) -> PowerMonthCard:
    counts = publications.count_powers(month, as_of=at)
    _, compiled = places.charter_in_force(month.root_path, at)
    root = places.get_place(month.root_code)
    communities = places.list_children(root.code, at, code_system=root.code_system)
    whole, parts = tables_of(month, compiled, root, communities, counts)
    return publications.publish_powers(
        actor=actor,
        at=at,
        command_id=uuid5(NAMESPACE, f"{month.root_code}/{month.month.isoformat()}"),
        month=month,
        whole=whole,
        parts=parts,
        charters=counts.charters,
    )


def tables_of(
    month: PowerMonthToCount,
    compiled: Compiled,
    root: places.PlaceCard,
    communities: Sequence[places.PlaceCard],
    counts: PowerCounts,
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The uses of a month by power, and the part of each power that may be shown.

    Each power stands for itself: no sum over powers is published, so a hidden one is the
    difference of nothing; what follows from others is freed by keeping some of them back. Shape:
    ``used`` rows are [power, uses], null for a small count and for one kept back.
    """
    paths = _paths(root, communities, counts)
    named = {card.path: [card.name.zh, card.name.en, card.code] for card in communities}
    named[root.path] = ["未指明社区、嘎查", "no community named", ""]
    trees = {power: _tree(power, paths, counts) for power in counted_powers(compiled, counts)}
    uses = {power: tree.counts[0] for power, tree in trees.items()}
    back = kept_back(compiled, counts, uses, month.least)
    shown = {
        power: () if power in back else publish_tree(tree, month.least)
        for power, tree in trees.items()
    }
    alone = {
        power: {cell.members[0] for cell in cells[1:] if len(cell.members) == 1}
        for power, cells in shown.items()
        if power not in publications.KEPT_WHOLE
    }
    whole = publications.KEPT_WHOLE | kept_whole(compiled, counts, alone, paths, month.least)
    parts: dict[str, dict[str, Any]] = {}
    for power, cells in shown.items():
        if cells:
            parts[power] = {
                "used": cells[0].counts[0],
                "fate": _fate(power, counts, month.least),
                "by_place": [
                    [[named.get(path, [path, path, ""]) for path in cell.members], cell.counts[0]]
                    for cell in cells[1:]
                    if power not in whole
                ],
                "reasons": _reasons(power, compiled, counts, month.least),
                "waits": _waits(counts.waits.get(power, ()), month.least),
            }
    rows = [[power, cells[0].counts[0] if cells else None] for power, cells in shown.items()]
    return {"form": FORM, "root": root.path, "used": rows}, parts


def counted_powers(compiled: Compiled, counts: PowerCounts) -> tuple[str, ...]:
    """Powers of offices and of the clock in the charter's order; unknown ones that were used last.

    What only residents or grid workers hold is not counted here.
    """
    known = []
    for power, rows in compiled.powers.items():
        roles = {row.role for row in rows} - publications.LEFT_OUT
        bodies = {compiled.charter.roles[r].body for r in roles if r in compiled.charter.roles}
        if power != RAISE and bodies & {"staff", "system"}:
            known.append(power)
    others = sorted({power for power, _ in counts.cells} - set(known))
    return (*known, *others)


def _paths(
    root: places.PlaceCard, communities: Sequence[places.PlaceCard], counts: PowerCounts
) -> tuple[str, ...]:
    known = {card.path for card in communities} | {path for _, path in counts.cells}
    return (*sorted(known - {root.path}), root.path)


def _tree(power: str, paths: Sequence[str], counts: PowerCounts) -> Branch:
    """The uses of a power by community, in the order of the codes."""
    leaves = tuple(Branch(path, (sum(counts.cells.get((power, path), (0,))),)) for path in paths)
    return Branch(power, (sum(leaf.counts[0] for leaf in leaves),), leaves)


def _fate(power: str, counts: PowerCounts, least: int) -> list[int] | None:
    """What became of the uses: standing, undone. Who undid them is weighed, and never printed."""
    cells = [cell for (known, _), cell in counts.cells.items() if known == power]
    sums = np.array(cells or [(0, 0, 0)], dtype=np.int64).sum(axis=0)
    if not is_safe(sums, least):
        return None
    standing, by_public, by_office = (int(count) for count in sums)
    return [standing, by_public + by_office]


def _reasons(power: str, compiled: Compiled, counts: PowerCounts, least: int) -> list[list[Any]]:
    """Uses by reason, for powers whose steps ask for one of a list: [[names], uses]."""
    found = counts.reasons.get(power, {})
    names = _choices(power, compiled)
    if not names:
        return []
    keys = [*names, *sorted(found.keys() - names.keys() - {""}), ""]
    rows = np.array([[found.get(key, 0)] for key in keys], dtype=np.int64)
    none = Text("没有写明或已删除", "none named, or erased")
    return [
        [
            [_both(names.get(key, Text.both(key) if key else none)) for key in keys[first:until]],
            int(rows[first:until].sum()),
        ]
        for first, until in halve(rows, least)
        if int(rows[first:until].sum())
    ]


def _choices(power: str, compiled: Compiled) -> Mapping[str, Text]:
    """The reasons that the steps of a power ask for, as "field:choice", in the charter's order."""
    asked = {
        need.rstrip("?")
        for row in compiled.charter.transitions
        if row.power == power
        for need in row.needs
    }
    return {
        f"{name}:{key}": words
        for name in publications.REASONS
        if name in asked and name in compiled.charter.fields
        for key, words in compiled.charter.fields[name].choices
    }


def _both(words: Text) -> list[str]:
    return [words.zh, words.en]


def _waits(counts: Sequence[int], least: int) -> list[list[int]]:
    """Uses by how long the matter had stood there: [first interval, until, uses]."""
    if not sum(counts):
        return []
    rows = np.array(counts, dtype=np.int64).reshape(-1, 1)
    return [[first, until, int(rows[first:until].sum())] for first, until in halve(rows, least)]
