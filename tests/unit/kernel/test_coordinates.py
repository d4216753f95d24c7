import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.kernel.coordinates import (
    Frame,
    distance_m,
    from_wgs84,
    is_plausible,
    project_to_wgs84,
    to_wgs84,
)
from tests.unit.kernel.laws import lawful

lons, lats = st.floats(73.5, 135.1), st.floats(3.8, 53.6)


@lawful()
@given(lon=lons, lat=lats)
def test_there_and_back_is_the_same_point(lon, lat):
    for first, second in ((from_wgs84, to_wgs84), (to_wgs84, from_wgs84)):
        there = first(lon, lat, Frame.GCJ02)
        assert second(*there, Frame.GCJ02) == pytest.approx((lon, lat), abs=1e-9)


@lawful()
@given(lon=lons, lat=lats)
def test_the_shift_in_china_is_some_hundred_metres(lon, lat):
    assert 10 < distance_m(lon, lat, *from_wgs84(lon, lat, Frame.GCJ02)) < 1500


def test_the_shift_is_the_published_one():
    assert from_wgs84(116.404, 39.915, Frame.GCJ02) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-12
    )


@pytest.mark.parametrize(
    "point", [(-71.06, 42.36), (-118.24, 34.05), (151.2, -33.9), (9.18, 48.78)]
)
def test_outside_china_nothing_is_shifted(point):
    assert from_wgs84(*point, Frame.GCJ02) == point == to_wgs84(*point, Frame.GCJ02)


def test_cgcs2000_degrees_are_taken_as_they_are():
    assert to_wgs84(122.25, 43.65, Frame.CGCS2000) == (122.25, 43.65)
    assert from_wgs84(122.25, 43.65, Frame.CGCS2000) == (122.25, 43.65)


@pytest.mark.parametrize("point", [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_what_is_no_point_is_refused(point):
    for convert in (to_wgs84, from_wgs84):
        with pytest.raises(ValueError, match="must be degrees"):
            convert(*point, Frame.WGS84)


@pytest.mark.parametrize(("epsg", "easting"), [(4549, 500_000.0), (4528, 40_500_000.0)])
def test_gauss_krueger_zones_come_out_on_their_meridian(epsg, easting):
    # The same meridian of 120 degrees, without and with the number of the zone in the easting.
    lon, lat = project_to_wgs84(easting, 4_833_000.0, epsg)
    assert lon == pytest.approx(120, abs=1e-9)
    assert 43.6 < lat < 43.7
    north = project_to_wgs84(easting, 4_834_000.0, epsg)
    assert distance_m(lon, lat, *north) == pytest.approx(1000, rel=0.005)


@pytest.mark.parametrize(
    ("x", "y", "epsg", "words"),
    [
        (0, 0, 999_999, "not a known frame"),
        (0, 0, 4490, "not a projected frame"),
        (500_000, 4_833_000, 2401, "not a projected frame of CGCS2000"),  # Beijing 1954
        (500_000, 4_833_000, 4513, "no point|lies outside"),  # the easting lacks its zone
        (21_500_000, 4_833_000, 4498, "lies outside"),  # the easting of the next zone
        (float("inf"), 0, 4549, "no point|lies outside"),
    ],
)
def test_a_wrong_projection_is_told_why(x, y, epsg, words):
    with pytest.raises(ValueError, match=words):
        project_to_wgs84(x, y, epsg)


@pytest.mark.parametrize(
    ("points", "metres"),
    [
        ((0, 0, 0, 1), 111_195),
        ((122, 43, 122, 43), 0),
        ((179.5, 0, -179.5, 0), 111_195),
        ((0, 90, 90, 90), 0),
        ((0, 0, 180, 0), 20_015_114),
    ],
)
def test_distances(points, metres):
    assert distance_m(*points) == pytest.approx(metres, abs=1)


@pytest.mark.parametrize(
    ("point", "plausible"),
    [((122, 43), True), ((0, 0), False), ((181, 0), False), ((0, -90.1), False),
     ((float("nan"), 1), False), ((0, 1), True)],
)  # fmt: skip
def test_plausible_points(point, plausible):
    assert is_plausible(*point) is plausible
