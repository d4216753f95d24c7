"""A point is in the area that covers it: held equal to trying every area."""

import math
from datetime import date, timedelta

import shapely
from hypothesis import given
from hypothesis import strategies as st

from commongrid.rooms.places.domain.locating import Area, AreaIndex
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

DAY = date(2026, 3, 10)


def area(code, geometry, since=DAY - timedelta(days=10), until=None):
    return Area(code=code, geometry=geometry, valid_from=since, valid_until=until)


def brute_force(areas, lon, lat, day):
    point = shapely.Point(lon, lat)
    hits = [
        a.code
        for a in areas
        if a.geometry.covers(point)
        and a.valid_from <= day
        and (a.valid_until is None or day < a.valid_until)
    ]
    return min(hits) if hits else None


boxes = st.builds(
    lambda c, r, w, h: shapely.box(
        WEST + c * SIDE, SOUTH + r * SIDE, WEST + (c + w) * SIDE, SOUTH + (r + h) * SIDE
    ),
    st.integers(0, 6), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3),
)  # fmt: skip
triangles = (
    st.lists(st.tuples(st.floats(0, 0.08), st.floats(0, 0.08)), min_size=3, max_size=3, unique=True)
    .map(lambda p: shapely.Polygon([(WEST + x, SOUTH + y) for x, y in p]))
    .filter(lambda t: t.is_valid and t.area > 0)
)
spans = st.tuples(st.integers(-30, 10), st.none() | st.integers(-20, 30)).filter(
    lambda span: span[1] is None or span[0] < span[1]
)


@given(
    shapes=st.lists(st.tuples(boxes | triangles, spans), max_size=12),
    points=st.lists(
        st.tuples(st.floats(-0.01, 0.1), st.floats(-0.01, 0.1))
        | st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: (p[0] * SIDE, p[1] * SIDE)),
        min_size=1,
        max_size=8,
    ),
    shift=st.integers(-25, 25),
)
def test_the_index_agrees_with_trying_every_area(shapes, points, shift):
    areas = [
        area(
            f"{at:03d}",
            shape,
            DAY + timedelta(since),
            None if until is None else DAY + timedelta(until),
        )
        for at, (shape, (since, until)) in enumerate(shapes)
    ]
    index = AreaIndex(areas)
    for x, y in points:
        day = DAY + timedelta(shift)
        found = index.find(WEST + x, SOUTH + y, day)
        assert (found.code if found else None) == brute_force(areas, WEST + x, SOUTH + y, day)


def test_a_shared_border_belongs_to_the_lower_code():
    left, right = cell(0, 0), cell(1, 0)
    border = (WEST + SIDE, SOUTH + SIDE / 2)
    assert AreaIndex([area("002", left), area("001", right)]).find(*border, DAY).code == "001"
    assert AreaIndex([area("001", left), area("002", right)]).find(*border, DAY).code == "001"


def test_the_outer_border_and_corners_belong_to_the_area():
    index = AreaIndex([area("001", cell(0, 0))])
    assert index.find(WEST, SOUTH, DAY).code == "001"
    assert index.find(math.nextafter(WEST, 0), SOUTH, DAY) is None


def test_an_emergency_grid_over_others_takes_no_point():
    index = AreaIndex([area("150502004001901", cell(0, 0)), area("150502004001003", cell(0, 0))])
    assert index.find(WEST + 0.001, SOUTH + 0.001, DAY).code == "150502004001003"


def test_what_is_no_point_lies_nowhere():
    index = AreaIndex([area("001", cell(0, 0))])
    assert index.find(math.nan, SOUTH, DAY) is None
    assert index.find(WEST, math.inf, DAY) is None
    assert AreaIndex([]).find(WEST, SOUTH, DAY) is None


def test_the_day_of_the_end_belongs_to_the_successor():
    shape = cell(0, 0)
    index = AreaIndex([area("001", shape, until=DAY), area("002", shape, since=DAY)])
    at = (WEST + 0.001, SOUTH + 0.001)
    assert index.find(*at, DAY - timedelta(1)).code == "001"
    assert index.find(*at, DAY).code == "002"


def test_cells_are_not_kept_without_end(monkeypatch):
    monkeypatch.setattr("commongrid.rooms.places.domain.locating.CELLS_KEPT", 3)
    areas = [area(f"{n}", cell(n, 0)) for n in range(6)]
    index = AreaIndex(areas)
    for n in (0, 1, 2, 3, 4, 5, 0, 3):
        middle = areas[n].geometry.centroid
        assert index.find(middle.x, middle.y, DAY).code == str(n)
        assert len(index._cells) <= 3


def test_a_number_that_is_no_degree_is_nowhere():
    index = AreaIndex([area("1", cell(0, 0))])
    for number in (math.nan, math.inf, -math.inf, 1e300, 1.7e308):
        assert index.find(number, SOUTH, DAY) is None
        assert index.find(WEST, number, DAY) is None
