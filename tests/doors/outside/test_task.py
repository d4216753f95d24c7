"""The one-matter door, as an outside body without an account comes in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import OutsideLink
from tests.doors.desk.town import AT, WORDS, Town, picture

BODY = "演示市政工程队"
TASK = "/task/"
CONTACT = matters.Contact(name="演示居民", phone="0475-0001234")


@pytest.fixture
def town(db: None) -> Town:
    return Town()


@pytest.fixture
def matter_id(town: Town) -> Any:
    return town.walked_to("handling", contact=CONTACT, photos=(matters.Photo(content=picture()),))


def link_to(town: Town, matter_id: Any, **more: Any) -> matters.LinkMade:
    given = {"body": BODY, "until_on": date(2026, 3, 17), **more}
    return matters.make_link(
        actor=town.actor("handler"), at=AT, command_id=new_id(), matter_id=matter_id, **given
    )


def visitor(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def opened(link: matters.LinkMade, language: str = "en") -> Client:
    client = visitor(language)
    answer = client.get(f"{TASK}{link.token}/")
    assert (answer.status_code, answer["Location"]) == (302, TASK)
    return client


def send(client: Client, action: str, **fields: Any) -> Any:
    given = {"command_id": str(uuid4()), **fields}
    return client.post(f"{TASK}do/{action}/", given, follow=True)


def test_the_link_leaves_the_address_and_the_work_is_shown(town, matter_id):
    client = opened(link_to(town, matter_id))
    answer = client.get(TASK)
    text = answer.content.decode()
    for shown in (WORDS, BODY, "17 March 2026", "What is needed", "photos/"):
        assert shown in text
    for hidden in (CONTACT.name, CONTACT.phone, "duty room", "Demo handler"):
        assert hidden not in text
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_speaks_both_languages(town, matter_id, language):
    client = opened(link_to(town, matter_id, contact_purpose="约时间"), language)
    for where in ("", *(f"do/{step}/" for step in matters.LINK_STEPS), "contact/"):
        answer = client.get(TASK + where)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert ("什么" in html or "返回" in html or "要做" in html) == (language == "zh-hans"), (
            where
        )


def test_from_accepting_to_done(town, matter_id):
    client = opened(link_to(town, matter_id))
    for action, fields in (
        ("outside_accept", {"outside_words": "Tomorrow at nine."}),
        ("outside_ask", {"outside_words": "Who has the key?"}),
        ("outside_object", {"outside_words": "A crane is needed."}),
        ("outside_done", {"record": "Emptied and washed.",
                          "photos": SimpleUploadedFile("a.jpg", picture(), "image/jpeg")}),
    ):  # fmt: skip
        acts = Act.objects.count()
        answer = send(client, action, **fields)
        assert "Sent." in answer.content.decode()
        assert Act.objects.count() == acts + 1
        assert fields.get("outside_words", fields.get("record")) in answer.content.decode()
    assert town.page(matter_id).card.state == "handling", "the unit stays responsible"
    assert [p.stage for p in town.page(matter_id).photos] == ["report", "after"]
    tasks = town.client("handler").get(reverse("desk:tasks")).content.decode()
    assert BODY in tasks
    assert "Report the work done" in tasks


def test_pressing_twice_does_once(town, matter_id):
    client, sent = opened(link_to(town, matter_id)), str(uuid4())
    acts = Act.objects.count()
    for _ in range(2):
        send(client, "outside_ask", command_id=sent, outside_words="?")
    assert Act.objects.count() == acts + 1


@pytest.mark.parametrize(
    ("action", "fields", "what"),
    [
        ("outside_ask", {}, "required"),
        ("outside_done", {"record": ""}, "required"),
        ("outside_done", {"record": "x", "photos": SimpleUploadedFile("a.jpg", b"no")}, "picture"),
        ("outside_ask", {"outside_words": "?", "command_id": "x"}, "UUID"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_a_word(town, matter_id, action, fields, what):
    client, acts = opened(link_to(town, matter_id)), Act.objects.count()
    answer = send(client, action, **fields)
    assert answer.status_code == 422
    assert what in answer.content.decode()
    assert Act.objects.count() == acts


def test_steps_the_unit_did_not_leave_are_not_there(town, matter_id):
    client = opened(link_to(town, matter_id, actions=["outside_done"]))
    assert "do/outside_done/" in client.get(TASK).content.decode()
    assert "do/outside_ask/" not in client.get(TASK).content.decode()
    acts = Act.objects.count()
    for action in ("outside_ask", "claim_done", "make_link", "nothing"):
        assert "not possible now" in send(client, action, outside_words="?").content.decode()
    assert Act.objects.count() == acts


# --- contact data


def test_without_a_purpose_there_is_no_way_to_contact_data(town, matter_id):
    client = opened(link_to(town, matter_id))
    assert "contact/" not in client.get(TASK).content.decode()
    for answer in (client.get(TASK + "contact/"), client.post(TASK + "contact/")):
        assert answer.status_code == 404


def test_with_a_purpose_each_look_is_an_act(town, matter_id):
    client = opened(link_to(town, matter_id, contact_purpose="to agree on a time"))
    acts = Act.objects.count()
    asked = client.get(TASK + "contact/").content.decode()
    assert "to agree on a time" in asked
    assert CONTACT.phone not in asked
    shown = client.post(TASK + "contact/", {"command_id": str(uuid4())}).content.decode()
    assert CONTACT.phone in shown
    assert CONTACT.name in shown
    assert Act.objects.count() == acts + 1
    assert CONTACT.phone not in client.get(TASK + "contact/").content.decode()


# --- who may not


def test_without_a_link_the_page_says_what_to_do(db):
    answer = visitor().get(TASK)
    assert answer.status_code == 200
    assert "Open your link again" in answer.content.decode()
    assert visitor().post(TASK + "do/outside_done/", {}).status_code == 200
    assert Act.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "a" * 43, "字", "a" * 300])
def test_a_wrong_link_is_told_kindly(db, token):
    answer = visitor().get(f"{TASK}{token}/")
    assert answer.status_code == 404
    assert "no such link" in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"


def test_guessing_is_limited(db):
    client = visitor()
    answers = [client.get(f"{TASK}{n:043}/").status_code for n in range(62)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_session_opens_its_own_matter_alone(town, matter_id):
    other = town.walked_to("handling", photos=(matters.Photo(content=picture()),))
    photo = town.page(other).photos[0].id
    own = town.page(matter_id).photos[0].id
    client = opened(link_to(town, matter_id))
    assert client.get(f"{TASK}photos/{own}.jpg").status_code == 200
    assert client.get(f"{TASK}photos/{photo}.jpg").status_code == 404
    assert visitor().get(f"{TASK}photos/{own}.jpg")["Content-Type"].startswith("text/html")
    for name in ("desk:inbox", "desk:tasks"):
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("desk:matter", args=[matter_id])).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("why", "en", "zh"),
    [
        ("ended", "taken the work back", "已经收回这项活"),
        ("expired", "It worked until", "有效期到"),
        ("moved", "Another unit", "别的单位"),
        ("over", "The matter has ended", "已经办结"),
    ],
)
def test_a_link_that_is_over_says_why(town, matter_id, language, why, en, zh):
    link = link_to(town, matter_id)
    client = opened(link, language)
    if why == "ended":
        matters.end_link(actor=town.actor("head"), at=AT, command_id=new_id(), link_id=link.id)
    elif why == "expired":
        OutsideLink.objects.update(made_at=AT - timedelta(days=2), expires_at=AT)
    elif why == "moved":
        OutsideLink.objects.update(unit="water_company")
    else:
        reporter = matters.reporter_of(matter_id)
        matters.take_action(actor=reporter, at=AT, command_id=new_id(), matter_id=matter_id,
                            action="withdraw", fields={})  # fmt: skip
    for answer in (client.get(TASK), client.get(f"{TASK}{link.token}/", follow=True)):
        text = answer.content.decode()
        assert (en if language == "en" else zh) in text
        assert WORDS not in text


def test_claimed_work_leaves_nothing_to_do(town, matter_id):
    client = opened(link_to(town, matter_id))
    town.act(matter_id, "handler", "claim_done", photo=True, feedback="done", record="emptied")
    assert "Nothing is for you to do now" in client.get(TASK).content.decode()


def test_a_device_forgets_the_link(town, matter_id):
    client = opened(link_to(town, matter_id))
    assert "Closed" in client.post(TASK + "leave/", follow=True).content.decode()
    assert "Open your link again" in client.get(TASK).content.decode()


def test_the_hour_of_a_session_ends(town, matter_id):
    client = opened(link_to(town, matter_id))
    session = client.session
    session["outside.link"] = [session["outside.link"][0], session["outside.link"][1] - 13 * 3600]
    session.save()
    assert "Open your link again" in client.get(TASK).content.decode()
