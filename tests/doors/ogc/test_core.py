"""The documents around the features, and how this door answers at all."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from commongrid.doors.ogc.catalogue import COLLECTIONS
from commongrid.doors.ogc.describing import CONFORMS_TO
from tests.support import factories as f

pytestmark = pytest.mark.django_db
DOCUMENTS = [
    "/ogc/",
    "/ogc/conformance",
    "/ogc/api",
    "/ogc/collections",
    "/ogc/exports",
    *(f"/ogc/collections/{key}{rest}" for key in COLLECTIONS
      for rest in ("", "/schema", "/queryables", "/items")),
]  # fmt: skip


def links(said):
    return {(one["rel"], one["type"]) for one in said["links"]}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_json_for_programs_and_a_page_for_people(door, path):
    f.raised()
    for headers in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
        answer = door.get(path, headers=headers)
        assert answer.status_code == 200
        assert "json" in answer.headers["Content-Type"]
        json.loads(answer.content)
    for headers, query in (
        ({"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, {}),
        ({"accept": "application/json"}, {"f": "html"}),
    ):
        answer = door.get(path, query, headers=headers)
        assert answer.headers["Content-Type"].startswith("text/html")
    assert (
        "json"
        in door.get(path, {"f": "json"}, headers={"accept": "text/html"}).headers["Content-Type"]
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", [*DOCUMENTS, "/ogc/collections/nothing"])
def test_pages_speak_both_languages(door, path, language):
    answer = door.get(path, {"f": "html"}, headers={"accept-language": language})
    said = answer.content.decode()
    word = "数据下载" if language == "zh-hans" else "Downloads"
    assert f">{word}</a>" in said


def test_the_landing_page_leads_everywhere(door):
    said = door.get("/ogc/").json()
    assert {rel for rel, _ in links(said)} >= {
        "self", "alternate", "service-desc", "service-doc", "conformance", "data",
    }  # fmt: skip
    for one in said["links"]:
        path = one["href"].removeprefix("http://testserver")
        answer = door.get(path)
        assert answer.status_code == 200, path
        if one["rel"] not in ("service-doc", "enclosure"):
            assert answer.headers["Content-Type"].startswith(one["type"]), path


def test_the_collections_are_features_with_crs_and_extent(door):
    f.raised()
    said = door.get("/ogc/collections").json()
    assert [one["id"] for one in said["collections"]] == ["divisions", "grids", "matters"]
    for one in said["collections"]:
        assert one["itemType"] == "feature"  # clients list no other
        assert one["crs"] == [one["storageCrs"]]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east
        assert south < north
        assert {rel for rel, _ in links(one)} >= {"self", "items"}
        alone = door.get(f"/ogc/collections/{one['id']}").json()
        assert alone == one
    since = said["collections"][2]["extent"]["temporal"]["interval"][0]
    assert since == ["2026-03-10T09:00:00+08:00", None]


def test_a_place_without_outlines_and_matters_has_collections_too(db, client):
    said = client.get("/ogc/collections").json()
    assert [one["extent"].get("spatial") for one in said["collections"]] == [None] * 3
    assert client.get("/ogc/collections/matters/items").json()["numberMatched"] == 0
    for page in DOCUMENTS:
        assert client.get(page, {"f": "html"}).status_code == 200


def test_what_is_met_is_named_once(door):
    said = door.get("/ogc/conformance").json()["conformsTo"]
    assert said == list(dict.fromkeys(said)) == list(CONFORMS_TO)


def test_the_names_of_properties_are_a_promise(door):
    """Renaming one breaks layers in map programs: this list only grows."""
    names = {key: [field.name for field in row.fields] for key, row in COLLECTIONS.items()}
    place = [
        *("code", "code_system", "name_zh", "name_en", "name_mn", "level", "kind"),
        *("parent_code", "settlement", "valid_from", "valid_until", "drawn_on", "area_km2"),
        *("is_invented", "source"),
    ]
    assert names["divisions"] == names["grids"] == place
    assert names["matters"] == [
        *("ref", "type_code", "type_zh", "type_en", "group_zh", "group_en", "state"),
        *("state_kind", "state_zh", "state_en", "outcome", "grid_code", "grid_zh", "grid_en"),
        *("community_code", "community_zh", "community_en", "unit", "unit_zh", "unit_en"),
        *("received_at", "changed_at", "closed_at", "promised_at", "promise", "redone"),
        *("followers", "leading_ref", "point", "text", "photos"),
    ]


@pytest.mark.parametrize("key", COLLECTIONS)
def test_features_have_exactly_the_properties_of_the_schema(door, key):
    f.raised()
    schema = door.get(f"/ogc/collections/{key}/schema").json()
    assert schema["properties"].pop("geometry")
    for feature in door.get(f"/ogc/collections/{key}/items").json()["features"]:
        assert list(feature["properties"]) == list(schema["properties"])
    asked = door.get(f"/ogc/collections/{key}/queryables").json()["properties"]
    assert set(asked) == {field.name for field in COLLECTIONS[key].filters}


# --- errors


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/nothing/here", 404),
        ("/ogc/nothing/%0Ahere", 404),
        ("/ogc/collections/nothing", 404),
        ("/ogc/collections/nothing/items", 404),
        ("/ogc/collections/matters/items/nothing", 404),
        ("/ogc/collections/grids/items/150502004000", 404),  # a township is no grid
        ("/ogc/collections/divisions/items/nbs:150502004000", 404),  # one address a feature
        ("/ogc/exports/nothing.csv", 404),
        ("/ogc/exports/matters.exe", 404),
        ("/ogc/?what=ever", 400),
        ("/ogc/?f=xml", 400),
        ("/ogc/conformance?f=json&f=json", 400),
        ("/ogc/exports/matters.csv?limit=1", 400),
    ],
)
def test_errors_have_a_code_and_words_in_both_forms(door, path, status):
    answer = door.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"code", "description"}
    page = door.get(path, headers={"accept": "text/html"})
    assert page.status_code == status
    if "f=" not in path or "xml" in path:
        assert page.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_here(door, method):
    answer = getattr(door, method)("/ogc/collections/matters/items")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert set(answer.json()) == {"code", "description"}


# --- other sites, caches


def test_pages_of_other_sites_may_read_and_send_no_cookies(door):
    for path in ("/ogc/", "/ogc/nothing", "/ogc/exports/grids.csv"):
        answer = door.get(path, headers={"origin": "https://maps.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = door.options("/ogc/collections", headers={"origin": "https://maps.example"})
    assert asked.status_code == 204
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]


def test_an_answer_that_did_not_change_is_not_sent_again(door, clock):
    f.raised()
    path = "/ogc/collections/matters/items"
    first = door.get(path)
    clock.shift(60)
    again = door.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert door.get(path).json()["timeStamp"] != first.json()["timeStamp"]
    f.raised(at=f.AT)
    assert door.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_answers_vary_by_format_and_language(door):
    vary = door.get("/ogc/").headers["Vary"]
    assert {"Accept", "Accept-Language"} <= {part.strip() for part in vary.split(",")}


def test_every_address_is_described(door):
    """The description for programs has every address of the door, and no other."""
    from commongrid.doors.ogc.urls import urlpatterns

    said = door.get("/ogc/api").json()
    for pattern in urlpatterns:
        if pattern.name == "nothing":  # what is left over
            continue
        names = {"collection_id": "grids", "feature_id": "x", "format_name": "csv"}
        wanted = {key: names[key] for key in pattern.pattern.converters}
        path = reverse(f"ogc:{pattern.name}", kwargs=wanted).removeprefix("/ogc")
        assert path.replace("/items/x", "/items/{featureId}") in said["paths"], path
    assert said["openapi"].startswith("3.0")
    assert said["servers"] == [{"url": "http://testserver/ogc"}]
