"""Logging in: two steps, lock-out, no names given away, nowhere else to be sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face
from tests.rooms.people.standing import (
    AT,
    PASSWORD,
    SETUP,
    TOWN,
    actor,
    app_code,
    make_account,
    make_staff,
)

pytestmark = pytest.mark.django_db
HOME = "/staff/"


@pytest.fixture
def free():
    """Somebody of the demonstration, who may log in by password alone."""
    return make_staff("free", "grid_worker", TOWN, password=PASSWORD)


@pytest.fixture
def bound():
    """Somebody who has to use two steps."""
    return make_staff("bound", "grid_worker", TOWN, password=PASSWORD, must_use_totp=True)


@pytest.fixture
def enrolled(bound):
    me = actor(bound)
    given = {"actor": me, "at": AT, "account_id": bound.id}
    face.enroll_totp(command_id=new_id(), **given)
    codes = face.confirm_totp(command_id=new_id(), code=app_code(bound.id, AT), **given)
    return bound, codes


def log_in(client, username, password=PASSWORD, **more):
    return client.post("/staff/login/", {"username": username, "password": password, **more})


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def words(response) -> str:
    return response.content.decode()


def command_id_in(response) -> str:
    return re.search(r'name="command_id" value="([0-9a-f-]{36})"', words(response)).group(1)


def test_password_alone_opens_where_that_is_enough(client, free):
    response = log_in(client, " FREE ", next=HOME)
    assert response.status_code == 302
    assert response.url == HOME
    assert is_in(client)


def test_a_wrong_name_and_a_wrong_password_look_the_same(client, free):
    face.deactivate_account(
        actor=SETUP, at=AT, command_id=new_id(), account_id=make_account("gone").id
    )
    pages = []
    for username, password in (("free", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD)):
        response = log_in(client, username, password)
        assert response.status_code == 200
        text = re.sub(r"csrf[^>]*>|value=\"[^\"]*\"", "", words(response))
        pages.append(text)
    assert len(set(pages)) == 1
    assert not is_in(client)


@pytest.mark.parametrize("username", ["free", "nobody"])
@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "登录暂时关闭"), ("en", "Log-in is closed for a while")]
)
def test_five_wrong_tries_close_the_login_for_a_while(client, free, username, language, said):
    client.cookies["django_language"] = language
    for _ in range(4):
        assert log_in(client, username, "wrong").status_code == 200
    response = log_in(client, username, "wrong")
    assert response.status_code == 429
    assert said in words(response)
    assert "09:15" in words(response)  # nine o'clock by the harness, and a quarter of an hour
    assert int(response.headers["Retry-After"]) == 900
    assert log_in(client, username).status_code == 429
    assert not is_in(client)


def test_the_lock_ends_and_does_not_touch_others(client, free, clock):
    make_staff("other", "grid_worker", TOWN, password=PASSWORD)
    for _ in range(5):
        log_in(client, "free", "wrong")
    other = Client()
    assert log_in(other, "other").status_code == 302
    clock.shift(timedelta(minutes=16))
    assert log_in(client, "free", next=HOME).url == HOME
    assert is_in(client)


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere(client, free, away):
    response = client.get("/staff/login/", {"next": away})
    assert "evil.example" not in words(response).split("<main")[1].split("</main")[0]
    assert "evil" not in log_in(client, "free", next=away).url
    assert "alert" not in log_in(client, "free", next=away).url


def test_the_second_step_is_before_the_login(client, enrolled, clock):
    bound, _ = enrolled
    assert log_in(client, "bound", next="/staff/password/").url == reverse("staff:code")
    assert not is_in(client)
    assert client.get(HOME).status_code == 302
    clock.shift(60)
    code = app_code(bound.id, AT + timedelta(seconds=60))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert client.post("/staff/login/code/", {"code": wrong}).status_code == 200
    assert not is_in(client)
    assert "秒" in words(client.post("/staff/login/code/", {"code": code}))
    clock.shift(2)
    response = client.post("/staff/login/code/", {"code": code})
    assert response.url == "/staff/password/"
    assert is_in(client)
    assert client.get(HOME).wsgi_request.user.is_verified()


def test_a_recovery_code_is_the_second_step_too(client, enrolled):
    _, codes = enrolled
    log_in(client, "bound", next=HOME)
    assert client.post("/staff/login/code/", {"code": codes[3].lower()}).url == HOME
    assert "9" in words(client.get(HOME))
    second = Client()
    log_in(second, "bound")
    assert second.post("/staff/login/code/", {"code": codes[3]}).status_code == 200
    assert not is_in(second)


def test_the_second_step_waits_ten_minutes(client, enrolled, clock):
    bound, codes = enrolled
    log_in(client, "bound")
    clock.shift(600)
    response = client.post("/staff/login/code/", {"code": codes[0]})
    assert response.url == reverse("staff:login")
    assert face.count_recovery_codes(bound.id) == 10


def test_five_wrong_codes_start_over(client, enrolled, clock):
    _, codes = enrolled
    log_in(client, "bound")
    for _ in range(5):
        clock.shift(40)
        assert client.post("/staff/login/code/", {"code": "wrong-code"}).status_code == 200
    clock.shift(40)
    response = client.post("/staff/login/code/", {"code": codes[0]})
    assert response.url == reverse("staff:login")
    assert not is_in(client)


def test_a_password_changed_in_between_starts_over(client, enrolled):
    bound, codes = enrolled
    log_in(client, "bound")
    given = {"at": AT, "command_id": new_id(), "account_id": bound.id}
    face.set_password(actor=SETUP, password="four grey cranes at dawn", **given)
    assert client.post("/staff/login/code/", {"code": codes[0]}).url == reverse("staff:login")


def test_the_second_step_needs_the_first(client, enrolled):
    for address in ("/staff/login/code/", "/staff/setup/"):
        assert client.get(address).url == reverse("staff:login")
    assert client.get("/staff/setup/qr.svg").status_code == 404


def test_who_must_have_two_steps_sets_them_up_before_entering(client, bound, clock):
    assert log_in(client, "bound", next=HOME).url == reverse("staff:setup")
    assert not is_in(client)
    page = client.get("/staff/setup/")
    assert face.find_begun_totp(bound.id).secret in words(page)
    assert "no-store" in page.headers["Cache-Control"]
    picture = client.get("/staff/setup/qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.lstrip().startswith(b"<?xml")
    assert "no-store" in picture.headers["Cache-Control"]
    given = {"command_id": command_id_in(page)}
    assert client.post("/staff/setup/", {**given, "code": "x"}).status_code == 200
    assert not is_in(client)
    sent = {**given, "code": app_code(bound.id, AT)}
    response = client.post("/staff/setup/", sent)
    codes = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", words(response))
    assert len(codes) == 10
    assert "no-store" in response.headers["Cache-Control"]
    assert is_in(client)
    assert client.get(HOME).wsgi_request.user.is_verified()
    again = client.post("/staff/setup/", sent)
    assert not re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", words(again))
    assert client.get("/staff/setup/qr.svg").status_code == 404


def test_each_setup_begins_with_a_fresh_secret(bound):
    """Or else whoever once knew the password could keep the secret for later."""
    first, second = Client(), Client()
    log_in(first, "bound")
    secret = face.find_begun_totp(bound.id).secret
    log_in(second, "bound")
    assert face.find_begun_totp(bound.id).secret != secret


def test_the_key_of_the_session_changes_at_every_step(client, enrolled):
    _, codes = enrolled
    client.get("/staff/login/")
    keys = [client.session.session_key]
    log_in(client, "bound")
    keys.append(client.session.session_key)
    client.post("/staff/login/code/", {"code": codes[0]})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_the_language_of_the_person_unless_the_browser_chose(free):
    face.change_language(
        actor=actor(free), at=AT, command_id=new_id(), account_id=free.id, language="en"
    )
    fresh, chosen = Client(), Client()
    assert log_in(fresh, "free", next=HOME).cookies["django_language"].value == "en"
    assert "My appointments" in words(fresh.get(HOME))
    chosen.cookies["django_language"] = "zh-hans"
    assert "django_language" not in log_in(chosen, "free", next=HOME).cookies
    assert "我的任用" in words(chosen.get(HOME))


@pytest.mark.parametrize(("asked", "said"), [("en", "My appointments"), ("zh-CN", "我的任用")])
def test_who_chose_no_language_is_met_in_that_of_the_browser(free, asked, said):
    fresh = Client(headers={"accept-language": f"{asked},fr;q=0.5"})
    assert "django_language" not in log_in(fresh, "free", next=HOME).cookies
    assert said in words(fresh.get(HOME))


def test_logging_out_takes_a_form(client, free):
    log_in(client, "free")
    assert client.get("/staff/logout/").status_code == 405
    assert is_in(client)
    assert client.post("/staff/logout/").url == reverse("staff:login")
    assert not is_in(client)


def test_forms_without_their_token_are_refused(free):
    client = Client(enforce_csrf_checks=True)
    for address in ("login/", "logout/", "login/code/", "setup/start/", "sessions/end/"):
        assert client.post(f"/staff/{address}").status_code == 403, address
