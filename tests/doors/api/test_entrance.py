"""The table of addresses and callers: who comes in, by what, and how often."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from commongrid.doors.api.entry import KEY_CALLS, WRONG_KEYS
from commongrid.doors.api.urls import entrances
from commongrid.doors.common.models import Knock
from commongrid.rooms.matters.models import Matter
from tests.doors.api.programs import RAISE, V1, Caller
from tests.rooms.places.standing import GRID

# What each caller gets: (no key, read, act, raise, webhook, elsewhere).
CALLERS = ("none", "read", "act", "raise", "webhook", "elsewhere")
TABLE = {
    ("GET", "/matters"): (200, 200, 200, 200, 200, 200),
    ("GET", "/matters/{id}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/matters/{id}/follow"): (200, 200, 200, 200, 200, 200),
    ("GET", "/photos/{none}"): (404, 404, 404, 404, 404, 404),
    ("GET", "/places"): (200, 200, 200, 200, 200, 200),
    ("GET", "/places/at?lon=0&lat=0"): (404, 404, 404, 404, 404, 404),
    ("GET", "/places/{grid}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/places/{grid}/grids"): (200, 200, 200, 200, 200, 200),
    ("GET", "/types?place={grid}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/types/A01?place={grid}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/charter?place={grid}"): (200, 200, 200, 200, 200, 200),
    ("GET", "/why/event.reported.accept?place={grid}"): (200, 200, 200, 200, 200, 200),
    ("POST", "/similar"): (200, 200, 200, 200, 200, 200),
    ("POST", "/sort-advice"): (200, 200, 200, 200, 200, 200),
    ("GET", "/own"): (401, 401, 401, 401, 401, 401),
    ("POST", "/own/steps/withdraw"): (401, 401, 401, 401, 401, 401),
    ("GET", "/key"): (401, 200, 200, 200, 200, 200),
    ("GET", "/staff/matters"): (401, 200, 403, 403, 403, 200),
    ("GET", "/staff/matters/{id}"): (401, 200, 403, 403, 403, 404),
    ("GET", "/matters/{id}/choices"): (401, 200, 200, 403, 403, 404),
    ("POST", "/matters"): (201, 403, 403, 201, 403, 403),
    ("POST", "/matters/{id}/follow"): (201, 403, 403, 201, 403, 403),
    ("POST", "/matters/{id}/steps/accept"): (401, 403, 200, 403, 403, 404),
    ("GET", "/webhooks"): (401, 403, 403, 403, 200, 403),
    ("POST", "/webhooks"): (401, 403, 403, 403, 403, 403),  # the desk is no data officer
    ("DELETE", "/webhooks/{none}"): (401, 403, 403, 403, 404, 403),
}
BODIES = {
    "/webhooks": {"name": "x", "url": "https://program.example/", "place_code": GRID},
    "/matters": RAISE,
    "/similar": {"type_code": "A01", "place_code": GRID},
    "/sort-advice": {"type_code": "A01", "place_code": GRID},
}


def ask(caller: Caller, method: str, where: str, matter_id: object):
    address = where.format(id=matter_id, grid=GRID, none="0198c5f0-5b7e-7cc1-9d2e-6f0c1b2a3d4e")
    if method == "GET":
        return caller.get(address)
    if method == "DELETE":
        return caller.delete(address)
    return caller.post(address, BODIES.get(where))


@pytest.mark.parametrize("column", range(len(CALLERS)), ids=CALLERS)
def test_who_comes_in_where(programs, column):
    caller = programs.caller(CALLERS[column])
    found = {}
    for method, where in TABLE:
        found[method, where] = ask(caller, method, where, programs.raise_one()).status_code
    assert found == {row: statuses[column] for row, statuses in TABLE.items()}


@pytest.mark.parametrize("kind", ["wrong", "expired"])
def test_a_key_that_opens_nothing_is_refused_everywhere(programs, kind):
    caller, matter_id = programs.caller(kind), programs.raise_one()
    for method, where in TABLE:
        answer = ask(caller, method, where, matter_id)
        assert answer.status_code == 401, where
        assert answer.json()["rule"] == "api.wrong_key"
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_the_table_names_every_address():
    named = {(m, w.partition("?")[0].replace("{grid}", "x").count("/")) for m, w in TABLE}
    real = {(method, f"/{route}".count("/")) for route, e in entrances().items() for method in e}
    assert real == named
    assert sum(len(methods) for methods in entrances().values()) == len(TABLE)


def test_another_method_is_said_so(programs):
    client = programs.caller().client
    for method in ("put", "patch", "delete", "post"):
        answer = getattr(client, method)(f"{V1}/places")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_session_opens_nothing_and_none_is_started(programs):
    matter_id = programs.raise_one()
    client = programs.client("desk")  # a member of staff, logged in
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for method, where in TABLE:
        caller = Caller()
        caller.client = strict
        answer = ask(caller, method, where, matter_id)
        assert answer.status_code == TABLE[method, where][0], where
        assert not answer.cookies
    assert "Cookie" not in Caller().get("/matters").headers["Vary"]


def test_a_language_cookie_changes_nothing(programs):
    caller = programs.caller(language="en")
    caller.client.cookies["django_language"] = "zh-hans"
    assert caller.get("/nothing").json()["title"] == "There is nothing here"
    assert caller.get("/nothing").headers["Content-Language"] == "en"


def test_neither_key_nor_code_reaches_a_log(programs, caplog):
    caplog.set_level(logging.DEBUG)
    token = programs.token("act")
    Caller(token).get("/staff/matters")
    Caller(token).get("/nothing")
    Caller("cgk_" + "y" * 43).get("/key")
    Caller().get("/own", receipt_code="ABCD-ABCD-ABCD-A")
    assert token not in caplog.text
    assert "y" * 43 not in caplog.text
    assert "ABCD-ABCD" not in caplog.text


def fill(page_count: int) -> None:
    """As if so many calls had been made in this window."""
    Knock.objects.update(count=page_count)


def test_a_key_is_held_to_its_calls(programs):
    caller = programs.caller("read")
    assert caller.get("/key").status_code == 200
    fill(KEY_CALLS)
    answer = caller.get("/key")
    assert (answer.status_code, answer.json()["rule"]) == (429, "api.too_many")
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    other = programs.caller("read")
    assert other.get("/key").status_code == 200


def test_guessing_keys_ends(programs):
    caller = programs.caller("wrong")
    caller.get("/key")
    fill(WRONG_KEYS)
    assert caller.get("/key").status_code == 429


def test_guessing_receipts_ends(programs):
    caller = programs.caller()
    caller.get("/own", receipt_code="0000-0000-0000-0")
    fill(60)
    assert caller.get("/own", receipt_code="0000-0000-0000-0").status_code == 429


def test_without_a_key_only_so_many_are_raised(programs):
    caller = programs.caller()
    assert caller.post("/matters", RAISE).status_code == 201
    fill(60)
    answer = caller.post("/matters", RAISE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 3600
    assert Matter.objects.count() == 1
