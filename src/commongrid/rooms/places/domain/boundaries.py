"""Do outlines of one level tile their place? Gaps and overlaps, with area and where to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from commongrid.rooms.places.domain.measuring import area_m2

LEAST_M2 = 1.0
"""Smaller gaps and overlaps come from rounding and are not shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One outline with the name people know it by."""

    code: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Ground that two outlines both claim. ``lon``, ``lat``: a point inside it."""

    first: str
    first_name: str
    second: str
    second_name: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Ground that no outline claims. ``beside``: codes of the outlines around it."""

    beside: tuple[str, ...]
    beside_names: tuple[str, ...]
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryReport:
    """What a check found; the largest first. ``outside_m2``: ground beyond the parent."""

    pieces: int
    area_m2: float
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    outside_m2: float
    is_against_parent: bool  # whether there was an outer boundary to compare with

    @property
    def is_clean(self) -> bool:
        """No gap, no overlap, nothing beyond the parent."""
        return not self.overlaps and not self.gaps and self.outside_m2 < LEAST_M2

    def as_plain(self) -> dict[str, Any]:
        """The report as plain values, to be kept with the boundary set."""
        return {
            "pieces": self.pieces,
            "area_m2": round(self.area_m2, 1),
            "outside_m2": round(self.outside_m2, 1),
            "overlaps": [
                {
                    "codes": [overlap.first, overlap.second],
                    "names": [overlap.first_name, overlap.second_name],
                    "area_m2": round(overlap.area_m2, 1),
                    "at": [round(overlap.lon, 6), round(overlap.lat, 6)],
                }
                for overlap in self.overlaps
            ],
            "gaps": [
                {
                    "beside": list(gap.beside),
                    "names": list(gap.beside_names),
                    "area_m2": round(gap.area_m2, 1),
                    "at": [round(gap.lon, 6), round(gap.lat, 6)],
                }
                for gap in self.gaps
            ],
        }


def check_pieces(
    pieces: Sequence[Piece], parent: BaseGeometry | None = None, *, least_m2: float = LEAST_M2
) -> BoundaryReport:
    """Compare outlines of one level with each other and with the outline around them.

    Without a parent only holes that the pieces enclose are gaps: bays at the edge cannot be told
    from the edge. Ground between separate islands of pieces is then not a gap either.

    Units: degrees, WGS84; areas on the ellipsoid. Cost: near linear in pieces that do not overlap.
    """
    geometries = [piece.geometry for piece in pieces]
    whole = shapely.union_all(geometries) if geometries else shapely.MultiPolygon()
    beyond = shapely.difference(whole, parent) if parent is not None else shapely.Polygon()
    open_ground = shapely.difference(parent, whole) if parent is not None else _holes(whole)
    return BoundaryReport(
        pieces=len(pieces),
        area_m2=sum(area_m2(geometry) for geometry in geometries),
        overlaps=_overlaps(pieces, least_m2),
        gaps=_gaps(pieces, open_ground, least_m2),
        outside_m2=area_m2(beyond),
        is_against_parent=parent is not None,
    )


def _overlaps(pieces: Sequence[Piece], least_m2: float) -> tuple[Overlap, ...]:
    geometries = [piece.geometry for piece in pieces]
    if not geometries:
        return ()
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    found = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one >= other or shapely.touches(geometries[one], geometries[other]):
            continue
        shared = _polygons(shapely.intersection(geometries[one], geometries[other]))
        if (area := area_m2(shared)) < least_m2:
            continue
        inside = _largest(shared).representative_point()
        found.append(
            Overlap(
                first=pieces[one].code,
                first_name=pieces[one].name,
                second=pieces[other].code,
                second_name=pieces[other].name,
                area_m2=area,
                lon=inside.x,
                lat=inside.y,
            )
        )
    return tuple(sorted(found, key=lambda overlap: (-overlap.area_m2, overlap.first)))


def _gaps(pieces: Sequence[Piece], open_ground: BaseGeometry, least_m2: float) -> tuple[Gap, ...]:
    tree = shapely.STRtree([piece.geometry for piece in pieces])
    found = []
    for hole in _parts(open_ground):
        if (area := area_m2(hole)) < least_m2:
            continue
        beside = sorted(int(at) for at in tree.query(hole, predicate="intersects"))
        inside = hole.representative_point()
        found.append(
            Gap(
                beside=tuple(pieces[at].code for at in beside),
                beside_names=tuple(pieces[at].name for at in beside),
                area_m2=area,
                lon=inside.x,
                lat=inside.y,
            )
        )
    return tuple(sorted(found, key=lambda gap: (-gap.area_m2, gap.lon, gap.lat)))


def _holes(whole: BaseGeometry) -> BaseGeometry:
    rings = [ring for part in _parts(whole) for ring in part.interiors]
    holes = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    return shapely.difference(holes, whole)  # an island in a hole is not part of the hole


def _parts(geometry: BaseGeometry) -> Iterable[Any]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """Only what has an area: two outlines may share ground, an edge and a corner at once."""
    parts: list[Any] = []
    for part in shapely.get_parts(geometry):
        parts.extend(_parts(part))
    return shapely.MultiPolygon(parts)


def _largest(geometry: BaseGeometry) -> Any:
    return max(_parts(geometry), key=lambda part: part.area)
