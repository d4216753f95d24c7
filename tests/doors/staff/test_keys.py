"""Programs and keys: who may, shown once, confirmed, revoked, and refused in words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from tests.rooms.people.standing import AT, SETUP, code_of, make_staff
from tests.rooms.places import standing
from tests.site.inside import inside, page
from tests.support.factories import GRID, TOWN, a_place

pytestmark = pytest.mark.django_db
OTHER_TOWN = f"/{standing.CITY}/{standing.DISTRICT}/{standing.OTHER_TOWN}/"
TOKEN = re.compile(r"cgk_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def place(db):
    a_place()


@pytest.fixture
def officer():
    return make_staff("officer", "appointing", TOWN)


@pytest.fixture
def program(officer):
    return face.create_service_account(
        actor=face.staff_actor(officer.id, AT),
        at=AT,
        command_id=new_id(),
        username="kiosk",
        display_name="演示 大厅自助机",
    )


def issued(account_id: int, path: str = TOWN) -> face.IssuedKey:
    return face.issue_api_key(
        actor=SETUP,
        at=AT,
        command_id=new_id(),
        account_id=account_id,
        name="hall",
        scopes=("raise",),
        place_code=code_of(path),
        place_path=path,
        until_at=AT + timedelta(days=30),
    )


def key_form(program: face.AccountCard, **changed: object) -> dict[str, object]:
    return {
        "command_id": str(new_id()),
        "account_id": str(program.id),
        "name": "hall",
        "scopes": ["raise"],
        "place": code_of(TOWN),
        "until_on": "2026-09-30",
        "reason": "invented agreement 7",
        **changed,
    }


def addresses(key_id: int) -> list[str]:
    rest = ("", "new/", "programs/new/", f"{key_id}/revoke/")
    return [f"/staff/keys/{part}" for part in rest]


def test_only_who_appoints_may_come_in(client, officer, program):
    worker = make_staff("worker", "grid_worker", GRID, "community")
    for address in addresses(issued(program.id).key.id):
        assert client.get(address).url.startswith("/staff/login/"), address
        assert inside(worker.id).get(address).status_code == 403, address
        assert inside(officer.id).get(address).status_code == 200, address
    assert "/staff/keys/" in page(inside(officer.id), "/staff/")


def test_what_is_careful_asks_again_who_it_is(officer, program, clock):
    client, key = inside(officer.id), issued(program.id).key
    clock.shift(601)
    for address in addresses(key.id)[1:]:
        for ask in (client.get, client.post):
            assert ask(address).url.startswith("/staff/again/"), address


def test_a_key_is_read_once_more_then_issued_and_shown_once(officer, program):
    client, form = inside(officer.id), key_form(program)
    asked = client.post("/staff/keys/new/", form)
    assert not face.list_api_keys(account_id=program.id)
    assert not TOKEN.search(asked.content.decode())
    shown = client.post("/staff/keys/new/", {**form, "confirmed": "1"})
    token = TOKEN.search(shown.content.decode()).group()
    assert shown.headers["Cache-Control"] == "no-store"
    found = face.find_api_key(token, at=AT)
    assert (found.scopes, found.path) == (frozenset({"raise"}), TOWN)
    again = client.post("/staff/keys/new/", {**form, "confirmed": "1"})
    assert not TOKEN.search(again.content.decode())
    assert len(face.list_api_keys(account_id=program.id)) == 1
    listed = page(client, "/staff/keys/")
    assert token[-4:] in listed
    assert token not in listed


def test_changing_ones_mind_issues_nothing(officer, program):
    inside(officer.id).post("/staff/keys/new/", key_form(program, back="1"))
    assert not face.list_api_keys(account_id=program.id)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"scopes": ["act"]}, "people.key_without_post"),
        ({"until_on": "2027-09-30"}, "people.key_term"),
    ],
)
def test_a_refusal_is_said_in_words(officer, program, changed, rule):
    form = key_form(program, confirmed="1", **changed)
    shown = inside(officer.id).post("/staff/keys/new/", form).content.decode()
    assert rule in shown
    assert not face.list_api_keys(account_id=program.id)


def test_a_place_outside_the_area_is_no_choice(officer, program):
    form = key_form(program, place=standing.OTHER_TOWN, confirmed="1")
    inside(officer.id).post("/staff/keys/new/", form)
    assert not face.list_api_keys(account_id=program.id)


def test_a_key_is_revoked_with_a_reason(officer, program):
    made = issued(program.id)
    client, address = inside(officer.id), f"/staff/keys/{made.key.id}/revoke/"
    client.post(address, {"command_id": str(new_id())})
    assert face.find_api_key(made.token, at=AT)
    client.post(address, {"command_id": str(new_id()), "reason": "leaked"})
    assert face.find_api_key(made.token, at=AT) is None
    assert Act.objects.filter(action="revoke_api_key", words="leaked").count() == 1


def test_a_key_elsewhere_is_not_there(officer, program):
    made = issued(program.id, OTHER_TOWN)
    client = inside(officer.id)
    assert made.key.ending not in page(client, "/staff/keys/")
    assert client.get(f"/staff/keys/{made.key.id}/revoke/").status_code == 404
    assert client.get("/staff/keys/999999/revoke/").status_code == 404


def test_a_program_is_added_and_cannot_log_in(officer):
    form = {"command_id": str(new_id()), "username": "hall", "display_name": "演示 大厅"}
    answer = inside(officer.id).post("/staff/keys/programs/new/", form)
    assert answer.url == "/staff/keys/"
    card = face.find_account("hall")
    assert card.is_service


def test_the_list_costs_a_fixed_number_of_statements(officer, program, count_sql):
    for _ in range(10):
        issued(program.id)
    client = inside(officer.id)
    client.get("/staff/keys/")
    with count_sql(max=12):
        client.get("/staff/keys/")
