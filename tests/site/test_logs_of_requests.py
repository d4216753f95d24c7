"""Whatever a caller sends, the log names routes, statuses and times, and nothing of the caller."""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import include, path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongrid.doors.common.gates import public
from commongrid.kernel.ids import new_receipt_code
from commongrid.site import urls as root
from commongrid.site.logs import Json, MaskPaths, Plain

TOKEN = "cgk_" + "Zz9-_" * 8 + "abc"
ADDRESS, ADDRESS6 = "198.51.100.77", "2001:db8:85a3::8a2e:370:7334"
PHONE, MAIL, WORDS = "13800138000", "zhang@example.test", "张三的井盖"


@public
def breaks(request, code):
    raise KeyError(f"{request.GET} {request.POST} {request.path} {code} {TOKEN}")


handler400, handler403, handler404, handler500 = (
    root.handler400, root.handler403, root.handler404, root.handler500,
)  # fmt: skip
urlpatterns = [path("break/<str:code>/", breaks, name="breaks"), path("", include(root))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@contextmanager
def log(formatter: logging.Formatter):
    """What the server would have written meanwhile."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.addFilter(MaskPaths())
    logger, level = logging.getLogger(), logging.getLogger().level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield out
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.fixture
def as_json(settings):
    settings.LOG_FORMAT = "json"


ADDRESSES = st.sampled_from(
    ["/r/{code}/", "/break/{code}/", "/task/{token}/", "/{code}", "/my/photo/{token}/",
     "/follow/{token}", "/desk/{words}/", "/static/{token}.css", "/grids/{code}/", "/{mail}/"]
)  # fmt: skip
SEEDS = st.integers(0, 10**6)


def secrets_of(seed: int) -> dict[str, str]:
    import random

    code = new_receipt_code(random.Random(seed))
    return {"code": code, "token": TOKEN, "words": WORDS, "mail": MAIL}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    address=ADDRESSES,
    seed=SEEDS,
    method=st.sampled_from(["get", "post", "put"]),
    junk=st.text(max_size=20),
)
@pytest.mark.parametrize("formatter", [Json(), Plain("%(levelname)s %(name)s %(message)s")])
def test_nothing_of_the_caller_is_in_the_log(as_json, formatter, address, seed, method, junk):
    secret = secrets_of(seed)
    sent = {"q": WORDS, "phone": PHONE, "code": secret["code"], "junk": junk}
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    headers = {
        "X-Forwarded-For": ADDRESS6, "Authorization": f"Bearer {TOKEN}", "User-Agent": f"a {MAIL}",
        "Referer": f"https://example.test/r/{secret['code']}/", "X-Request-Id": WORDS,
    }  # fmt: skip
    with log(formatter) as out:
        getattr(client, method)(
            address.format(**secret) + "?q=marker&x=" + WORDS, sent, headers=headers
        )
    said = out.getvalue()
    assert said
    bare = secret["code"].replace("-", "")
    for hidden in (secret["code"], bare, TOKEN, TOKEN[4:], ADDRESS, ADDRESS6, PHONE, MAIL, WORDS):
        assert hidden not in said
    assert "marker" not in said


def test_a_line_of_json_tells_what_a_monitor_needs(client, as_json):
    with log(Json()) as out:
        answer = client.get("/-/health")
    (line,) = [json.loads(text) for text in out.getvalue().splitlines()]
    assert line["message"] == "about:health 200"
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line["took_ms"] >= 0
    assert set(line) == {"at", "level", "logger", "message", "request", "took_ms"}


def test_an_error_is_told_by_its_kind_and_place(as_json):
    client = Client(raise_request_exception=False)
    with log(Json()) as out:
        answer = client.get("/break/x/")
    lines = [json.loads(text) for text in out.getvalue().splitlines()]
    (error,) = [line for line in lines if "error" in line]
    assert (answer.status_code, error["error"]) == (500, "KeyError")
    assert error["trace"][-1].endswith(" breaks")
    assert {line["request"] for line in lines} == {answer.headers["X-Request-Id"]}


def test_ids_are_made_here(client):
    given_id = "0123456789abcdef"
    answers = [client.get("/-/health", headers={"X-Request-Id": given_id}) for _ in range(2)]
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(ids) == 2
    assert given_id not in ids


def test_the_log_for_people_has_no_line_for_each_request(client):
    assert django_settings.LOG_FORMAT == "plain"
    with log(Plain("%(message)s")) as out:
        client.get("/-/health")
    assert out.getvalue() == ""
