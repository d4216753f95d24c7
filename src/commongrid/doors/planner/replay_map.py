"""Outlines of grids as paths of a small drawing: no tiles, nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places

WIDTH, LEAST_HEIGHT, MOST_HEIGHT, EDGE = 360, 140, 460, 6
LEVELS = ("village", "grid", "micro_grid")
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A part of the map. ``drawn``: an SVG path, empty without an outline; ``x y``: its middle."""

    path: str
    name: Text
    drawn: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All parts, and how high the drawing is."""

    cells: tuple[Cell, ...]
    height: float

    @property
    def has_map(self) -> bool:
        return any(cell.drawn for cell in self.cells)


def sheet_of(paths: Sequence[str], *, within: str, on: date) -> Sheet:
    """The drawing of these places. Cost: two statements a thousand places."""
    shapes = {shape.card.path: shape for shape in _shapes(paths, within, on)}
    rings = {p: list(_rings(s.geometry)) for p, s in shapes.items() if s.geometry}
    corners = [corner for there in rings.values() for ring in there for corner in ring]
    if not corners:
        return Sheet(cells=tuple(_bare(path, shapes) for path in paths), height=LEAST_HEIGHT)
    frame = _Frame.around(corners)
    cells = tuple(
        _drawn(path, shapes[path].card.name, rings[path], frame)
        if rings.get(path)
        else _bare(path, shapes)
        for path in paths
    )
    return Sheet(cells=cells, height=frame.height)


def code_of(path: str) -> str:
    """The last code of a path."""
    return path.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the drawing: equal distances both ways at the middle of the place."""

    west: float
    north: float
    across: float
    size: float
    height: float

    @classmethod
    def around(cls, corners: Sequence[Sequence[float]]) -> _Frame:
        wests, norths = [c[0] for c in corners], [c[1] for c in corners]
        across = math.cos(math.radians((min(norths) + max(norths)) / 2))
        wide = (max(wests) - min(wests)) * across or 1e-6
        high = max(norths) - min(norths) or 1e-6
        size = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
        height = max(LEAST_HEIGHT, high * size + 2 * EDGE)
        # What is narrower than the drawing stands in its middle.
        west = min(wests) - ((WIDTH - 2 * EDGE) / size - wide) / 2 / across
        north = max(norths) + ((height - 2 * EDGE) / size - high) / 2
        return cls(west, north, across, size, round(height, 1))

    def put(self, corner: Sequence[float]) -> tuple[float, float]:
        x = EDGE + (corner[0] - self.west) * self.across * self.size
        return round(x, 1), round(EDGE + (self.north - corner[1]) * self.size, 1)


def _shapes(paths: Sequence[str], within: str, on: date) -> Iterator[places.PlaceShape]:
    codes = tuple(dict.fromkeys(code_of(path) for path in paths))
    filters = places.ShapeFilters(
        levels=LEVELS, first_on=on, last_on=on, within=within, codes=codes
    )
    after, is_more = "", bool(codes)
    while is_more:
        page = places.list_shapes(filters=filters, size=1000, after=after)
        yield from page.shapes
        after, is_more = page.after, bool(page.after)


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """The outer rings and holes of a polygon or several."""
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


def _drawn(path: str, name: Text, rings: Iterable[Ring], frame: _Frame) -> Cell:
    lines = [_without_repeats(frame.put(corner) for corner in ring) for ring in rings]
    words = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in line) + "z" for line in lines if line)
    x, y = _middle(max(lines, key=_area))
    return Cell(path=path, name=name, drawn=words, x=x, y=y)


def _without_repeats(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners that fall on one point of the drawing are one: coarse enough for large places."""
    found: list[tuple[float, float]] = []
    for point in points:
        if not found or point != found[-1]:
            found.append(point)
    return found


def _area(line: Sequence[tuple[float, float]]) -> float:
    pairs = zip(line, [*line[1:], *line[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def _middle(line: Sequence[tuple[float, float]]) -> tuple[float, float]:
    count = len(line) or 1
    return round(sum(p[0] for p in line) / count, 1), round(sum(p[1] for p in line) / count, 1)


def _bare(path: str, shapes: Mapping[str, places.PlaceShape]) -> Cell:
    known = shapes.get(path)
    return Cell(path=path, name=known.card.name if known else Text.both(code_of(path)), drawn="")
