"""The address where phones sync: who comes in, shapes, limits, problems, and what comes back."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters.models import Matter
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step
from tests.support import factories as f

pytestmark = pytest.mark.django_db
SYNC = "/field/sync/"


@pytest.fixture
def account(db) -> int:
    f.a_place()
    return crew.worker()


@pytest.fixture
def token(account) -> str:
    return crew.paired(account).token


def body(*commands, **more) -> dict:
    given = {"v": 1, "phone_at": NOW.isoformat(), "cursor": "", "have": "", "pack": ""}
    return {**given, "commands": list(commands), **more}


def ask(token, sent=None, **more):
    content = sent if isinstance(sent, bytes) else json.dumps(sent or body()).encode()
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return Client(enforce_csrf_checks=True).post(
        SYNC, content, content_type="application/json", headers=headers, **more
    )


def test_intentions_go_in_and_answers_and_what_changed_come_out(token):
    seen = f.raised(text="早就报了")
    answer = ask(token, body(a_raise("刚刚报的"), a_step(seen.id, "accept")))
    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"server_at", "phone_ahead_s", "answers", "feed", "pack", "phone"}
    assert [one["verdict"] for one in told["answers"]] == ["done", "done"]
    assert set(told["answers"][0]) == {
        "id", "verdict", "rule", "say", "next", "matter", "ref", "receipt", "version", "state",
        "is_beside", "need", "now",
    }  # fmt: skip
    assert set(told["feed"]) == {"cursor", "have", "is_whole", "matters", "gone"}
    ids = {card["id"] for card in told["feed"]["matters"]}
    assert ids == {str(seen.id), told["answers"][0]["matter"]}
    assert told["phone"] == {"state": "in_service", "until": None, "erase": False}
    assert len(told["pack"]) == 64


def test_it_says_how_far_the_phones_clock_is_ahead(token):
    sent = body(phone_at=(NOW + timedelta(seconds=90)).isoformat())
    assert ask(token, sent).json()["phone_ahead_s"] == 90.0


@pytest.mark.parametrize(
    "header",
    ["", "Bearer ", "Bearer cgp_x", "Basic YTpi", f"Bearer cgp_{'A' * 43}", "cgp_"],
    ids=["none", "empty", "short", "basic", "unknown", "bare"],
)
def test_without_a_phones_token_nobody_comes_in(account, header):
    answer = Client().post(SYNC, b"{}", content_type="application/json",
                           headers={"Authorization": header} if header else {})  # fmt: skip
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["rule"] == "field.no_phone"
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_cookies_mean_nothing(account, client):
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(pk=account))
    assert client.post(SYNC, b"{}", content_type="application/json").status_code == 401


def test_a_revoked_phone_is_told_to_erase(account):
    paired = crew.paired(account)
    fieldwork.revoke_phone(
        actor=crew.holder(account), at=NOW, command_id=new_id(), phone_id=paired.id, why="lost"
    )
    answer = ask(paired.token, body(a_raise()))
    assert (answer.status_code, answer.json()["rule"]) == (403, "field.revoked")
    assert Matter.objects.count() == 0


def test_after_the_post_the_rest_is_taken_and_all_else_erased(account, token, clock):
    f.raised()
    crew.end_post(account)
    clock.shift(3600)
    told = ask(token, body(a_raise("收尾"))).json()
    assert [one["verdict"] for one in told["answers"]] == ["done"]
    assert told["feed"]["matters"] == []
    assert told["phone"]["state"] == "ended"
    assert told["phone"]["erase"] is True
    assert told["phone"]["until"] == (NOW + 5 * f.DAY).isoformat()
    clock.shift(5 * 24 * 3600)
    answer = ask(token)
    assert (answer.status_code, answer.json()["rule"]) == (403, "field.revoked")


@pytest.mark.parametrize(
    ("sent", "status", "rule"),
    [
        pytest.param(b"", 400, "field.body", id="nothing"),
        pytest.param(b"\xff\xfe", 400, "field.body", id="no text"),
        pytest.param(b"[1", 400, "field.body", id="no JSON"),
        pytest.param(b'{"v": NaN}', 400, "field.body", id="no number"),
        pytest.param(b"[]", 422, "field.invalid", id="a list"),
        pytest.param(b"null", 422, "field.invalid", id="null"),
        pytest.param(body(v=2), 422, "field.invalid", id="another version"),
        pytest.param(body(colour="red"), 422, "field.invalid", id="an unknown part"),
        pytest.param(body(phone_at="2026-03-10T09:00:00"), 422, "field.invalid", id="no zone"),
        pytest.param(body(commands="x"), 422, "field.invalid", id="no list"),
        pytest.param(body("x"), 422, "field.no_number", id="no object"),
        pytest.param(body({"kind": "raise"}), 422, "field.no_number", id="no number of its own"),
        pytest.param(
            body({"id": "00000000-0000-1000-8000-000000000000"}), 422, "field.no_number",
            id="a number that can be guessed",
        ),
        pytest.param(body(cursor="a\0"), 400, "field.body", id="a NUL"),
        pytest.param(b'{"v":1,"x":"' + b"a" * 1_100_000 + b'"}', 413, "field.too_large", id="1 MB"),
        pytest.param(
            b'{"v":1,"x":"' + b"a" * 3_000_000 + b'"}', 413, "field.too_large", id="3 MB"
        ),
        pytest.param(
            body(*({"id": str(uuid4())} for _ in range(61))), 413, "field.too_large", id="61"
        ),
    ],
)  # fmt: skip
def test_what_has_not_the_shape_is_refused(token, sent, status, rule):
    answer = ask(token, sent)
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_sixty_intentions_are_taken_at_once(token):
    matter = f.raised().id
    told = ask(token, body(*(a_step(matter, "note", note=str(n)) for n in range(60)))).json()
    assert {one["verdict"] for one in told["answers"]} == {"done"}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not in service"), ("zh-CN,zh;q=0.9", "没有启用")]
)
def test_problems_speak_the_language_that_was_asked_for(account, language, words):
    answer = ask("cgp_x", headers={"Accept-Language": language})
    assert words in answer.json()["detail"]


def test_one_phone_syncs_only_so_often(token, monkeypatch):
    monkeypatch.setattr("commongrid.doors.field.gates.PHONE_CALLS", 2)
    assert [ask(token).status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(token)
    assert answer.json()["rule"] == "field.too_many"
    assert 0 < int(answer.headers["Retry-After"]) <= 600


def test_guessing_tokens_ends_soon(account, monkeypatch):
    monkeypatch.setattr("commongrid.doors.field.gates.WRONG_TOKENS", 2)
    assert [ask("cgp_x").status_code for _ in range(3)] == [401, 401, 429]


def test_while_the_database_is_away_the_phone_is_told_to_come_again(token, monkeypatch):
    def away(**_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("commongrid.doors.field.views.sync.carry_out", away)
    client = Client(raise_request_exception=False)
    answer = client.post(SYNC, json.dumps(body()).encode(), content_type="application/json",
                         headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["rule"] == "house.database"
    assert int(answer.headers["Retry-After"]) > 0


def test_only_posts_are_answered_and_nothing_is_kept_by_caches(token):
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get(SYNC, headers=headers).status_code == 405
    answer = ask(token)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies


def test_answers_come_packed_to_whoever_can_unpack(token):
    for n in range(6):
        f.raised(text=f"第{n}件")
    plain = ask(token)
    packed = ask(token, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert json.loads(gzip.decompress(packed.content))["feed"]["is_whole"]


def test_a_quiet_sync_takes_few_statements(token, count_sql):
    told = ask(token).json()
    again = body(cursor=told["feed"]["cursor"], have=told["feed"]["have"], pack=told["pack"])
    with count_sql(max=9):
        ask(token, again)


def test_the_token_stands_in_no_row(token):
    ask(token, body(a_raise()))
    assert token not in f.all_text()
    assert hashlib.sha256(token.encode()).hexdigest() in f.all_text()
