"""From a report to its plots: which numbers, which scale, which words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from commongrid.bridges.rehearsal.reports import Curve, Figure, Line, Played, Report
from commongrid.doors.planner import plots
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.report_measures import in_order, measure_of

ALMOST_ALL = 0.05  # a waiting curve is drawn until so few still wait
LEAST_GRIDS = 3  # fewer make no curve


def measures_plot(report: Report, keys: Sequence[str] = ()) -> SafeString:
    """The measures of all alternatives with their intervals."""
    there = [key for played in report.played for key in played.figures]
    shown = [m for m in in_order(there) if not keys or m.key in keys]
    groups = [
        plots.Group(
            measure.name.in_(words.language()),
            tuple(
                _dot(place, played.figures[measure.key], measure.unit)
                for place, played in enumerate(report.played)
                if measure.key in played.figures
            ),
        )
        for measure in shown
    ]
    return plots.intervals(
        "plot-measures", gettext("Measures of all alternatives, simulated"), _told(), groups
    )


def units_plot(report: Report) -> SafeString:
    """Hours of work of each unit."""
    lines = [{line.key: line for line in played.units} for played in report.played]
    order = dict.fromkeys(line.key for played in report.played for line in played.units)
    groups = [
        plots.Group(_name(key, lines), dots)
        for key in order
        if (dots := _dots(key, "work_hours", lines))
    ]
    if not groups:
        return SafeString("")
    return plots.bars("plot-units", gettext("Hours of work by unit, simulated"), _told(), groups)


def backlog_plot(report: Report) -> SafeString:
    """Open matters through the days."""
    curves = {place: p.backlog for place, p in enumerate(report.played) if p.backlog.at}
    if not curves:
        return SafeString("")
    most = max(max(curve.high) for curve in curves.values())
    last = max(curve.at[-1] for curve in curves.values())
    days = plots.steps_up_to(last)
    across = plots.Ticks(last, tuple((d, f"{d:g}") for d in days if d <= last))
    return plots.lines(
        "plot-backlog",
        gettext("Open matters by day of the period, simulated"),
        _told(),
        _paths(curves),
        across=across,
        up=_counts(most),
    )


def waits_plot(report: Report, kind: str) -> SafeString:
    """The share still waiting, by time since receipt."""
    curves = waits_of(report, kind)
    if not curves:
        return SafeString("")
    last = waits_end(curves)
    across = plots.Ticks(last, tuple((s, words.span(s) if s else "0") for s in _times(last)))
    up = plots.Ticks(1.0, ((0.0, "0"), (0.5, "50"), (1.0, "100 %")))
    title = gettext("Still waiting: %(what)s, simulated") % {"what": wait_name(kind)}
    return plots.lines(f"plot-wait-{kind}", title, _told(), _paths(curves), across=across, up=up)


def fairness_plot(report: Report) -> SafeString:
    """Grids from the lowest share solved in time to the highest, without their names."""
    shares = {
        place: sorted(
            line.figures["solved_in_time"].mean
            for line in played.grids
            if "solved_in_time" in line.figures
        )
        for place, played in enumerate(report.played)
    }
    paths = [
        plots.Path(
            place,
            words.letter(place),
            tuple(n / (len(row) - 1) for n in range(len(row))),
            tuple(row),
        )
        for place, row in shares.items()
        if len(row) >= LEAST_GRIDS
    ]
    if not paths:
        return SafeString("")
    across = plots.Ticks(
        1.0, ((0.0, gettext("lowest")), (0.5, gettext("middle")), (1.0, gettext("highest")))
    )
    up = plots.Ticks(1.0, ((0.0, "0"), (0.5, "50"), (1.0, "100 %")))
    title = gettext("Share solved in time, from the lowest grid to the highest, simulated")
    return plots.lines("plot-grids", title, _told(), paths, across=across, up=up)


def waits_of(report: Report, kind: str) -> Mapping[int, Curve]:
    """The curves of one kind, by the place of the alternative."""
    return {
        place: played.waits[kind]
        for place, played in enumerate(report.played)
        if kind in played.waits and played.waits[kind].at
    }


def waits_end(curves: Mapping[int, Curve]) -> float:
    """Where curves of waiting stop to say anything: hardly anybody waits longer."""
    return max(_until(curve) for curve in curves.values())


def wait_kinds(report: Report) -> tuple[str, ...]:
    """The kinds of waits there are, in the order of a matter's life."""
    there = {kind for played in report.played for kind in played.waits}
    known = [kind for kind in ("first_answer", "claim", "end") if kind in there]
    return (*known, *sorted(there - set(known)))


def wait_name(kind: str) -> str:
    return {
        "first_answer": pgettext("wait", "until the first answer"),
        "claim": pgettext("wait", "until somebody says it is solved"),
        "end": pgettext("wait", "until the matter ends"),
    }.get(kind, kind)


def _told() -> str:
    return gettext("The same numbers stand in the table beside it.")


def _dot(place: int, figure: Figure, unit: str) -> plots.Dot:
    return plots.Dot(
        place,
        words.letter(place),
        figure.mean,
        figure.low,
        figure.high,
        words.bare(figure.mean, unit).text,
    )


def _dots(key: str, measure: str, lines: Sequence[Mapping[str, Line]]) -> tuple[plots.Dot, ...]:
    unit = measure_of(measure).unit
    return tuple(
        _dot(place, rows[key].figures[measure], unit)
        for place, rows in enumerate(lines)
        if key in rows and measure in rows[key].figures
    )


def _name(key: str, lines: Sequence[Mapping[str, Line]]) -> str:
    return next(rows[key].name.in_(words.language()) for rows in lines if key in rows)


def _paths(curves: Mapping[int, Curve]) -> list[plots.Path]:
    return [
        plots.Path(place, words.letter(place), curve.at, curve.mean, curve.low, curve.high)
        for place, curve in curves.items()
    ]


def _counts(most: float) -> plots.Ticks:
    steps = plots.steps_up_to(most)
    return plots.Ticks(steps[-1], tuple((at, f"{at:g}") for at in steps))


def _until(curve: Curve) -> float:
    """When hardly anybody waits any more, or the curve's end."""
    few = (at for at, share in zip(curve.at, curve.mean, strict=True) if share <= ALMOST_ALL)
    return next(few, curve.at[-1]) or 1.0


def _times(last: float) -> tuple[float, ...]:
    """Round times up to the last: minutes, hours or days."""
    for unit in (60.0, 3600.0, 86_400.0):
        if last / unit <= 72 or unit == 86_400.0:
            step = max(1, math.ceil(last / unit / 4))
            step = next((n for n in (1, 2, 3, 5, 6, 10, 12, 15, 24, 30, 60, 90) if n >= step), step)
            return tuple(unit * n for n in range(0, int(last / unit) + 1, step))
    return ()


def played_signs(report: Report) -> tuple[tuple[SafeString, str, Played], ...]:
    """Sign, letter and alternative, for the legend."""
    return tuple(
        (plots.sign(place), words.letter(place), played)
        for place, played in enumerate(report.played)
    )
