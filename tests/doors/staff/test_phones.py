"""Phones: one's own, those of the area, revoked with a reason; and never when they were used."""

from __future__ import annotations

import re

import pytest

from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from tests.rooms.people.standing import appoint, make_account, make_staff
from tests.site.inside import inside, page
from tests.support import factories as f

pytestmark = pytest.mark.django_db
PHONES = "/staff/phones/"


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


@pytest.fixture
def worker():
    card = make_account("grid-worker-x")
    appoint(card.id, "grid_worker", f.GRID, "community")
    return card


@pytest.fixture
def officer():
    return make_staff("officer", "appointing", f.TOWN)


def a_phone(account_id: int, label: str = "black phone") -> fieldwork.Paired:
    return fieldwork.pair_phone(
        actor=people.staff_actor(account_id, f.AT), at=f.AT, command_id=new_id(),
        account_id=account_id, label=label,
    )  # fmt: skip


def revoked(client, phone: fieldwork.Paired, why: str = "lost"):
    return client.post(f"{PHONES}{phone.id}/revoke/", {"command_id": new_id(), "why": why})


def test_a_worker_sees_their_phones_and_nobody_elses(worker):
    a_phone(worker.id)
    other = make_account("other-worker")
    appoint(other.id, "grid_worker", f.NEXT_GRID, "community")
    a_phone(other.id, "white phone")
    told = page(inside(worker.id, "en"), PHONES)
    assert "black phone" in told
    assert "white phone" not in told


def test_who_appoints_sees_the_phones_of_the_area_with_their_holders(worker, officer):
    a_phone(worker.id)
    told = page(inside(officer.id, "en"), PHONES)
    assert "black phone" in told
    assert "grid-worker-x" in told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_says_when_a_phone_was_used(worker, officer, language, clock):
    paired = a_phone(worker.id)
    clock.shift(3 * 3600)
    fieldwork.find_phone(paired.token, at=f.AT + 3 * f.HOUR)
    for who in (worker, officer):
        told = page(inside(who.id, language), PHONES)
        main = told[told.index("<main") : told.index("</main>")]
        assert set(re.findall(r"\d{4}-\d\d-\d\d", main)) == {"2026-03-10"}
        assert not re.search(r"\d\d:\d\d", main)


@pytest.mark.parametrize("why", ["lost", "handed_back"])
def test_a_worker_revokes_their_own(worker, why):
    phone = a_phone(worker.id)
    answer = revoked(inside(worker.id, "en"), phone, why)
    assert answer.headers["Location"] == PHONES
    (known,) = fieldwork.list_own_phones(worker.id)
    assert known.why == why
    assert fieldwork.find_phone(phone.token, at=f.AT).state == "revoked"


def test_the_office_revokes_one_of_its_area(worker, officer):
    phone = a_phone(worker.id)
    assert revoked(inside(officer.id), phone).status_code == 302
    assert fieldwork.find_phone(phone.token, at=f.AT).state == "revoked"


def test_a_reason_is_asked_before_anything_happens(worker):
    phone = a_phone(worker.id)
    client = inside(worker.id, "en")
    assert "erased the next time it speaks" in page(client, f"{PHONES}{phone.id}/revoke/")
    assert revoked(client, phone, "").status_code == 200
    assert fieldwork.find_phone(phone.token, at=f.AT).state == "in_service"


def test_whoever_has_nothing_to_do_with_it_finds_nothing(worker):
    phone = a_phone(worker.id)
    stranger = make_staff("desk-x", "desk", f.TOWN)
    assert inside(stranger.id).get(f"{PHONES}{phone.id}/revoke/").status_code == 404
    assert revoked(inside(stranger.id), phone).status_code == 404
    assert fieldwork.find_phone(phone.token, at=f.AT).state == "in_service"


def test_an_old_session_has_to_prove_it_again(worker, clock):
    phone, client = a_phone(worker.id), inside(worker.id, "en")
    clock.shift(11 * 60)
    answer = revoked(client, phone)
    assert "/staff/again/" in answer.headers["Location"]


def test_the_account_leads_there(worker, officer):
    assert PHONES in page(inside(worker.id, "en"), "/staff/")
    assert "/field/" in page(inside(worker.id, "en"), "/staff/")
    assert PHONES in page(inside(officer.id, "en"), "/staff/")
    desk = make_staff("desk-x", "desk", f.TOWN)
    assert PHONES not in page(inside(desk.id, "en"), "/staff/")


def test_lists_take_as_many_statements_for_many_phones(worker, officer, count_sql):
    for number in range(3):
        a_phone(worker.id, f"phone {number}")
    client = inside(officer.id, "en")
    page(client, PHONES)
    with count_sql(max=12):
        page(client, PHONES)
