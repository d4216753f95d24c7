"""What is assumed of a place before it has acts of its own: figures with their sources.

The tables in ``assumed/`` name a source and a mark in each row; whatever a place has measured
replaces them (see ``calibrating``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from commongrid.bridges.rehearsal.practice import (
    EVERY,
    Arrivals,
    Estimate,
    Known,
    Practice,
    Step,
    Times,
    Who,
)
from commongrid.charter.compiler import Compiled
from commongrid.charter.guards import DANGERS
from commongrid.charter.schema import Scope

FOLDER = Path(__file__).parent / "assumed"
MINUTE_S, HOUR_S = 60.0, 3600.0
SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)
SOONEST, LATEST = 0.5, 2.5
"""The whole range of a time as multiples of the tenth and the nine tenths that a table names."""
TOWNSHIP = "township"

Cells = Mapping[str, str]


def assumed_practice(
    compiled: Compiled,
    *,
    place: str,
    grids: Mapping[str, float],
    staff: Mapping[tuple[str, str], int] | None = None,
    heads: float | None = None,
    from_on: str = "",
    until_on: str = "",
) -> Practice:
    """The practice of a place nothing is known of, but its grids.

    ``grids``: households (or 1 each) by grid path. ``staff``: persons by holder and area; holders
    it does not name get the assumed number. ``heads``: residents; without them they are reckoned
    from the households.
    Raises: ValueError without grids.
    """
    if not grids:
        raise ValueError("a practice needs at least one grid")
    whole = float(sum(grids.values())) or float(len(grids))
    residents = heads if heads is not None else whole * _volume("household").value
    kind = compiled.charter.kind_of_place
    steps = tuple(step for cells in _rows("steps") for step in [_step(cells)])
    return Practice(
        place=place,
        from_on=from_on,
        until_on=until_on,
        arrivals=_arrivals(compiled, residents, kind),
        steps=steps,
        week=_week(),
        year=tuple(float(cells[_column(kind)]) for cells in _rows("year")),
        grids={
            path: (households / whole if sum(grids.values()) else 1 / whole)
            for path, households in grids.items()
        },
        staff={**_staff(compiled, grids, residents), **dict(staff or {})},
        travel_s=dict.fromkeys(grids, 1800.0 if kind == TOWNSHIP else 600.0),
    )


def _arrivals(compiled: Compiled, residents: float, kind: str) -> tuple[Arrivals, ...]:
    weights = {code: _weight(code, kind) for code in compiled.charter.types}
    whole = sum(weight for weight, _ in weights.values())
    head = _volume("head")
    found = []
    for code, (weight, source) in weights.items():
        part = residents * weight / whole
        a_year = Estimate(
            value=head.value * part,
            low=head.low * part,
            high=head.high * part,
            cases=0,
            known=Known.ASSUMED,
            source=f"{head.source}; {source}",
        )
        found.append(Arrivals(type=code, a_year=a_year, flags=_flags(code, kind, compiled)))
    return tuple(found)


def _weight(code: str, kind: str) -> tuple[float, str]:
    """The weight of the most particular row that speaks of a type."""
    cells = _most_particular(list(_rows("arrivals")), code)
    return float(cells[_column(kind)]), _source(cells)


def _flags(code: str, kind: str, compiled: Compiled) -> dict[str, Estimate]:
    """What is told of a type here and matters to some rule of this charter."""
    limits = {row.case for row in compiled.limits.get(code, ()) if row.case}
    found = {}
    for cells in _rows("flags"):
        flag = cells["flag"]
        is_here = cells["kind_of_place"] in ("", kind) and flag in compiled.charter.cases
        is_meant = cells["type"] in (code, EVERY)
        if is_here and is_meant and (flag in limits or flag in DANGERS):
            found[flag] = _estimate(float(cells["share"]), cells)
    return found


def _step(cells: Cells) -> Step:
    effort, lag = cells["effort_min"], cells["lag_h"]
    return Step(
        flow=cells["flow"],
        state=cells["state"],
        action=cells["action"],
        type=cells["type"],
        who=Who(cells["who"]),
        share=_estimate(float(cells["share"]), cells),
        effort=_times(effort, MINUTE_S, cells) if effort else None,
        lag=_times(lag, HOUR_S, cells) if lag else None,
    )


def _times(text: str, unit_s: float, cells: Cells) -> Times:
    tenth, half, nine = (float(part) * unit_s for part in text.split(";"))
    return Times(
        shares=SHARES,
        quantiles=(tenth * SOONEST, tenth, half, nine, nine * LATEST),
        cases=0,
        known=Known.ASSUMED,
        source=_source(cells),
    )


def _week() -> tuple[float, ...]:
    parts = {
        cells["part"]: [float(w) for w in cells["weights"].split(";")] for cells in _rows("week")
    }
    weights = [day * hour for day in parts["days"] for hour in parts["hours"]]
    return tuple(weight / sum(weights) for weight in weights)


def _staff(
    compiled: Compiled, grids: Mapping[str, float], residents: float
) -> dict[tuple[str, str], int]:
    rows = {cells["holder"]: cells for cells in _rows("staff")}
    communities = sorted({above(path) for path in grids})
    areas = {"grid": sorted(grids), "community": communities, "place": [""]}
    units = {duty.unit for duty in compiled.charter.duties if duty.unit in compiled.charter.units}
    scoped = (Scope.AREA, Scope.UNIT)
    roles = {power.role for power in compiled.charter.powers if power.scope in scoped}
    found: dict[tuple[str, str], int] = {}
    for holder in [*sorted(roles), *sorted(units)]:
        cells = rows.get(holder) if holder in roles else rows["unit"]
        if cells is None:
            continue
        heads = float(cells["per_heads"])
        count = int(cells["least"]) + (int(residents / heads) if heads else 0)
        found |= {(holder, area): count for area in areas[cells["level"]]}
    return found


def above(path: str) -> str:
    """The division above a grid, by its path."""
    return path.rstrip("/").rpartition("/")[0] + "/"


def _volume(name: str) -> Estimate:
    cells = next(cells for cells in _rows("volume") if cells["name"] == name)
    return Estimate(
        value=float(cells["value"]),
        low=float(cells["low"]),
        high=float(cells["high"]),
        cases=0,
        known=Known.ASSUMED,
        source=_source(cells),
    )


def _estimate(value: float, cells: Cells) -> Estimate:
    return Estimate(
        value=value, low=value, high=value, cases=0, known=Known.ASSUMED, source=_source(cells)
    )


def _source(cells: Cells) -> str:
    return f"{cells['source']} [{cells['mark']}]"


def _most_particular(rows: list[Cells], code: str) -> Cells:
    def fits(pattern: str) -> bool:
        return pattern == code or (pattern.endswith(EVERY) and code.startswith(pattern[:-1]))

    return max((r for r in rows if fits(r["type"])), key=lambda r: len(r["type"].rstrip(EVERY)))


def _column(kind: str) -> str:
    return TOWNSHIP if kind == TOWNSHIP else "subdistrict"


@cache
def _read(name: str) -> tuple[Cells, ...]:
    lines = (FOLDER / f"{name}.csv").read_text("utf-8").splitlines()
    return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))


def _rows(name: str) -> Iterator[Cells]:
    yield from _read(name)
