"""How long a session lives, and being asked again before something sensitive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client, RequestFactory

from commongrid.doors.common import fresh as fresh_proof
from commongrid.doors.staff import sessions
from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face
from tests.rooms.people.standing import AT, PASSWORD, SETUP, TOWN, actor, app_code, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make_staff("worker", "grid_worker", TOWN, password=PASSWORD)


@pytest.fixture
def inside(client, worker):
    sent = {"username": "worker", "password": PASSWORD}
    assert client.post("/staff/login/", sent).status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/staff/").status_code == 200


def test_an_hour_away_ends_it(inside, clock):
    clock.shift(timedelta(minutes=59))
    assert is_in(inside)
    clock.shift(timedelta(minutes=59))
    assert is_in(inside)
    clock.shift(timedelta(minutes=60))
    assert not is_in(inside)
    assert SESSION_KEY not in inside.session


def test_twelve_hours_end_it_however_busy(inside, clock):
    for _ in range(23):
        clock.shift(timedelta(minutes=30))
        assert is_in(inside)
    clock.shift(timedelta(minutes=30))
    assert not is_in(inside)


def test_what_a_page_does_by_itself_is_no_use(inside, clock):
    for _ in range(3):
        clock.shift(timedelta(minutes=20))
        inside.get("/staff/", headers={"X-Background": "1"})
    assert not is_in(inside)


def test_the_pause_can_be_set(inside, clock, settings):
    settings.STAFF_IDLE_MINUTES = 5
    clock.shift(timedelta(minutes=5))
    assert not is_in(inside)


def test_a_page_within_a_minute_writes_nothing(inside, clock, count_sql):
    is_in(inside)
    clock.shift(30)
    before = dict(inside.session.items())
    is_in(inside)
    assert dict(inside.session.items()) == before


def test_a_session_without_marks_did_not_come_through_the_door(inside):
    kept = inside.session
    del kept[sessions.SINCE]
    kept.save()
    assert not is_in(inside)


@pytest.mark.parametrize("how", ["deactivate_account", "end_sessions", "set_password"])
def test_what_happens_to_the_account_ends_its_sessions_at_once(inside, worker, how):
    more = {"password": "four grey cranes at dawn"} if how == "set_password" else {}
    given = {"actor": SETUP, "at": AT, "command_id": new_id(), "account_id": worker.id}
    getattr(face, how)(**given, **more)
    assert not is_in(inside)


def test_removing_the_second_step_ends_the_sessions(inside, worker):
    given = {"at": AT, "account_id": worker.id}
    me = actor(worker)
    face.enroll_totp(actor=me, command_id=new_id(), **given)
    code = app_code(worker.id, AT)
    face.confirm_totp(actor=me, command_id=new_id(), code=code, **given)
    assert is_in(inside)
    face.disable_totp(actor=SETUP, command_id=new_id(), **given)
    assert not is_in(inside)


def fresh(client) -> bool:
    request = client.get("/staff/").wsgi_request
    return fresh_proof.is_fresh(request)


def test_a_login_is_fresh_for_ten_minutes(inside, clock):
    assert fresh(inside)
    clock.shift(599)
    assert fresh(inside)
    clock.shift(1)
    assert not fresh(inside)


def test_nobody_is_not_fresh(client):
    assert not fresh(client)


def test_being_asked_again_goes_back_to_where_one_was(inside, clock):
    clock.shift(700)
    request = RequestFactory().get("/desk/x/?a=1&b=2")
    address = fresh_proof.prove_first(request).url
    page = inside.get(address)
    assert 'value="/desk/x/?a=1&amp;b=2"' in page.content.decode()
    sent = {"next": "/desk/x/?a=1&b=2"}
    assert inside.post("/staff/again/", {**sent, "password": "wrong"}).status_code == 200
    assert not fresh(inside)
    assert inside.post("/staff/again/", {**sent, "password": PASSWORD}).url == "/desk/x/?a=1&b=2"
    assert fresh(inside)


def test_who_has_a_second_step_is_asked_for_a_code(inside, worker, clock):
    given = {"actor": actor(worker), "at": AT, "account_id": worker.id}
    face.enroll_totp(command_id=new_id(), **given)
    face.confirm_totp(command_id=new_id(), code=app_code(worker.id, AT), **given)
    clock.shift(700)
    assert inside.post("/staff/again/", {"password": PASSWORD}).status_code == 200
    assert not fresh(inside)
    code = app_code(worker.id, AT + timedelta(seconds=700))
    assert inside.post("/staff/again/", {"code": code, "next": "/staff/"}).url == "/staff/"
    assert fresh(inside)


def test_guessing_when_asked_again_locks_and_logs_out(inside, clock):
    for _ in range(4):
        assert inside.post("/staff/again/", {"password": "wrong"}).status_code == 200
    assert inside.post("/staff/again/", {"password": "wrong"}).status_code == 429
    assert not is_in(inside)


def test_being_asked_again_is_for_those_inside():
    assert Client().get("/staff/again/").status_code == 302
