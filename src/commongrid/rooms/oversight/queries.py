"""Reading: which months are due, their exact counts for the bridge, what was published."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Min, Q, QuerySet

from commongrid.rooms.oversight.cards import (
    GridTypeCount,
    MonthParts,
    MonthToCount,
    PublicationCard,
    PublicationHead,
)
from commongrid.rooms.oversight.domain.figures import (
    PROFILE,
    RECURS_WITHIN_DAYS,
    SETTLE_DAYS,
    WAIT_EDGES_H,
    WAITS,
)
from commongrid.rooms.oversight.domain.judging import Counted, categories_of, shadows_of, waits_of
from commongrid.rooms.oversight.models import (
    CountedMatter,
    MonthCount,
    Publication,
    PublicationPart,
)
from commongrid.rooms.places import face as places

RECURS_WITHIN = timedelta(days=RECURS_WITHIN_DAYS)
SETTLE = timedelta(days=SETTLE_DAYS)
LEAST = "smallest_count"  # the charter's parameter
NAMES = [field.name for field in fields(Counted)]
Times = dict[tuple[str, str], list[datetime]]


def publishable_from(until: datetime) -> datetime:
    """When a month that ended then may be published."""
    return until + SETTLE


def list_due_months(*, at: datetime) -> tuple[MonthToCount, ...]:
    """The months that may be published and were not, by place, oldest first.

    Cost: two statements, and two for every place with a charter.
    """
    due: list[MonthToCount] = []
    roots = dict.fromkeys((card.place_code, card.place_path) for card in places.list_charters())
    for code, path in roots:
        try:
            _, compiled = places.charter_in_force(path, at)
        except LookupError:
            continue
        ends = CountedMatter.objects.filter(path__startswith=path).aggregate(
            first=Min("received_at"), last=Max("received_at")
        )
        if ends["first"] is None:
            continue
        rows = Publication.objects.filter(root_code=code)
        known = set(rows.order_by("month").values_list("month", flat=True))
        zone, least = compiled.calendar.zone, compiled.number(LEAST)
        for month, since, until in months_between(ends["first"], ends["last"], zone):
            if month not in known and publishable_from(until) <= at:
                due.append(
                    MonthToCount(
                        root_code=code,
                        root_path=path,
                        month=month,
                        since=since,
                        until=until,
                        least=least,
                    )
                )
    return tuple(due)


def months_between(
    first: datetime, last: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, datetime, datetime]]:
    """The local months from one instant to another, with their bounds."""
    month, end = first.astimezone(zone).date().replace(day=1), last.astimezone(zone).date()
    while month <= end:
        after = (month + timedelta(days=32)).replace(day=1)
        yield (
            month,
            datetime(month.year, month.month, 1, tzinfo=zone),
            datetime(after.year, after.month, 1, tzinfo=zone),
        )
        month = after


def count_month(month: MonthToCount, *, as_of: datetime) -> tuple[GridTypeCount, ...]:
    """The exact counts of a month by grid and type, as of an instant. For bridges only.

    Cost: three statements and one pass over the matters of the month.
    """
    solved = _solved_before(month)
    cells: dict[tuple[str, str, str], list[Counted]] = defaultdict(list)
    for one, path in _cohort(month):
        cells[one.place_code, path, one.type_code].append(one)
    return tuple(
        _cell(key, ones, solved.get((key[0], key[2]), []), as_of)
        for key, ones in sorted(cells.items())
    )


def charters_of(month: MonthToCount) -> tuple[str, ...]:
    """The charter versions by which the matters of a month were judged."""
    rows = _rows(month).order_by("charter_key").values_list("charter_key", flat=True).distinct()
    return tuple(rows)


def get_publication(root_code: str, month: date) -> PublicationCard:
    """The published figures of a month. Raises: LookupError. Cost: 1 statement."""
    row = Publication.objects.filter(root_code=root_code, month=month).first()
    if row is None:
        message = f"{root_code} {month}"
        raise LookupError(message)
    return publication_card(row)


def list_parts(root_code: str, wanted: Mapping[str, Sequence[date]]) -> tuple[MonthParts, ...]:
    """Parts of publications, each of the months it is wanted of; months oldest first.

    Cost: 1 statement, and the rows of these parts alone.
    """
    asked = Q()
    for part, months in wanted.items():
        asked |= Q(part=part, publication__month__in=months)
    rows = (
        PublicationPart.objects.filter(asked, publication__root_code=root_code)
        .select_related("publication")
        .defer("publication__tables")
        .order_by("publication__month", "part")
    )
    heads: dict[date, PublicationHead] = {}
    parts: dict[date, dict[str, Any]] = defaultdict(dict)
    for row in rows if wanted else ():
        month = row.publication.month
        heads[month] = heads.get(month) or PublicationHead(**_head(row.publication))
        parts[month][row.part] = row.content
    return tuple(MonthParts(head=head, parts=parts[month]) for month, head in heads.items())


def list_months(root_code: str) -> tuple[date, ...]:
    """The published months of a place, newest first. Cost: 1 statement."""
    rows = Publication.objects.filter(root_code=root_code).order_by("-month")
    return tuple(rows.values_list("month", flat=True))


def list_boards() -> dict[str, date]:
    """The places with published figures, and their newest month. Cost: 1 statement."""
    rows = Publication.objects.values("root_code").annotate(newest=Max("month"))
    return dict(rows.order_by("root_code").values_list("root_code", "newest"))


def list_exact_counts(root_code: str, month: date) -> tuple[GridTypeCount, ...]:
    """The exact counts kept behind a publication, for proving it. Never for a page."""
    rows = MonthCount.objects.filter(publication__root_code=root_code, publication__month=month)
    return tuple(
        GridTypeCount(
            place_code=row.place_code,
            path=row.path,
            type_code=row.type_code,
            figures=row.counts["figures"],
            shadows=row.counts["shadows"],
            profiles=row.counts["profiles"],
            waits={key: (tuple(e), tuple(c)) for key, (e, c) in row.counts["waits"].items()},
        )
        for row in rows.order_by("place_code", "type_code")
    )


def publication_card(row: Publication) -> PublicationCard:
    """A row as its card."""
    return PublicationCard(**_head(row), tables=row.tables)


def _head(row: Publication) -> dict[str, Any]:
    return {
        "root_code": row.root_code,
        "month": row.month,
        "as_of": row.as_of,
        "least": row.least,
        "charters": tuple(row.charters),
        "digest": row.digest,
        "made_by_act": row.made_by_act,
    }


def _rows(month: MonthToCount) -> QuerySet[CountedMatter]:
    return CountedMatter.objects.filter(
        path__startswith=month.root_path,
        received_at__gte=month.since,
        received_at__lt=month.until,
    )


def _cohort(month: MonthToCount) -> Iterator[tuple[Counted, str]]:
    for values in _rows(month).order_by("received_at", "matter").values_list(*NAMES, "path"):
        yield Counted(**dict(zip(NAMES, values[:-1], strict=True))), values[-1]


def _solved_before(month: MonthToCount) -> Times:
    """When matters were solved, by grid and type, sorted: what a new one may be recurring after."""
    rows = CountedMatter.objects.filter(
        path__startswith=month.root_path,
        solved_at__gte=month.since - RECURS_WITHIN,
        solved_at__lt=month.until,
    ).order_by(F("solved_at").asc(), "matter")
    found: Times = defaultdict(list)
    for place, type_code, solved_at in rows.values_list("place_code", "type_code", "solved_at"):
        found[place, type_code].append(solved_at)
    return found


def _recurs(one: Counted, solved: Sequence[datetime]) -> bool:
    """Whether one of the same type and grid was solved shortly before this one came in.

    Its own solution is never before its own receipt, so it cannot be taken for another one's.
    """
    place = bisect_left(solved, one.received_at)
    return place > 0 and solved[place - 1] >= one.received_at - RECURS_WITHIN


def _cell(
    key: tuple[str, str, str],
    ones: Sequence[Counted],
    solved: Sequence[datetime],
    as_of: datetime,
) -> GridTypeCount:
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    profiles: Counter[str] = Counter()
    shadows: Counter[str] = Counter()
    waits = {name: ([0] * (len(WAIT_EDGES_H) + 1), [0] * (len(WAIT_EDGES_H) + 1)) for name in WAITS}
    for one in ones:
        found = categories_of(one, as_of, is_recurring=_recurs(one, solved))
        for figure, category in found.items():
            figures[figure][category] += 1
        shadows.update(shadows_of(found))
        profiles["|".join(found[name] for name in PROFILE)] += 1
        for name, (interval, has_ended) in waits_of(one, as_of).items():
            waits[name][0 if has_ended else 1][interval] += 1
    return GridTypeCount(
        place_code=key[0],
        path=key[1],
        type_code=key[2],
        figures={name: dict(counts) for name, counts in figures.items()},
        shadows=dict(shadows),
        profiles=dict(profiles),
        waits={name: (tuple(e), tuple(c)) for name, (e, c) in waits.items()},
    )
