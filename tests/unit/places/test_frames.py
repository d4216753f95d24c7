"""Out of every frame and back again, to the tenth of a millimetre."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from commongrid.rooms.places.domain.frames import (
    outline_from_wgs84,
    outline_to_wgs84,
    parse_frame,
)

lons = st.floats(119.5, 123.9)
lats = st.floats(42.2, 45.7)


@given(
    frame=st.sampled_from(
        ["WGS84", "cgcs2000", "GCJ-02", "EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:4528"]
    ),
    west=lons,
    south=lats,
    wide=st.floats(0.0005, 0.05),
)
def test_round_trip(frame, west, south, wide):
    outline = shapely.box(west, south, west + wide, south + wide)
    declared = parse_frame(frame)
    back = outline_to_wgs84(outline_from_wgs84(outline, declared), declared)
    assert shapely.equals_exact(back, outline, 1e-8)


def test_cgcs2000_is_taken_as_wgs84():
    outline = shapely.box(122, 43, 122.1, 43.1)
    assert outline_to_wgs84(outline, parse_frame("CGCS2000")) == outline


def test_a_projected_point_comes_out_where_the_zone_says():
    # Gauss-Krueger, central meridian 120 degrees, false easting 500 km.
    middle = outline_to_wgs84(shapely.Point(500_000, 4_833_000), parse_frame("EPSG:4549"))
    assert round(middle.x, 9) == 120.0
    assert 43.6 < middle.y < 43.7
