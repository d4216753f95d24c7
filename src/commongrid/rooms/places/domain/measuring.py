"""Geodesic areas on the WGS84 ellipsoid."""

from __future__ import annotations

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

_EARTH = Geod(ellps="WGS84")


def area_m2(geometry: BaseGeometry) -> float:
    """The area of a polygon or several, in square metres; 0 for lines and points.

    Units: coordinates in degrees, WGS84. Source: Karney 2013, by way of GeographicLib.
    """
    if geometry.is_empty:
        return 0.0
    area, _perimeter = _EARTH.geometry_area_perimeter(geometry)
    return abs(float(area))
