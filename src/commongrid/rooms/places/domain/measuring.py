"""Areas on the WGS84 ellipsoid, of outlines whose edges are straight in longitude and latitude."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_SEMI_MAJOR_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)
_ECCENTRICITY = math.sqrt(_ECCENTRICITY_2)
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(4)


def area_m2(geometry: BaseGeometry) -> float:
    """The area of a polygon or several, in square metres; 0 for lines and points.

    An edge is taken as GeoJSON means it, straight in longitude and latitude, and not as the
    shortest way over the ground: cutting an outline and adding the pieces then gives the same
    area to the last digits, which a report of gaps and overlaps relies on.

    Units: coordinates in degrees, WGS84.
    Source: RFC 7946 section 3.1.1; Snyder 1987, eq. 3-12 (the area below a parallel), integrated
    along each edge by Gauss's rule with four points.
    """
    total = 0.0
    for part in shapely.get_parts(geometry):
        if isinstance(part, shapely.Polygon):
            total += abs(_ring_m2(part.exterior)) - sum(abs(_ring_m2(r)) for r in part.interiors)
        elif hasattr(part, "geoms"):
            total += area_m2(part)
    return total


def _ring_m2(ring: BaseGeometry) -> float:
    vertices = np.radians(shapely.get_coordinates(ring))
    start, end = vertices[:-1], vertices[1:]
    middle, half = (start[:, 1] + end[:, 1]) / 2, (end[:, 1] - start[:, 1]) / 2
    lat = middle[:, None] + half[:, None] * _POINTS[None, :]
    mean = (_below(lat) - _below(middle[:1, None])) @ _WEIGHTS / 2  # near 0, so digits are kept
    area = np.sum((end[:, 0] - start[:, 0]) * mean)
    return float(area * _SEMI_MAJOR_M**2 * (1 - _ECCENTRICITY_2) / 2)


def _below(lat: Any) -> Any:
    sine = np.sin(lat)
    return sine / (1 - _ECCENTRICITY_2 * sine**2) + np.arctanh(_ECCENTRICITY * sine) / _ECCENTRICITY
