"""The app itself: open to anybody, about nobody, kept by the phone and asked about each time."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.test import Client

from commongrid.doors.field.words import WORDS

pytestmark = pytest.mark.django_db
OPEN = {
    "/field/": "text/html; charset=utf-8",
    "/field/worker.js": "text/javascript; charset=utf-8",
    "/field/app.webmanifest": "application/manifest+json",
    "/field/words/zh-hans.json": "application/json",
    "/field/words/en.json": "application/json",
}


@pytest.mark.parametrize("address", OPEN)
def test_anybody_opens_it_and_it_is_asked_about_each_time(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == OPEN[address]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("address", OPEN)
def test_it_is_only_for_reading(address):
    assert Client().post(address).status_code == 405


def test_the_shell_has_no_data_and_no_script_of_its_own(count_sql):
    with count_sql(max=0):
        page = Client().get("/field/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "style=" not in page


def test_the_worker_lists_what_is_to_be_put_by():
    text = Client().get("/field/worker.js").content.decode()
    first, _, _ = text.partition("\n")
    shelf = json.loads(first.removeprefix("self.SHELF = ").rstrip(";"))
    assert set(shelf) == {"version", "pages", "files"}
    assert {"/field/", "/field/words/zh-hans.json", "/field/words/en.json"} <= set(shelf["pages"])
    assert len(shelf["files"]) == len(set(shelf["files"]))
    assert all(url.startswith(settings.STATIC_URL) for url in shelf["files"])
    assert not any(url.endswith("worker.js") for url in shelf["files"])


def test_everything_the_shell_names_is_on_the_list():
    page = Client().get("/field/").content.decode()
    named = re.findall(rf'(?:src|href)="({settings.STATIC_URL}[^"]+)"', page)
    text = Client().get("/field/worker.js").content.decode()
    shelf = json.loads(text.partition("\n")[0].removeprefix("self.SHELF = ").rstrip(";"))
    assert named
    assert set(named) <= set(shelf["files"])


def test_the_worker_stays_at_this_door():
    assert Client().get("/field/worker.js").headers["Service-Worker-Allowed"] == "/field/"


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_word_is_there_in_every_language(language):
    told = Client().get(f"/field/words/{language}.json").json()
    assert set(told) == set(WORDS)
    assert all(told.values())


def test_the_languages_differ_and_a_cookie_changes_neither():
    client = Client()
    client.cookies["django_language"] = "en"
    chinese = client.get("/field/words/zh-hans.json").json()
    assert chinese != client.get("/field/words/en.json").json()


def test_a_language_nobody_speaks_here_is_not_found():
    assert Client().get("/field/words/tlh.json").status_code == 404


def test_words_that_did_not_change_are_not_sent_again():
    first = Client().get("/field/words/en.json")
    again = Client().get("/field/words/en.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_manifest_keeps_the_app_at_its_door():
    told = Client().get("/field/app.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == (
        "/field/", "/field/", "standalone",
    )  # fmt: skip
    assert told["icons"]
