"""From a row's point or named neighbourhood to its grid, without a statement a row."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import shapely
from django.utils import timezone

from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard


@dataclass(slots=True)
class Locator:
    """The grids under a root: by point with the room's border rule, or by name.

    A point on a shared border belongs to the lower code; a name is that of a grid or of the
    community that has one grid only, in any of its languages.
    """

    root_path: str
    same: Mapping[str, str] = field(default_factory=dict)
    _codes: list[str] = field(default_factory=list)
    _tree: shapely.STRtree | None = None
    _cards: dict[str, PlaceCard] = field(default_factory=dict)
    _names: dict[str, PlaceCard] = field(default_factory=dict)

    def at_point(self, lon: float, lat: float, at: datetime) -> PlaceCard | None:
        """The grid that covers a point on a day. Units: degrees, WGS84."""
        if self._tree is None or not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        for hit in sorted(int(hit) for hit in hits):
            card = self._cards[self._codes[hit]]
            if card.is_valid_on(timezone.localtime(at).date()):
                return card
        return None

    def named(self, name: str, at: datetime) -> PlaceCard | None:
        """The grid of a named neighbourhood."""
        card = self._names.get(_plain(self.same.get(name, name)))
        return card if card and card.is_valid_on(timezone.localtime(at).date()) else None


def locator_of(root: PlaceCard, same: Mapping[str, str] | None = None) -> Locator:
    """The locator of a place. Cost: 3 statements."""
    grids = places.list_grids(root.path, None)
    cards = {card.code: card for card in grids}
    features = json.loads(places.outline_geojson(root.path))["features"]
    outlined = [(str(f["id"]), f["geometry"]) for f in features if str(f["id"]) in cards]
    shapes = [shapely.from_geojson(json.dumps(geometry)) for _, geometry in outlined]
    return Locator(
        root_path=root.path,
        same=same or {},
        _codes=[code for code, _ in outlined],
        _tree=shapely.STRtree(shapes) if shapes else None,
        _cards=cards,
        _names=_names(grids),
    )


def _names(grids: tuple[PlaceCard, ...]) -> dict[str, PlaceCard]:
    """Grids by name; a name that two have stands for neither."""
    lines = {card.path: card.path.rsplit("/", 2)[0] + "/" for card in grids}
    above = places.list_places(tuple(set(lines.values())))
    found: dict[str, list[PlaceCard]] = {}
    for card in grids:
        parent = above.get(lines[card.path])
        for place in (card, parent):
            if place is None:
                continue
            for name in {place.name.zh, place.name.en, place.code} - {""}:
                found.setdefault(_plain(name), []).append(card)
    return {name: cards[0] for name, cards in found.items() if len(set(cards)) == 1}


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
