"""Reading publications: shares with their intervals, waits, and the place's own past beside them.

Everything here is worked out from published counts, so nothing here can show more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commongrid.engines.tally import LifeTable, Share, life_table, wilson_interval
from commongrid.kernel.text import Text
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import Figure, PublicationCard
from commongrid.rooms.places import face as places

MONTHS_BACK = 13


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
    """A waiting-time distribution; None where it is hidden. Units: hours."""

    key: str
    table: LifeTable | None
    seen: int  # matters in the table
    unended: int  # of these, still waiting or owed no more
    median: tuple[float, float | None] | None
    ninety: tuple[float, float | None] | None


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

    publication: PublicationCard
    figure: Figure
    by_place: tuple[BoardRow, ...]
    by_type: tuple[BoardRow, ...]
    months: tuple[MonthPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """One month of a place at a glance. ``publication`` is None before the first one."""

    place: places.PlaceCard
    months: tuple[date, ...]
    publication: PublicationCard | None
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
    published = _with_past(code, chosen, months)
    figures = oversight.figures()
    return BoardPage(
        place=place,
        months=months,
        publication=published[chosen],
        rows=tuple((figure, _whole(figure, published, chosen)) for figure in figures),
        raised=_points(figures[0], published),
        waits=tuple(_wait(published[chosen], name) for name in oversight.WAITS),
    )


def read_figure(
    code: str, key: str, month: date | None = None, *, months_back: int = MONTHS_BACK
) -> FigurePage:
    """One figure of a place, with as many months before it as asked for.

    Cost: 2 statements; time grows with the rows shown and the months, not with matters.
    Raises: LookupError.
    """
    figure = next((row for row in oversight.figures() if row.key == key), None)
    months = oversight.list_months(code)
    if figure is None or not months:
        raise LookupError(key)
    chosen = month or months[0]
    published = _with_past(code, chosen, months, months_back)
    return FigurePage(
        publication=published[chosen],
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
    code: str, chosen: date, months: Sequence[date], back: int = MONTHS_BACK
) -> dict[date, PublicationCard]:
    wanted = [month for month in months if month <= chosen][:back]
    found = {card.month: card for card in oversight.list_publications(code, wanted)}
    if chosen not in found:
        raise LookupError(str(chosen))
    return found


def _whole(figure: Figure, published: Mapping[date, PublicationCard], month: date) -> BoardRow:
    rows = _rows("by_place", figure, published, month)
    if rows:
        return rows[0]
    return BoardRow(
        key="", names=(), codes=(), level="place", depth=0, counts=None, total=0, share=None
    )


def _rows(
    table: str, figure: Figure, published: Mapping[date, PublicationCard], month: date
) -> tuple[BoardRow, ...]:
    tables = published[month].tables
    labels = tables["labels"][table]
    before = _past(table, figure, published.get(_months_ago(month, 1)))
    year_ago = _past(table, figure, published.get(_months_ago(month, 12)))
    depths: dict[str, int] = {"": -1}
    rows = []
    for parent, members, counts in tables[table].get(figure.key, ()):
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


def _past(table: str, figure: Figure, card: PublicationCard | None) -> dict[str, Past]:
    if card is None:
        return {}
    rows: Sequence[Any] = card.tables[table].get(figure.key, ())
    return {
        "+".join(members): Past(sum(counts.values()), share_of(figure, counts))
        for _, members, counts in rows
    }


def _points(figure: Figure, published: Mapping[date, PublicationCard]) -> tuple[MonthPoint, ...]:
    points = []
    for month, card in sorted(published.items()):
        rows = card.tables["by_place"].get(figure.key, ())
        counts = rows[0][2] if rows else None
        points.append(
            MonthPoint(
                month=month,
                counts=counts,
                total=sum(counts.values()) if counts else 0 if rows else None,
                share=share_of(figure, counts) if counts else None,
            )
        )
    return tuple(points)


def _wait(card: PublicationCard, name: str) -> WaitTable:
    rows = card.tables["waits"][name]
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
        median=table.quantile(0.5),
        ninety=table.quantile(0.9),
    )


def _months_ago(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
