"""Outlines derived from where requests were made: a stand-in where no boundary file exists.

Source: Voronoi cells of the points, united by neighbourhood and cut to the ground they cover.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

METRES_A_DEGREE = 111_195.0
NEIGHBOURS = 9
CHUNK = 128  # rows of the distance table held at once
RATIO = 0.05  # how closely the ground follows its points: 0 is closest, 1 is convex
SMOOTH_M = 40.0
LEAST_POINTS = 3


def draw_outlines(
    points: Mapping[str, Sequence[tuple[float, float]]], *, reach_m: float
) -> dict[str, BaseGeometry]:
    """An outline for each name from the points under it, in the points' own degrees.

    Outlines share their borders and leave no gap inside. A point that lies among those of
    another name counts there, so that one wrong row does not make an island.

    Units: ``reach_m`` metres beyond the outermost points.
    Raises: ValueError for fewer than three points.
    Cost: some seconds for 20,000 points.
    """
    names, where = _distinct(points)
    if len(where) < LEAST_POINTS:
        message = f"{len(where)} different points: at least {LEAST_POINTS} are needed"
        raise ValueError(message)
    scale = math.cos(math.radians(float(where[:, 1].mean())))
    flat = where * np.array([scale, 1.0]) * METRES_A_DEGREE
    names = _smoothed(names, flat)
    ground = _ground(flat, reach_m)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(flat), extend_to=ground, ordered=True).geoms
    groups: dict[str, list[BaseGeometry]] = defaultdict(list)
    for name, cell in zip(names, cells, strict=True):
        groups[name].append(cell)
    order = sorted(groups)
    united = shapely.coverage_simplify(
        [shapely.coverage_union_all(groups[name]) for name in order], SMOOTH_M
    )

    def in_degrees(flat_xy: np.ndarray) -> np.ndarray:
        return flat_xy / (np.array([scale, 1.0]) * METRES_A_DEGREE)

    outlines = {}
    for name, shape in zip(order, united, strict=True):
        cut = _polygons(shapely.intersection(shape, ground))
        if not cut.is_empty:
            outlines[name] = shapely.transform(cut, in_degrees)
    return outlines


def _distinct(
    points: Mapping[str, Sequence[tuple[float, float]]],
) -> tuple[list[str], np.ndarray]:
    """Each spot once, under the name most of its requests have."""
    votes: dict[tuple[float, float], Counter[str]] = defaultdict(Counter)
    for name, spots in points.items():
        for spot in spots:
            votes[spot][name] += 1
    spots = sorted(votes)
    # The name given first wins a tie, in the order of names, so that a second run draws the same.
    names = [max(sorted(votes[spot]), key=votes[spot].__getitem__) for spot in spots]
    return names, np.array(spots, dtype=float).reshape(-1, 2)


def _smoothed(names: list[str], flat: np.ndarray) -> list[str]:
    """The name most of a point's nearest points have, itself included."""
    kinds = sorted(set(names))
    place_of = {kind: at for at, kind in enumerate(kinds)}
    number = np.array([place_of[name] for name in names])
    count = min(NEIGHBOURS, len(names))
    around = flat - flat.mean(axis=0)  # small numbers, so that squares keep their last digits
    squares = (around**2).sum(axis=1)
    found: list[str] = []
    for start in range(0, len(names), CHUNK):
        part = around[start : start + CHUNK]
        # Squared distances but for the part's own square, which is the same along a row.
        apart = squares[None, :] - 2.0 * (part @ around.T)
        near = np.argpartition(apart, count - 1, axis=1)[:, :count]
        found += [kinds[int(np.bincount(row).argmax())] for row in number[near]]
    return found


def _ground(flat: np.ndarray, reach_m: float) -> BaseGeometry:
    hull = shapely.concave_hull(shapely.MultiPoint(flat), ratio=RATIO)
    return shapely.simplify(shapely.buffer(hull, reach_m, quad_segs=4), SMOOTH_M / 4)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]
