"""A house that cannot answer says so: 503, what to do, and the form to send again."""

from __future__ import annotations

import errno
import json

import pytest
from django.db import IntegrityError, OperationalError
from django.http import UnreadablePostError
from django.test import Client
from django.urls import path

from commongrid.doors.common import errors
from commongrid.doors.common.gates import public
from commongrid.doors.common.trouble import Trouble, trouble_of
from commongrid.site import urls as root

HOSTILE = '"><script>alert(1)</script>'


def raising(error: Exception):
    @public
    def view(request):
        raise error

    return view


def gone() -> OperationalError:
    return OperationalError("connection to server at 203.0.113.9 failed: hunter2")


def while_handling() -> Exception:
    try:
        try:
            raise gone()
        except OperationalError:
            raise RuntimeError("on the way out")  # noqa: B904 - the chain is the case
    except RuntimeError as error:
        return error


def our_own_disk() -> Exception:
    """A body that was kept on the disk and cannot be read back."""
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")  # noqa: TRY301 - the chain is the case
        except OSError as error:
            raise UnreadablePostError from error
    except UnreadablePostError as error:
        return error


def test_a_body_lost_to_our_disk_was_not_cut_off_by_its_client():
    assert trouble_of(our_own_disk()) is Trouble.DISK
    assert trouble_of(UnreadablePostError()) is Trouble.CUT_OFF


BREAKS = {
    "gone": gone(),
    "locked": OperationalError("database is locked"),
    "full": OperationalError("database or disk is full"),
    "nospace": OSError(errno.ENOSPC, "No space left on device"),
    "handled": while_handling(),
    "table": OperationalError("no such table: x"),
    "fault": KeyError("x"),
}
handler400, handler403, handler404, handler500 = (
    root.handler400, root.handler403, root.handler404, root.handler500,
)  # fmt: skip
urlpatterns = [path(f"break/{name}/", raising(error)) for name, error in BREAKS.items()]
urlpatterns += [
    path(f"{door}/gone{form}", raising(gone()))
    for door in ("api", "ogc", "open311")
    for form in ("", ".xml", ".json")
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def browser():
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    return client


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (BREAKS["gone"], Trouble.DATABASE),
        (BREAKS["locked"], Trouble.DATABASE),
        (BREAKS["handled"], Trouble.DATABASE),
        (BREAKS["full"], Trouble.DISK),
        (BREAKS["nospace"], Trouble.DISK),
        (BREAKS["table"], Trouble.FAULT),
        (OSError(errno.EACCES, "x"), Trouble.FAULT),
        (IntegrityError("x"), Trouble.FAULT),
        (BREAKS["fault"], Trouble.FAULT),
        (None, Trouble.FAULT),
    ],
)
def test_trouble_is_told_from_a_fault(error, trouble):
    assert trouble_of(error) is trouble


@pytest.mark.parametrize("name", ["gone", "locked", "handled", "full", "nospace"])
def test_a_house_that_cannot_answer_says_503_in_both_languages(browser, name):
    answer = browser.get(f"/break/{name}/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert "暂时无法办理" in page
    assert "We cannot answer just now" in page
    assert "hunter2" not in page
    assert "<form" not in page


@pytest.mark.parametrize("name", ["table", "fault"])
def test_a_fault_of_ours_stays_500(browser, name):
    answer = browser.get(f"/break/{name}/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_what_was_written_can_be_sent_again_from_the_page(browser):
    said = {
        "csrfmiddlewaretoken": "a" * 32,
        "command_id": "7d0c6c1e-57ad-4a40-8d6c-0c7a9c1b6e55",
        "text": HOSTILE,
        "many": ["1", "2"],
    }
    page = browser.post("/break/gone/", said).content.decode()
    assert 'action="/break/gone/"' in page
    assert 'name="command_id" value="7d0c6c1e-57ad-4a40-8d6c-0c7a9c1b6e55"' in page
    assert page.count('name="many"') == 2
    assert "<script" not in page
    assert "再发送一次" in page
    assert "Send the same again" in page


def test_passwords_and_forms_of_others_are_not_repeated(browser):
    token = {"csrfmiddlewaretoken": "a" * 32}
    for said in (token | {"username": "x", "password": "hunter2"}, token | {"t": "x" * 70_000}):
        page = browser.post("/break/gone/", said).content.decode()
        assert "hunter2" not in page
        assert "<form" not in page


@pytest.mark.parametrize("door", ["api", "ogc"])
def test_programs_get_problem_details(browser, door):
    answer = browser.get(f"/{door}/gone")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["rule"] == "house.database"
    assert answer.headers["Retry-After"]


def test_open311_gets_its_own_error_form(browser):
    answer = browser.get("/open311/gone.xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/xml; charset=utf-8")
    assert b"<error><code>503</code>" in answer.content
    listed = json.loads(browser.get("/open311/gone.json").content)
    assert listed[0]["code"] == 503


def test_a_client_that_stopped_sending_is_no_fault_of_ours(rf):
    from django.http import UnreadablePostError

    def cut_off():
        raise UnreadablePostError("timed out")

    try:
        cut_off()
    except UnreadablePostError:
        assert errors.server_error(rf.post("/x")).status_code == 408
