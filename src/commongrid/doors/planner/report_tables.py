"""The tables of a report: a row for each measure, unit, type, grid, instant or given number.

Where alternatives are compared, each cell names them by letter, so that a table reads the same on
a phone as on paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from commongrid.bridges.rehearsal.practice import Known
from commongrid.bridges.rehearsal.reports import Curve, Figure, Given, Line, Played, Report
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.report_measures import Measure, in_order
from commongrid.doors.planner.report_sources import LINES, WAITS, anchor
from commongrid.doors.planner.report_words import Number, Said
from commongrid.kernel.text import Text

INSTANTS = 10  # rows of a curve's table; all of its points are in the download
FIRST_PART = 1 / 64  # waits are counted from a second on; so early nothing is to be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alternative's number in a cell."""

    letter: str
    number: Number
    reach: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A head of a table; ``anchor`` leads to its definition."""

    name: str
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; ``cells`` as many as the columns after the first."""

    name: Any
    cells: tuple[tuple[Entry, ...], ...]
    anchor: str = ""
    runs: str = ""  # where the runs of these numbers stand on the page

    @property
    def title(self) -> SafeString:
        """The name in a page: words, or a number of a curve."""
        return words.html(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table under the heading ``key``. ``source``: how its numbers came about, on the page."""

    key: str
    first: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str = ""


def measures_table(report: Report, first: str) -> Table:
    """A row for each measure, a column for each alternative."""
    keys = [key for played in report.played for key in played.figures]
    rows = tuple(
        Row(
            name=_with_unit(measure),
            anchor=measure.anchor,
            runs=f"runs-{measure.key}",
            cells=tuple(
                (_entry("", played.figures[measure.key], measure.unit),)
                if measure.key in played.figures
                else ()
                for played in report.played
            ),
        )
        for measure in in_order(keys)
    )
    columns = tuple(
        Column(name=f"{words.letter(place)} {played.name}")
        for place, played in enumerate(report.played)
    )
    return Table(key="all", first=first, columns=columns, rows=rows)


def parts_table(
    key: str,
    first: str,
    report: Report,
    lines_of: Callable[[Played], tuple[Line, ...]],
    names: Mapping[str, Text] | None = None,
) -> Table:
    """A row for each unit, type or grid; a column for each measure; alternatives in the cell.

    ``names``: better ones than the report's, by key.
    """
    lines = [{line.key: line for line in lines_of(played)} for played in report.played]
    known = {line.key: line.name for rows in reversed(lines) for line in rows.values()}
    known |= {part: name for part, name in (names or {}).items() if part in known}
    order = dict.fromkeys(line.key for played in report.played for line in lines_of(played))
    shown = in_order(
        {measure for rows in lines for line in rows.values() for measure in line.figures}
    )
    rows = tuple(
        Row(
            name=known[part].in_(words.language()),
            cells=tuple(_part_cell(part, measure, lines) for measure in shown),
        )
        for part in order
    )
    columns = tuple(Column(name=_with_unit(m), anchor=m.anchor) for m in shown)
    return Table(key=key, first=first, columns=columns, rows=rows, source=anchor(LINES))


def curve_table(
    key: str,
    first: str,
    curves: Mapping[int, Curve],
    said: Callable[[float], str],
    unit: str,
    until: float = math.inf,
    source: str = WAITS,
) -> Table:
    """Some instants of curves. ``curves``: by the place of the alternative."""
    points = {
        place: dict(zip(curve.at, zip(curve.mean, curve.low, curve.high, strict=True), strict=True))
        for place, curve in curves.items()
    }
    common = [
        at
        for at in next(iter(curves.values())).at
        if FIRST_PART * min(until, curve_end(curves)) <= at <= until
        and all(at in p for p in points.values())
    ]
    rows = tuple(
        Row(
            name=Number(at, said(at)),
            cells=tuple(
                (_entry("", Figure(mean=p[at][0], low=p[at][1], high=p[at][2]), unit),)
                for p in points.values()
            ),
        )
        for at in spread(common, INSTANTS)
    )
    columns = tuple(Column(name=words.letter(place)) for place in curves)
    return Table(key=key, first=first, columns=columns, rows=rows, source=anchor(source))


def curve_end(curves: Mapping[int, Curve]) -> float:
    """The last point of any of the curves."""
    return max(curve.at[-1] for curve in curves.values())


def spread(values: Sequence[Any], most: int) -> tuple[Any, ...]:
    """At most so many of the values, evenly, the first and the last among them."""
    if len(values) <= most:
        return tuple(values)
    last = len(values) - 1
    return tuple(values[round(n * last / (most - 1))] for n in range(most))


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """One number the rehearsal stood on, as it is shown."""

    what: str
    number: Number
    reach: Said | None
    cases: Number | None
    source: str
    is_shrunk: bool


def given_rows(given: Sequence[Given], *, assumed: bool) -> tuple[GivenRow, ...]:
    """What was measured (or shrunk), or what was assumed."""
    return tuple(_given(row) for row in given if row.is_assumed is assumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsRow:
    """All replications of one measure."""

    measure: Measure
    rows: tuple[tuple[str, tuple[Number, ...]], ...]

    @property
    def anchor(self) -> str:
        return f"runs-{self.measure.key}"


def runs(report: Report) -> tuple[RunsRow, ...]:
    """What each mean of the page is the mean of."""
    keys = [key for played in report.played for key in played.runs]
    return tuple(
        RunsRow(
            measure=measure,
            rows=tuple(
                (
                    words.letter(place),
                    tuple(words.bare(x, measure.unit) for x in played.runs[measure.key]),
                )
                for place, played in enumerate(report.played)
                if measure.key in played.runs
            ),
        )
        for measure in in_order(keys)
    )


def _given(row: Given) -> GivenRow:
    known = row.estimate
    unit = row.unit
    figure = Figure(mean=known.value, low=known.low, high=known.high)
    return GivenRow(
        what=row.what.in_(words.language()),
        number=words.estimate(known.value, unit),
        reach=None if known.low == known.high else words.estimate_reach(figure, unit),
        cases=words.count(known.cases) if known.cases else None,
        source=known.source,
        is_shrunk=known.known is Known.SHRUNK,
    )


def _part_cell(
    part: str, measure: Measure, lines: Sequence[Mapping[str, Line]]
) -> tuple[Entry, ...]:
    return tuple(
        _entry(words.letter(place), rows[part].figures[measure.key], measure.unit)
        for place, rows in enumerate(lines)
        if part in rows and measure.key in rows[part].figures
    )


def _entry(letter: str, figure: Figure, unit: str) -> Entry:
    return Entry(
        letter=letter, number=words.bare(figure.mean, unit), reach=words.reach(figure, unit)
    )


def _with_unit(measure: Measure) -> str:
    name = measure.name.in_(words.language())
    unit = words.unit_name(measure.unit)
    return name if measure.unit == "share" or unit in name else f"{name} ({unit})"
