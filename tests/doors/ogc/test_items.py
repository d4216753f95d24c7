"""The features: which, in what order, and nothing more than may be read."""

from __future__ import annotations

import json
from datetime import date

import pytest
import shapely

from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from commongrid.rooms.places.models import Outline, Place
from tests.rooms.places import standing
from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

pytestmark = pytest.mark.django_db
POINT = (WEST + SIDE * 0.8, SOUTH + SIDE * 0.2)
ITEMS = "/ogc/collections/{}/items"


def read(door, collection="matters", **query):
    answer = door.get(ITEMS.format(collection), query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(door, collection="matters", **query):
    return [one["id"] for one in read(door, collection, **query)["features"]]


def follow(door, collection, **query):
    """Every page by its link, as a client does."""
    said, seen = read(door, collection, **query), []
    while True:
        assert said["numberReturned"] == len(said["features"])
        seen += [one["id"] for one in said["features"]]
        onward = [one["href"] for one in said["links"] if one["rel"] == "next"]
        if not onward:
            return seen
        said = door.get(onward[0].removeprefix("http://testserver")).json()


# --- the shape of the answer


@pytest.mark.parametrize("collection", ["divisions", "grids", "matters"])
def test_the_answer_is_geojson_that_shapely_reads(door, collection):
    f.raised(lon=POINT[0], lat=POINT[1], is_shareable=True)
    f.walked(*f.CLOSED)
    answer = door.get(ITEMS.format(collection))
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    said = answer.json()
    assert said["numberMatched"] == said["numberReturned"] == len(said["features"]) > 0
    assert said["timeStamp"] == "2026-03-10T01:00:00Z"
    # GEOS reads no feature without a geometry, which the standard allows.
    drawn = [one for one in said["features"] if one["geometry"]]
    shapes = [shapely.from_geojson(json.dumps(one)) for one in drawn]
    assert all(one.is_valid for one in shapes)
    assert bool(shapes) == (collection != "divisions")  # no division has an outline here


@pytest.mark.parametrize("collection", ["divisions", "grids", "matters"])
def test_each_feature_stands_at_its_own_address(door, collection):
    f.raised()
    f.walked(*f.CLOSED)
    for one in read(door, collection)["features"]:
        alone = door.get(f"{ITEMS.format(collection)}/{one['id']}").json()
        assert {rel["rel"] for rel in alone.pop("links")} == {"self", "alternate", "collection"}
        assert alone == one


def test_a_grid_has_its_outline_its_area_and_its_dates(door):
    grid = next(one for one in read(door, "grids")["features"] if one["id"] == f.GRID_CODE)
    assert shapely.equals(shapely.from_geojson(json.dumps(grid["geometry"])), cell(0, 0))
    said = grid["properties"]
    assert said["parent_code"] == standing.COMMUNITY
    assert said["valid_until"] is None
    assert 0.8 < said["area_km2"] < 1.0


# --- paging


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_give_every_feature_once(door, limit):
    made = [f.raised(at=f.AT + n * f.HOUR).ref for n in range(5)]
    assert follow(door, "matters", limit=limit) == made[::-1]
    assert len(follow(door, "divisions", limit=limit)) == len(standing.DIVISIONS)


def test_filters_stay_on_the_way(door):
    for n in range(4):
        f.raised("A01" if n % 2 else "A03", at=f.AT + n * f.HOUR)
    assert len(follow(door, "matters", limit=1, type_code="A01", place=f.GRID_CODE)) == 2


def test_a_grid_added_between_pages_repeats_none(door):
    first = read(door, "divisions", limit=3)
    onward = next(one["href"] for one in first["links"] if one["rel"] == "next")
    more = (standing.row("150502001000", "科尔沁街道"), standing.row("150502009000", "新的街道"))
    standing.register(*more)  # one sorts before the cursor, one behind
    rest = door.get(onward.removeprefix("http://testserver").replace("limit=3", "limit=9")).json()
    seen = [one["id"] for one in (*first["features"], *rest["features"])]
    assert len(seen) == len(set(seen)) == len(standing.DIVISIONS) + 1


def test_more_than_the_largest_page_is_fewer_not_an_error(door):
    assert read(door, limit=10**6)["numberReturned"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "ten"}, {"limit": ""}, {"limit": "١٠"},
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "nan,1,2,3"}, {"bbox": "1,2,inf,3"},
        {"bbox": "3,1,1,2"}, {"bbox": "1,3,2,1"}, {"bbox": ""},
        {"datetime": "yesterday"}, {"datetime": ".."},
        {"datetime": "2026-13-01"}, {"datetime": "2026-03-10T25:00:00Z"},
        {"datetime": "2026-03-11/2026-03-10"}, {"datetime": "1/2/3"}, {"datetime": "2026-W10-2"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}, {"bbox-crs": "x"},
        {"place": "nowhere"},  {"place": "1" * 500},
        {"after": "%%%"}, {"after": "abc"}, {"text": "垃圾"}, {"unit": "x"}, {"state": ""},
        {"type_code": "x" * 81}, {"ref": ",".join("x" * 51)},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_its_parameter(door, query):
    for collection in ("matters", "grids"):
        answer = door.get(ITEMS.format(collection), query)
        assert answer.status_code == 400, query
        assert answer.json()["description"].startswith(next(iter(query)))


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31", "0001-01-01",
     "../9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z/..", "/2026-01-01", "../..",
     "2026-03-10t01:00:00.123456789z"],
)  # fmt: skip
def test_the_ends_of_time_are_times(door, text):
    for collection in ("matters", "grids", "divisions"):
        read(door, collection, datetime=text)


def test_what_a_form_leaves_empty_was_not_asked(door):
    matter = f.raised()
    assert ids(door, place="", datetime="") == [matter.ref]


# --- time


def test_matters_are_found_by_when_they_were_received(door):
    first, second = f.raised(at=f.AT).ref, f.raised(at=f.AT + f.HOUR).ref
    for text, found in (
        ("2026-03-10T01:00:00Z", [first]),
        ("2026-03-10T09:00:00+08:00", [first]),
        ("2026-03-10T01:00:00Z/2026-03-10T02:00:00Z", [second, first]),  # both ends count
        ("2026-03-10T01:00:01Z/..", [second]),
        ("../2026-03-10T01:59:59Z", [first]),
        ("2026-03-10", [second, first]),
        ("2026-03-09", []),
    ):
        assert ids(door, datetime=text) == found, text


def test_the_grids_of_a_day_are_those_in_force_on_it(door):
    """Two grids are joined: before, two features; after, one; over both, three."""
    joined = f"{standing.COMMUNITY}002"
    Place.objects.filter(code__in=(f.GRID_CODE, f.NEXT_CODE)).update(valid_until=date(2026, 3, 5))
    standing.register(standing.row(joined, "合并网格", valid_from=date(2026, 3, 5)))
    standing.adopt((joined, "合并网格", shapely.union(cell(0, 0), cell(1, 0))), at=f.AT)
    assert ids(door, "grids", datetime="2026-03-04") == [f.GRID_CODE, f.NEXT_CODE]
    assert ids(door, "grids", datetime="2026-03-05") == [joined]
    assert ids(door, "grids") == [joined]
    assert len(ids(door, "grids", datetime="2026-03-01/..")) == 3
    ended = door.get(f"{ITEMS.format('grids')}/{f.GRID_CODE}").json()
    assert ended["properties"]["valid_until"] == "2026-03-05"
    assert ended["geometry"], "an ended grid is shown as it was"


def test_a_grid_drawn_anew_shows_the_outline_of_the_day(door):
    standing.adopt((f.GRID_CODE, "露天第一网格", cell(0, 1)), at=f.AT - 2 * f.DAY)
    drawn = Outline.objects.filter(place__code=f.GRID_CODE).order_by("valid_from")
    assert drawn.count() == 2

    def shape(**query):
        one = read(door, "grids", code=f.GRID_CODE, **query)["features"][0]
        return shapely.from_geojson(json.dumps(one["geometry"]))

    assert shapely.equals(shape(), cell(0, 1))
    assert shapely.equals(shape(datetime="2026-03-01"), cell(0, 0))
    box = ",".join(map(str, cell(0, 0).buffer(-0.001).bounds))
    assert f.GRID_CODE not in ids(door, "grids", bbox=box)
    assert f.GRID_CODE in ids(door, "grids", bbox=box, datetime="2026-03-01")


# --- space


def test_a_box_finds_what_it_meets_and_not_what_its_corner_misses(door):
    corner = shapely.Polygon([(122.0, 43.0), (122.1, 43.0), (122.0, 43.1)])  # a triangle
    standing.adopt((f.GRID_CODE, "露天第一网格", corner), at=f.AT - f.DAY)
    assert ids(door, "grids", bbox="122.0,43.0,122.01,43.01") == [f.GRID_CODE]
    assert ids(door, "grids", bbox="122.05,43.05,122.06,43.06") == [f.GRID_CODE]
    missed = read(door, "grids", bbox="122.09,43.09,122.1,43.1")  # in its box, not in its outline
    assert (missed["features"], missed["numberMatched"]) == ([], 0)
    assert len(ids(door, "grids", bbox="-180,-90,180,90")) == 2
    assert ids(door, "grids", bbox="122.0,43.0,-5,122.01,43.01,5") == [f.GRID_CODE]


def test_a_place_keeps_what_lies_in_it(door):
    here, there = f.raised().ref, f.raised(grid_code=f.NEXT_CODE).ref
    assert ids(door, place=f.GRID_CODE) == [here]
    assert ids(door, place=standing.NEXT_COMMUNITY) == [there]
    assert ids(door, place=standing.TOWN) == [there, here]
    assert ids(door, place=f"nbs:{standing.TOWN}") == [there, here]
    assert ids(door, place=standing.OTHER_TOWN) == []
    assert ids(door, "grids", place=standing.COMMUNITY) == [f.GRID_CODE]
    assert standing.OTHER_TOWN not in ids(door, "divisions", place=standing.TOWN)


def test_properties_narrow(door):
    first, second = f.raised("A01"), f.raised("A03")
    f.step(first.id, "desk", "accept", f.AT + f.HOUR)
    assert ids(door, type_code="A03") == [second.ref]
    assert ids(door, state="accepted") == [first.ref]
    assert ids(door, state_kind="end") == []
    assert ids(door, ref=second.ref) == [second.ref]
    assert ids(door, type_code="A01,A03,A04") == [second.ref, first.ref]
    assert ids(door, "divisions", level="county") == [standing.DISTRICT]
    assert ids(door, "divisions", level="grid") == []
    assert ids(door, "divisions", kind="community,subdistrict", parent_code=standing.TOWN) == [
        standing.COMMUNITY, standing.NEXT_COMMUNITY,
    ]  # fmt: skip
    assert ids(door, "grids", code=f.NEXT_CODE) == [f.NEXT_CODE]


def test_the_newest_matters_come_first_and_the_page_says_what_its_map_lacks(door):
    ended = f.walked(*f.CLOSED, at=f.AT - f.DAY).ref
    newest = f.raised(at=f.AT, lon=POINT[0], lat=POINT[1]).ref
    assert ids(door) == [newest, ended]
    page = door.get(
        ITEMS.format("matters"), {"f": "html"}, headers={"accept-language": "en"}
    ).content.decode()
    assert "1 on this page has no point" in page
    assert "state_kind=open%2Cwaiting" in page
    assert 'id="map"' in page
    only_ended = door.get(ITEMS.format("matters"), {"f": "html", "state_kind": "end"})
    assert 'id="map"' not in only_ended.content.decode()  # an empty map says nothing


# --- privacy


SECRETS = ("三号楼402", "代母亲", *(f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email))


def private_matters():
    """One of everything that must not be read here, with words that would be found."""
    given = {"text": "三号楼402的人", "address": "三号楼402", "contact": f.CONTACT}
    types = f.rules().charter.types.values()
    named = []
    for kind in ("service", "dispute"):
        code = next(row.code for row in types if row.kind == kind and not row.sealed)
        named.append(f.raised(code, **given))
    named.append(f.raised(next(row.code for row in types if row.sealed), **given))
    apart = f.raised(**given, is_shareable=True)
    Matter.objects.filter(pk=apart.id).update(in_charge=";supervisor;")
    return [*named, apart]


def test_what_is_private_is_at_no_address(door):
    private = private_matters()
    hidden = f.raised(
        text="三号楼402的人", address="三号楼402", contact=f.CONTACT, proxy_note="代母亲",
        lon=POINT[0], lat=POINT[1], photos=(f.photo(),), channel="proxy",
    )  # fmt: skip
    said = read(door)
    assert [one["id"] for one in said["features"]] == [hidden.ref]
    assert said["numberMatched"] == 1
    middle = places.middles_of_places()[places.get_place(f.GRID_CODE).id]
    one = said["features"][0]
    assert tuple(one["geometry"]["coordinates"]) == middle
    assert one["properties"]["point"] == "grid"
    assert one["properties"]["photos"] == 0
    texts = [json.dumps(said, ensure_ascii=False)]
    for matter in private:
        answer = door.get(f"{ITEMS.format('matters')}/{matter.ref}")
        assert answer.status_code == 404
        assert door.get(f"{ITEMS.format('matters')}/{matter.id}").status_code == 404
        assert ids(door, ref=matter.ref) == []
        texts.append(answer.content.decode())
    texts.append(door.get(ITEMS.format("matters"), {"f": "html"}).content.decode())
    for secret in (*SECRETS, *(matter.ref for matter in private), "channel", str(POINT[0])):
        assert secret not in "\n".join(texts)


def test_a_404_for_a_private_matter_is_like_any_other(door):
    private = private_matters()[0]
    other = door.get(f"{ITEMS.format('matters')}/150502004-991231-0001")
    answer = door.get(f"{ITEMS.format('matters')}/{private.ref}")
    assert (answer.status_code, answer.content) == (other.status_code, other.content)


def test_an_ended_matter_has_no_point_and_no_box(door):
    matter = f.walked(*f.CLOSED, is_shareable=True, lon=POINT[0], lat=POINT[1])
    one = read(door)["features"][0]
    assert (one["id"], one["geometry"], one["properties"]["point"]) == (matter.ref, None, "none")
    assert ids(door, bbox="-180,-90,180,90") == []


def test_words_shared_are_there_and_never_run(door):
    matter = f.raised(text="<script>alert(1)</script>", is_shareable=True)
    page = door.get(f"{ITEMS.format('matters')}/{matter.ref}", {"f": "html"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- cost


def test_statements_of_each_list_are_few_and_fixed(door, count_sql):
    for n in range(6):
        f.raised(
            is_shareable=bool(n % 2), photos=(f.photo(),) if n == 1 else (),
            lon=POINT[0], lat=POINT[1],
        )  # fmt: skip
    f.walked(*f.HANDLED)
    box = f"{WEST},{SOUTH},{WEST + SIDE},{SOUTH + SIDE}"
    read(door)
    with count_sql(max=8):  # token, place, count, page, photos, promises, charter, middle
        assert read(door, bbox=box, place=standing.TOWN)["numberReturned"] == 7
    with count_sql(max=5):  # place, crossing, count, page, outlines
        read(door, "grids", bbox=box, place=standing.TOWN)
    with count_sql(max=3):
        read(door, "divisions")
    with count_sql(max=10):
        door.get("/ogc/collections")


def test_reading_writes_nothing(door):
    f.raised()
    before = f.dump()
    for collection in ("divisions", "grids", "matters"):
        read(door, collection)
        door.get(ITEMS.format(collection), {"f": "html"})
    assert f.dump() == before
