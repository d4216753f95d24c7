"""One's own pages: what they show, what they change, and that they are nobody else's."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from commongrid.doors.staff import naming
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from commongrid.rooms.subscriptions.commands import staffmail
from commongrid.rooms.subscriptions.models import Subscription
from tests.rooms.people.standing import (
    AT,
    DAY,
    DISTRICT,
    PASSWORD,
    TOWN,
    actor,
    app_code,
    appoint,
    make_account,
    make_staff,
)

pytestmark = pytest.mark.django_db
NEW = "four grey cranes at dawn"


@pytest.fixture
def worker():
    return make_staff("worker", "grid_worker", TOWN, password=PASSWORD)


def entered(username="worker", password=PASSWORD) -> Client:
    client = Client()
    sent = {"username": username, "password": password}
    assert client.post("/staff/login/", sent).status_code == 302
    return client


@pytest.mark.parametrize(
    "address", ["", "password/", "recovery/", "language/", "sessions/end/", "again/"]
)
def test_strangers_are_sent_to_the_login(client, address):
    for ask in (client.get, client.post):
        response = ask(f"/staff/{address}")
        assert response.status_code == 302
        assert response.url.startswith("/staff/login/")


def test_the_page_shows_the_posts_now_before_and_later(worker):
    appoint(worker.id, "checker", TOWN, from_at=AT - 9 * DAY, until_at=AT - DAY)
    appoint(worker.id, "handler", TOWN, "water", from_at=AT + DAY)
    appoint(worker.id, "a_role_of_this_charter", TOWN)
    page = entered().get("/staff/").content.decode()
    for words in ("演示 worker", "网格员", "任用中", "已结束", "尚未开始", "water"):
        assert words in page
    assert "a_role_of_this_charter" in page
    client = entered()
    client.cookies["django_language"] = "en"
    page = client.get("/staff/").content.decode()
    for words in ("Grid worker", "in force", "ended", "not yet begun", "no end set"):
        assert words in page


def test_a_page_without_a_post_says_so():
    make_account("new", password=PASSWORD)
    assert "没有任用的账号" in entered("new").get("/staff/").content.decode()


def test_the_page_costs_by_places_and_not_by_posts(worker, count_sql):
    client = entered()
    for role in ("checker", "desk", "reviewer", "council"):
        appoint(worker.id, role, DISTRICT)
        appoint(worker.id, role, TOWN)
    with count_sql(max=17):
        client.get("/staff/")


def test_posts_are_named_in_the_words_of_the_place(worker, monkeypatch):
    appoint(worker.id, "handler", TOWN, "water")
    charter = SimpleNamespace(
        roles={"handler": SimpleNamespace(name=Text(zh="经办", en="doer"))},
        units={"water": SimpleNamespace(name=Text(zh="供水站", en="water works"))},
    )
    town = SimpleNamespace(name=Text(zh="演示镇", en="Invented Town"))
    monkeypatch.setattr(
        naming.places,
        "charter_in_force",
        lambda path, at: ("x@1", SimpleNamespace(charter=charter)),
    )
    monkeypatch.setattr(naming.places, "list_places", lambda paths: dict.fromkeys(paths, town))
    client = entered()
    page = client.get("/staff/").content.decode()
    for words in ("经办", "供水站", "演示镇", "网格员"):
        assert words in page
    client.cookies["django_language"] = "en"
    page = client.get("/staff/").content.decode()
    for words in ("doer", "water works", "Invented Town", "Grid worker"):
        assert words in page


def test_choosing_a_language_is_kept_for_the_browser_too(worker):
    client = entered()
    sent = {"command_id": str(new_id()), "language": "en"}
    response = client.post("/staff/language/", sent)
    assert response.cookies["django_language"].value == "en"
    assert face.get_account(worker.id).language == "en"
    assert "Saved." in client.get("/staff/").content.decode()
    acts = Act.objects.count()
    client.post("/staff/language/", sent)
    assert Act.objects.count() == acts
    for unknown in ({"language": "tlh"}, {}):
        client.post("/staff/language/", {"command_id": str(new_id()), **unknown})
        assert face.get_account(worker.id).language == "en"


def test_leaving_the_language_to_the_browser_forgets_the_choice(worker):
    client = entered()
    client.post("/staff/language/", {"command_id": str(new_id()), "language": "en"})
    back = client.post("/staff/language/", {"command_id": str(new_id()), "language": "browser"})
    assert back.cookies["django_language"]["max-age"] == 0
    assert face.get_account(worker.id).language == ""
    page = client.get("/staff/", headers={"accept-language": "zh-CN,zh"}).content.decode()
    assert "我的任用" in page


def test_changing_the_password_keeps_this_session_and_ends_the_others(worker):
    here, there = entered(), entered()
    sent = {
        "command_id": str(new_id()),
        "current_password": PASSWORD,
        "password": NEW,
        "password_again": NEW,
    }
    assert here.post("/staff/password/", sent).url == "/staff/"
    assert here.get("/staff/").status_code == 200
    assert there.get("/staff/").status_code == 302
    assert entered(password=NEW).get("/staff/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"current_password": "wrong"}, "当前密码不正确"),
        ({"password_again": "another"}, "两次输入的新密码不一致"),
        ({"password": "12345678", "password_again": "12345678"}, "10"),
        ({"password": ""}, "不能为空|必填|必须"),
    ],
)
def test_a_password_that_will_not_do(worker, changed, said):
    client = entered()
    sent = {
        "command_id": str(new_id()),
        "current_password": PASSWORD,
        "password": NEW,
        "password_again": NEW,
        **changed,
    }
    response = client.post("/staff/password/", sent)
    assert response.status_code == 200
    assert re.search(said, response.content.decode())
    assert PASSWORD not in response.content.decode()
    entered()


def test_logging_out_everywhere_else(worker):
    here, there = entered(), entered()
    assert here.post("/staff/sessions/end/", {"command_id": str(new_id())}).url == "/staff/"
    assert here.get("/staff/").status_code == 200
    assert there.get("/staff/").status_code == 302


def test_setting_up_two_steps_from_the_page(worker, clock):
    client = entered()
    start = client.get("/staff/setup/").content.decode()
    sent = {"command_id": re.search(r'name="command_id" value="([^"]+)"', start).group(1)}
    clock.shift(700)
    assert "/staff/again/" in client.post("/staff/setup/start/", sent).url
    client.post("/staff/again/", {"password": PASSWORD})
    assert client.post("/staff/setup/start/", sent).url == "/staff/setup/"
    begun = face.find_begun_totp(worker.id)
    assert begun.secret in client.get("/staff/setup/").content.decode()
    assert begun.secret not in entered().get("/staff/").content.decode()


def test_new_recovery_codes_need_proof_and_come_once(worker, clock):
    given = {"actor": actor(worker), "at": AT, "account_id": worker.id}
    client = entered()
    face.enroll_totp(command_id=new_id(), **given)
    face.confirm_totp(command_id=new_id(), code=app_code(worker.id, AT), **given)
    sent = {"command_id": str(new_id())}
    codes = re.findall(
        r"[0-9A-Z]{5}-[0-9A-Z]{5}", client.post("/staff/recovery/", sent).content.decode()
    )
    assert len(codes) == 10
    again = client.post("/staff/recovery/", sent).content.decode()
    assert not re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", again)
    clock.shift(700)
    assert "/staff/again/" in client.get("/staff/recovery/").url
    assert "/staff/again/" in client.post("/staff/recovery/", {"command_id": str(new_id())}).url


@pytest.fixture
def mailing(settings):
    settings.MAIL_IS_ON = True


def test_reminders_by_mail_are_asked_for_and_stopped_on_the_page(worker, mailing, monkeypatch):
    client = entered()
    monkeypatch.setattr(staffmail, "_path_of", lambda actor, at: TOWN)
    for address, said in (("nobody", "422"), ("duty@office.example.org", "302")):
        answer = client.post("/staff/mail/", {"email": address})
        assert str(answer.status_code) == said
    page = client.get("/staff/", headers={"accept-language": "en"}).content.decode()
    assert "waits to be confirmed" in page
    assert "office.example.org" not in page
    assert client.post("/staff/mail/stop/").status_code == 302
    assert not Subscription.objects.exists()


def test_without_a_mail_server_nothing_is_offered(worker, settings):
    settings.MAIL_IS_ON = False
    client = entered()
    assert "/staff/mail/" not in client.get("/staff/").content.decode()
    assert client.post("/staff/mail/", {"email": "duty@office.example.org"}).status_code == 404
