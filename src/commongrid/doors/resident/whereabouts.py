"""Where a person is: the place they chose, its communities and grids, and the grid of a spot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from commongrid.doors.resident.draft import ReportDraft
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

_KEY = "place"


@dataclass(frozen=True, slots=True)
class CommunityGrids:
    """A community with its grids, for a list to pick from."""

    card: PlaceCard
    grids: tuple[PlaceCard, ...]


class NotFoundHereError(ValueError):
    """The spot is not in this place; the text says what to do, for the person."""


def served_places() -> tuple[PlaceCard, ...]:
    """The places that have adopted a charter and so answer matters, by code."""
    return places.list_chartered_places()


def chosen_place(request: HttpRequest) -> PlaceCard | None:
    """The place this session chose; the only one when there is just one; else None."""
    served = served_places()
    if len(served) == 1:
        return served[0]
    code = request.session.get(_KEY, "")
    return next((card for card in served if card.code == code), None)


def choose_place(request: HttpRequest, code: str) -> bool:
    """Remember the place for this session; False for one that is not served."""
    if code not in {card.code for card in served_places()}:
        return False
    request.session[_KEY] = code
    return True


def communities(place: PlaceCard, at: datetime) -> tuple[CommunityGrids, ...]:
    """The communities of a place, each with its grids."""
    below = places.list_children(place.code, at, code_system=place.code_system)
    grids = places.list_grids(place.path, at)
    return tuple(
        CommunityGrids(card, tuple(g for g in grids if g.path.startswith(card.path)))
        for card in below
    )


def say_place(*cards: PlaceCard) -> str:
    """Names joined from the larger to the smaller, in the language of the page."""
    language = get_language() or "zh-hans"
    names = [card.name.in_(language) for card in cards]
    # A grid is often called after its community: then its own name says both.
    kept = [n for n, below in zip(names, [*names[1:], ""], strict=True) if not below.startswith(n)]
    return " · ".join(kept)


def locate(
    draft: ReportDraft, way: str, told: dict[str, Any], place: PlaceCard, at: datetime
) -> ReportDraft:
    """The draft with its grid or community found by one of the three ways.

    Raises: NotFoundHereError when the spot is not in the place.
    """
    found = {"map": _by_point, "list": _by_list, "address": _by_address}[way](told, place, at)
    community, grid = found
    spot = grid or community
    return replace(
        draft,
        way=way,
        grid_code=grid.code if grid else "",
        community_code=community.code if community else "",
        lon=told.get("lon"),
        lat=told.get("lat"),
        address=told["address"],
        path=spot.path if spot else place.path,
        where_words=say_place(*filter(None, (community, grid))),
        has_seen_similar=False,
    )


_Found = tuple[PlaceCard | None, PlaceCard | None]


def _by_point(told: dict[str, Any], place: PlaceCard, at: datetime) -> _Found:
    grid = places.locate_grid(told["lon"], told["lat"], at)
    if grid is None or not grid.path.startswith(place.path):
        raise NotFoundHereError(
            gettext(
                "This point is not inside the grids of this place. Move the point, pick the "
                "community from the list, or choose another place."
            )
        )
    return _community_of(grid), grid


def _by_list(told: dict[str, Any], place: PlaceCard, at: datetime) -> _Found:
    sort, _, code = told["spot"].partition(":")
    card = places.find_place(code, at, code_system=place.code_system)
    if card is None or not card.path.startswith(place.path) or sort not in ("grid", "community"):
        raise NotFoundHereError(gettext("Choose a grid, or a whole community."))
    return (_community_of(card), card) if sort == "grid" else (card, None)


def _by_address(told: dict[str, Any], place: PlaceCard, at: datetime) -> _Found:
    cards = places.list_children(place.code, at, code_system=place.code_system)
    if told["community"]:
        return next(c for c in cards if c.code == told["community"]), None
    named = [card for card in cards if _is_named(card, told["address"])]
    if len(named) == 1:
        return named[0], None
    raise NotFoundHereError(
        gettext("We cannot tell the community from the address. Please choose it below.")
    )


def _community_of(grid: PlaceCard) -> PlaceCard | None:
    return places.find_place(grid.parent_code, code_system=grid.code_system)


def _is_named(card: PlaceCard, address: str) -> bool:
    """Whether an address holds the name of a community, with or without its last word."""
    short = card.name.zh
    for ending in ("社区居委会", "社区", "嘎查村委会", "嘎查", "村委会", "村"):
        short = short.removesuffix(ending) or short
    english = card.name.en.lower()
    return (len(short) > 1 and short in address) or bool(english and english in address.lower())


def name_of_point(lon: float, lat: float, at: datetime) -> str:
    """The community and grid of a point in words; "" outside all grids."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # also false for what is not a number
        return ""
    grid = places.locate_grid(lon, lat, at)
    return say_place(*filter(None, (_community_of(grid), grid))) if grid else ""


def search_grids(place: PlaceCard, wanted: str, at: datetime) -> tuple[CommunityGrids, ...]:
    """Communities and grids whose name or code holds the words; all of them without words."""
    rows = communities(place, at)
    if not wanted:
        return rows
    found = {card.code for card in places.search_places(wanted, place.path, at)}
    kept = (
        row
        if row.card.code in found
        else CommunityGrids(row.card, tuple(g for g in row.grids if g.code in found))
        for row in rows
    )
    return tuple(row for row in kept if row.card.code in found or row.grids)
