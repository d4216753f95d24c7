"""Coordinates in the frames used in China, brought to WGS84 and back.

CGCS2000 longitudes and latitudes are taken as WGS84: both follow the international reference
frame with ellipsoids that differ by a tenth of a millimetre in the minor axis, and the frames as
used lie decimetres apart at most, below what a tapped point or a phone can tell.
Source: Yang Yuanxi, "Chinese Geodetic Coordinate System 2000", Chinese Science Bulletin 54 (2009).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from math import asin, cos, hypot, isfinite, pi, radians, sin, sqrt


class Frame(StrEnum):
    """The frame a longitude and latitude are given in."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"


EARTH_RADIUS_M = 6_371_008.8  # mean radius of the WGS84 ellipsoid, (2a + b) / 3
_SHIFT_AXIS_M = 6_378_245.0  # Krasovsky 1940, the ellipsoid the published shift is built on
_SHIFT_ECCENTRICITY_2 = 0.00669342162296594323
_TAKEN_AS_WGS84 = frozenset({4326, 4490})  # EPSG codes of WGS 84 and of CGCS2000 in degrees
_ZONE_MARGIN_DEG = 3.0  # maps do run over the edge of their zone, but not by a whole zone
_INVERSE_STEPS = 30
_INVERSE_DEG = 1e-12


def to_wgs84(lon: float, lat: float, frame: Frame) -> tuple[float, float]:
    """A point of the frame as WGS84 longitude and latitude.

    Units: degrees.
    Raises: ValueError when the numbers are no point on earth.

    Example:
        >>> lon, lat = to_wgs84(122.2499, 43.6537, Frame.GCJ02)
        >>> round(distance_m(122.2499, 43.6537, lon, lat)) > 300
        True
    """
    _check(lon, lat)
    return _unshifted(lon, lat) if frame is Frame.GCJ02 else (lon, lat)


def from_wgs84(lon: float, lat: float, frame: Frame) -> tuple[float, float]:
    """A WGS84 longitude and latitude as a point of the frame.

    Units: degrees.
    Raises: ValueError when the numbers are no point on earth.
    """
    _check(lon, lat)
    return _shifted(lon, lat) if frame is Frame.GCJ02 else (lon, lat)


def project_to_wgs84(x: float, y: float, epsg: int) -> tuple[float, float]:
    """A point of a projected frame, such as a Gauss-Krueger zone of CGCS2000, as WGS84 degrees.

    Shape: `x` is the easting and `y` the northing, whatever order the register lists them in.
    Units: metres in, degrees out.
    Raises: ValueError when the code names no projected frame of CGCS2000 or WGS84, or the point
    does not lie in it. Older frames (Beijing 1954, Xi'an 1980) need local parameters: refused.

    Example:
        >>> round(project_to_wgs84(500000.0, 4833000.0, 4549)[0], 9)
        120.0
    """
    lon, lat = _unproject(epsg)(x, y)
    if not is_plausible(lon, lat):
        message = f"x {x}, y {y}: no point of EPSG {epsg}"
        raise ValueError(message)
    return lon, lat


@lru_cache(maxsize=64)
def _unproject(epsg: int) -> Callable[[float, float], tuple[float, float]]:
    from pyproj import CRS, Transformer  # loaded late: most users of coordinates need no PROJ
    from pyproj.exceptions import CRSError

    try:
        frame = CRS.from_epsg(epsg)
    except CRSError as error:
        message = f"epsg {epsg}: not a known frame"
        raise ValueError(message) from error
    geodetic = frame.geodetic_crs
    if not frame.is_projected or geodetic is None or geodetic.to_epsg() not in _TAKEN_AS_WGS84:
        message = f"epsg {epsg}: {frame.name} is not a projected frame of CGCS2000 or WGS84"
        raise ValueError(message)
    area = frame.area_of_use
    # To the frame's own degrees, so that no change of datum slips in.
    transformer = Transformer.from_crs(frame, geodetic, always_xy=True)

    def unproject(x: float, y: float) -> tuple[float, float]:
        lon, lat = (float(degrees) for degrees in transformer.transform(x, y))
        if area and not area.west - _ZONE_MARGIN_DEG <= lon <= area.east + _ZONE_MARGIN_DEG:
            message = f"x {x}, y {y}: lies outside {frame.name} (EPSG {epsg}); another zone?"
            raise ValueError(message)
        return lon, lat

    return unproject


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The great-circle distance on a sphere of mean radius (haversine); within half a percent.

    Units: degrees in, metres out.
    """
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def is_plausible(lon: float, lat: float) -> bool:
    """Whether the numbers can be a point that somebody meant: on earth, and not 0, 0."""
    if not (isfinite(lon) and isfinite(lat)):
        return False
    return -180 <= lon <= 180 and -90 <= lat <= 90 and (lon, lat) != (0, 0)


def _check(lon: float, lat: float) -> None:
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        message = f"lon {lon}, lat {lat}: must be degrees within 180 and 90"
        raise ValueError(message)


def _is_shifted(lon: float, lat: float) -> bool:
    """Whether the published shift applies: the box around China every implementation uses."""
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _shifted(lon: float, lat: float) -> tuple[float, float]:
    if not _is_shifted(lon, lat):
        return lon, lat
    east, north = lon - 105, lat - 35
    common = (20 * sin(6 * east * pi) + 20 * sin(2 * east * pi)) * 2 / 3
    root = sqrt(abs(east))
    north_m = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root
    north_m += common + (20 * sin(north * pi) + 40 * sin(north / 3 * pi)) * 2 / 3
    north_m += (160 * sin(north / 12 * pi) + 320 * sin(north * pi / 30)) * 2 / 3
    east_m = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root
    east_m += common + (20 * sin(east * pi) + 40 * sin(east / 3 * pi)) * 2 / 3
    east_m += (150 * sin(east / 12 * pi) + 300 * sin(east / 30 * pi)) * 2 / 3
    flat = 1 - _SHIFT_ECCENTRICITY_2 * sin(radians(lat)) ** 2
    meridian_m = _SHIFT_AXIS_M * (1 - _SHIFT_ECCENTRICITY_2) / (flat * sqrt(flat))
    parallel_m = _SHIFT_AXIS_M / sqrt(flat) * cos(radians(lat))
    return lon + east_m / parallel_m * 180 / pi, lat + north_m / meridian_m * 180 / pi


def _unshifted(lon: float, lat: float) -> tuple[float, float]:
    """The point whose shift lands here, found by fixed-point steps; the shift varies slowly."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_INVERSE_STEPS):
        landed_lon, landed_lat = _shifted(guess_lon, guess_lat)
        off_lon, off_lat = landed_lon - lon, landed_lat - lat
        guess_lon, guess_lat = guess_lon - off_lon, guess_lat - off_lat
        if hypot(off_lon, off_lat) < _INVERSE_DEG:
            break
    return guess_lon, guess_lat
