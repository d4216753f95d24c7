"""Places with their outlines, page by page, for maps and downloads; and a middle for each.

Divisions and outlines are public, so there is no reader to scope by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import caches
from commongrid.rooms.places.caches import TokenCache
from commongrid.rooms.places.cards import PlaceCard
from commongrid.rooms.places.models import Outline, Place
from commongrid.rooms.places.queries import place_card

LARGEST_PAGE = 1000
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShape:
    """A place and its outline on the last of the days asked about. Units: WGS84, square metres."""

    card: PlaceCard
    geometry: Mapping[str, Any] | None  # GeoJSON; None without an outline
    area_m2: float | None
    drawn_on: date | None  # since when the outline is valid
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeFilters:
    """Which places; empty means all. The days are inclusive on both sides."""

    levels: tuple[str, ...]
    first_on: date
    last_on: date
    within: str = "/"
    bbox: Box | None = None  # west, south, east, north
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    parent_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeList:
    """A page of places in the order of their paths. ``after`` asks for the next; "" at the end."""

    shapes: tuple[PlaceShape, ...]
    after: str
    total: int | None


def list_shapes(
    *, filters: ShapeFilters, size: int = 100, after: str = "", is_counted: bool = False
) -> ShapeList:
    """One page of places valid on any of the days, each with the outline of its last such day.

    ``after`` is a path: rows that are added or end meanwhile neither repeat nor skip others.
    Cost: two statements, one more where counted, one more with a box.
    """
    size = max(1, min(size, LARGEST_PAGE))
    rows = _narrowed(filters)
    total = rows.count() if is_counted else None
    if after:
        rows = rows.filter(path__gt=after)
    found = list(rows.order_by("path")[: size + 1])
    shown = found[:size]
    return ShapeList(
        shapes=tuple(_shapes(shown)),
        after=shown[-1].path if len(found) > size else "",
        total=total,
    )


def middles_of_places() -> Mapping[int, tuple[float, float]]:
    """A point inside every place that has an outline, by the place's number.

    It tells no more of a matter than its place does, so it may stand for one on a public map.

    Units: degrees, WGS84, five decimals. Cost: 1 statement when warm, 2 after a change.
    """
    return _middles.get(caches._token())


def _read_middles() -> dict[int, tuple[float, float]]:
    rows = Outline.objects.order_by("place_id", "valid_from", "id")
    newest = dict(rows.values_list("place_id", "geojson"))
    middles = shapely.point_on_surface(shapely.from_geojson(list(newest.values())))
    return {
        place_id: (round(float(middle.x), 5), round(float(middle.y), 5))
        for place_id, middle in zip(newest, middles, strict=True)
        if not middle.is_empty
    }


_middles = TokenCache(_read_middles)


def _narrowed(filters: ShapeFilters) -> QuerySet[Place]:
    rows = Place.objects.filter(
        is_within("path", filters.within),
        level__in=filters.levels,
        valid_from__lte=filters.last_on,
    ).exclude(valid_until__lte=filters.first_on)
    for field, values in (
        ("kind", filters.kinds),
        ("code", filters.codes),
        ("parent__code", filters.parent_codes),
    ):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    rows = rows.annotate(shown=Subquery(_outlines_until(filters.last_on).values("pk")[:1]))
    return _in_box(rows, filters.bbox) if filters.bbox else rows


def _outlines_until(day: date) -> QuerySet[Outline]:
    """The outlines of the row outside, the one that was valid last first."""
    return (
        Outline.objects.filter(place=OuterRef("pk"), valid_from__lte=day)
        .exclude(valid_until=F("valid_from"))  # replaced on the day it was drawn
        .order_by("-valid_from", "-pk")
    )


def _in_box(rows: QuerySet[Place], box: Box) -> QuerySet[Place]:
    """Places whose shown outline meets a box. The database compares boxes; outlines whose own box
    reaches out of it are looked at one by one, since a corner of a box may be empty.
    """
    west, south, east, north = box
    meets = Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    inside = Q(west__gte=west, east__lte=east, south__gte=south, north__lte=north)
    candidates = rows.filter(Exists(Outline.objects.filter(meets, pk=OuterRef("shown"))))
    shown = rows.order_by().values("shown")  # type: ignore[misc]  # an annotation
    crossing = Outline.objects.filter(meets, pk__in=shown).exclude(inside)
    window = shapely.box(*box)
    missed = _missing(crossing.order_by("pk").values_list("place_id", "geojson"), window)
    return candidates.exclude(pk__in=missed) if missed else candidates


def _missing(rows: Iterable[tuple[int, str]], window: shapely.Geometry) -> list[int]:
    return [
        place_id
        for place_id, geojson in rows
        if not shapely.intersects(shapely.from_geojson(geojson), window)
    ]


def _shapes(rows: Iterable[Place]) -> Iterable[PlaceShape]:
    listed = list(rows)
    # The annotation is no field of the row's class.
    wanted = [row.shown for row in listed if row.shown is not None]  # type: ignore[attr-defined]
    outlines = Outline.objects.in_bulk(wanted)
    for row in listed:
        outline = outlines.get(row.shown)  # type: ignore[attr-defined]
        yield PlaceShape(
            card=place_card(row),
            geometry=json.loads(outline.geojson) if outline else None,
            area_m2=outline.area_m2 if outline else None,
            drawn_on=outline.valid_from if outline else None,
            source=row.source,
        )
