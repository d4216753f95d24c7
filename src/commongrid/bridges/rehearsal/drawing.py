"""The parts of a report that are lines and curves: by unit, type and grid, over days and waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite

import numpy as np

from commongrid.bridges.rehearsal.measuring import (
    GRID_COUNTS,
    HOUR,
    TYPE_COUNTS,
    UNIT_COUNTS,
    WAITS,
    Floats,
    Measured,
    Reading,
    share,
    wait_edges,
    wait_hours,
)
from commongrid.bridges.rehearsal.reports import Curve, Figure, Line
from commongrid.charter import Compiled
from commongrid.engines.contrast import Interval, interval
from commongrid.engines.rehearsal.model import Ints
from commongrid.kernel.text import Text

FEW = 5
"""A line with fewer matters a run, on average, is put together with the others of its kind."""
REST = "other"
SHARES = frozenset({"answered_in_time", "solved_in_time", "redo", "worst_tenth"})
DIGITS = 10
EVERY_EDGE = 4
"""Half an octave from one point of a curve of waits to the next."""
BAND = (0.025, 0.975)
"""Curves show what 95 of 100 runs stay within: the luck of one year, not of the mean."""
Counts = Mapping[str, Floats]
Lines = tuple[Line, ...]


def lines_of(
    runs: Sequence[Measured], reading: Reading, compiled: Compiled, *, first: int
) -> tuple[Lines, Lines, Lines]:
    """The lines by unit, by type and by grid."""
    charter = compiled.charter
    units = {**charter.roles, **charter.units}
    return (
        _lines(
            [run.unit_counts for run in runs],
            [_named(key, units) for key in reading.holders],
            UNIT_COUNTS,
            ("begun", _unit_figures),
            first,
        ),
        _type_lines(runs, reading, compiled, first),
        _lines(
            [run.grid_counts for run in runs],
            [(path, Text.both(path.rstrip("/").rpartition("/")[2])) for path in reading.areas],
            GRID_COUNTS,
            ("raised", _grid_figures),
            first,
        ),
    )


def wait_curves(runs: Sequence[Measured]) -> dict[str, Curve]:
    """The share still waiting, by kind of wait; kinds that no run has are left out."""
    at = wait_edges()[::EVERY_EDGE]
    found = {}
    for kind in WAITS:
        values = [run.waits[kind][::EVERY_EDGE] for run in runs if kind in run.waits]
        known = [part for part in values if np.isfinite(part).all()]
        if known:
            found[kind] = _curve(at, np.stack(known))
    return found


def backlog_curve(runs: Sequence[Measured]) -> Curve:
    """Open matters at the beginning of each day."""
    values = np.stack([run.backlog for run in runs]).astype(np.float64)
    return _curve(np.arange(values.shape[1], dtype=np.float64), values)


def _curve(at: Floats, values: Floats) -> Curve:
    low, high = np.quantile(values, BAND, axis=0)

    def plain(part: Floats) -> tuple[float, ...]:
        return tuple(float(f"{value:.6g}") for value in part)

    return Curve(at=plain(at), mean=plain(values.mean(axis=0)), low=plain(low), high=plain(high))


def _named(key: str, rows: Mapping[str, object]) -> tuple[str, Text]:
    name = getattr(rows.get(key), "name", None)
    return key, name if isinstance(name, Text) else Text.both(key)


def _lines(
    counts: Sequence[Ints],
    names: Sequence[tuple[str, Text]],
    columns: tuple[str, ...],
    told: tuple[str, Callable[[Counts], dict[str, Floats]]],
    first: int,
) -> Lines:
    """A line for each part with enough matters, and one for the rest together."""
    values = np.stack(counts).astype(np.float64)  # Shape: runs x parts x columns
    by, figures = told
    matters = values[:, :, columns.index(by)].mean(axis=0)
    groups = [(*names[n], [n]) for n in range(len(names)) if matters[n] >= FEW]
    rest = [n for n in range(len(names)) if 0 < matters[n] < FEW]
    if rest:
        groups.append((REST, _rest(len(rest)), rest))
    lines = []
    for key, name, members in groups:
        total = values[:, members].sum(axis=1)
        parts = figures({column: total[:, n] for n, column in enumerate(columns)})
        lines.append(Line(key=key, name=name, figures=_figures(parts, first)))
    return tuple(lines)


def _rest(count: int) -> Text:
    return Text(
        zh=f"其余 {count} 项（各不足 {FEW} 件）", en=f"{count} others with fewer than {FEW}"
    )


def _figures(parts: Mapping[str, Floats], first: int) -> dict[str, Figure]:
    """Means with intervals of what every run could measure."""
    found = {}
    for measure, values in parts.items():
        if all(isfinite(value) for value in values):
            found[measure] = possible(measure, interval(values, first=first))
    return found


def possible(measure: str, found: Interval) -> Figure:
    """The mean with its interval, as far as it is possible: no share above 1, nothing below 0.

    Ten digits: more are not known, and the last ones differ between machines.
    """
    most = 1.0 if measure in SHARES else inf
    low, high = max(found.low, 0.0), min(found.high, most)
    mean, low, high = (rounded(value) for value in (found.mean, low, high))
    return Figure(mean=mean, low=low, high=high)


def rounded(value: float) -> float:
    """A number with its ten first digits."""
    return float(f"{value:.{DIGITS}g}")


def _shares(part: Floats, whole: Floats) -> Floats:
    return np.array([share(p, w) for p, w in zip(part, whole, strict=True)])


def _unit_figures(counts: Counts) -> dict[str, Floats]:
    return {
        "solved_in_time": _shares(counts["kept"], counts["kept"] + counts["late"]),
        "work_hours": counts["worked"] / HOUR,
        "overload_hours": counts["overload"] / HOUR,
    }


def _grid_figures(counts: Counts) -> dict[str, Floats]:
    return {"solved_in_time": _shares(counts["kept"], counts["kept"] + counts["late"])}


def _type_lines(
    runs: Sequence[Measured], reading: Reading, compiled: Compiled, first: int
) -> Lines:
    """Types, with their waits: a histogram beside the counts."""
    types = compiled.charter.types
    names = [_named(code, types) for code in reading.types]
    columns = (*TYPE_COUNTS, *range(runs[0].type_waits.shape[1]))
    counts = [np.concatenate([run.type_counts, run.type_waits], axis=1) for run in runs]

    def figures(found: Mapping[str, Floats]) -> dict[str, Floats]:
        waits = np.stack([found[column] for column in columns[len(TYPE_COUNTS) :]], axis=1)
        still = found["open"]

        def hours(level: float) -> Floats:
            told = zip(waits.astype(np.int64), still.astype(np.int64), strict=True)
            return np.array([wait_hours(w, level, int(s), reading.longest_h) for w, s in told])

        return {
            "answered_in_time": _shares(found["answered"], found["answered"] + found["unanswered"]),
            "solved_in_time": _shares(found["kept"], found["kept"] + found["late"]),
            "wait_median": hours(0.5),
            "wait_p90": hours(0.9),
            "redo": _shares(found["redone"], found["claimed"]),
            "escalated": found["escalated"],
        }

    return _lines(counts, names, columns, ("raised", figures), first)
