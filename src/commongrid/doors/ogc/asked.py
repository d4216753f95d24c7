"""What a request asks for, read strictly: a parameter nobody knows is an error, not a silence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commongrid.doors.ogc.catalogue import Collection
from commongrid.rooms.places import face as places

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 1000
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FORMATS = ("json", "html")
EVERYWHERE = "/"
MOST_VALUES = 50  # of one filter
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # beyond lies nothing of ours, and overflow
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?\d*(Z|[+-]\d{2}:\d{2})?")
_VALUE_LENGTH = 80


class BadAskError(ValueError):
    """Something in the address cannot be answered; the words are for whoever wrote it."""

    def __init__(self, parameter: str, words: str) -> None:
        super().__init__(f"{parameter}: {words}")
        self.parameter = parameter
        self.words = words


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another, both included; None: without end on that side."""

    first: datetime | None
    last: datetime | None

    def days(self) -> tuple[date, date]:
        """First and last day in the time zone of the place."""
        first = timezone.localdate(self.first) if self.first else date.min
        last = timezone.localdate(self.last) if self.last else date.max
        return first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for items, understood."""

    limit: int = DEFAULT_LIMIT
    after: str = ""
    bbox: tuple[float, float, float, float] | None = None
    span: Span | None = None
    path: str = EVERYWHERE
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def only(query: QueryDict, *allowed: str) -> None:
    """Raises: BadAskError for a parameter that is not allowed here, or given twice."""
    for name, values in query.lists():
        if name not in allowed:
            raise BadAskError(name, _("This parameter is not known here."))
        if len(values) > 1:
            raise BadAskError(name, _("This parameter was given more than once."))


def read_ask(query: QueryDict, collection: Collection) -> Ask:
    """Everything a request for items may say.

    Raises: BadAskError. Cost: 1 statement where a place is named.
    """
    filters = tuple(row.name for row in collection.filters)
    only(query, "f", "limit", "after", "bbox", "bbox-crs", "crs", "datetime", "place", *filters)
    check_crs(query)
    return Ask(
        limit=_read_limit(query),
        after=query.get("after", ""),
        bbox=_read_bbox(str(query["bbox"])) if "bbox" in query else None,
        span=read_span(str(query["datetime"])) if query.get("datetime") else None,
        path=read_place(query),
        filters={name: _read_values(name, str(query[name])) for name in filters if name in query},
    )


def check_crs(query: QueryDict) -> None:
    """Raises: BadAskError for a frame that is not offered."""
    for name in ("crs", "bbox-crs"):
        if query.get(name, CRS84) != CRS84:
            raise BadAskError(name, _("Only CRS84 (longitude, latitude) is offered."))


def read_place(query: QueryDict) -> str:
    """The path of the place named; everywhere without one. Raises: BadAskError."""
    if not query.get("place"):  # a form sends what was left empty, too
        return EVERYWHERE
    system, _colon, code = str(query["place"]).rpartition(":")
    card = places.find_place(code, code_system=system) if len(code) <= _VALUE_LENGTH else None
    if card is None:
        raise BadAskError("place", _("There is no place with this code."))
    return card.path


def _read_limit(query: QueryDict) -> int:
    """More than the largest page is not an error: the standard has the server give fewer."""
    text = query.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise BadAskError("limit", _("A whole number from 1 on."))
    return min(int(text[:9]), LARGEST_LIMIT)


def _read_bbox(text: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadAskError("bbox", _("Four numbers: west, south, east, north."))
    half = len(numbers) // 2  # six numbers have heights, which nothing of ours has
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if west > east or south > north:
        raise BadAskError("bbox", _("West must not lie east of east, nor south north of north."))
    return west, south, east, north


def read_span(text: str) -> Span:
    """An instant, a day, or two of them with a slash; ``..`` or nothing is an open side.

    Raises: BadAskError.
    """
    first, slash, last = text.partition("/")
    if not slash:
        last = first
    span = Span(_read_side(first, time.min), _read_side(last, time.max))
    nothing = span.first is None and span.last is None
    if (nothing and not slash) or (span.first and span.last and span.first > span.last):
        raise _bad_datetime()
    return span


def _read_side(text: str, day_ends: time) -> datetime | None:
    plain = text.strip().upper()
    if plain in ("", ".."):
        return None
    try:
        if _DAY.fullmatch(plain):
            day = date.fromisoformat(plain)
            moment = datetime.combine(_bounded(day), day_ends)
        elif found := _MOMENT.fullmatch(plain):
            zone = found[2] or ""
            moment = datetime.fromisoformat(plain[:19] + (found[1] or "") + zone)
            moment = datetime.combine(_bounded(moment.date()), moment.timetz())
        else:
            raise _bad_datetime()
    except ValueError as error:
        raise _bad_datetime() from error
    return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)


def _bounded(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        near = _FIRST_YEAR if day.year < _FIRST_YEAR else _LAST_YEAR
        return date(near, 1, 1)
    return day


def _bad_datetime() -> BadAskError:
    return BadAskError("datetime", _("An RFC 3339 time, or two with a slash; .. is an open end."))


def _read_values(name: str, text: str) -> tuple[str, ...]:
    """One value, or several by comma."""
    values = tuple(part for part in text.split(",") if part)
    if not values or len(values) > MOST_VALUES or any(len(v) > _VALUE_LENGTH for v in values):
        raise BadAskError(name, _("One value, or several separated by commas."))
    return values


def after_moment(moment: datetime) -> datetime:
    """The exclusive end just behind an instant."""
    return moment + timedelta(microseconds=1)
