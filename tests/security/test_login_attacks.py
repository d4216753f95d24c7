"""Attacks on the ways in: guessing, replaying, fixing a session, staying after the end."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face
from tests.rooms.people.standing import (
    AT,
    PASSWORD,
    SETUP,
    TOWN,
    actor,
    app_code,
    make_account,
    make_staff,
)
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/staff/login/", "/staff/login/code/"
COOKIE = "sessionid"


@pytest.fixture
def free():
    """Somebody who may log in by password alone."""
    return make_staff("free", "desk", TOWN, password=PASSWORD)


@pytest.fixture
def bound():
    """Somebody with two steps set up, and their recovery codes."""
    card = make_staff("bound", "desk", TOWN, password=PASSWORD, must_use_totp=True)
    given = {"actor": actor(card), "at": AT, "account_id": card.id}
    face.enroll_totp(command_id=new_id(), **given)
    codes = face.confirm_totp(command_id=new_id(), code=app_code(card.id, AT), **given)
    return card, codes


def log_in(client, username, password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def opens(client) -> bool:
    return client.get("/staff/").status_code == 200


# --- who is there -----------------------------------------------------------------------------


def test_every_name_costs_the_same_work(client, free, bound, monkeypatch):
    """Whether a name exists cannot be told by how long the answer takes: each hashes once."""
    gone = make_account("gone", password=PASSWORD)
    face.deactivate_account(actor=SETUP, at=AT, command_id=new_id(), account_id=gone.id)
    face.create_service_account(
        actor=SETUP, at=AT, command_id=new_id(), username="program", display_name="演示 程序"
    )
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    work = {}
    for username in ("free", "bound", "nobody", "gone", "program"):
        hashed.clear()
        log_in(client, username, "a wrong password")
        work[username] = len(hashed)
    assert set(work.values()) == {1}, work


def test_the_second_step_tells_nothing_before_the_password_is_right(client, free, bound):
    answers = [log_in(client, name, "a wrong password") for name in ("free", "bound", "nobody")]
    assert [a.status_code for a in answers] == [200, 200, 200]
    assert {a.headers.get("Location") for a in answers} == {None}


# --- guessing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "X-Client-IP", "True-Client-IP",
     "CF-Connecting-IP", "X-Originating-IP", "Via"],
)  # fmt: skip
def test_the_lock_is_not_walked_round_by_a_header(client, free, header):
    for n in range(5):
        last = log_in(client, "free", "wrong", headers={header: f"203.0.113.{n}"})
    assert last.status_code == 429
    assert log_in(client, "free", headers={header: "198.51.100.1"}).status_code == 429


def test_behind_a_proxy_only_what_the_proxy_says_counts(client, free, settings):
    """The client may write any number of addresses before the one the proxy adds."""
    settings.TRUSTED_PROXIES = 1
    for n in range(5):
        said = {"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"}
        last = log_in(client, "free", "wrong", headers=said, REMOTE_ADDR="127.0.0.1")
    assert last.status_code == 429


@pytest.mark.parametrize("username", ["free", "nobody"])
def test_one_name_is_not_guessed_from_many_networks(free, username, clock):
    answers = [
        log_in(Client(), username, "wrong", REMOTE_ADDR=f"203.0.113.{n}").status_code
        for n in range(26)
    ]
    assert answers == [200] * 25 + [429]
    fresh = {"REMOTE_ADDR": "198.51.100.1"}
    assert log_in(Client(), username, **fresh).status_code == 429, "nor with the right one"
    other = Client()
    make_staff("other", "desk", TOWN, password=PASSWORD)
    assert log_in(other, "other", **fresh).status_code == 302, "nobody else is kept out"
    clock.shift(timedelta(minutes=16))
    assert (log_in(Client(), "free", **fresh).status_code == 302) == (
        username in ("free", "nobody")
    )


def test_many_names_are_not_tried_from_one_network(client, db):
    """Stuffing: each name once, with a password found elsewhere."""
    answers = [log_in(client, f"name-{n}", "leaked 123").status_code for n in range(61)]
    assert answers == [200] * 60 + [429]


def test_one_network_alone_does_not_shut_a_name_for_all(free):
    for _ in range(40):
        log_in(Client(), "free", "wrong", REMOTE_ADDR="203.0.113.9")
    assert log_in(Client(), "free", REMOTE_ADDR="198.51.100.1").status_code == 302


# --- the second step --------------------------------------------------------------------------


def test_a_code_of_the_app_works_once(bound, clock):
    """Who looked over the shoulder comes too late, in the same half minute too."""
    card, _ = bound
    clock.shift(60)
    code = app_code(card.id, AT + timedelta(seconds=60))
    own, thief = Client(), Client()
    log_in(own, "bound")
    log_in(thief, "bound")
    assert own.post(CODE, {"code": code}).status_code == 302
    assert is_in(own)
    assert thief.post(CODE, {"code": code}).status_code == 200
    assert not is_in(thief)


def test_an_older_code_does_not_work_after_a_newer_one(bound, clock):
    card, _ = bound
    clock.shift(90)
    older = app_code(card.id, AT + timedelta(seconds=60))
    newer = app_code(card.id, AT + timedelta(seconds=90))
    own, thief = Client(), Client()
    log_in(own, "bound")
    assert own.post(CODE, {"code": newer}).status_code == 302
    log_in(thief, "bound")
    assert thief.post(CODE, {"code": older}).status_code == 200
    assert not is_in(thief)


def test_codes_are_not_guessed_by_starting_over(bound, clock):
    """A new session is as slow as the old one: the wait belongs to the account."""
    card, _ = bound
    for _ in range(6):
        fresh = Client()
        log_in(fresh, "bound", REMOTE_ADDR="203.0.113.1")
        fresh.post(CODE, {"code": "000000"}, REMOTE_ADDR="203.0.113.1")
    clock.shift(1)
    own = Client()
    log_in(own, "bound", REMOTE_ADDR="198.51.100.1")
    code = app_code(card.id, AT + timedelta(seconds=1))
    assert own.post(CODE, {"code": code}, REMOTE_ADDR="198.51.100.1").status_code == 200
    assert not is_in(own)


def test_a_code_of_somebody_else_opens_nothing(bound, clock):
    other = make_staff("other", "desk", TOWN, password=PASSWORD, must_use_totp=True)
    given = {"actor": actor(other), "at": AT, "account_id": other.id}
    face.enroll_totp(command_id=new_id(), **given)
    codes = face.confirm_totp(command_id=new_id(), code=app_code(other.id, AT), **given)
    clock.shift(60)
    for code in (app_code(other.id, AT + timedelta(seconds=60)), codes[0]):
        thief = Client()
        log_in(thief, "bound")
        thief.post(CODE, {"code": code})
        assert not is_in(thief)


@pytest.mark.parametrize("address", ["/staff/", "/desk/", "/staff/recovery/", "/staff/password/"])
def test_between_the_steps_nothing_opens(client, bound, address):
    log_in(client, "bound")
    assert client.get(address).status_code == 302
    assert client.post(address, {}).status_code == 302
    assert not is_in(client)


def test_who_knows_the_password_does_not_replace_the_second_step(client, bound):
    """Neither by setting up another app, nor by taking the old one away, nor by new codes."""
    log_in(client, "bound")
    for address in ("/staff/setup/", "/staff/setup/start/", "/staff/recovery/"):
        client.post(address, {"command_id": str(new_id()), "code": "000000"})
    assert client.get("/staff/setup/qr.svg").status_code == 404
    assert not is_in(client)
    assert face.count_recovery_codes(bound[0].id) == 10


# --- sessions ---------------------------------------------------------------------------------


def planted(key="a" * 32) -> Client:
    """A browser into which an attacker put a session of their own choosing."""
    client = Client()
    client.cookies = SimpleCookie({COOKIE: key})
    return client


def test_a_session_put_in_before_the_login_is_not_the_one_after(free):
    attacker = Client()
    attacker.post("/my/open/", {"code": "x"})
    session = attacker.session
    session["here"] = True
    session.save()
    for key in ("a" * 32, session.session_key):
        victim = planted(key)
        log_in(victim, "free")
        assert is_in(victim)
        assert victim.session.session_key != key
        assert not opens(planted(key))


def test_a_session_put_in_before_does_not_open_a_matter(place):
    matter = f.raised()
    victim = planted()
    assert victim.post("/my/open/", {"code": matter.receipt_code}).status_code == 302
    assert victim.session.session_key != "a" * 32
    assert planted().get("/my/").status_code == 302


def test_after_the_end_the_cookie_opens_nothing(client, free):
    log_in(client, "free")
    stolen = planted(client.session.session_key)
    assert opens(stolen)
    client.post("/staff/logout/")
    assert not opens(stolen)
    assert Session.objects.filter(session_key=stolen.cookies[COOKIE].value).count() == 0


@pytest.mark.parametrize("how", ["password", "end everywhere", "closed"])
def test_what_ends_sessions_ends_the_stolen_one(client, free, how):
    log_in(client, "free")
    thief = Client()
    log_in(thief, "free")
    assert opens(thief)
    given = {"at": AT, "command_id": new_id(), "account_id": free.id}
    if how == "password":
        face.set_password(actor=SETUP, password="four grey cranes at dawn", **given)
    elif how == "end everywhere":
        face.end_sessions(actor=actor(free), **given)
    else:
        face.deactivate_account(actor=SETUP, **given)
    assert not opens(thief)


def test_what_a_session_holds_is_not_in_its_cookie(client, free):
    """A cookie is a number: nothing of it can be read or changed by whoever holds it."""
    log_in(client, "free")
    assert client.cookies[COOKIE].value == client.session.session_key
    assert len(client.session.session_key) == 32


def test_cookies_are_for_this_site_and_not_for_scripts(client, free):
    client.get(LOGIN)
    log_in(client, "free")
    client.post("/language/", {"language": "en", "next": "/"})
    assert set(client.cookies) == {COOKIE, "csrftoken", "django_language"}
    for cookie in client.cookies.values():
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
