"""Both doors of programs raise alike: without a key as the public, with one as its account."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from tests.doors.open311.asking import AT, GRID, issue_key
from tests.rooms.people.standing import appoint
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings):
    factories.a_place()
    settings.OPEN311_KEYLESS = True


def by_open311(token: str) -> int:
    told = {"service_code": "A01", "address_id": GRID, "description": "垃圾桶满了"}
    told |= {"api_key": token} if token else {}
    return Client().post("/open311/v2/requests.json", told).status_code


def by_rest(token: str) -> int:
    body = {"type_code": "A01", "grid_code": GRID, "text": "垃圾桶满了"}
    headers = {"idempotency-key": str(new_id())}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    answer = Client().post(
        "/api/v1/matters", json.dumps(body), content_type="application/json", headers=headers
    )
    return answer.status_code


DOORS = {"open311": by_open311, "rest": by_rest}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_without_a_key_it_is_the_public(door):
    assert door("") in (200, 201)
    act = Act.objects.get(action="raise")
    assert (act.actor, act.role) == (PUBLIC.key, "anyone")


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_with_a_key_it_is_the_service_account(door):
    token = issue_key()
    account = people.find_api_key(token, at=AT).actor
    assert door(token) in (200, 201)
    assert Act.objects.get(action="raise").actor == account.key


@pytest.mark.parametrize("is_keyed", [False, True])
def test_both_doors_leave_the_same_act_and_matter(is_keyed):
    token = issue_key() if is_keyed else ""
    for door in DOORS.values():
        assert door(token) in (200, 201)
    facts = Act.objects.filter(action="raise").values_list("actor", "role", "power", "rule_id")
    assert len(facts) == 2
    assert len(set(facts)) == 1
    assert {*Matter.objects.values_list("type_code", "state", "text", "is_shareable")} == {
        ("A01", "reported", "垃圾桶满了", False)
    }


def test_a_post_of_the_account_gives_no_other_part_in_raising():
    """What a key raises is in the name of the public, whatever its account may do elsewhere."""
    token = issue_key()
    account = people.find_api_key(token, at=AT).actor
    appoint(int(account.key.removeprefix("staff:")), "desk", factories.TOWN, "")
    for door in DOORS.values():
        assert door(token) in (200, 201)
    roles = set(Act.objects.filter(action="raise").values_list("actor", "role", "rule_id"))
    assert len(roles) == 1
