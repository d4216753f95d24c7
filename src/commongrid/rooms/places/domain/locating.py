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


class AreaIndex:
    """Areas in a spatial index, asked for the one that covers a point.

    Border rule: an area owns its border; where several own a point, the lowest code has it. So
    a point on a shared border always has an answer, and always the same one; emergency
    sub-grids (9xx) lie over other grids and never take a point from them.

    Cost: logarithmic in the number of areas.
    """

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = sorted(areas, key=lambda area: (area.code, area.valid_from))
        self._tree = shapely.STRtree([area.geometry for area in self._areas])

    def __len__(self) -> int:
        return len(self._areas)

    def find(self, lon: float, lat: float, day: date) -> Area | None:
        """The area that covers the point on that day, or None.

        Units: degrees, WGS84. The test is exact for the stored coordinates: no tolerance.
        """
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        point = shapely.points(lon, lat)
        hits: list[int] = self._tree.query(point, predicate="intersects").tolist()
        for at in sorted(hits):
            if self._areas[at].is_valid_on(day):
                return self._areas[at]
        return None
