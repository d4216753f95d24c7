"""Limits on knocking: counted per caller and page, without keeping who it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from commongrid.doors.common.models import Knock
from commongrid.doors.common.ratelimit import (
    caller_address,
    count_knock,
    erase_old_knocks,
    knock_key,
    limited,
)

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def knock(address="203.0.113.9", page="p", at=AT):
    return count_knock(page=page, address=address, window_s=60, at=at)


def test_knocks_are_counted_per_caller_page_and_window(db):
    assert [knock(), knock(), knock()] == [1, 2, 3]
    assert knock(address="203.0.113.10") == 1
    assert knock(page="other") == 1
    assert knock(at=AT + timedelta(seconds=60)) == 1


def test_no_row_holds_the_address(db):
    knock()
    row = Knock.objects.get()
    assert "203.0.113.9" not in f"{row.key}{row.count}{row.until}"


def test_the_key_cannot_be_made_without_the_sites_key(settings):
    before = knock_key(page="p", address="203.0.113.9", window_s=60, at=AT)
    settings.SECRET_KEY = "another"
    assert knock_key(page="p", address="203.0.113.9", window_s=60, at=AT) != before


def test_old_knocks_are_erased(db):
    knock()
    knock(address="203.0.113.10", at=AT + timedelta(hours=1))
    assert erase_old_knocks(at=AT + timedelta(minutes=2)) == 1
    assert Knock.objects.count() == 1


def test_one_too_many_gets_a_page_that_says_how_long(db, rf, client):
    from django.contrib.auth.models import AnonymousUser

    view = limited("form", tries=2, window_s=600, methods=frozenset({"POST"}))(
        lambda request: HttpResponse("in")
    )

    def ask(method):
        request = getattr(rf, method)("/x")
        request.user, request.session = AnonymousUser(), client.session
        return view(request)

    assert [ask("get").status_code for _ in range(4)] == [200] * 4
    assert [ask("post").status_code for _ in range(2)] == [200] * 2
    refused = ask("post")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "600"
    assert "10" in refused.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert caller_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == address
