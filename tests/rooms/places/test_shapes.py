"""Places with outlines, page by page, in boxes, as of a day; and a middle for each."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from commongrid.rooms.places import face
from tests.rooms.places import standing
from tests.unit.places.drawing import cell

pytestmark = pytest.mark.django_db
TODAY = standing.AT.date()


def listed(size=100, after="", **more):
    given = {"levels": ("grid",), "first_on": TODAY, "last_on": TODAY, **more}
    return face.list_shapes(
        filters=face.ShapeFilters(**given), size=size, after=after, is_counted=True
    )


def codes(**more):
    return [shape.card.code for shape in listed(**more).shapes]


def test_a_box_meets_outlines_and_counts_what_it_meets():
    standing.a_small_place()
    for box, found in (
        (cell(0, 0).buffer(-0.001).bounds, [standing.GRID]),
        (cell(0, 0).buffer(0.001).bounds, [standing.GRID, standing.NEXT_GRID]),
        ((-180.0, -90.0, 180.0, 90.0), [standing.GRID, standing.NEXT_GRID]),
        ((0.0, 0.0, 1.0, 1.0), []),
    ):
        page = listed(bbox=box)
        assert [shape.card.code for shape in page.shapes] == found
        assert page.total == len(found)


def test_the_outline_is_that_of_the_last_day_asked_about():
    standing.a_small_place()
    standing.adopt((standing.GRID, "露天第一网格", cell(0, 1)), at=standing.AT - standing.DAY)
    for day, outline in ((TODAY, cell(0, 1)), (date(2026, 2, 25), cell(0, 0))):
        shape = listed(first_on=day, last_on=day).shapes[0]
        assert shapely.equals(shapely.from_geojson(str(shape.geometry).replace("'", '"')
                                                   .replace("(", "[").replace(")", "]")),
                              outline)  # fmt: skip


def test_pages_follow_the_paths():
    standing.a_small_place()
    first = listed(size=1)
    rest = listed(size=1, after=first.after)
    assert (first.total, rest.after) == (2, "")
    assert [one.shapes[0].card.code for one in (first, rest)] == [standing.GRID, standing.NEXT_GRID]
    assert codes(within=standing.GRID_PATH) == [standing.GRID]
    assert codes(levels=()) == []


def test_the_middle_lies_inside_and_moves_with_the_outline():
    standing.a_small_place()
    grid = face.get_place(standing.GRID)
    assert cell(0, 0).contains(shapely.Point(face.middles_of_places()[grid.id]))
    standing.adopt((standing.GRID, "露天第一网格", cell(0, 1)), at=standing.AT - standing.DAY)
    assert cell(0, 1).contains(shapely.Point(face.middles_of_places()[grid.id]))


def test_statements_are_fixed(count_sql):
    standing.a_small_place()
    with count_sql(max=4):
        assert len(listed(bbox=cell(0, 0).buffer(0.001).bounds).shapes) == 2
    face.middles_of_places()
    with count_sql(max=1):
        face.middles_of_places()
