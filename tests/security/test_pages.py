"""What the pages give away to whoever stands outside: addresses, caches, logs, redirects."""

import logging
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commongrid.doors.common.ratelimit import caller_address
from commongrid.rooms.matters.models import PhotoRow
from tests.doors.resident.walking import picture
from tests.support import factories as f


def test_a_code_is_in_no_log_no_row_and_no_address(walk, caplog):
    with caplog.at_level(logging.DEBUG):
        walk.report()
        walk.client.get(f"/r/{walk.code}/")
        walk.client.get("/my/")
    bare = walk.code.replace("-", "")
    everything = f.all_text() + caplog.text
    assert walk.code not in everything
    assert bare not in everything


def test_guessing_codes_is_slowed_down_whatever_address_beside_it_is_used(client, db):
    """Whoever has one IPv6 address has 2^64 of them."""
    answers = [
        client.post("/my/open/", {"code": "K7QM-4T2X-9R3W-A"}, REMOTE_ADDR=f"2001:db8::{n:x}")
        for n in range(61)
    ]
    assert [a.status_code for a in answers[-2:]] == [422, 429]


def test_an_address_counts_by_its_subscriber(rf):
    def seen(address):
        return caller_address(rf.get("/", REMOTE_ADDR=address))

    assert seen("2001:db8:1:2:3:4:5:6") == seen("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert seen("2001:db8:1:3::9") != seen("2001:db8:1:2::9")
    assert seen("203.0.113.7") == "203.0.113.7"
    assert seen("unix:") == "unix:"


def test_the_lock_out_cannot_be_walked_round(client, db):
    """Neither by spelling the name otherwise nor by an address beside the last one."""
    names = ["demo.desk", "DEMO.desk", " demo.desk", "Demo.Desk", "demo.DESK", "demo.desk"]
    answers = [
        client.post(
            "/staff/login/", {"username": name, "password": "wrong-password"},
            REMOTE_ADDR=f"2001:db8::{n:x}",
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nothing_redirects_to_somebody_else_s_site(client, db, wanted):
    for path, fields in (
        ("/language/", {"language": "en", "next": wanted}),
        ("/places/", {"place": "x", "next": wanted}),
    ):
        answer = client.post(path, fields, headers={"referer": wanted})
        assert "evil.example" not in answer.headers.get("Location", "")
        assert not answer.headers.get("Location", "").startswith("javascript")
    page = client.get("/staff/login/", {"next": wanted}).content.decode()
    goals = re.findall(r'name="next" value="([^"]*)"', page)
    assert goals
    assert all(goal.startswith("/") and goal[1:2] not in ("/", "\\") for goal in goals)


@pytest.mark.parametrize(
    "path", ["/language/", "/my/open/", "/staff/login/", "/staff/logout/", "/report/", "/my/close/"]
)
def test_every_post_needs_its_token(db, path):
    client = Client(enforce_csrf_checks=True)
    assert client.post(path, {"language": "en"}).status_code == 403


def test_another_host_name_is_refused(client, db):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/grids/?q=%00", "/grids/?q=%E5%8D%97%00", "/r/%00/",
        "/grids/here/?lon=nan&lat=inf", "/grids/here/?lon=1e999&lat=0",
        "/places/?next=%00", "/r/%E2%80%AE%00/", "/grids/%2e%2e/", "/shared/photo/../../etc/",
        "/my/?x=" + "a" * 3000,
    ],
)  # fmt: skip
def test_odd_addresses_break_nothing(walk, path):
    assert walk.client.get(path).status_code < 500


@pytest.mark.parametrize("odd", ["\x00", "\u202e\u2066gpj.exe", "<svg/onload=alert(1)>", "🧨" * 9])
def test_odd_words_are_refused_or_shown_as_they_are(walk, odd):
    walk.client.post("/report/")
    page = walk.client.post(
        "/report/what/", {"text": f"灯坏了 {odd}", "type_code": "B02"}, follow=True
    )
    assert page.status_code < 500
    page = walk.client.get("/report/what/")
    assert "<svg/onload" not in page.content.decode()


def test_what_only_begins_like_a_picture_breaks_no_page(walk):
    torn = SimpleUploadedFile("torn.jpg", picture().read()[:2000], content_type="image/jpeg")
    walk.to_check(photos=[torn])
    page = walk.client.get("/report/photo/").content.decode()
    shown = re.findall(r"/report/photo/[0-9a-f]{32}/", page)
    assert [walk.client.get(address).status_code for address in shown] == [404] * len(shown)


def test_one_s_own_photo_is_left_in_no_cache(walk):
    """The device may be shared: what was closed must not come back from its cache."""
    walk.report(photos=[picture()])
    photo = PhotoRow.objects.get()
    answer = walk.client.get(f"/my/photo/{photo.pk}/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    walk.client.post("/my/close/")
    assert walk.client.get(f"/my/photo/{photo.pk}/").status_code == 302
    assert walk.client.get(f"/shared/photo/{photo.pk}/").status_code == 404


def test_a_database_s_details_are_kept_out_of_the_log():
    """PostgreSQL repeats the whole row, with the person's words, in its errors."""
    from commongrid.site.logs import Plain

    error = ValueError("violates\nDETAIL:  Failing row contains (1, 我的电话 0475-0001234).")
    trace = Plain().formatException((ValueError, error, None))
    assert "0475" not in trace
    assert "violates" not in trace, "no word of an error is logged, only its kind"
    assert "ValueError" in trace
