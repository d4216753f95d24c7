"""Everybody of every role sends what no form would: no 5xx, nothing leaks, nothing is executed.

Each address is opened first, and what its forms ask for is sent back with odd values. A small part
in every run; ``COMMONGRID_TEST_FUZZ`` times as much in a soak, under ``COMMONGRID_TEST_FUZZ_SEED``.
"""

from __future__ import annotations

import html
import json
import os
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from commongrid.kernel.ids import new_id
from tests.security.asking import Answer, Question, leak, questions
from tests.security.two_places import Standing, account_of, reads

pytestmark = [
    pytest.mark.usefixtures("db", "at_work", "watched"),
    pytest.mark.slow,
    pytest.mark.once,
]
TIMES = int(os.environ.get("COMMONGRID_TEST_FUZZ", "1"))
SEED = int(os.environ.get("COMMONGRID_TEST_FUZZ_SEED", "0"))
QUESTIONS = 5  # of each person, in a run that is no soak
MARK = "cgpwn9b2c"
ODD = (
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"javascript:{MARK}()",
    f"'-{MARK}()-'", "{{ 7|add:7 }}{% debug %}", "{0.__class__.__mro__}", "%s%n%(x)s", "${7*7}",
    "' OR 1=1 --", "1; DROP TABLE matters_matter; --", "\0", "a\0b", "\u202e\u2066", "\ud7ff\uffff",
    f"x\r\nSet-Cookie: {MARK}=1", f"=cmd|'/C {MARK}'!A0", "../../../etc/passwd", "..\\..\\x",
    "9" * 40, "-1", "0", "1e999", "NaN", "[]", "{}", "null", "true", "2026-02-30", "0000-00-00",
    "9999-12-31", "", " ", "x" * 9000, "字" * 3000, "\U0001f9e8" * 200, "²", "１",
    "00000000-0000-0000-0000-000000000000", "150502004000", "file:///etc/passwd", "on",
    "http://127.0.0.1:1/x",
)  # fmt: skip
NAMED = ("q", "page", "cursor", "order", "from", "until", "place", "type", "next", "grid", "limit")
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*?\bname="([^"]+)"([^>]*)>')
GIVEN = re.compile(r'\bvalue="([^"]*)"')
KEPT = ("csrfmiddlewaretoken", "command_id", "version")


def chance_of(who: str) -> random.Random:
    return random.Random(f"{SEED}:{who}")


def forms_in(page: str) -> dict[str, str]:
    """What the forms of a page would send if nobody typed anything."""
    return {
        name: html.unescape(found.group(1)) if (found := GIVEN.search(rest)) else ""
        for name, rest in FIELD.findall(page)
    }


def spoiled(fields: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Some of the fields odd, the others as they were; now and then one too many or one less."""
    told = dict(fields)
    for name in list(told):
        limit = 0.1 if name in KEPT else 0.6
        if chance.random() < limit:
            told[name] = chance.choice(ODD)
        elif chance.random() < 0.05:
            del told[name]
    if chance.random() < 0.3:
        told[chance.choice(("path", "role", "is_staff", "id", *NAMED))] = chance.choice(ODD)
    return told


def sent_by(
    client: Client, question: Question, chance: random.Random, **headers: str
) -> Iterator[Any]:
    """What comes back when one address is opened, opened oddly, and sent odd things."""
    plain = client.get(question.address, headers=headers)
    yield plain
    query = urlencode({name: chance.choice(ODD) for name in chance.sample(NAMED, 3)})
    yield client.get(f"{question.address.partition('?')[0]}?{query}", headers=headers)
    if question.method != "POST":
        return
    said = "" if plain.streaming else plain.content.decode("utf-8", "replace")
    fields = {**question.data, **forms_in(said)}
    told = spoiled(fields, chance)
    if question.row.route.startswith("api:"):
        body: dict[str, Any] = {"data": json.dumps(told, default=str)}
        yield client.post(
            question.address, body["data"], content_type="application/json", headers=headers
        )
    else:
        yield client.post(question.address, told, headers=headers)
        yield client.get(question.address, headers=headers)  # what was kept is shown as it is


def wrong_in(response: Any) -> str:
    """What the answer is that it must not be, or nothing."""
    if response.status_code >= 500 and response.status_code != 503:
        return f"answered {response.status_code}"
    if MARK in repr(response.cookies) or MARK in response.headers.get("Set-Cookie", ""):
        return "words became a header"
    body = _body(response)
    is_page = "html" in response.headers.get("Content-Type", "")
    if is_page and (f"<script>{MARK}" in body or f"onerror={MARK}()>" in body):
        return "words became code of the page"
    if is_page and re.search(rf'(?:href|src|action)="javascript:{MARK}', body):
        return "words became an address that runs"
    if "csv" in response.headers.get("Content-Type", "") and f"\n=cmd|'/C {MARK}" in body:
        return "words became a formula"
    if "Traceback (most recent" in body or "/commongrid/" in body.replace("/commongrid/static", ""):
        return "the inside is told"
    return ""


def _body(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return response.content.decode("utf-8", "replace")


def faults(
    standing: Standing,
    client: Client,
    asked: list[Question],
    who: str,
    may: Any,
    **headers: str,
) -> list[str]:
    """Ask each question oddly; everything is undone after it."""
    chance, wrong = chance_of(who), []
    cookies = client.cookies.output(header="", sep=";")
    for question in chance.sample(asked, min(len(asked), QUESTIONS * TIMES)):
        client.cookies.clear()
        client.cookies.load(cookies)
        with transaction.atomic():
            try:
                for response in sent_by(client, question, chance, **headers):
                    body = "" if response.streaming else _body(response)
                    answer = Answer(response.status_code, "", body, 0)
                    fault = wrong_in(response) or leak(question, answer, may, standing, who)
                    wrong += [f"{question} {question.address}: {fault}"] if fault else []
            except Exception as error:  # noqa: BLE001 - whatever it is, it would be a 500
                wrong.append(f"{question} {question.address}: {error!r:.300}")
            transaction.set_rollback(True)
    return wrong


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(f"<p><script>{MARK}()</script></p>"),
        HttpResponse(f"<a href='x' title=\"\"><img src=x onerror={MARK}()>"),
        HttpResponse(f'<a href="javascript:{MARK}()">'),
        HttpResponse(f"a,b\n=cmd|'/C {MARK}'!A0", content_type="text/csv"),
        HttpResponse("Traceback (most recent call last)"),
        HttpResponse(status=500),
    ],
    ids=["script", "handler", "address", "formula", "inside", "broken"],
)
def test_what_is_looked_for_is_seen(answer):
    assert wrong_in(answer)
    assert not wrong_in(HttpResponse(f"&lt;script&gt;{MARK}()"))


def test_staff_of_every_role(standing):
    asked = list(questions(standing, is_for=lambda row: row.is_of_staff))
    wrong = []
    people = [p for p in standing.people if p.unit == "sanitation" and p.where in ("here", "there")]
    for person in people:
        client = Client(headers={"accept-language": "en"})
        client.force_login(account_of(person))
        wrong += faults(
            standing, client, asked, person.name, lambda thing, p=person: reads(p, thing)
        )
    assert wrong == [], "\n".join(wrong)


def test_programs_with_every_key(standing):
    asked = list(questions(standing, is_for=lambda row: row.route.startswith(("api:", "ogc:"))))
    wrong = []
    for name, (program, _scopes, token) in standing.keys.items():
        headers = {"authorization": f"Bearer {token}", "idempotency-key": str(new_id())}
        wrong += faults(
            standing, Client(), asked, name,
            lambda thing, p=program: reads(p, thing) or thing.about == "key",  # each its own
            **headers,
        )  # fmt: skip
    assert wrong == [], "\n".join(wrong)


def test_anybody(standing):
    asked = list(questions(standing, is_for=lambda row: not row.is_of_staff))
    wrong: list[str] = []
    for turn in range(6):
        client = Client(headers={"accept-language": ("en", "zh-hans")[turn % 2]})
        client.post("/places/", {"place": "150502004000"})
        client.post("/report/")
        wrong += faults(standing, client, asked, f"anybody {turn}", lambda thing: False)
    assert wrong == [], "\n".join(wrong)
