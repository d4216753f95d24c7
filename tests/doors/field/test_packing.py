"""The pack: rules and map of one's grids, the same until they change, small, and about nobody."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from cryptography.hazmat.primitives import serialization

from commongrid.charter.schema import Scope
from commongrid.doors.field import packing
from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from tests.rooms.people.standing import appoint, make_account
from tests.support import factories as f

pytestmark = pytest.mark.django_db
MOST_GZIP = 40_000


@pytest.fixture
def phone(db):
    f.a_place()
    packing._shas.clear()
    card = make_account("field-worker")
    appoint(card.id, "grid_worker", f.GRID, "community")
    paired = fieldwork.pair_phone(
        actor=people.staff_actor(card.id, f.AT), at=f.AT, command_id=new_id(),
        account_id=card.id, label="demo",
    )  # fmt: skip
    return fieldwork.get_phone(paired.id, at=f.AT)


def packed(phone, at=f.AT) -> dict:
    return json.loads(json.dumps(packing.pack_for(phone, at).body))


def test_a_pack_has_every_name_of_the_contract(phone):
    body = packed(phone)
    assert set(body) == {
        "sha", "made_at", "charter", "me", "place", "grids", "around", "phones", "groups",
        "types", "flows", "actions", "fields", "keep_days", "office_key",
    }  # fmt: skip
    (grid,) = body["grids"]
    assert grid["code"] == f.GRID_CODE
    assert len(grid["outline"][0]) > 3
    assert [one["code"] for one in body["around"]] == [f.NEXT_CODE]
    assert body["place"]["code"] == "150502004000"
    assert {"110", "119", "120"} <= {line["number"] for line in body["phones"]}


def test_its_steps_are_those_of_the_holders_roles(phone):
    rules = f.rules()
    mine = {
        (row.flow.value, row.action)
        for row in rules.charter.transitions
        for power in rules.powers.get(row.power, ())
        if power.role == "grid_worker" and power.scope in (Scope.AREA, Scope.UNIT)
    }
    body = packed(phone)
    told = {(flow, s["action"]) for flow, one in body["flows"].items() for s in one["steps"]}
    assert told
    assert told <= mine
    assert ("event", "solve_here") in told
    assert ("event", "offer") not in told


def test_a_step_says_where_it_leads_and_what_it_asks(phone):
    flow = packed(phone)["flows"]["event"]
    (solve,) = [s for s in flow["steps"] if s["action"] == "solve_here" and s["from"] == "accepted"]
    assert (solve["to"], solve["evidence"], solve["is_fact"]) == ("claimed", True, False)
    assert "feedback" in solve["needs"]
    assert solve["to"] in flow["states"]


def test_every_step_and_field_has_its_words(phone):
    body = packed(phone)
    steps = [s for flow in body["flows"].values() for s in flow["steps"]]
    assert {s["action"] for s in steps} <= set(body["actions"])
    assert {n.rstrip("?") for s in steps for n in s["needs"]} <= set(body["fields"])
    known = set(f.rules().charter.types)
    assert all(code in known for group in body["groups"] for code in group["types"])


def test_the_catalogue_says_what_may_be_solved_on_the_spot(phone):
    types = packed(phone)["types"]
    assert types["A01"]["on_list"]
    assert not types["J01"]["on_list"]
    assert types["J07"]["is_sealed"]


def test_the_sum_is_the_same_until_the_rules_or_the_ground_change(phone, count_sql):
    sha = packing.pack_for(phone, f.AT).sha
    assert packing.pack_for(phone, f.AT + f.HOUR).sha == sha
    with count_sql(max=1):
        assert packing.pack_sha(phone, f.AT) == sha
    assert packing.pack_sha(phone, f.AT + f.DAY) == sha
    places.set_grid_post(
        actor=f.SETUP, at=f.AT, command_id=new_id(), grid_code=f.GRID_CODE,
        worker_name="演示乙", worker_phone="0475-0000001", supervision_phone="0475-0000002",
        where_posted="楼门口", reason="test",
    )  # fmt: skip
    after = packing.pack_sha(phone, f.AT)
    assert after != sha
    assert packed(phone)["grids"][0]["post"]["worker_phone"] == "0475-0000001"
    assert packing.pack_for(phone, f.AT).sha == after


def test_the_sum_of_a_cold_process_is_that_of_the_pack(phone):
    sha = packing.pack_sha(phone, f.AT)
    assert packing.pack_for(phone, f.AT).sha == sha


def test_another_role_gets_another_pack(phone):
    sha = packing.pack_sha(phone, f.AT)
    appoint(phone.account_id, "dispatcher", f.TOWN)
    assert packing.pack_sha(fieldwork.get_phone(phone.id, at=f.AT), f.AT) != sha


def test_a_pack_is_small(phone):
    plain = json.dumps(packed(phone), ensure_ascii=False, separators=(",", ":")).encode()
    assert len(gzip.compress(plain, 6)) < MOST_GZIP


def test_a_pack_is_about_nobody_but_its_holder_and_the_post(phone):
    f.raised(contact=f.CONTACT, lon=122.2, lat=43.6)
    make_account("somebody-else")
    told = json.dumps(packed(phone), ensure_ascii=False)
    for secret in (f.CONTACT.name, f.CONTACT.phone, f.WORDS, "somebody-else"):
        assert secret not in told


def test_the_office_key_is_public_and_long_enough(phone):
    key = serialization.load_der_public_key(base64.b64decode(packed(phone)["office_key"]))
    assert key.key_size == 3072
    assert key.public_numbers() == fieldwork.office_key().public_key().public_numbers()


def test_a_phone_whose_post_is_over_gets_none(phone):
    (post,) = people.list_own_appointments(phone.account_id)
    people.end_appointment(
        actor=f.SETUP, at=f.AT, command_id=new_id(), appointment_id=post.id, reason="ended"
    )
    over = fieldwork.get_phone(phone.id, at=f.AT + f.HOUR)
    assert packing.pack_for(over, f.AT + f.HOUR) is None
    assert packing.pack_sha(over, f.AT + f.HOUR) == ""


def test_points_are_said_to_the_metre(phone):
    body = packed(phone)
    for one in (*body["grids"], *body["around"]):
        for ring in one["outline"]:
            assert ring[0] == ring[-1]
            assert all(round(x, 5) == x and round(y, 5) == y for x, y in ring)


def test_who_serves_two_grids_takes_both_along(phone):
    appoint(phone.account_id, "grid_worker", f.NEXT_GRID, "community")
    both = packed(fieldwork.get_phone(phone.id, at=f.AT))
    assert {grid["code"] for grid in both["grids"]} == {f.GRID_CODE, f.NEXT_CODE}
    assert both["around"] == []
