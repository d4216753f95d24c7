"""Reading places: as of a day, in a fixed number of statements."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest

from commongrid.rooms.places import caches, face
from commongrid.rooms.places.models import PlacesState
from tests.rooms.places.standing import (
    AT,
    CITY,
    COMMUNITY,
    DISTRICT,
    GRID,
    NEXT_COMMUNITY,
    NEXT_GRID,
    SINCE,
    TOWN,
    TOWN_PATH,
    TWO_GRIDS,
    a_small_place,
    adopt,
    register,
    row,
)
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

pytestmark = pytest.mark.django_db
INSIDE = (WEST + SIDE / 2, SOUTH + SIDE / 2)
BORDER = (WEST + SIDE, SOUTH + SIDE / 2)


def test_a_place_is_found_as_of_a_day(count_sql):
    register(*(row(CITY, "通辽市"), row(DISTRICT, "科尔沁区", valid_until=date(2026, 1, 1))))
    assert face.get_place(DISTRICT).name.zh == "科尔沁区"
    with count_sql(max=1):
        assert face.find_place(DISTRICT, AT) is None
    assert face.find_place(DISTRICT, date(2025, 12, 31)) is not None
    assert face.find_place(DISTRICT, SINCE - timedelta(days=1)) is None
    with pytest.raises(face.PlaceNotFoundError, match=DISTRICT):
        face.get_place(DISTRICT, AT)


def test_the_day_is_the_day_in_the_places_time_zone():
    register(row(CITY, "通辽市", valid_from=AT.date()))
    midnight = AT.replace(hour=16) - timedelta(days=1)  # in UTC; 00:00 in Tongliao
    assert face.find_place(CITY, midnight) is not None
    assert face.find_place(CITY, midnight - timedelta(seconds=1)) is None


def test_children_and_grids_are_listed_by_code(count_sql):
    a_small_place()
    with count_sql(max=1):
        assert [c.code for c in face.list_children(DISTRICT, AT)] == ["150502003000", TOWN]
    with count_sql(max=1):
        assert [c.code for c in face.list_grids(TOWN_PATH, AT)] == [GRID, NEXT_GRID]
    assert face.list_grids(TOWN_PATH, date(2019, 1, 1)) == ()
    assert face.list_grids(f"{TOWN_PATH}{COMMUNITY}/", AT)[0].code == GRID


def test_paths_are_read_at_once(count_sql):
    a_small_place()
    path = face.get_place(GRID).path
    with count_sql(max=1):
        line = face.list_line(path)
    assert [card.code for card in line] == [CITY, DISTRICT, TOWN, COMMUNITY, GRID]
    with count_sql(max=1):
        assert set(face.list_places((path, TOWN_PATH, "/none/"))) == {path, TOWN_PATH}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("露天", [COMMUNITY, GRID]),
        (" mingren ", [TOWN]),
        ("15050200400100", [GRID]),
        ("明仁街道露天社区3号楼", [COMMUNITY, TOWN]),
        ("交通门社区", [NEXT_COMMUNITY]),
        ("%", []),
        ("_", []),
        ("", []),
        ("  ", []),
    ],
)
def test_search_by_part_of_a_name_or_code(text, codes, count_sql):
    a_small_place()
    with count_sql(max=1):
        found = face.search_places(text, TOWN_PATH, AT)
    assert [card.code for card in found] == codes


def test_search_stays_under_the_root():
    a_small_place()
    assert len(face.search_places("街道", "/")) == 2
    assert len(face.search_places("街道", "/", limit=1)) == 1
    assert face.search_places("露天", f"/{CITY}/{DISTRICT}/150502003000/") == ()


def test_a_point_is_located_with_one_statement_when_warm(count_sql):
    a_small_place()
    assert face.locate_grid(*INSIDE, AT).code == GRID
    with count_sql(max=1):
        assert face.locate_grid(*INSIDE, AT).code == GRID
    with count_sql(max=1):
        assert face.locate_grid(0.0, 0.0, AT) is None


def test_a_point_on_a_shared_border_belongs_to_the_lower_code():
    a_small_place()
    assert face.locate_grid(*BORDER, AT).code == min(GRID, NEXT_GRID)


def test_a_point_is_located_as_of_the_day():
    a_small_place()
    assert face.locate_grid(*INSIDE, AT - timedelta(days=21)) is None
    assert face.locate_grid(*INSIDE, AT - timedelta(days=19)).code == GRID


def test_a_change_is_seen_by_the_next_call():
    a_small_place()
    assert face.locate_grid(*INSIDE, AT).code == GRID
    adopt((GRID, TWO_GRIDS[0][1], cell(0, 1)), at=AT)
    assert face.locate_grid(*INSIDE, AT) is None


def test_a_change_by_another_process_is_seen(count_sql):
    """Another process leaves only its rows and a new token behind."""
    a_small_place()
    assert face.locate_grid(*INSIDE, AT).name.zh == "露天第一网格"
    from commongrid.rooms.places.models import Place

    Place.objects.filter(code=GRID).update(name_zh="改名网格")
    assert face.locate_grid(*INSIDE, AT).name.zh == "露天第一网格"  # the row alone says nothing
    PlacesState.objects.update(token=uuid4())
    with count_sql(max=2):
        assert face.locate_grid(*INSIDE, AT).name.zh == "改名网格"


def test_nothing_is_kept_without_a_token():
    kept = []
    cache = caches.TokenCache(lambda: kept.append(1) or len(kept))
    assert [cache.get(None), cache.get(None)] == [1, 2]
    token = uuid4()
    assert [cache.get(token), cache.get(token)] == [3, 3]


def test_every_write_renews_the_token():
    a_small_place()
    before = PlacesState.objects.get().token
    adopt((GRID, TWO_GRIDS[0][1], cell(0, 1)), at=AT)
    assert PlacesState.objects.get().token != before


def test_outlines_are_given_as_geojson(count_sql):
    a_small_place()
    with count_sql(max=1):
        found = json.loads(face.outline_geojson(TOWN_PATH, AT))
    assert [f["id"] for f in found["features"]] == [GRID, NEXT_GRID]
    first = found["features"][0]
    assert first["properties"]["name_zh"] == "露天第一网格"
    assert first["properties"]["name_en"]
    assert first["geometry"]["type"] == "Polygon"
    assert first["bbox"] == pytest.approx([WEST, SOUTH, WEST + SIDE, SOUTH + SIDE])
    assert json.loads(face.outline_geojson(TOWN_PATH, date(2019, 1, 1)))["features"] == []


def test_the_box_of_a_root(count_sql):
    a_small_place()
    with count_sql(max=1):
        box = face.bounds_of(TOWN_PATH, AT)
    assert box == pytest.approx((WEST, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE))
    assert face.bounds_of("/none/") is None
