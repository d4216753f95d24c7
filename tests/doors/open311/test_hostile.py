"""Whatever comes in: never a 5xx, and every refusal has the standard's form."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doors.open311.asking import FORMS, GRID, V2, issue_key, said
from tests.support import factories

# A soak asks for many more.
TIMES = int(os.environ.get("COMMONGRID_TEST_FUZZ_TIMES", "1"))
NAMES = st.sampled_from(
    [
        "jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status",
        "page", "page_size", "updated_after", "updated_before", "lat", "long", "radius", "bbox",
        "area", "extensions", "locale", "api_key", "address_id", "address_string", "description",
        "email", "phone", "first_name", "last_name", "media_url", "share", "command_id",
        "device_id", "account_id", "attribute[is_earth]", "attribute[is_earth][]", "attribute[",
    ]
)  # fmt: skip
NASTY = st.sampled_from(
    [
        "", " ", "0", "-1", "1e999", "nan", "inf", "1_0", "٣", "９", "\x00", "\ud800", "\uffff",
        "\x1b[0m",
        "'", '"><script>', "%00", "%", "_", "..", "../../etc/passwd", "<!DOCTYPE x>", "]]>",
        "{{ 7 }}",
        "2026-02-30T00:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-23:59",
        "2026-03-10T09:00:00 08:00", "2026-03-10T09:00:00+99:99", "1970-01-01T00:00:00Z",
        "open", "closed", "open,closed,", "A01", "A02", "a01", GRID, "43.605", "122.255", "1000",
        "99999999999999999999", "122.2,43.6,122.3,43.7", "yes", "true", "zh", "en", "x" * 5000,
        "\u202e", "\U0001f525", "150502004000", "cgk_" + "x" * 43, "DROP TABLE matters_matter;--",
    ]
)  # fmt: skip
VALUES = st.one_of(NASTY, st.text(max_size=40), st.floats().map(str), st.integers().map(str),
                   st.datetimes().map(lambda at: f"{at.isoformat()}Z"))  # fmt: skip
QUERY = st.lists(st.tuples(NAMES, VALUES), max_size=6)
SEGMENT = st.one_of(NASTY, st.text(max_size=20)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json", "",
         "multipart/form-data; boundary=x")  # fmt: skip
FORM = st.sampled_from(FORMS)
PATHS = st.one_of(
    st.sampled_from(["discovery", "services", "requests", "services/A02", "nothing", ""]),
    st.tuples(st.sampled_from(["services", "requests", "tokens", "service"]), SEGMENT).map(
        "/".join
    ),
)


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """A place with a few matters, once for all examples."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.a_place()
        factories.raised(is_shareable=True, lon=122.255, lat=43.605, photos=(factories.photo(),))
        factories.raised("A03")
        yield issue_key()
        transaction.set_rollback(True)


def is_sound(response, form):
    assert response.status_code < 500, response.content
    if response.status_code in (301, 302):
        return
    told = said(response)
    assert form in response.headers["Content-Type"]
    if response.status_code >= 400:
        assert told
        for error in told:
            assert list(error) == ["code", "description"]
            assert int(error["code"]) == response.status_code or len(told) > 1
            assert error["description"]


def encoded(pairs):
    fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.encode("utf-8", "surrogatepass"))
    return fields


@pytest.mark.django_db
@settings(max_examples=100 * TIMES)
@given(path=PATHS, form=FORM, query=QUERY)
def test_reading_survives_anything(town, path, form, query):
    is_sound(Client().get(f"{V2}/{quoted(path)}.{form}", encoded(query)), form)


@pytest.mark.django_db
@settings(max_examples=60 * TIMES)
@given(form=FORM, told=QUERY, has_key=st.booleans(), number=st.one_of(st.none(), NASTY))
def test_reporting_survives_anything(town, form, told, has_key, number):
    sound = {"service_code": "A02", "address_id": GRID, "attribute[is_earth]": "no"}
    fields = {**sound, **encoded(told), **({"api_key": town} if has_key else {})}
    headers = {"idempotency-key": number} if number and number.isprintable() else {}
    with transaction.atomic():
        is_sound(Client().post(f"{V2}/requests.{form}", fields, headers=headers), form)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=40 * TIMES)
@given(body=st.binary(max_size=300), form=FORM, kind=st.sampled_from(KINDS))
def test_any_bytes_survive(town, body, form, kind):
    is_sound(Client().generic("POST", f"{V2}/requests.{form}", body, content_type=kind), form)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("form", FORMS)
def test_any_method_is_answered(client, town, db, method, form):
    response = client.generic(method, f"{V2}/requests.{form}")
    is_sound(response, form)
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("path", "accept", "form"),
    [
        ("requests", "", "xml"), ("requests", "application/json", "json"),
        ("requests.csv", "", "xml"), ("requests.json/", "", "xml"), ("requests.JSON", "", "xml"),
        ("services/.json", "", "json"), ("requests/a/b.xml", "", "xml"),
        ("requests.json%00", "", "xml"), ("x.json?a=%00", "", "json"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_answers_in_kind(client, town, db, path, accept, form):
    response = client.get(f"{V2}/{path}", headers={"accept": accept})
    assert 400 <= response.status_code < 500
    is_sound(response, form)


def test_other_doors_keep_their_pages(client, town, db):
    for path in ("/nope", "/open311/nope.json", "/open311/nope"):
        assert "text/html" in client.get(path).headers["Content-Type"]


def quoted(path):
    return quote(path, safe="/")
