"""Broken outlines: mended when no ground moves, refused otherwise."""

import math

import pytest
import shapely

from commongrid.rooms.places.domain.repairing import repair_outline
from tests.unit.places.drawing import cell

BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
SPIKE = shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 1), (0, 1)])
TOUCHING_HOLE = shapely.Polygon(
    [(0, 0), (4, 0), (4, 4), (0, 4)],
    [[(0, 0), (1, 1), (1, 2), (0, 0)], [(1, 1), (2, 1), (2, 2), (1, 1)]],
)


def test_a_valid_outline_is_taken_as_it_is():
    repair = repair_outline(cell(0, 0))
    assert repair.geometry == cell(0, 0)
    assert not repair.is_repaired


def test_a_spike_is_mended_and_said():
    repair = repair_outline(SPIKE)
    assert repair.is_repaired
    assert repair.geometry.is_valid
    assert repair.geometry.area == 1
    assert repair.why


def test_height_is_dropped():
    solid = shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])
    assert not repair_outline(solid).geometry.has_z


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (None, "no outline"),
        (shapely.Polygon(), "no outline"),
        (BOW_TIE, "would move ground"),
        (shapely.Point(1, 1), "a Point, not an area"),
        (shapely.LineString([(0, 0), (1, 1)]), "a LineString, not an area"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2)]), "cannot be mended|without area"),
        (shapely.Polygon([(0, 0), (1, 0), (math.inf, 1)]), "not a number"),
    ],
)
def test_the_rest_is_refused_with_a_reason(drawn, why):
    import re

    repair = repair_outline(drawn)
    assert repair.geometry is None
    assert re.search(why, repair.why)
