"""Lists: what we add to the standard's filters, what a list costs, and what it never tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.doors.open311.asking import AT, FORMS, GRID, LAT, LON, TOWN, V2, said
from tests.support import factories

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEXT = factories.NEXT_CODE
LIST = f"{V2}/requests.json"
LIST_SQL = 8
"""Places and charters (2), the list with photos and promises (3), compiled charters when cold."""


def asked(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200, response.content
    return [one["service_request_id"] for one in said(response)]


def refused(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 400, response.content
    return said(response)[0]["description"]


@pytest.fixture
def five(place):
    return [factories.raised(at=AT - n * HOUR, text=f"n {n}").ref for n in range(1, 6)]


# --- pages ----------------------------------------------------------------------------------------
def test_pages_give_every_request_once(client, five):
    assert asked(client) == five
    pages = [asked(client, page=n, page_size=2) for n in (1, 2, 3, 4)]
    assert pages == [five[:2], five[2:4], five[4:], []]


def test_a_page_leads_to_the_next_one(client, five):
    response = client.get(LIST, {"page_size": 2, "status": "open"})
    link = response.headers["Link"]
    assert link.endswith('>; rel="next"')
    following = client.get(link[1 : link.index(">")])
    assert [one["service_request_id"] for one in said(following)] == five[2:4]
    assert "Link" not in client.get(LIST, {"page": 3, "page_size": 2}).headers


@pytest.mark.parametrize("bad", ["0", "-1", "x", "1.5", "1e3", "９", "9" * 30])
@pytest.mark.parametrize("name", ["page", "page_size"])
def test_a_page_is_a_number(client, place, name, bad):
    assert name in refused(client, **{name: bad})


def test_a_page_does_not_lie_too_deep(client, place):
    assert "deep" in refused(client, page="1000", page_size="1000")


# --- by change ------------------------------------------------------------------------------------
def test_by_change_reaches_behind_the_90_days(client, place):
    old = factories.raised(at=AT - 19 * DAY)
    new = factories.raised(at=AT - HOUR)
    factories.step(old.id, *factories.ACCEPT[:2], AT - timedelta(minutes=5))
    assert asked(client, updated_after="2026-03-10T08:30:00+08:00") == [old.ref]
    assert asked(client, updated_before="2026-03-10T08:30:00+08:00") == [new.ref]
    both = {"updated_after": "2026-01-01T00:00:00Z", "start_date": "2026-03-01T00:00:00Z"}
    assert asked(client, **both) == [new.ref]


def test_a_plus_that_got_lost_is_found(client, five):
    assert client.get(f"{LIST}?start_date=2026-03-10T07:00:00+08:00").status_code == 200
    assert asked(client, start_date="2026-03-10T07:00:00+08:00") == five[:2]


# --- by place -------------------------------------------------------------------------------------
@pytest.fixture
def here_and_there(place):
    here = factories.raised(lon=LON, lat=LAT - 0.045, is_shareable=True)
    there = factories.raised(grid_code=NEXT)
    return here.ref, there.ref


def test_area_is_a_grid_or_a_community(client, here_and_there):
    here, there = here_and_there
    assert asked(client, area=GRID) == [here]
    assert asked(client, area=NEXT[:12]) == [there]
    assert set(asked(client, area=TOWN)) == {here, there}


@pytest.mark.parametrize("code", ["150502003000", "150500000000", "x", "1" * 99])
def test_an_area_lies_in_the_jurisdiction(client, place, code):
    assert client.get(LIST, {"area": code}).status_code == 404


def test_box_and_circle_hold_what_is_shown(client, here_and_there):
    here = here_and_there[0]
    assert here in asked(client, bbox=f"{LON - 0.001},43.604,{LON + 0.001},43.606")
    assert here not in asked(client, bbox="122.0,43.0,122.1,43.1")
    near = {"lat": LAT - 0.045, "long": LON + 0.001}
    assert here in asked(client, **near, radius=100)  # 80 m away
    assert here not in asked(client, **near, radius=60)


def test_a_circle_has_pages_too(client, place):
    refs = [
        factories.raised(at=AT - n * HOUR, lon=LON, lat=LAT - 0.045, is_shareable=True).ref
        for n in range(1, 4)
    ]
    around = {"lat": LAT - 0.045, "long": LON, "radius": 50, "page_size": 2}
    assert [asked(client, **around, page=n) for n in (1, 2)] == [refs[:2], refs[2:]]


def test_a_hidden_point_cannot_be_found_by_circles(client, place):
    """Circles around the true point and around the shown one answer by the shown one alone."""
    ref = factories.raised(lon=LON, lat=LAT - 0.0495).ref
    (card,) = said(client.get(LIST))
    true = {"lat": LAT - 0.0495, "long": LON, "radius": 30}
    assert asked(client, **true) == []
    if card["lat"] is not None:
        assert asked(client, lat=card["lat"], long=card["long"], radius=30) == [ref]


@pytest.mark.parametrize(
    "query",
    [
        {"lat": "43"}, {"long": "122"}, {"radius": "10"}, {"lat": "43", "long": "122"},
        {"lat": "nan", "long": "1", "radius": "1"}, {"lat": "91", "long": "1", "radius": "1"},
        {"lat": "1", "long": "1", "radius": "0"}, {"lat": "1", "long": "1", "radius": "1e9"},
        {"bbox": "1,2,3"}, {"bbox": "3,1,1,2"}, {"bbox": "1,2,3,inf"}, {"bbox": "a,b,c,d"},
        {"start_date": "2026-13-01T00:00:00Z"}, {"start_date": "0001-01-01T00:00:00+08:00"},
        {"end_date": "9999-12-31T23:59:59-08:00"}, {"updated_after": "2026-03-01"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_said(client, place, query):
    assert refused(client, **query)


# --- language, headers, several places ------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "locale", "spoken"),
    [
        ("en", "", "en"), ("zh-CN", "", "zh-hans"), ("fr", "", "zh-hans"), ("en", "zh", "zh-hans"),
        ("zh", "en-GB", "en"), ("en", "xx", "en"), ("en", "x" * 600, "en"),
        ("en", "zh_CN", "zh-hans"),
    ],
)  # fmt: skip
def test_the_language_is_chosen(place, header, locale, spoken):
    client = Client(headers={"accept-language": header})
    response = client.get(f"{V2}/services.json", {"locale": locale})
    assert response.headers["Content-Language"] == spoken
    name = said(response)[0]["service_name"]
    assert name == {"en": "Exposed rubbish", "zh-hans": "暴露垃圾"}[spoken]


def test_errors_speak_the_language_too(place):
    client = Client(headers={"accept-language": "zh-CN"})
    assert "辖区" in said(client.get(LIST, {"jurisdiction_id": "1"}))[0]["description"]
    assert "资源" in said(client.get(f"{V2}/nope.json"))[0]["description"]


def test_reading_is_for_caches_and_other_pages_writing_is_not(client, place, api_key):
    response = client.get(LIST)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in response.headers["Cache-Control"]
    assert "Accept-Language" in response.headers["Vary"]
    assert not response.cookies
    posted = client.post(LIST, {"api_key": api_key})
    assert "Access-Control-Allow-Origin" not in posted.headers
    assert posted.headers["Cache-Control"] == "no-store"


def test_head_is_answered(client, place):
    response = client.head(LIST)
    assert (response.status_code, response.content) == (200, b"")


def test_without_any_place_nothing_breaks(client, db):
    assert client.get("/open311/discovery.xml").status_code == 200
    assert client.get("/open311/").status_code == 200
    assert client.get(LIST).status_code == 400


# --- cost -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("many", [1, 12])
def test_a_list_costs_the_same_whatever_its_length(client, place, count_sql, form, many):
    for n in range(many):
        photos = (factories.photo(),) if n % 3 == 0 else ()
        factories.raised(at=AT - n * HOUR, is_shareable=n % 2 == 0, photos=photos)
    client.get(f"{V2}/requests.{form}")
    with count_sql(max=LIST_SQL):
        response = client.get(f"{V2}/requests.{form}", {"extensions": "true"})
    assert len(said(response)) == many


@pytest.mark.parametrize("path", ["services", "services/A02", "requests/x"])
def test_other_readings_cost_little(client, place, count_sql, path):
    with count_sql(max=LIST_SQL):
        client.get(f"{V2}/{path}.json")


# --- what is never told ---------------------------------------------------------------------------
def test_only_events_in_common_space_are_told(client, place):
    factories.raised("F02", text="my own request")
    factories.raised("E02", text="our dispute")
    public = factories.raised("A01")
    assert asked(client) == [public.ref]
    offered = {one["service_code"] for one in said(client.get(f"{V2}/services.json"))}
    assert offered
    assert not offered & {"F02", "E02"}


def test_what_is_served_is_what_may_be_raised(client, place):
    """Every service is an event, unsealed, and kept apart for nobody."""
    rules = factories.rules()
    for one in said(client.get(f"{V2}/services.json")):
        row = rules.type(one["service_code"])
        assert row.kind == "event"
        assert not row.sealed
        assert not row.procedural
        assert not rules.in_charge.get(row.code)


def test_words_photos_and_contact_stay_inside(client, place):
    photo = factories.photo()
    factories.raised(contact=factories.CONTACT, photos=(photo,), text="secret words")
    for form in FORMS:
        response = client.get(f"{V2}/requests.{form}", {"extensions": "true"})
        text = response.content.decode()
        hidden = ("secret words", factories.CONTACT.name, factories.CONTACT.phone,
                  factories.CONTACT.email, "三号楼")  # fmt: skip
        assert not [word for word in hidden if word in text]
        (one,) = said(response)
        assert one["media_url"] is None
        assert not one["extended_attributes"]["photos"]


def test_shared_words_and_photos_are_told_and_the_photo_opens(client, place):
    factories.raised(photos=(factories.photo(),), text="for everybody", is_shareable=True,
                     contact=factories.CONTACT)  # fmt: skip
    (one,) = said(client.get(LIST))
    assert one["description"] == "for everybody"
    assert client.get(one["media_url"]).headers["Content-Type"] == "image/jpeg"
    assert factories.CONTACT.phone not in str(one)


def test_an_ended_matter_has_no_point(client, place):
    closed = factories.walked(
        *factories.CLOSED, type_code="A03", lon=LON, lat=LAT - 0.045, is_shareable=True
    )
    one = said(client.get(f"{V2}/requests/{closed.ref}.json"))[0]
    assert (one["status"], one["lat"], one["long"]) == ("closed", None, None)
