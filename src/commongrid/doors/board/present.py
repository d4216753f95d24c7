"""How figures look: words for shares, months, waits, and the rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from commongrid.bridges.board import BoardRow, FigurePage, MonthPoint, Past, WaitTable
from commongrid.doors.board import plots
from commongrid.rooms.oversight.face import Figure

NAMED = 4  # members of a joined row that are named; the download names all


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of a table as it is drawn."""

    name: str
    depth: int
    cells: tuple[tuple[str, str], ...]  # label, number
    share: str
    interval: str
    bar: SafeString
    before: str
    year_ago: str


def language() -> str:
    return get_language() or "zh-hans"


def month_name(month: date) -> str:
    return formats.date_format(month, pgettext("month format", "F Y"))


def percent(share: float | None) -> str:
    if share is None:
        return gettext("no cases")
    return f"{_spelled(round(100 * share, 1), 1, language())} %"


def number(count: int) -> str:
    return _spelled(count, None, language())


def decimal(value: float) -> str:
    """One place behind the point."""
    return _spelled(round(value, 1), 1, language())


def row_views(figure: Figure, rows: Sequence[BoardRow]) -> tuple[RowView, ...]:
    """Rows of one figure, in the order of the place's own lists: never sorted by a result."""
    most = max((row.total for row in rows if row.depth > 0), default=1)
    return tuple(_row_view(figure, row, most) for row in rows)


def row_name(row: BoardRow) -> str:
    """The name of a row; several members are named together, for they are one sum."""
    names = [name.in_(language()) for name in row.names]
    comma = pgettext("between names", ", ")
    if len(names) == 1:
        return names[0]
    shown = comma.join(names[:NAMED])
    more = len(names) - NAMED
    if more > 0:
        words = ngettext(
            "%(names)s and %(more)d more, together", "%(names)s and %(more)d more, together", more
        )
        return words % {"names": shown, "more": more}
    return gettext("%(names)s, together") % {"names": shown}


def month_plot(figure: Figure, key: str, points: Sequence[MonthPoint]) -> SafeString:
    """A figure through the months."""
    title = gettext("%(figure)s, month by month") % {"figure": figure.name.in_(language())}
    told = gettext("The same numbers stand in the table below. A question mark: not shown.")
    if any(category.part == "share" for category in figure.categories):
        marks = [plots.Mark(_short(p.month), *_triple(p.share)) for p in points]
        return plots.month_shares(key, title, told, marks)
    marks = [plots.Mark(_short(point.month), point.total) for point in points]
    return plots.month_counts(key, title, told, marks)


def wait_view(wait: WaitTable) -> dict[str, Any]:
    """A waiting-time distribution: plot, steps and quantiles in words."""
    said: dict[str, Any] = {"key": wait.key, "name": wait_name(wait.key), "plot": "", "steps": ()}
    if wait.table is None:
        return said
    said |= {"seen": number(wait.seen), "unended": number(wait.unended)}
    if wait.median is None or wait.ninety is None:
        return said
    steps = wait.table.steps
    marks = [
        plots.Mark(
            hours(step.until, is_short=True) if step.until else gettext("longer"),
            step.waiting if step.until else None,
            step.low,
            step.high,
        )
        for step in steps
    ]
    title = gettext("Share still waiting: %(name)s") % {"name": wait_name(wait.key)}
    told = gettext("A stair from 100 % down: who still waits after each time, with bounds.")
    return said | {
        "plot": plots.still_waiting(wait.key, title, told, marks),
        "steps": [
            {
                "name": interval(step.since, step.until),
                "ended": number(step.ended),
                "left": number(step.left),
                "waiting": percent(step.waiting) if step.until else gettext("not known"),
            }
            for step in steps
        ],
        "median": interval(*wait.median),
        "ninety": interval(*wait.ninety),
    }


def wait_name(key: str) -> str:
    return {
        "wait_answer": gettext("time to the first useful answer"),
        "wait_solution": gettext("time to the solution"),
    }[key]


def interval(since: float, until: float | None) -> str:
    if until is None:
        return gettext("longer than %(time)s") % {"time": hours(since)}
    if not since:
        return gettext("less than %(time)s") % {"time": hours(until)}
    return gettext("%(since)s to %(until)s") % {"since": hours(since), "until": hours(until)}


def hours(value: float, *, is_short: bool = False) -> str:
    """Hours under two days, then days."""
    count = int(value) if value < 48 else int(value / 24)
    if is_short:
        unit = pgettext("short", "h") if value < 48 else pgettext("short", "d")
        return f"{count} {unit}"
    if value < 48:
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def point_views(figure: Figure, points: Sequence[MonthPoint]) -> list[dict[str, Any]]:
    """The months beside the plot, newest first."""
    return [
        {
            "month": point.month,
            "name": month_name(point.month),
            "total": gettext("hidden") if point.total is None else number(point.total),
            "cells": _cells(figure, point.counts),
            "share": percent(point.share.share) if point.share else "",
            "interval": _reach(point.share),
        }
        for point in reversed(points)
    ]


def plain_rows(page: FigurePage) -> list[dict[str, Any]]:
    """A figure's table as a program reads it: by place and by type."""
    return [
        {
            "axis": axis,
            "level": row.level,
            "codes": list(row.codes),
            "names_zh": [name.zh for name in row.names],
            "names_en": [name.en for name in row.names],
            "counts": dict(row.counts or {}),
            "total": row.total,
            "part": row.share.part if row.share else None,
            "denominator": row.share.whole if row.share else None,
            "unknown": row.share.unknown if row.share else None,
            "share": _rounded(row.share.share) if row.share else None,
            "low": _rounded(row.share.low) if row.share else None,
            "high": _rounded(row.share.high) if row.share else None,
        }
        for axis, rows in (("place", page.by_place), ("type", page.by_type))
        for row in rows
    ]


def _row_view(figure: Figure, row: BoardRow, most: int) -> RowView:
    share = row.share
    if row.counts is None:
        name = gettext("the whole place")
        bar, words = SafeString(""), gettext("hidden")
    elif share is None:
        name = row_name(row)
        bar = plots.count_bar(row.total, most if row.depth else row.total)
        words = number(row.total)
    else:
        name = row_name(row)
        known = share.share is not None and share.low is not None and share.high is not None
        bar = plots.share_bar(share.share, share.low, share.high) if known else SafeString("")  # type: ignore[arg-type]
        words = percent(share.share)
    return RowView(
        name=name,
        depth=row.depth,
        cells=tuple(_cells(figure, row.counts)),
        share=words,
        interval=_reach(share),
        bar=bar,
        before=_past(row.before),
        year_ago=_past(row.year_ago),
    )


def _past(past: Past | None) -> str:
    if past is None:
        return ""
    return percent(past.share.share) if past.share else number(past.total)


def _cells(figure: Figure, counts: Mapping[str, int] | None) -> list[tuple[str, str]]:
    tongue = language()
    return [
        (
            category.name.in_(tongue),
            gettext("hidden") if counts is None else number(counts[category.key]),
        )
        for category in figure.categories
    ]


def _reach(share: Any) -> str:
    if share is None or share.low is None:
        return ""
    tongue = language()
    low, high = (_spelled(round(100 * edge, 1), 1, tongue) for edge in (share.low, share.high))
    return f"{low}–{high} %"


@lru_cache(maxsize=10_000)
def _spelled(value: float, places: int | None, _tongue: str) -> str:
    """A number as the language in force writes it.

    Kept by language: tables repeat numbers, and to write one takes as long as the rest of its cell.
    """
    return formats.number_format(value, places, use_l10n=True, force_grouping=True)


def _triple(share: Any) -> tuple[float | None, float | None, float | None]:
    return (share.share, share.low, share.high) if share else (None, None, None)


def _short(month: date) -> str:
    return f"{month:%y-%m}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
