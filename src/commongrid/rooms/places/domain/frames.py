"""The declared frame of a file, and outlines brought from it to WGS84 and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from commongrid.kernel.coordinates import Frame, from_wgs84, to_wgs84

_WGS84_EPSG = 4326
_CGCS2000_EPSG = 4490
_NAMES = {"WGS84": Frame.WGS84, "CGCS2000": Frame.CGCS2000, "GCJ02": Frame.GCJ02}


class FrameError(ValueError):
    """A frame that is not known, or that contradicts what the file itself says."""


@dataclass(frozen=True, slots=True)
class DeclaredFrame:
    """What the person says the coordinates are; ``epsg`` only for a frame named by its number."""

    name: str
    frame: Frame | None
    epsg: int | None = None


def parse_frame(text: str) -> DeclaredFrame:
    """Read ``WGS84``, ``CGCS2000``, ``GCJ02`` or ``EPSG:4549``.

    Raises: FrameError naming the frames that are known.
    """
    plain = text.strip().upper().replace("-", "").replace(" ", "")
    if plain in _NAMES:
        return DeclaredFrame(plain, _NAMES[plain])
    if not (match := re.fullmatch(r"EPSG:([0-9]{4,6})", plain)):
        message = f"frame {text!r}: must be WGS84, CGCS2000, GCJ02 or EPSG:number"
        raise FrameError(message)
    epsg = int(match[1])
    if epsg == _WGS84_EPSG:
        return DeclaredFrame(plain, Frame.WGS84)
    if epsg == _CGCS2000_EPSG:
        return DeclaredFrame(plain, Frame.CGCS2000)
    try:
        _crs(epsg)
    except CRSError as error:
        message = f"frame {text!r}: the EPSG register has no such number"
        raise FrameError(message) from error
    return DeclaredFrame(plain, None, epsg)


def check_against_file(declared: DeclaredFrame, crs_text: str | None) -> None:
    """Refuse a frame that the file's own words exclude.

    A file cannot say GCJ-02: such files claim WGS84 or CGCS2000, so among geographic frames the
    person's word counts. Whether coordinates are degrees or metres, the file does know.

    Raises: FrameError with what the file says.
    """
    if not crs_text:
        return
    said = CRS.from_user_input(crs_text)
    if declared.epsg is None:
        if said.is_projected:
            message = (
                f"the file says its coordinates are {said.name} (metres); "
                f"declared was {declared.name} (degrees)"
            )
            raise FrameError(message)
        return
    meant = _crs(declared.epsg)
    if not said.equals(meant, ignore_axis_order=True) and said.to_epsg(40) != declared.epsg:
        message = f"the file says its frame is {said.name}; declared was {meant.name}"
        raise FrameError(message)


def outline_to_wgs84(outline: BaseGeometry, declared: DeclaredFrame) -> BaseGeometry:
    """The outline with every vertex brought to WGS84; edges stay straight between them.

    Units: degrees out. Raises: FrameError when a vertex is no point of the frame.
    """
    return _moved(outline, _mover(declared, is_back=False))


def outline_from_wgs84(outline: BaseGeometry, declared: DeclaredFrame) -> BaseGeometry:
    """The opposite of ``outline_to_wgs84``, for export."""
    return _moved(outline, _mover(declared, is_back=True))


def _moved(
    outline: BaseGeometry, move: Callable[[float, float], tuple[float, float]]
) -> BaseGeometry:
    # A shared vertex is computed once, so neighbours that met still meet to the last bit.
    known = lru_cache(maxsize=None)(move)

    def move_all(vertices: Any) -> Any:
        try:
            return np.array([known(float(x), float(y)) for x, y in vertices]).reshape(-1, 2)
        except ValueError as error:
            raise FrameError(str(error)) from error

    return shapely.transform(outline, move_all)


def _mover(
    declared: DeclaredFrame, *, is_back: bool
) -> Callable[[float, float], tuple[float, float]]:
    if declared.frame is not None:
        frame, convert = declared.frame, from_wgs84 if is_back else to_wgs84
        return lambda x, y: convert(x, y, frame)
    start, end = (_WGS84_EPSG, declared.epsg) if is_back else (declared.epsg, _WGS84_EPSG)
    transformer = _transformer(start, end)

    def move(x: float, y: float) -> tuple[float, float]:
        lon, lat = transformer.transform(x, y)
        if not (np.isfinite(lon) and np.isfinite(lat)):
            message = f"x {x}, y {y}: no point of {declared.name}"
            raise ValueError(message)
        return float(lon), float(lat)

    return move


@lru_cache(maxsize=16)
def _crs(epsg: int) -> Any:
    return CRS.from_epsg(epsg)


@lru_cache(maxsize=16)
def _transformer(start: int | None, end: int | None) -> Any:
    return Transformer.from_crs(start, end, always_xy=True)
