"""Reading publications: shares with their intervals, waits, and the place's own past beside them.

Everything here is worked out from published counts, so nothing here can show more than they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commongrid.engines.tally import LifeTable, Share, life_table, wilson_interval
from commongrid.kernel.text import Text
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import Figure, MonthParts, PublicationHead
from commongrid.rooms.places import face as places

MONTHS_BACK = 13
PAST = (1, 12)  # months ago that stand beside a row
Parts = Mapping[date, MonthParts]
Reach = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Past:
    """The very same row in an earlier month."""

    total: int
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One published row of a figure. ``counts`` is None where even the whole is hidden.

    ``before`` and ``year_ago`` are what the very same row showed, where it was shown then.
    """

    key: str
    names: tuple[Text, ...]  # several: a sum over neighbours, none of which may be shown alone
    codes: tuple[str, ...]
    level: str
    depth: int
    counts: Mapping[str, int] | None
    total: int
    share: Share | None
    before: Past | None = None
    year_ago: Past | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTable:
    """A waiting-time distribution; None where it is hidden. Units: hours.

    ``median`` and ``ninety`` are intervals; one without an end is told as far as it is known. None
    where the counts were so small that all intervals are one.
    """

    key: str
    table: LifeTable | None
    seen: int  # matters in the table
    unended: int  # of these, still waiting or owed no more
    median: Reach | None
    ninety: Reach | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    """One month of the place as a whole."""

    month: date
    counts: Mapping[str, int] | None
    total: int | None
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePage:
    """One figure of one month: by place, by type, and through the months."""

    publication: PublicationHead
    figure: Figure
    by_place: tuple[BoardRow, ...]
    by_type: tuple[BoardRow, ...]
    months: tuple[MonthPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """One month of a place at a glance. ``publication`` is None before the first one."""

    place: places.PlaceCard
    months: tuple[date, ...]
    publication: PublicationHead | None
    rows: tuple[tuple[Figure, BoardRow], ...]
    raised: tuple[MonthPoint, ...]
    waits: tuple[WaitTable, ...]


def read_board(code: str, month: date | None = None) -> BoardPage:
    """The board of a place. Cost: 3 statements, whatever was counted.

    Raises: LookupError for an unknown place, and for a month that is not published.
    """
    place = places.get_place(code)
    months = oversight.list_months(code)
    if month is None and not months:
        return BoardPage(place=place, months=(), publication=None, rows=(), raised=(), waits=())
    chosen = month or months[0]
    published = _with_past(code, chosen, months, MONTHS_BACK)
    figures = oversight.figures()
    return BoardPage(
        place=place,
        months=months,
        publication=published[chosen].head,
        rows=tuple((figure, _whole(figure, published, chosen)) for figure in figures),
        raised=_points(figures[0], published),
        waits=tuple(_wait(published[chosen], name) for name in oversight.WAITS),
    )


def read_figure(
    code: str, key: str, month: date | None = None, *, months_back: int = MONTHS_BACK
) -> FigurePage:
    """One figure of a place, with as many months before it as asked for.

    Cost: 2 statements; time grows with the rows shown, not with months or matters.
    Raises: LookupError.
    """
    figure = next((row for row in oversight.figures() if row.key == key), None)
    months = oversight.list_months(code)
    if figure is None or not months:
        raise LookupError(key)
    chosen = month or months[0]
    published = _with_past(code, chosen, months, months_back, key)
    return FigurePage(
        publication=published[chosen].head,
        figure=figure,
        by_place=_rows("by_place", figure, published, chosen),
        by_type=_rows("by_type", figure, published, chosen),
        months=_points(figure, published),
    )


def share_of(figure: Figure, counts: Mapping[str, int]) -> Share | None:
    """The share a figure states, with its denominator and what is outside it."""
    by_part = {"share": 0, "rest": 0, "unknown": 0}
    for category in figure.categories:
        by_part[category.part] += counts[category.key]
    if not any(category.part == "share" for category in figure.categories):
        return None
    part, rest = by_part["share"], by_part["rest"]
    return wilson_interval(part, part + rest, by_part["unknown"])


def _with_past(
    code: str, chosen: date, months: Sequence[date], back: int, figure: str = ""
) -> dict[date, MonthParts]:
    """The whole place through the months; of a figure, its tables in the months beside a row."""
    shown = [month for month in months if month <= chosen][:back]
    beside = [month for month in shown if month in {chosen, *_past_months(chosen)}]
    wanted = {oversight.WHOLE: shown}
    if figure:
        wanted |= {oversight.part_name(axis, figure): beside for axis in ("by_place", "by_type")}
    found = {one.head.month: one for one in oversight.list_parts(code, wanted)}
    if chosen not in found:
        raise LookupError(str(chosen))
    return found


def _past_months(month: date) -> tuple[date, ...]:
    return tuple(_months_ago(month, count) for count in PAST)


def _whole(figure: Figure, published: Parts, month: date) -> BoardRow:
    def first(one: MonthParts) -> Sequence[Any]:
        row = one.parts[oversight.WHOLE]["rows"].get(figure.key)
        return [row] if row else []

    labels = published[month].parts[oversight.WHOLE]["labels"]
    rows = _beside(figure, published, month, labels, first)
    if rows:
        return rows[0]
    return BoardRow(
        key="", names=(), codes=(), level="place", depth=0, counts=None, total=0, share=None
    )


def _rows(axis: str, figure: Figure, published: Parts, month: date) -> tuple[BoardRow, ...]:
    name = oversight.part_name(axis, figure.key)

    def rows_of(one: MonthParts) -> Sequence[Any]:
        rows: Sequence[Any] = one.parts.get(name, {}).get("rows", ())
        return rows

    labels = published[month].parts.get(name, {}).get("labels", {})
    return _beside(figure, published, month, labels, rows_of)


def _beside(
    figure: Figure,
    published: Parts,
    month: date,
    labels: Mapping[str, Any],
    rows_of: Callable[[MonthParts], Sequence[Any]],
) -> tuple[BoardRow, ...]:
    """The rows of a month with the very same rows of the month and the year before."""
    before, year_ago = (
        _past(figure, rows_of(published[past])) if past in published else {}
        for past in _past_months(month)
    )
    depths: dict[str, int] = {"": -1}
    rows = []
    for parent, members, counts in rows_of(published[month]):
        depth = depths[parent] + 1
        if len(members) == 1:
            depths[members[0]] = depth
        key = "+".join(members)
        known = [labels[member] for member in members]
        rows.append(
            BoardRow(
                key=key,
                names=tuple(Text(zh=zh, en=en) for zh, en, _, _ in known),
                codes=tuple(code for _, _, _, code in known),
                level=known[0][2],
                depth=depth,
                counts=counts,
                total=sum(counts.values()),
                share=share_of(figure, counts),
                before=before.get(key),
                year_ago=year_ago.get(key),
            )
        )
    return tuple(rows)


def _past(figure: Figure, rows: Sequence[Any]) -> dict[str, Past]:
    return {
        "+".join(members): Past(sum(counts.values()), share_of(figure, counts))
        for _, members, counts in rows
    }


def _points(figure: Figure, published: Parts) -> tuple[MonthPoint, ...]:
    points = []
    for month, one in sorted(published.items()):
        row = one.parts[oversight.WHOLE]["rows"].get(figure.key)
        counts = row[2] if row else None
        points.append(
            MonthPoint(
                month=month,
                counts=counts,
                total=sum(counts.values()) if counts else 0 if row else None,
                share=share_of(figure, counts) if counts else None,
            )
        )
    return tuple(points)


def _wait(month: MonthParts, name: str) -> WaitTable:
    rows = month.parts[oversight.WHOLE]["waits"][name]
    if not rows:
        return WaitTable(key=name, table=None, seen=0, unended=0, median=None, ninety=None)
    edges = [oversight.WAIT_EDGES_H[until - 1] for _, until, _, _ in rows[:-1]]
    ended, left = [row[2] for row in rows], [row[3] for row in rows]
    table = life_table(edges, ended, left)
    return WaitTable(
        key=name,
        table=table,
        seen=sum(ended) + sum(left),
        unended=sum(left),
        median=table.quantile(0.5) if edges else None,
        ninety=table.quantile(0.9) if edges else None,
    )


def _months_ago(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
