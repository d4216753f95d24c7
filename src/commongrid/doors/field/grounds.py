"""The map a phone takes along: its grids with what is posted there, and the grids around."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import shapely
from django.utils import timezone

from commongrid.doors.field.plain import said
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places

DECIMALS = 5  # about a metre
OWN_TOLERANCE, AROUND_TOLERANCE = 0.00004, 0.0002  # degrees: about 4 m and 20 m
MARGIN = 0.01  # about a kilometre: what may be beside the own grid
MOST_AROUND, MOST_MICRO = 40, 200
ABOVE_GRID = 2  # a grid lies in a community of a township

Shapes = Iterable[places.PlaceShape]


def grounds_of(paths: Iterable[str], at: datetime) -> dict[str, Any]:
    """Grids, micro-grids and neighbours. Cost: about eight statements a grid."""
    own: list[dict[str, Any]] = []
    around: dict[str, places.PlaceShape] = {}
    for path in sorted(paths):
        shape = _shape_of(path, at)
        if shape is None:
            continue
        own.append(_grid(shape, at))
        around |= {other.card.code: other for other in _beside(shape, at)}
    codes = {grid["code"] for grid in own}
    return {
        "grids": own,
        "around": [
            {
                "code": code,
                "name": said(shape.card.name),
                "outline": _outline(shape.geometry, AROUND_TOLERANCE),
            }
            for code, shape in sorted(around.items())
            if code not in codes
        ],
    }


def _shape_of(path: str, at: datetime) -> places.PlaceShape | None:
    found = _shapes(at, levels=tuple(places.Level), within=path, size=1)
    return next((shape for shape in found if shape.card.path == path), None)


def _shapes(at: datetime, *, size: int, **filters: Any) -> Shapes:
    day = timezone.localtime(at).date()
    wanted = places.ShapeFilters(first_on=day, last_on=day, **filters)
    return places.list_shapes(filters=wanted, size=size).shapes


def _grid(shape: places.PlaceShape, at: datetime) -> dict[str, Any]:
    card = shape.card
    micro = _shapes(at, levels=(places.Level.MICRO_GRID,), within=card.path, size=MOST_MICRO)
    return {
        "code": card.code,
        "name": said(card.name),
        "path": card.path,
        "outline": _outline(shape.geometry, OWN_TOLERANCE),
        "micro": [
            {
                "code": one.card.code,
                "name": said(one.card.name),
                "outline": _outline(one.geometry, OWN_TOLERANCE),
            }
            for one in micro
        ],
        "post": _post(card, at),
    }


def _post(card: places.PlaceCard, at: datetime) -> dict[str, Any]:
    try:
        post = places.get_grid_post(card.code, at)
    except places.PlaceNotFoundError:  # a post above the grids
        return {
            "worker": "",
            "worker_phone": "",
            "supervision_phone": "",
            "text": said(Text("", "")),
        }
    return {
        "worker": post.worker_name,
        "worker_phone": post.worker_phone,
        "supervision_phone": post.supervision_phone,
        "text": said(Text.both(post.where_posted)),
    }


def _beside(shape: places.PlaceShape, at: datetime) -> Shapes:
    """The grids of the same township near this one."""
    if shape.geometry is None:
        return ()
    west, south, east, north = shapely.from_geojson(_json(shape.geometry)).bounds
    box = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    parts = shape.card.path.strip("/").split("/")
    town = "/" + "/".join(parts[: max(1, len(parts) - ABOVE_GRID)]) + "/"
    return _shapes(at, levels=(places.Level.GRID,), within=town, bbox=box, size=MOST_AROUND)


def _outline(geometry: Mapping[str, Any] | None, tolerance: float) -> list[list[list[float]]]:
    """The rings of an outline, simplified; drawn by the even-odd rule."""
    if geometry is None:
        return []
    shape = shapely.simplify(shapely.from_geojson(_json(geometry)), tolerance)
    rings = []
    for part in getattr(shape, "geoms", [shape]):
        rings += [part.exterior, *part.interiors]
    return [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords] for ring in rings]


def _json(geometry: Mapping[str, Any]) -> str:
    return json.dumps(geometry)
