"""Where a report lies: a point, the code of a grid or community, or an address in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commongrid.doors.open311.asking import read_point, word
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.faults import bad
from commongrid.kernel.coordinates import is_plausible
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import Level, PlaceCard

LONGEST_ADDRESS = 200
NAMED = (Level.GRID, Level.VILLAGE)
"""What an address or a code may name: smaller is better, larger says too little."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The grid or community of a report, and its point if there is one."""

    card: PlaceCard
    lon: float | None = None
    lat: float | None = None

    @property
    def path(self) -> str:
        """The place path."""
        return self.card.path

    @property
    def grid_code(self) -> str:
        """The code of the grid, "" where only the community is known."""
        return self.card.code if self.card.level == Level.GRID else ""

    @property
    def community_code(self) -> str:
        """The code of the community, "" where the grid is known."""
        return "" if self.grid_code else self.card.code


def find_spot(told: QueryDict, place: PlaceCard, at: datetime) -> Spot:
    """The spot of a report; a code counts most, then a point, then an address.

    Raises: FaultError saying what to send instead.
    """
    point, code = read_point(told), word(told, "address_id")
    address = word(told, "address_string")
    if len(address) > LONGEST_ADDRESS:
        words = _("%(name)s is too long: %(most)s characters at the most.")
        raise bad(words % {"name": "address_string", "most": LONGEST_ADDRESS})
    if point and not is_plausible(*point):
        raise bad(_("This point lies in no grid of this jurisdiction."))
    if code:
        return _by_code(code, point, place, at)
    if point:
        return _by_point(*point, place, at)
    if address:
        return Spot(_by_address(address, place, at))
    raise bad(_("A location was not provided: lat and long, address_id or address_string."))


def _by_code(code: str, point: tuple[float, float] | None, place: PlaceCard, at: datetime) -> Spot:
    card = _named(code[:40], place, at)
    if card is None or not card.path.startswith(place.path) or card.level not in NAMED:
        raise bad(_("address_id %(code)s is no grid or community here.") % {"code": code[:40]})
    return Spot(card, *(point or (None, None)))


def _named(code: str, place: PlaceCard, at: datetime) -> PlaceCard | None:
    """The place with a code of the jurisdiction's own system. Cost: nothing more when warm."""
    card = places.look_up().find_place(code)
    if card is None or card.code_system != place.code_system:
        return places.find_place(code, at, code_system=place.code_system)
    return card if card.is_valid_on(timezone.localdate(at)) else None


def _by_point(lon: float, lat: float, place: PlaceCard, at: datetime) -> Spot:
    grid = places.locate_grid(lon, lat, at)
    if grid is None or not grid.path.startswith(place.path):
        raise bad(_("This point lies in no grid of this jurisdiction."))
    return Spot(grid, lon, lat)


def _by_address(address: str, place: PlaceCard, at: datetime) -> PlaceCard:
    """The one grid or community an address names; two are not guessed between."""
    below = places.list_children(place.code, at, code_system=place.code_system)
    all_here = (*below, *places.list_grids(place.path, at))
    named = [card for card in all_here if card.level in NAMED and _is_named(card, address)]
    grids = [card for card in named if card.level == Level.GRID]
    chosen = grids or named
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(card.name.in_(language()) for card in chosen[:5])
    if names:
        raise bad(_("address_string names several places: %(names)s. Send lat and long.") % {
            "names": names
        })  # fmt: skip
    raise bad(
        _("We cannot tell the community from address_string. Send lat and long, or address_id.")
    )


def _is_named(card: PlaceCard, address: str) -> bool:
    english = card.name.en.lower()
    return card.name.zh in address or bool(english and english in address.lower())
