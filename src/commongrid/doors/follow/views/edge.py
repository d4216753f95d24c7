"""What the views share: the clock, the language, the places that can be followed."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from commongrid.doors.common.ratelimit import limited
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

POST = frozenset({"POST"})
# A mail goes to an address somebody typed: few enough that nobody is flooded from here.
asking = limited("follow-ask", tries=20, window_s=3600, methods=POST)
opening = limited("follow-link", tries=60, window_s=600)

now = timezone.now


def language() -> str:
    """The language of this page."""
    return get_language() or "zh-hans"


def place_or_404(code: str) -> PlaceCard:
    """The place with this code. Raises: Http404."""
    place = places.find_place(code) if code.isascii() and len(code) <= 20 else None
    if place is None:
        raise Http404
    return place


def followable(at: datetime) -> tuple[PlaceCard, ...]:
    """Places with a charter, their communities and grids, in the order of their paths."""
    roots = {card.place_path for card in places.list_charters()}
    found: dict[str, PlaceCard] = places.list_places(tuple(roots))
    for root in tuple(found.values()):
        below = places.list_children(root.code, at, code_system=root.code_system)
        grids = places.list_grids(root.path, at)
        found |= {card.path: card for card in (*below, *grids)}
    return tuple(found[path] for path in sorted(found))


def types_at(place: PlaceCard, at: datetime) -> tuple[tuple[str, Text], ...]:
    """The public types of the charter in force, by code."""
    try:
        charter = places.charter_in_force(place.path, at)[1].charter
    except places.NoCharterError:
        return ()
    alone = {row.type for row in charter.in_charge}
    rows = (row for row in charter.types.values() if row.kind == "event" and not row.sealed)
    return tuple((row.code, row.name) for row in rows if row.code not in alone)
