"""A form that comes too late gives everything back, and only to whom it came from."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.test import Client

from commongrid.doors.common import again
from commongrid.doors.common.fresh import FRESH_S
from commongrid.doors.staff.roster import APPOINTING
from tests.rooms.people.standing import PASSWORD, TOWN, make_staff

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver", "accept-language": "en"}
HOSTILE = 'first line\n"><script>alert(1)</script>'
PAGE = "/staff/handovers/"  # any page of the staff that takes a form


@pytest.fixture
def browser():
    """A browser with the token of a form, and nobody logged in."""
    client = Client(enforce_csrf_checks=True, headers=OURS)
    client.get("/staff/login/")
    return client


def token(client, page: str = "/staff/login/") -> str:
    found = re.search(r'name="csrf-token" content="(\w+)"', words(client.get(page)))
    return found.group(1)


def words(answer) -> str:
    return answer.content.decode()


def sent(client, **fields):
    said = urlencode({"csrfmiddlewaretoken": token(client), **fields}, doseq=True)
    return client.post(PAGE, said, content_type="application/x-www-form-urlencoded")


def test_nobody_logged_in_gets_back_what_was_written(browser):
    answer = sent(browser, text=HOSTILE, command_id="7d0c6c1e", many=["1", "2"])
    page = words(answer)
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'action="{PAGE}"' in page
    assert 'name="command_id" value="7d0c6c1e"' in page
    assert page.count('name="many"') == 2
    assert page.count("first line") == 2, "to be read, and to be sent"
    assert "<script>alert" not in page
    assert page.split("<main")[1].count("csrfmiddlewaretoken") == 1
    assert 'target="_blank"' in page
    assert "Photos" not in page


def test_photos_are_said_to_be_gone(browser):
    said = {"csrfmiddlewaretoken": token(browser), "text": "a b"}
    assert "Photos that you chose" in words(browser.post(PAGE, said))  # multipart, as with files


@pytest.mark.parametrize(
    "fields", [{"password": "hunter2"}, {"passphrase": "a long one"}, {"text": "x" * 70_000}]
)
def test_a_password_or_too_much_leads_to_the_log_in(browser, fields):
    answer = sent(browser, **fields)
    assert (answer.status_code, answer.url) == (302, f"/staff/login/?next={PAGE}")


def test_a_token_renewed_by_a_log_in_costs_one_press(browser):
    make_staff("worker", "grid_worker", TOWN, password=PASSWORD)
    old = token(browser)
    said = {"csrfmiddlewaretoken": old, "username": "worker", "password": PASSWORD}
    assert browser.post("/staff/login/", said).status_code == 302
    answer = browser.post(PAGE, {"csrfmiddlewaretoken": old, "text": "a b"})
    page = words(answer)
    assert answer.status_code == 403
    assert "send it once more" in page
    assert 'target="_blank"' not in page
    fresh = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.split("<main")[1])
    taken = browser.post(PAGE, {"csrfmiddlewaretoken": fresh.group(1), "text": "a b"})
    assert taken.status_code != 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_a_strangers_page_lays_no_words_before_anybody(browser, origin):
    said = {"csrfmiddlewaretoken": token(browser), "text": "I give it all away"}
    answer = browser.post(PAGE, said, headers={**OURS, "origin": origin})
    assert answer.status_code == 403
    assert "give it all" not in words(answer)


def test_without_the_browsers_word_for_it_nothing_is_laid_before_anybody(browser):
    said = {"csrfmiddlewaretoken": "a" * 32, "text": "I give it all away"}
    assert "give it all" in words(browser.post(PAGE, said))
    silent = Client(enforce_csrf_checks=True)
    silent.cookies = browser.cookies
    answer = silent.post(PAGE, said)
    assert answer.status_code == 403
    assert "give it all" not in words(answer)


def test_a_receipt_code_typed_with_spaces_is_not_shown(browser):
    page = words(sent(browser, code="ABCD EFGH JKLM", text="the lamp"))
    assert page.count("ABCD EFGH JKLM") == 1, "carried, not shown"
    assert page.count("the lamp") == 2


# --- who it is, asked once more


KEYS = "/staff/keys/programs/new/"


@pytest.fixture
def officer(browser, clock):
    """Somebody who gives keys, logged in longer ago than such a step allows."""
    make_staff("officer", APPOINTING, TOWN, password=PASSWORD)
    said = {"csrfmiddlewaretoken": token(browser), "username": "officer", "password": PASSWORD}
    assert browser.post("/staff/login/", said).status_code == 302
    clock.shift(FRESH_S + 1)
    return browser


def new_program(client, name: str):
    said = {"csrfmiddlewaretoken": token(client, "/staff/"), "display_name": name}
    return client.post(KEYS, said)


def in_main(answer, name: str) -> str:
    """The value of a field of the page's own form."""
    return re.search(rf'name="{name}" value="([^"]*)"', words(answer).split("<main")[1]).group(1)


def test_who_must_prove_who_they_are_keeps_what_they_wrote(officer):
    kept = new_program(officer, "a b")
    assert kept.status_code == 403
    assert kept.headers["Cache-Control"] == "no-store"
    assert f'href="/staff/again/?next={quote(KEYS, safe="")}" target="_blank"' in words(kept)
    asked = officer.get(f"/staff/again/?next={KEYS}")
    proof = {"csrfmiddlewaretoken": in_main(asked, "csrfmiddlewaretoken"), "password": PASSWORD}
    assert officer.post("/staff/again/", {**proof, "next": KEYS}).url == KEYS
    once_more = {name: in_main(kept, name) for name in ("csrfmiddlewaretoken", "display_name")}
    taken = officer.post(KEYS, once_more)
    assert taken.status_code != 403, "one press is enough: the token was not renewed"
    assert 'value="a b"' in words(taken)


def test_who_wrote_nothing_is_led_there_and_back(officer):
    answer = new_program(officer, "ab")
    assert (answer.status_code, answer.url) == (302, f"/staff/again/?next={quote(KEYS, safe='')}")


def forms_of_doors() -> list[type[forms.BaseForm]]:
    """Every form of every door."""
    found, left = [], [forms.BaseForm]
    while left:
        kinds = left.pop().__subclasses__()
        left += kinds
        found += [kind for kind in kinds if kind.__module__.startswith("commongrid.doors")]
    return found


def test_what_is_typed_unseen_is_never_carried():
    import commongrid.site.urls  # noqa: F401 - loads the forms of every door

    unseen = {
        (kind.__name__, name)
        for kind in forms_of_doors()
        for name, field in getattr(kind, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput)
    }
    assert {kind for kind, _name in unseen} >= {"LoginForm", "PassphraseForm"}
    known = {kind for kind, name in unseen if any(word in name for word in again.SECRET_FIELDS)}
    assert {kind for kind, _name in unseen} - known == set()


def test_a_part_of_a_page_leads_the_whole_page_to_the_log_in(browser):
    part = {"hx-request": "true", "hx-current-url": "http://testserver/desk/?q=lamp"}
    answer = browser.get("/desk/rows/", headers=part)
    assert answer.headers["HX-Redirect"] == "/staff/login/?next=/desk/%3Fq%3Dlamp"
    assert words(answer) == ""
    elsewhere = part | {"hx-current-url": "https://evil.example/desk/"}
    answer = browser.get("/desk/rows/", headers=elsewhere)
    assert answer.headers["HX-Redirect"] == "/staff/login/"
