"""Reading: what anybody reads, what a key reads, page by page, and only when it is new."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.doors.api.routes import public
from tests.doors.api.programs import V1
from tests.doors.desk.town import TYPE
from tests.rooms.places.standing import AT, GRID, TOWN_PATH

TOWN = TOWN_PATH.rstrip("/").rsplit("/", 1)[1]


def test_anybody_reads_public_matters_without_words_that_were_not_shared(programs):
    programs.raise_one(text="private words")
    programs.raise_one(text="shared words", is_shareable=True)
    answer = programs.caller().get("/matters")
    assert answer.status_code == 200
    assert sorted(item["text"] for item in answer.json()["items"]) == ["", "shared words"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_one_matter_by_id_and_by_number(programs):
    matter_id = programs.raise_one()
    one = programs.caller().get(f"/matters/{matter_id}").json()
    assert programs.caller().get(f"/matters/{one['ref']}").json() == one
    assert one["type"]["name"]["en"]


@pytest.mark.parametrize(
    "where", ["/matters/nobody", f"/matters/{'0' * 32}", "/nothing", "/", "/photos/%0Ax"]
)
def test_what_is_not_there_is_a_problem(programs, where):
    answer = programs.caller().get(where)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["rule"] == "api.not_found"


def walk(caller, where, query):
    """Every item, page by page, by the links alone."""
    answer = caller.get(where, query)
    items = answer.json()["items"]
    while link := answer.headers.get("Link"):
        address = link[1 : link.index(">")]
        answer = caller.get(address.removeprefix(V1))
        assert answer.json()["items"]
        items += answer.json()["items"]
    assert answer.json()["after"] == ""
    return [item["id"] for item in items]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize(("where", "kind"), [("/matters", "none"), ("/staff/matters", "read")])
def test_pages_hold_every_matter_once(programs, where, kind, order):
    # Three at the same instant and others around: a page may end in the middle of them.
    ids = [str(programs.raise_one(at=AT - timedelta(minutes=m))) for m in (0, 1, 1, 1, 2)]
    found = walk(programs.caller(kind), where, {"limit": "2", "order": order})
    assert sorted(found) == sorted(ids)


def test_a_matter_that_comes_in_between_moves_nothing(programs):
    ids = [str(programs.raise_one(at=AT - timedelta(minutes=m))) for m in (3, 2, 1)]
    caller = programs.caller("read")
    first = caller.get("/staff/matters", {"limit": "2"})
    programs.raise_one()
    link = first.headers["Link"]
    second = caller.get(link[1 : link.index(">")].removeprefix(V1))
    assert [item["id"] for item in first.json()["items"]] == [ids[2], ids[1]]
    assert [item["id"] for item in second.json()["items"]] == [ids[0]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"after": "nonsense"}, "after"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "3,2,1,4"}, "bbox"),
        ({"bbox": "nan,2,3,4"}, "bbox"),
        ({"place": "999"}, "place"),
        ({"limit": "0"}, "limit"),
        ({"order": "random"}, "order"),
        ({"received_from": "yesterday"}, "received_from"),
    ],
)
@pytest.mark.parametrize("where", ["/matters", "/staff/matters"])
def test_a_value_of_the_wrong_shape_names_its_field(programs, where, query, field):
    if "bbox" in query and where == "/staff/matters":
        pytest.skip("staff ask by place")
    answer = programs.caller("read").get(where, query)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_filters_narrow(programs):
    programs.walked_to("accepted")
    programs.raise_one()
    caller = programs.caller()
    for query, count in (
        ({"state": "accepted"}, 1),
        ({"state_kind": "end"}, 0),
        ({"type": TYPE, "place": GRID}, 2),
        ({"received_until": AT.isoformat()}, 0),
        ({"with_total": "true"}, 2),
    ):
        assert len(caller.get("/matters", query).json()["items"]) == count, query
    assert caller.get("/matters", {"with_total": "true"}).json()["total"] == 2


def test_all_are_counted_once_and_only_so_far(programs, monkeypatch):
    programs.raise_one()
    programs.raise_one()
    caller = programs.caller()
    first = caller.get("/matters", {"with_total": "true", "limit": 1}).json()
    assert first["total"] == 2
    after = {"with_total": "true", "limit": 1, "after": first["after"]}
    assert caller.get("/matters", after).json()["total"] is None
    monkeypatch.setattr(public, "MOST_COUNTED", 1)
    assert caller.get("/matters", {"with_total": "true"}).json()["total"] is None


READS = [
    "/matters",
    "/matters/{id}",
    "/matters/{id}/follow",
    "/matters/{id}/choices",
    "/staff/matters",
    "/staff/matters/{id}",
    "/key",
    "/places",
    f"/places/{TOWN}",
    f"/places/{TOWN}/grids",
    f"/places?below={TOWN}",
    f"/types?place={GRID}",
    f"/types/A01?place={GRID}",
    f"/charter?place={GRID}",
    f"/why/event.reported.accept?place={GRID}",
    "/openapi.json",
]


@pytest.mark.parametrize("where", READS)
def test_what_is_known_is_not_sent_again(programs, where):
    where = where.format(id=programs.raise_one())
    caller = programs.caller("read")
    first = caller.get(where)
    assert first.status_code == 200, first.content
    again = caller.get(where, if_none_match=f'"other", W/{first.headers["ETag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_changed_matter_is_sent_again(programs):
    matter_id = programs.raise_one()
    caller = programs.caller("read")
    tag = caller.get(f"/staff/matters/{matter_id}").headers["ETag"]
    programs.act(matter_id, "desk", "accept")
    answer = caller.get(f"/staff/matters/{matter_id}", if_none_match=tag)
    assert answer.status_code == 200
    assert answer.json()["version"] == int(answer.headers["ETag"].strip('"').split(".")[0])


def test_staff_read_words_but_never_contact_data(programs):
    from commongrid.rooms.matters.face import Contact

    contact = Contact(name="演示 居民", phone="0475-0001234")
    matter_id = programs.raise_one(contact=contact)
    answer = programs.caller("read").get(f"/staff/matters/{matter_id}")
    assert answer.json()["has_contact"] is True
    assert "0001234" not in answer.content.decode()
    assert "演示 居民" not in answer.content.decode()


def test_a_key_reads_only_within_its_place(programs):
    matter_id = programs.raise_one()
    elsewhere = programs.caller("elsewhere")
    assert elsewhere.get("/staff/matters").json()["items"] == []
    assert elsewhere.get(f"/staff/matters/{matter_id}").status_code == 404
    narrow = programs.issue("read", path=TOWN_PATH, key_path=f"{TOWN_PATH}150502004002/")
    from tests.doors.api.programs import Caller

    assert Caller(narrow.token).get("/staff/matters").json()["items"] == []


def test_choices_name_the_rule_that_refuses(programs):
    matter_id = programs.raise_one()
    answer = programs.caller("read").get(f"/matters/{matter_id}/choices").json()
    accept = next(item for item in answer["items"] if item["action"] == "accept")
    assert accept["is_possible"] is True
    refused = [item for item in answer["items"] if not item["is_possible"]]
    assert all(item["rule"] and item["why"]["zh"] for item in refused)


def test_head_has_headers_and_no_body(programs):
    client = programs.caller().client
    answer = client.head(f"{V1}/places")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]


def test_a_preflight_opens_public_reading_only(programs):
    client = programs.caller().client
    public = client.options(f"{V1}/matters")
    assert public.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    closed = client.options(f"{V1}/staff/matters")
    assert "Access-Control-Allow-Origin" not in closed.headers
    keyed = programs.caller("read").get("/matters")
    assert "Access-Control-Allow-Origin" not in keyed.headers


@pytest.mark.parametrize(
    ("where", "kind", "most"),
    [
        ("/matters", "none", 4),
        ("/matters/{id}", "none", 4),
        ("/places", "none", 2),
        ("/staff/matters", "read", 11),
        ("/staff/matters/{id}", "read", 16),
    ],
)
def test_a_read_costs_a_fixed_number_of_statements(programs, count_sql, where, kind, most):
    ids = [programs.raise_one() for _ in range(12)]
    caller = programs.caller(kind)
    where = where.format(id=ids[0])
    caller.get(where)
    with count_sql(max=most):
        assert caller.get(where).status_code == 200


@pytest.mark.parametrize(
    ("where", "field", "written"),
    [
        *(("/matters", "received_from", text) for text in ("0", "20260301", "1.5", "-1", "")),
        *(("/staff/matters", "received_until", text) for text in ("0", "1772323200", "today")),
        *(("/matters", "with_total", text) for text in ("yes", "1", "on", "0", "")),
        *(("/matters", "limit", text) for text in ("5.0", " 5", "1_0", "+5", "٥", "")),
        *(("/staff/matters", "limit", text) for text in ("5.0", "1_0")),
        *(("/places/at", "lon", text) for text in ("1_0.0", " 122.2", "+122.2", "nan", "1,5")),
    ],
)
def test_what_is_written_otherwise_than_documented_is_told(programs, where, field, written):
    """Seconds since 1970 or a yes would be an answer to another question."""
    caller = programs.caller("read") if where.startswith("/staff") else programs.caller()
    query = {"lat": "43.6", "lon": "122.2"} if where == "/places/at" else {}
    answer = caller.get(where, {**query, field: written})
    assert answer.status_code == 422, answer.content
    assert answer.json()["field"] == field


@pytest.mark.parametrize(
    ("field", "written"),
    [
        *(("received_from", text) for text in (
            "2026-03-01", "2026-03-01T08:00", "2026-03-01T00:00:00Z", "2026-03-01T08:00:00+08:00",
            "2026-03-01 08:00:00.5", "2026-03-01t00:00:00z",
        )),
        *(("with_total", text) for text in ("true", "false", "True", "FALSE")),
        ("limit", "200"),
    ],
)  # fmt: skip
def test_what_is_written_as_documented_is_read(programs, field, written):
    matter_id = programs.raise_one()
    answer = programs.caller().get("/matters", {field: written})
    assert [item["id"] for item in answer.json()["items"]] == [str(matter_id)]
