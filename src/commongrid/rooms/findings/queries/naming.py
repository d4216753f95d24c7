"""Rows of matters as rows of a list: keys become words, and no word of a person goes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.rooms.findings.cards import NOTHING, MatterName, UnitCount, WatchRow
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

FIELDS = (
    *("pk", "ref", "path", "kind", "type_code", "state", "unit", "charter_key"),
    *("place__name_zh", "place__name_en"),
)
NOBODY = Text("没有单位", "no unit")
Row = Mapping[str, Any]


class Rules:
    """The charters the rows of one page need, each asked for once, and what the reader may open.

    ``reads``: what they read of matters themselves. A village supervision committee oversees how
    matters are handled and reads none of them.
    """

    def __init__(self, reads: people.Scope) -> None:
        self._known: dict[str, Compiled] = {}
        self.reads = reads

    def named(self, row: Row) -> MatterName:
        """A matter by its number, with whether the reader may open it."""
        return MatterName(row["pk"], row["ref"], self.reads.allows(row["path"]))

    def of(self, charter_key: str) -> Compiled:
        """The compiled charter. Cost: none when warm."""
        if charter_key not in self._known:
            self._known[charter_key] = places.get_charter(charter_key)
        return self._known[charter_key]

    def unit_name(self, unit: str, charter_key: str) -> Text:
        """A unit's name, or that there is none."""
        return self.of(charter_key).unit_name(unit) if unit else NOBODY

    def type_name(self, code: str, charter_key: str) -> Text:
        """A type's name."""
        row = self.of(charter_key).charter.types.get(code)
        return row.name if row else Text.both(code)


def watch_row(
    row: Row, rules: Rules, *, at: datetime | None, figure: str, note: str = "", **more: Any
) -> WatchRow:
    """One matter on a list. ``row`` holds the ``FIELDS``."""
    compiled = rules.of(row["charter_key"])
    state = compiled.charter.states.get((Kind(row["kind"]), row["state"]))
    return WatchRow(
        matters=(rules.named(row),),
        type_name=rules.type_name(row["type_code"], row["charter_key"]),
        place_name=place_name(row),
        unit=row["unit"],
        unit_name=rules.unit_name(row["unit"], row["charter_key"]),
        state_name=state.name if state else Text.both(row["state"]),
        at=at,
        figure=figure,
        note=note,
        **more,
    )


def group_row(
    rows: Iterable[Row], rules: Rules, *, at: datetime | None, figure: str, count: int = 0,
    shown: int = 12, **more: Any,
) -> WatchRow:  # fmt: skip
    """Several matters with one thing in common: what they share is said, what differs is not."""
    members = list(rows)
    first = members[0]
    types = {row["type_code"] for row in members}
    grids = {place_name(row) for row in members}
    return WatchRow(
        matters=tuple(rules.named(row) for row in members[:shown]),
        type_name=rules.type_name(first["type_code"], first["charter_key"])
        if len(types) == 1 else NOTHING,
        place_name=place_name(first) if len(grids) == 1 else NOTHING,
        unit=first["unit"],
        unit_name=rules.unit_name(first["unit"], first["charter_key"]),
        state_name=NOTHING,
        at=at,
        figure=figure,
        more=max(0, (count or len(members)) - min(shown, len(members))),
        **more,
    )  # fmt: skip


def place_name(row: Row) -> Text:
    """The name of the grid."""
    return Text(row["place__name_zh"], row["place__name_en"] or row["place__name_zh"])


def count_units(pairs: Iterable[tuple[str, str, int]], rules: Rules) -> tuple[UnitCount, ...]:
    """How many each unit has, in the order of the units' keys: a table of units, no ranking.

    ``pairs``: unit, a charter that knows it, how many.
    """
    counts: Counter[str] = Counter()
    keys: dict[str, str] = {}
    for unit, charter_key, count in pairs:
        counts[unit] += count
        keys.setdefault(unit, charter_key)
    return tuple(
        UnitCount(unit=unit, name=rules.unit_name(unit, keys[unit]), count=count)
        for unit, count in sorted(counts.items())
    )
