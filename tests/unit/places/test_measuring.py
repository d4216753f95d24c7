"""Areas on the ellipsoid: against the geodesic library, and adding up."""

import pytest
import shapely
import shapely.ops
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from commongrid.rooms.places.domain.measuring import area_m2

EARTH = Geod(ellps="WGS84")
corners = st.tuples(st.floats(110, 128), st.floats(30, 55))
triangles = st.lists(corners, min_size=3, max_size=3, unique=True).map(shapely.Polygon)


@given(triangle=triangles.filter(lambda t: t.is_valid and t.area > 1e-3))
def test_the_geodesic_library_agrees_once_edges_are_made_short(triangle):
    """With many points on an edge the shortest way follows the straight line."""
    dense = shapely.segmentize(triangle, 0.01)
    expected = abs(EARTH.geometry_area_perimeter(dense)[0])
    assert area_m2(triangle) == pytest.approx(expected, rel=1e-6, abs=2000)


@given(
    west=st.floats(110, 125), south=st.floats(30, 50),
    cut=st.floats(0.05, 0.95), tilt=st.floats(-0.04, 0.04), side=st.floats(0.001, 1),
)  # fmt: skip
def test_pieces_add_up(west, south, cut, tilt, side):
    whole = shapely.box(west, south, west + side, south + side)
    line = [
        (west - 1e-3, south + side * (cut + tilt)),
        (west + side + 1e-3, south + side * (cut - tilt)),
    ]
    pieces = shapely.get_parts(shapely.ops.split(whole, shapely.LineString(line)))
    assert len(pieces) == 2
    assert sum(map(area_m2, pieces)) == pytest.approx(area_m2(whole), rel=1e-8)


def test_holes_do_not_count_and_the_direction_does_not_matter():
    outer, hole = shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2)
    ring = shapely.difference(outer, hole)
    assert area_m2(ring) == pytest.approx(area_m2(outer) - area_m2(hole))
    assert area_m2(shapely.reverse(ring)) == pytest.approx(area_m2(ring))
    assert area_m2(shapely.MultiPolygon([hole, shapely.box(5, 5, 6, 6)])) > 2 * 0.98 * area_m2(hole)


def test_lines_points_and_nothing_have_no_area():
    for empty in (shapely.Polygon(), shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])):
        assert area_m2(empty) == 0


def test_a_collection_counts_its_areas_only():
    box = shapely.box(122, 43, 122.1, 43.1)
    mixed = shapely.GeometryCollection([box, shapely.Point(1, 1)])
    assert area_m2(mixed) == area_m2(box)


def test_the_whole_earth():
    assert area_m2(shapely.box(-180, -90, 180, 90)) == pytest.approx(510_065_621_724_089, rel=1e-3)
    bands = [shapely.box(-180, lat, 180, lat + 1) for lat in range(-90, 90)]
    assert sum(map(area_m2, bands)) == pytest.approx(510_065_621_724_089, rel=1e-12)
