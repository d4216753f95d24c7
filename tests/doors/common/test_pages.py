"""What every page carries: headers, languages, and errors that say what to do."""

import pytest
from django.test import Client


def test_the_content_policy_is_strict(client, db):
    policy = client.get("/-/alive").headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_other_headers(client, db):
    headers = client.get("/-/alive").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "没有这个页面"), ("en", "There is no such page")]
)
def test_404_speaks_both_languages(client, db, language, title):
    answer = client.get("/nope", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert title in answer.content.decode()


@pytest.mark.parametrize("status", ["400", "403", "404", "413", "429", "500", "csrf"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_error_page_can_be_drawn(rf, db, client, status, language):
    from django.contrib.auth.models import AnonymousUser
    from django.core.exceptions import RequestDataTooBig
    from django.utils import translation

    from commongrid.doors.common import errors

    request = rf.get("/x")
    request.user, request.session = AnonymousUser(), client.session
    with translation.override(language):
        answer = {
            "400": lambda: errors.bad_request(request),
            "403": lambda: errors.forbidden(request),
            "404": lambda: errors.not_found(request),
            "413": lambda: errors.bad_request(request, RequestDataTooBig()),
            "429": lambda: errors.locked_out(request),
            "500": lambda: errors.server_error(request),
            "csrf": lambda: errors.csrf_failure(request),
        }[status]()
    assert answer.status_code == int(status) if status.isdigit() else 403
    text = answer.content.decode()
    assert 'href="/"' in text, "an error page says where to go"
    assert ("首页" if language == "zh-hans" else "start page") in text


def test_a_form_without_a_token_gets_our_page(db):
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "表单" in answer.content.decode()


def test_the_language_switch_goes_back_where_one_was(client, db):
    answer = client.post("/language/", {"language": "en", "next": "/nope"})
    assert (answer.status_code, answer.url) == (302, "/nope")
    assert "There is no such page" in client.get("/nope").content.decode()


def test_the_language_switch_leads_nowhere_else(client, db):
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert "evil" not in answer.url


def test_the_style_page_is_not_for_everybody(client, db):
    assert client.get("/-/style").status_code == 403


def test_a_demo_says_so(rf, db, client, settings):
    settings.IS_DEMO = True
    assert "虚构" in client.get("/nope").content.decode()
    settings.IS_DEMO = False
    assert "虚构" not in client.get("/nope").content.decode()


def test_an_undefined_variable_fails_the_test(db):
    from django.template import engines

    page = engines["django"].from_string("{{ nobody_set_this }}")
    with pytest.raises(LookupError, match="nobody_set_this"):
        page.render({})
