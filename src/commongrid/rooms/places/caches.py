"""What is kept in memory between calls, and thrown away when the room's token changes.

The token is read from the database on every call (one statement), so that a change made by
another process is seen by the next call in this one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import shapely
from django.db import connection

from commongrid.ledger.face import Question
from commongrid.rooms.places.cards import CharterCard, PlaceCard
from commongrid.rooms.places.domain.locating import Area, AreaIndex
from commongrid.rooms.places.domain.words import Level
from commongrid.rooms.places.models import CharterVersion, Outline
from commongrid.rooms.places.queries import (
    charter_card,
    day_of,
    find_place,
    list_places,
    place_card,
)

if TYPE_CHECKING:
    from commongrid.charter.compiler import Compiled

Value = TypeVar("Value")
_COMPILED_KEPT = 32


class NoCharterError(LookupError):
    """No charter is in force there and then, or there is none with that key."""


class TokenCache(Generic[Value]):
    """One value, made anew when the token is another. Nothing is kept without a token."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, Value] | None = None

    def get(self, token: Hashable | None) -> Value:
        """The value for the token."""
        kept = self._kept
        if token is not None and kept is not None and kept[0] == token:
            return kept[1]
        with self._lock:
            value = self._make()
            self._kept = (token, value) if token is not None else None
        return value


@dataclass(frozen=True, slots=True)
class _Grids:
    index: AreaIndex
    cards: dict[str, PlaceCard]


def _read_grids() -> _Grids:
    rows = Outline.objects.filter(place__level=Level.GRID).select_related("place")
    cards, areas = {}, []
    for row in rows.order_by("place__path", "valid_from"):
        card = place_card(row.place)
        cards[card.path] = card
        ends = [day for day in (row.valid_until, card.valid_until) if day is not None]
        # An area goes by the path: codes alone are not unique between code systems.
        areas.append(
            Area(
                code=card.path,
                geometry=shapely.from_geojson(row.geojson),
                valid_from=max(row.valid_from, card.valid_from),
                valid_until=min(ends) if ends else None,
            )
        )
    return _Grids(AreaIndex(areas), cards)


def _read_charters() -> tuple[CharterCard, ...]:
    rows = CharterVersion.objects.select_related("place").defer("plain")
    return tuple(map(charter_card, rows.order_by("adopted_at", "id")))


_grids = TokenCache(_read_grids)
_charters = TokenCache(_read_charters)
_named: TokenCache[dict[str, PlaceCard]] = TokenCache(dict)  # filled as codes are asked for
_compiled: dict[str, Compiled] = {}  # by digest: a text never changes under its digest
_NAMED_KEPT = 20_000


_TOLD: ContextVar[list[Hashable | None] | None] = ContextVar("token read once", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Read the token once for everything that is asked inside.

    For a door that asks many small things for one request and changes no place: its answers all
    speak of the same instant. Not to be held for longer than a request. A look inside another is
    the same look.
    """
    if _TOLD.get() is not None:
        yield
        return
    before = _TOLD.set([])
    try:
        yield
    finally:
        _TOLD.reset(before)


def _token() -> Hashable | None:
    told = _TOLD.get()
    if told is None:
        return _read_token()
    if not told:
        told.append(_read_token())
    return told[0]


def _read_token() -> Hashable | None:
    # Asked by nearly every page; building the ORM's query took longer than the statement.
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM places_placesstate LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Known:
    """The places and charters as they were when the token was read, for several questions.

    Whoever asks more than one thing in one go (where is this, and which rules hold there) reads
    the token once. Not to be kept for longer than that.
    """

    token: Hashable | None

    def find_place(self, code: str) -> PlaceCard | None:
        """As the query ``find_place`` without a day. Cost: nothing when warm, else 1 statement."""
        named = _named.get(self.token)
        card = named.get(code)
        if card is None:
            card = find_place(code)
            if card is not None and len(named) < _NAMED_KEPT:
                named[code] = card
        return card

    def locate_grid(self, lon: float, lat: float, at: datetime) -> PlaceCard | None:
        """The grid a point lies in on a day. Cost: nothing when warm, else 1 statement."""
        grids = _grids.get(self.token)
        area = grids.index.find(lon, lat, day_of(at))
        return grids.cards[area.code] if area else None

    def charter_in_force(self, path: str, at: datetime) -> tuple[str, Compiled]:
        """The charter that rules a place. Raises: NoCharterError. Cost: nothing when warm."""
        today = day_of(at)
        found = [
            card
            for card in _charters.get(self.token)
            if path.startswith(card.place_path)
            and card.adopted_at <= at
            and card.valid_from <= today
        ]
        if not found:
            message = f"no charter is in force for {path} at {at.isoformat()}"
            raise NoCharterError(message)
        nearest = (
            found[0]
            if len(found) == 1
            else max(
                found,
                key=lambda card: (
                    len(card.place_path),
                    max(day_of(card.adopted_at), card.valid_from),
                    card.adopted_at,
                ),
            )
        )
        return nearest.key, _compiled_of(nearest)


def look_up() -> Known:
    """Places and charters as they are now. Cost: 1 statement."""
    return Known(_token())


def looking_up() -> Question[Known]:
    """``look_up`` for whoever asks something else in the same statement."""

    def read(found: list[Any]) -> Known:
        told = _TOLD.get()
        if told is None:
            return Known(_only(found))
        if not told:
            told.append(_only(found))
        return Known(told[0])

    return Question("token", "FROM places_placesstate", (), read)


def _only(found: list[Any]) -> Hashable | None:
    return found[0] if found else None


def locate_grid(lon: float, lat: float, at: datetime) -> PlaceCard | None:
    """The grid a point lies in on a day, or None outside all grids.

    A point on a shared border belongs to the grid with the lower code.

    Units: degrees, WGS84. Cost: 1 statement when warm, 2 after a change.
    """
    return look_up().locate_grid(lon, lat, at)


def charter_in_force(path: str, at: datetime) -> tuple[str, Compiled]:
    """The key and the compiled charter that rule a place at an instant.

    The charter of the nearest place on the path counts; there, the one that came into force
    last. A version is in force from its adoption or from its own date, whichever is later.

    Raises: NoCharterError. Cost: 1 statement when warm.
    """
    return look_up().charter_in_force(path, at)


def get_charter(key: str) -> Compiled:
    """The compiled charter of an adopted version. Raises: NoCharterError. Cost: 1 when warm."""
    return _compiled_of(get_charter_card(key))


def get_charter_card(key: str) -> CharterCard:
    """An adopted version. Raises: NoCharterError. Cost: 1 statement when warm."""
    for card in _charters.get(_token()):
        if card.key == key:
            return card
    message = f"no charter was adopted as {key}"
    raise NoCharterError(message)


def list_charters(place_code: str = "") -> tuple[CharterCard, ...]:
    """All adopted versions of a place (or of all places), newest first. Cost: 1 when warm."""
    cards = _charters.get(_token())
    return tuple(card for card in reversed(cards) if place_code in ("", card.place_code))


def list_chartered_places() -> tuple[PlaceCard, ...]:
    """The places that have adopted a charter and so answer matters, by code. Cost: 1 when warm."""
    return _chartered.get(_token())


def _read_chartered() -> tuple[PlaceCard, ...]:
    paths = tuple({card.place_path for card in _charters.get(_token())})
    return tuple(sorted(list_places(paths).values(), key=lambda card: card.code))


_chartered = TokenCache(_read_chartered)


def _compiled_of(card: CharterCard) -> Compiled:
    known = _compiled.get(card.digest)
    if known is not None:
        return known
    from commongrid.charter import compile_charter, from_plain

    plain = CharterVersion.objects.values_list("plain", flat=True).get(key=card.key)
    compiled = compile_charter(from_plain(json.loads(plain)))
    while len(_compiled) >= _COMPILED_KEPT:
        _compiled.pop(next(iter(_compiled)), None)
    _compiled[card.digest] = compiled
    return compiled
