"""The tables of a publication cut into what single pages show.

A page shows one figure of a month by place and type, or the whole place through the months. Read
from the full tables it would cost all rows of all figures of thirteen months; cut once, when the
month is published, it costs the rows it shows. Nothing is worked out here: parts repeat the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WHOLE, BURDEN = "whole", "burden"
AXES = ("by_place", "by_type")


def part_name(axis: str, figure: str) -> str:
    """The part that holds one figure by place or by type."""
    return f"{axis}:{figure}"


def parts_of(tables: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part with its name.

    Shape: a table is ``rows`` with their ``labels``; the whole is the first row of each figure
    (None where even that is hidden), its labels, and the waits.
    """
    by_place = tables.get(AXES[0], {})
    firsts = {figure: rows[0] if rows else None for figure, rows in by_place.items()}
    named = _labels(tables, AXES[0], [row for row in firsts.values() if row])
    yield WHOLE, {"rows": firsts, "labels": named, "waits": dict(tables.get("waits", {}))}
    for axis in AXES:
        for figure, rows in tables.get(axis, {}).items():
            part = {"rows": rows, "labels": _labels(tables, axis, rows)}
            yield part_name(axis, figure), part
    if tables.get(BURDEN):
        yield BURDEN, dict(tables[BURDEN])


def _labels(tables: Mapping[str, Any], axis: str, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    known = tables.get("labels", {}).get(axis, {})
    return {name: known[name] for row in rows for name in row[1] if name in known}
