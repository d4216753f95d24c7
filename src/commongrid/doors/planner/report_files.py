"""Files for programs: the whole report as JSON, and its numbers as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from commongrid.bridges.rehearsal.reports import Figure, Line, Played, Report
from commongrid.doors.planner.report_measures import measures
from commongrid.doors.planner.report_page import Shown, command
from commongrid.kernel.text import Text

SIMULATED = Text(zh="模拟结果，不是实际发生的事", en="simulated, not observed")
FIGURES = (
    *("simulated", "part", "alternative", "key", "name_zh", "name_en", "measure", "unit"),
    *("mean", "low", "high", "verdict"),
)
Cells = Sequence[object]


def as_plain(shown: Shown) -> dict[str, Any]:
    """The report exactly as it was kept, beside the plan and what its measures mean."""
    return {
        "simulated": {"zh": SIMULATED.zh, "en": SIMULATED.en},
        "ref": shown.ref,
        "again": command(shown),
        "plan": shown.plain_plan,
        "report": shown.plain,
        "measures": [
            {
                "measure": row.key,
                "unit": row.unit,
                "name": {"zh": row.name.zh, "en": row.name.en},
                "definition": {"zh": row.definition.zh, "en": row.definition.en},
            }
            for row in measures()
        ],
    }


def figures_csv(report: Report) -> str:
    """One line for each figure: the whole place, its units, types and grids, and differences."""
    return _written(FIGURES, (("simulated", *row) for row in _figures(report)))


def runs_csv(report: Report) -> str:
    """One line for each replication of each alternative."""
    keys = list(dict.fromkeys(key for played in report.played for key in played.runs))
    rows = (
        (
            "simulated",
            played.name,
            number + 1,
            *(_nth(played.runs.get(key, ()), number) for key in keys),
        )
        for played in report.played
        for number in range(max((len(row) for row in played.runs.values()), default=0))
    )
    return _written(("simulated", "alternative", "replication", *keys), rows)


def curves_csv(report: Report) -> str:
    """All points of the waiting curves (seconds) and of the backlog (days)."""
    rows = (
        ("simulated", played.name, name, *point)
        for played in report.played
        for name, curve in (*sorted(played.waits.items()), ("backlog", played.backlog))
        for point in zip(curve.at, curve.mean, curve.low, curve.high, strict=True)
    )
    return _written(("simulated", "alternative", "curve", "at", "mean", "low", "high"), rows)


def given_csv(report: Report) -> str:
    """What the rehearsal stood on: measured, drawn towards a group, or assumed."""
    rows = (
        (
            row.what.zh, row.what.en, row.unit, row.estimate.value, row.estimate.low,
            row.estimate.high, row.estimate.cases, row.estimate.known.value, row.estimate.source,
        )
        for row in report.given
    )  # fmt: skip
    names = ("what_zh", "what_en", "unit", "value", "low", "high", "cases", "known", "source")
    return _written(names, rows)


FILES = {
    "figures": figures_csv,
    "runs": runs_csv,
    "curves": curves_csv,
    "given": given_csv,
}


def _figures(report: Report) -> Iterator[Cells]:
    units = {row.key: row.unit for row in measures()}
    for played in report.played:
        whole = Line(key="", name=Text.both(""), figures=played.figures)
        for part, lines in (
            ("place", (whole,)), ("unit", played.units), ("type", played.types),
            ("grid", played.grids),
        ):  # fmt: skip
            for line in lines:
                for measure, figure in line.figures.items():
                    yield _figure(part, played, line, measure, units.get(measure, ""), figure)
    for row in report.differences:
        ends = (row.figure.mean, row.figure.low, row.figure.high)
        unit = units.get(row.measure, "")
        head = ("difference", row.alternative, "", "", "", row.measure, unit)
        yield (*head, *ends, row.verdict.value)


def _figure(
    part: str, played: Played, line: Line, measure: str, unit: str, figure: Figure
) -> Cells:
    head = (part, played.name, line.key, line.name.zh, line.name.en, measure, unit)
    return (*head, figure.mean, figure.low, figure.high, "")


def _nth(values: Sequence[float], number: int) -> object:
    return values[number] if number < len(values) else ""


def _written(head: Cells, rows: Iterable[Cells]) -> str:
    """CSV with a byte order mark, for spreadsheets that would read Chinese as something else."""
    out = io.StringIO()
    out.write("\ufeff")
    lines = csv.writer(out)
    lines.writerow(head)
    lines.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: object) -> object:
    """Words that a spreadsheet would take for a formula are kept words."""
    is_risky = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_risky else cell
