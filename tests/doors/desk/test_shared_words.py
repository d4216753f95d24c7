"""Words a reporter shares, on the desk's page: shown or kept back beside the words themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from tests.doors.desk.town import AT, WORDS, Town


@pytest.fixture
def town(db):
    return Town()


def page(town, matter_id, language="en", who="desk") -> str:
    where = reverse("desk:matter", args=[matter_id])
    return town.client(who, language).get(where).content.decode()


def take(town, matter_id, action, **fields):
    where = reverse("desk:act", args=[matter_id, action])
    return town.client("desk").post(where, {"command_id": str(new_id()), **fields})


@pytest.mark.parametrize(
    ("language", "words"), [("en", "nobody has read them"), ("zh-hans", "还没有人读过")]
)
def test_what_waits_stands_beside_the_words_and_at_the_step_that_takes_it_on(town, language, words):
    text = page(town, town.raise_one(is_shareable=True, is_read=False), language)
    assert words in text
    assert 'id="do-publish_words"' in text
    assert 'id="do-keep_back"' in text
    assert 'href="#shared"' in text


def test_what_nobody_shared_has_no_such_choice(town):
    text = page(town, town.raise_one())
    assert "publish_words" not in text
    assert "keep_back" not in text


def test_it_is_shown_by_one_press(town):
    matter_id = town.raise_one(is_shareable=True, is_read=False)
    assert matters.get_public_matter(at=AT, matter_id=matter_id).text == ""
    assert take(town, matter_id, "publish_words").status_code == 302
    assert matters.get_public_matter(at=AT, matter_id=matter_id).text == WORDS
    assert "others read them" in page(town, matter_id)


def test_keeping_back_asks_for_a_reason(town):
    matter_id = town.raise_one(is_shareable=True, is_read=False)
    assert take(town, matter_id, "keep_back").status_code == 422
    assert take(town, matter_id, "keep_back", reason="写了姓名").status_code == 302
    assert "kept back" in page(town, matter_id)
    assert matters.get_public_matter(at=AT, matter_id=matter_id).text == ""


def test_who_may_not_read_for_others_has_no_such_step(town):
    matter_id = town.raise_one(is_shareable=True, is_read=False)
    assert "do-publish_words" not in page(town, matter_id, who="dispatcher")
    assert town.client("handler").post(
        reverse("desk:act", args=[matter_id, "publish_words"]), {"command_id": str(new_id())}
    ).status_code in (404, 422)


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        (None, {}, "The desk reads them first"),
        ("publish_words", {}, "Neighbours can read your words"),
        ("keep_back", {"reason": "写了姓名"}, "ask for a re-check"),
    ],
)
def test_the_reporter_reads_what_became_of_it(town, action, fields, words):
    from commongrid.charter.matter import PUBLIC

    draft = matters.Draft(
        type_code="A01", grid_code="150502004001001", text=WORDS, is_shareable=True
    )
    raised = matters.raise_matter(actor=PUBLIC, at=AT, command_id=new_id(), draft=draft)
    if action:
        town.act(raised.id, "desk", action, **fields)
    client = Client(headers={"accept-language": "en"})
    client.get(reverse("resident:my_link", args=[raised.receipt_code]))
    text = client.get(reverse("resident:my")).content.decode()
    assert words in text
    assert (fields.get("reason", "") in text) is True


def test_programs_feeds_and_pages_follow_the_one_reading(town, client):
    matter_id = town.raise_one(is_shareable=True, is_read=False)
    ref = matters.get_public_matter(at=AT, matter_id=matter_id).ref
    said = (
        f"/open311/v2/requests/{ref}.json",
        f"/open311/v2/requests/{ref}.xml",
        f"/api/v1/matters/{matter_id}",
        f"/ogc/collections/matters/items/{ref}?f=json",
    )
    others = (f"/follow/matter/{matter_id}.atom", f"/follow/matter/{matter_id}/")
    for address in (*said, *others):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert WORDS not in answer.content.decode(), address
    town.act(matter_id, "desk", "publish_words")
    for address in said:
        text = client.get(address).content.decode()
        assert WORDS in text or WORDS in text.encode().decode("unicode_escape"), address
