"""The address where phones send pictures in pieces."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from django.test import Client

from tests.doors.field.test_sync import ask, body
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import a_raise, announced
from tests.support import factories as f

pytestmark = pytest.mark.django_db
PICTURE = f.jpeg((120, 90, 20), size=(50, 44))
SHA = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def token(db, settings, tmp_path) -> str:
    settings.MEDIA_ROOT = tmp_path
    f.a_place()
    return crew.paired(crew.worker()).token


def put(token, content=PICTURE, *, sha=SHA, command="", total=0, offset=0, more=""):
    query = f"command={command or uuid4()}&bytes={total or len(content)}&offset={offset}{more}"
    return Client(enforce_csrf_checks=True).put(
        f"/field/files/{sha}/?{query}", content, content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def get(token, sha=SHA, query=""):
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get(f"/field/files/{sha}/{query}", headers=headers)


def test_a_file_comes_in_pieces_and_is_attached(token):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    (answer,) = ask(token, body(sent)).json()["answers"]
    assert answer["need"] == [SHA]
    first = put(token, PICTURE[:300], total=len(PICTURE), command=sent["id"])
    assert first.json() == {"received": 300, "is_whole": False, "is_attached": False}
    assert get(token).json() == first.json()
    last = put(token, PICTURE[300:], total=len(PICTURE), offset=300, command=sent["id"],
               more="&kind=photo&stage=evidence")  # fmt: skip
    whole = {"received": len(PICTURE), "is_whole": True, "is_attached": True}
    assert last.json() == whole
    assert get(token, query=f"?command={sent['id']}").json() == whole
    assert ask(token, body(sent)).json()["answers"][0]["need"] == []


def test_a_file_that_was_not_begun_has_nothing(token):
    assert get(token).json() == {"received": 0, "is_whole": False, "is_attached": False}


def test_a_gap_is_told_with_how_much_is_here(token):
    answer = put(token, PICTURE[10:20], total=len(PICTURE), offset=10)
    assert (answer.status_code, answer.json()["received"]) == (409, 0)
    assert answer.json()["rule"] == "field.gap"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_another_file_is_dropped(token):
    answer = put(token, PICTURE[:-1] + b"x")
    assert (answer.status_code, answer.json()["rule"]) == (422, "field.other_file")
    assert get(token).json()["received"] == 0


def test_a_file_nobody_can_read_is_final(token):
    words = b"no picture"
    sha = hashlib.sha256(words).hexdigest()
    sent = a_raise(photos=[announced(sha, words)])
    ask(token, body(sent))
    answer = put(token, words, sha=sha, command=sent["id"])
    assert (answer.status_code, answer.json()["rule"]) == (422, "field.unreadable")


@pytest.mark.parametrize(
    ("given", "status", "rule"),
    [
        pytest.param({"content": b"x" * (256 * 1024 + 1)}, 413, "field.too_large", id="piece"),
        pytest.param({"content": b"x" * 3_000_000}, 413, "field.too_large", id="3 MB"),
        pytest.param({"total": 13 * 1024 * 1024}, 422, "field.invalid", id="file"),
        pytest.param({"content": b"", "total": 5}, 422, "field.invalid", id="empty"),
        pytest.param({"offset": 1}, 422, "field.invalid", id="over the end"),
        pytest.param({"offset": -1}, 422, "field.invalid", id="before the start"),
        pytest.param({"command": "x"}, 422, "field.invalid", id="no number"),
        pytest.param({"more": "&kind=film"}, 422, "field.invalid", id="kind"),
        pytest.param({"more": "&stage=later"}, 422, "field.invalid", id="stage"),
        pytest.param({"more": "&lat=43.6"}, 422, "field.invalid", id="more than is asked"),
        pytest.param({"sha": "abc"}, 404, "field.no_file", id="sum"),
        pytest.param({"sha": SHA.upper()}, 404, "field.no_file", id="capitals"),
    ],
)
def test_what_has_not_the_shape_is_refused(token, given, status, rule):
    answer = put(token, **given)
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)


def test_without_a_token_nobody_comes_in(token):
    assert put("cgp_x").status_code == 401
    assert get("").status_code == 401
    answer = Client().post(
        f"/field/files/{SHA}/", b"", content_type="text/plain",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 405
