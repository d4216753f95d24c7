"""Publishing the uses of power: small counts hidden by halving, as on the board (ADR 0016, 0040).

Powers stand in the order of the charter, communities in the order of their codes; no count decides
an order or where a row is cut. A power shown alone is opened by community, by reason and by wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK, Actor
from commongrid.engines.tally import Branch, halve, publish_tree
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
    """The rows of a month by power, and the part of each power that is shown alone.

    What is hidden is in neither. Shape: ``used`` rows are [powers, uses]; ``fates`` rows are
    [powers, standing, undone]; null where not even the whole may be shown.
    """
    powers = counted_powers(compiled, counts)
    paths = _paths(root, communities, counts)
    used = publish_tree(_tree(powers, paths, counts), month.least)
    rows = [cell for cell in used if cell.parent == root.code]
    alone = {cell.members[0] for cell in rows if len(cell.members) == 1}
    fates = _fates(powers, counts, month.least)
    named = {card.path: [card.name.zh, card.name.en, card.code] for card in communities}
    named[root.path] = ["未指明社区、嘎查", "no community named", ""]
    parts: dict[str, dict[str, Any]] = {}
    for power in powers:
        if power in alone:
            by_place = [
                [[named.get(path, [path, path, ""]) for path in _members(cell.members)],
                 cell.counts[0]]
                for cell in used
                if cell.parent == power
            ]  # fmt: skip
            parts[power] = {
                "used": next(c.counts[0] for c in rows if c.members == (power,)),
                "fate": next((row[1:] for row in fates or () if row[0] == [power]), None),
                "by_place": by_place,
                "reasons": _reasons(power, compiled, counts, month.least),
                "waits": _waits(counts.waits.get(power, ()), month.least),
            }
    whole = {
        "form": FORM,
        "root": root.path,
        "total": used[0].counts[0] if used else None,
        "used": [[list(cell.members), cell.counts[0]] for cell in rows] if used else None,
        "fates": fates,
    }
    return whole, parts


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


def _tree(powers: Sequence[str], paths: Sequence[str], counts: PowerCounts) -> Branch:
    """All uses, by power, by community. A community's key names the power too."""
    branches = []
    for power in powers:
        leaves = tuple(
            Branch(f"{power}|{path}", (sum(counts.cells.get((power, path), (0,))),))
            for path in paths
        )
        branches.append(Branch(power, (sum(leaf.counts[0] for leaf in leaves),), leaves))
    root = paths[-1].strip("/").split("/")[-1]
    return Branch(root, (sum(branch.counts[0] for branch in branches),), tuple(branches))


def _members(members: Sequence[str]) -> list[str]:
    return [member.partition("|")[2] for member in members]


def _fates(powers: Sequence[str], counts: PowerCounts, least: int) -> list[list[Any]] | None:
    """What became of the uses. Who undid them is weighed, so that no difference tells it."""
    table = np.zeros((len(powers), len(publications.FATES)), dtype=np.int64)
    for number, power in enumerate(powers):
        for (known, _), cell in counts.cells.items():
            if known == power:
                table[number] += cell
    blocks = halve(table, least)
    return [
        [list(powers[first:until]), *_standing_and_undone(table[first:until].sum(axis=0))]
        for first, until in blocks
    ] or None


def _standing_and_undone(sums: Any) -> tuple[int, int]:
    standing, by_public, by_office = (int(count) for count in sums)
    return standing, by_public + by_office


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
