"""Several places in one installation: each is a jurisdiction of its own."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.doors.open311.asking import GRID, TOWN, V2, issue_key, report, said
from tests.doors.resident.walking import SUMU, load_places
from tests.support import factories

LIST = f"{V2}/requests.json"


def asked(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200, response.content
    return [one["service_request_id"] for one in said(response)]


@pytest.fixture(scope="module")
def two_places_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_places()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def two_places(two_places_once, db):
    return TOWN, SUMU


def test_with_several_places_one_has_to_be_named(client, two_places):
    for path in ("services", "services/A01", "requests", "requests/x", "tokens/x"):
        response = client.get(f"{V2}/{path}.json")
        assert response.status_code == 400
        assert all(code in said(response)[0]["description"] for code in two_places)


def test_each_place_has_its_own_services_and_requests(client, two_places):
    offered = {
        code: {one["service_code"] for one in said(client.get(f"{V2}/services.json",
                                                              {"jurisdiction_id": code}))}
        for code in two_places
    }  # fmt: skip
    assert all(offered.values())
    ref = factories.raised().ref
    assert asked(client, jurisdiction_id=TOWN) == [ref]
    assert asked(client, jurisdiction_id=SUMU) == []
    assert asked(client, jurisdiction_id=SUMU, service_request_id=ref) == []
    other = client.get(f"{V2}/requests/{ref}.json", {"jurisdiction_id": SUMU})
    assert other.status_code == 404


def test_discovery_names_the_jurisdictions(client, two_places):
    (endpoint,) = said(client.get("/open311/discovery.json"))["endpoints"]
    assert [one["jurisdiction_id"] for one in endpoint["jurisdictions"]] == list(two_places)


def test_a_key_of_one_place_is_none_of_another(client, two_places):
    sumu = f"/150500000000/150522000000/{SUMU}/"
    key = issue_key(path=sumu)
    told = report(key, jurisdiction_id=TOWN, address_id=GRID)
    response = client.post(LIST, told)
    assert response.status_code == 403
    assert "place" in said(response)[0]["description"]
    assert asked(client, jurisdiction_id=TOWN) == []


def test_a_spot_of_one_place_is_none_of_another(client, two_places):
    told = report(issue_key(path="/150500000000/"), jurisdiction_id=SUMU, address_id=GRID)
    response = client.post(LIST, told)
    assert response.status_code == 400
    assert GRID in said(response)[0]["description"]
