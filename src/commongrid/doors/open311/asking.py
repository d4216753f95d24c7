"""The filters of a list of requests, read strictly: what cannot be read is said, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, radians

from django.http import QueryDict
from django.utils.translation import gettext as _

from commongrid.doors.open311.answers import cleaned
from commongrid.doors.open311.faults import bad, missing
from commongrid.rooms.matters.face import PublicFilters
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

LONGEST_SPAN = timedelta(days=90)
MOST = 1000  # of the standard: "90 days or first 1000 requests, whichever is smallest"
DEEPEST = 100_000  # paging further is slower than asking for a shorter time
MOST_RADIUS_M = 50_000
METRES_PER_DEGREE = 111_000  # a little less than any, so that the box holds the circle
STATUSES = {"open": ("open", "waiting"), "closed": ("end",)}
SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 1970, 2200

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# A plus that was not escaped in an address arrives as a space.
_LOST_PLUS = re.compile(r" (?=\d\d:\d\d$)", re.ASCII)
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_METRES = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Circle:
    """A spot and how far around it. Degrees WGS84, metres."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of requests as it was asked for."""

    filters: PublicFilters
    page: int
    size: int
    circle: Circle | None
    has_extensions: bool

    @property
    def offset(self) -> int:
        """How many come before this page."""
        return (self.page - 1) * self.size


def read_query(told: QueryDict, place: PlaceCard, at: datetime) -> Asked:
    """What a query asks for within a jurisdiction.

    Raises: FaultError for anything that cannot be read, 404 for an area that is not here.
    Cost: 1 statement where an area is named.
    """
    page, size = _paging(told)
    refs = listed(told, "service_request_id")
    circle = _circle(told)
    if refs:  # the standard: this overrides all other arguments
        if len(refs) > MOST:
            raise bad(_("At most %(most)s requests can be asked for at once.") % {"most": MOST})
        filters, circle = PublicFilters(path=place.path, refs=refs), None
    else:
        filters = _filters(told, place, at, circle)
    has_extensions = word(told, "extensions").lower() in ("true", "1")
    return Asked(filters, page, size, circle, has_extensions)


def _filters(
    told: QueryDict, place: PlaceCard, at: datetime, circle: Circle | None
) -> PublicFilters:
    changed_from = read_moment(told, "updated_after")
    changed_until = read_moment(told, "updated_before")
    is_by_change = bool(changed_from or changed_until)
    received = _span(told, at, has_default=not is_by_change)
    return PublicFilters(
        path=_area(told, place),
        bbox=_around(circle) if circle else _bbox(told),
        types=listed(told, "service_code"),
        state_kinds=_state_kinds(told),
        received_from=received[0],
        received_until=received[1],
        changed_from=changed_from,
        changed_until=changed_until,
        order="changed" if is_by_change else "newest",
    )


def word(told: QueryDict, name: str) -> str:
    """One argument; an empty one is the same as none."""
    return cleaned(str(told.get(name, ""))).strip()


def listed(told: QueryDict, name: str) -> tuple[str, ...]:
    """An argument that may be declared several times and may hold several values."""
    parts = (part.strip() for given in told.getlist(name) for part in cleaned(given).split(","))
    return tuple(dict.fromkeys(filter(None, parts)))


def read_moment(told: QueryDict, name: str) -> datetime | None:
    """A point in time in the standard's form, whose zone is a must."""
    text = _LOST_PLUS.sub("+", word(told, name))
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR < moment.year < LAST_YEAR:
        words = _("%(name)s must be a date and time with its zone, such as %(sample)s.")
        raise bad(words % {"name": name, "sample": "2026-03-10T09:00:00+08:00"})
    return moment.astimezone(UTC)


def _span(
    told: QueryDict, at: datetime, *, has_default: bool
) -> tuple[datetime | None, datetime | None]:
    """The standard's window of 90 days; its end belongs to it, to the last shown second."""
    start, end = read_moment(told, "start_date"), read_moment(told, "end_date")
    if start is None and end is None:
        return (at - LONGEST_SPAN, None) if has_default else (None, None)
    if start and end and start > end:
        raise bad(_("start_date must not be after end_date."))
    if start and end and end - start > LONGEST_SPAN:
        raise bad(_("start_date and end_date may not span more than 90 days."))
    end = end or (start or at) + LONGEST_SPAN
    start = start or end - LONGEST_SPAN
    return start, end + SECOND


def _state_kinds(told: QueryDict) -> tuple[str, ...]:
    wanted = [name.lower() for name in listed(told, "status")]
    if not set(wanted) <= STATUSES.keys():
        raise bad(_("status must be open or closed."))
    return tuple(kind for name in wanted for kind in STATUSES[name])


def _area(told: QueryDict, place: PlaceCard) -> str:
    code = word(told, "area")
    if not code:
        return place.path
    card = places.find_place(code[:40], code_system=place.code_system)
    if card is None or not card.path.startswith(place.path):
        raise missing(_("area %(code)s was not found in this jurisdiction.") % {"code": code[:40]})
    return card.path


def _paging(told: QueryDict) -> tuple[int, int]:
    page = _whole(told, "page", 1, most=DEEPEST)
    size = _whole(told, "page_size", MOST, most=MOST)
    if (page - 1) * size > DEEPEST:
        raise bad(_("This page lies too deep. Ask for a shorter time instead."))
    return page, size


def _whole(told: QueryDict, name: str, default: int, *, most: int) -> int:
    text = word(told, name)
    if not text:
        return default
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
        words = _("%(name)s must be a whole number from 1 to %(most)s.")
        raise bad(words % {"name": name, "most": most})
    return int(text)


def read_point(told: QueryDict) -> tuple[float, float] | None:
    """Longitude and latitude, both or neither."""
    lon, lat = word(told, "long"), word(told, "lat")
    if not lon and not lat:
        return None
    if not lon or not lat:
        raise bad(_("lat and long must both be given."))
    return _degrees(lon, "long", 180), _degrees(lat, "lat", 90)


def _degrees(text: str, name: str, most: int) -> float:
    if not _DEGREES.fullmatch(text) or abs(float(text)) > most:
        words = _("%(name)s must be degrees between -%(most)s and %(most)s.")
        raise bad(words % {"name": name, "most": most})
    return float(text)


def _circle(told: QueryDict) -> Circle | None:
    point, radius = read_point(told), word(told, "radius")
    if point is None and not radius:
        return None
    if point is None or not radius:
        raise bad(_("lat, long and radius (in metres) must be given together."))
    if not _METRES.fullmatch(radius) or not 1 <= float(radius) <= MOST_RADIUS_M:
        words = _("%(name)s must be a whole number from 1 to %(most)s.")
        raise bad(words % {"name": "radius", "most": MOST_RADIUS_M})
    return Circle(*point, float(radius))


def _around(circle: Circle) -> tuple[float, float, float, float]:
    """The box around a circle."""
    tall = circle.radius_m / METRES_PER_DEGREE
    wide = tall / max(0.01, cos(radians(circle.lat)))
    return (circle.lon - wide, circle.lat - tall, circle.lon + wide, circle.lat + tall)


def _bbox(told: QueryDict) -> tuple[float, float, float, float] | None:
    text = word(told, "bbox")
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 4:
        west, east = (_degrees(parts[at], "bbox", 180) for at in (0, 2))
        south, north = (_degrees(parts[at], "bbox", 90) for at in (1, 3))
        if west <= east and south <= north:
            return west, south, east, north
    raise bad(_("bbox must be west,south,east,north in degrees."))
