"""Outlines and files to test with: small, invented, written by real writers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

WEST, SOUTH, SIDE = 122.25, 43.60, 0.01
CRS = {"WGS84": "EPSG:4326", "CGCS2000": "EPSG:4490", "GCJ02": "EPSG:4326"}


def cell(column: int, row: int, side: float = SIDE) -> shapely.Polygon:
    """A square of the chessboard; neighbours have the same numbers at their shared corners."""
    west, east = (WEST + at * side for at in (column, column + 1))
    south, north = (SOUTH + at * side for at in (row, row + 1))
    return shapely.box(west, south, east, north)


def cells(columns: int, rows: int) -> list[shapely.Polygon]:
    return [cell(c, r) for c in range(columns) for r in range(rows)]


def write_boundaries(
    path: Path,
    outlines: Sequence[shapely.Geometry | None],
    codes: Sequence[object],
    names: Sequence[str],
    *,
    crs: str = "EPSG:4326",
    encoding: str = "UTF-8",
    kind: str = "Polygon",
) -> Path:
    driver = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON"}[path.suffix]
    given = {"encoding": encoding} if path.suffix == ".shp" else {}
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(outline) for outline in outlines], dtype=object),
        field_data=[np.array(codes, dtype=object), np.array(names, dtype=object)],
        fields=np.array(["code", "name"], dtype=object),
        crs=crs,
        geometry_type=kind,
        driver=driver,
        **given,
    )
    return path
