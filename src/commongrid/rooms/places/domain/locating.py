"""From a point to the place that covers it, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Area:
    """An outline with the code it belongs to and the time it counts."""

    code: str
    geometry: BaseGeometry
    valid_from: date
    valid_until: date | None  # exclusive

    def is_valid_on(self, day: date) -> bool:
        """Whether the outline counted on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


CELL_DEG = 0.0005  # some 50 m
CELL_EDGE_DEG = 1e-9  # a cell reaches this much over its edges: more than dividing can err
CELLS_KEPT = 50_000
FARTHEST_DEG = 1000.0  # beyond every degree there is


@dataclass(frozen=True, slots=True)
class _Near:
    """An area that touches a cell, and whether every point of the cell is its own."""

    area: Area
    has_all: bool


class AreaIndex:
    """Areas in a spatial index, asked for the one that covers a point.

    Border rule: an area owns its border; where several own a point, the lowest code has it. So
    a point on a shared border always has an answer, and always the same one; emergency
    sub-grids (9xx) lie over other grids and never take a point from them.

    Cost: logarithmic in the number of areas; nothing where a cell of some 50 m lies inside one area
    and was asked for before.
    """

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = sorted(areas, key=lambda area: (area.code, area.valid_from))
        self._tree = shapely.STRtree([area.geometry for area in self._areas])
        self._cells: dict[tuple[int, int], tuple[_Near, ...]] = {}

    def __len__(self) -> int:
        return len(self._areas)

    def find(self, lon: float, lat: float, day: date) -> Area | None:
        """The area that covers the point on that day, or None.

        Units: degrees, WGS84. The test is exact for the stored coordinates: no tolerance.
        """
        if not (abs(lon) <= FARTHEST_DEG and abs(lat) <= FARTHEST_DEG):  # nor is NaN
            return None
        for near in self._near(math.floor(lon / CELL_DEG), math.floor(lat / CELL_DEG)):
            if near.area.is_valid_on(day):
                return near.area if near.has_all else self._covering(lon, lat, day)
        return None

    def _covering(self, lon: float, lat: float, day: date) -> Area | None:
        """By the outlines themselves."""
        point = shapely.points(lon, lat)
        hits: list[int] = self._tree.query(point, predicate="intersects").tolist()
        for at in sorted(hits):
            if self._areas[at].is_valid_on(day):
                return self._areas[at]
        return None

    def _near(self, column: int, row: int) -> tuple[_Near, ...]:
        """The areas that touch a cell, by code: no other can have a point of it."""
        known = self._cells.get((column, row))
        if known is None:
            cell = shapely.box(
                column * CELL_DEG - CELL_EDGE_DEG,
                row * CELL_DEG - CELL_EDGE_DEG,
                (column + 1) * CELL_DEG + CELL_EDGE_DEG,
                (row + 1) * CELL_DEG + CELL_EDGE_DEG,
            )
            hits: list[int] = self._tree.query(cell, predicate="intersects").tolist()
            areas = [self._areas[at] for at in sorted(hits)]
            known = tuple(_Near(area, bool(area.geometry.covers(cell))) for area in areas)
            if len(self._cells) >= CELLS_KEPT:
                self._cells.clear()
            self._cells[column, row] = known
        return known
