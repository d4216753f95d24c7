"""What a person sees of a matter that was merged into another one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.commands import consequences
from commongrid.rooms.matters.models import Matter
from tests.doors.desk.town import AT, Town

SECRET = "只有我自己说的话"


@pytest.fixture
def town(db):
    return Town()


def raised(town, text="井盖旁边的垃圾桶满了"):
    draft = matters.Draft(type_code="A01", grid_code="150502004001001", text=text)
    return matters.raise_matter(actor=PUBLIC, at=AT, command_id=new_id(), draft=draft)


def merged(town):
    mine, leading = raised(town), raised(town, SECRET)
    for who in ("desk", "desk2"):
        town.act(mine.id, who, "merge", leading=leading.ref, reason="同一处")
    return mine, leading


def opened(receipt, language="en"):
    client = Client(headers={"accept-language": language})
    client.get(reverse("resident:my_link", args=[receipt.receipt_code]))
    return client


@pytest.mark.parametrize(
    ("language", "words"), [("en", "goes on under the number"), ("zh-hans", "一起办")]
)
def test_the_reporter_reads_where_it_goes_on_and_how_that_stands(town, language, words):
    mine, leading = merged(town)
    client = opened(mine, language)
    text = client.get(reverse("resident:my")).content.decode()
    assert words in text
    assert leading.ref in text
    there = client.get(reverse("resident:my_leading")).content.decode()
    assert leading.ref in there
    assert mine.ref in there
    assert SECRET not in there, "another person's words"


def test_the_leading_one_is_told_how_many_not_whose(town):
    mine, leading = merged(town)
    text = opened(leading).get(reverse("resident:my")).content.decode()
    assert "1 more report of the same goes on here." in text
    assert mine.ref not in text


def test_the_reporter_parts_it_again(town):
    mine, _ = merged(town)
    client = opened(mine)
    where = reverse("resident:my_act", args=["unmerge"])
    assert where in client.get(reverse("resident:my")).content.decode()
    form = client.get(where).context["form"]
    given = {"command_id": form.initial["command_id"], "reason": "另一个桶"}
    answer = client.post(where, given, follow=True)
    assert "by itself" in answer.content.decode()
    assert town.page(mine.id).card.state == "reported"
    assert client.get(reverse("resident:my_leading")).status_code == 302


def test_a_matter_of_ones_own_goes_on_under_nothing(town):
    client = opened(raised(town))
    assert client.get(reverse("resident:my_leading"))["Location"] == reverse("resident:my")
    assert "goes on" not in client.get(reverse("resident:my")).content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "is not lost"), ("zh-hans", "没有丢")])
def test_nothing_is_lost_when_the_leading_one_is_taken_back(town, language, words, monkeypatch):
    """Its reporter may; whoever was merged into it is told, and lets theirs go on.

    Only where the charter it was merged under does not part it by itself: it was an older one.
    """
    monkeypatch.setattr(consequences, "_release", lambda *_: None)
    mine, leading = merged(town)
    client = opened(mine, language)
    assert words not in client.get(reverse("resident:my")).content.decode()
    matters.take_action(
        actor=matters.reporter_of(leading.id), at=AT, command_id=new_id(),
        matter_id=leading.id, action="withdraw", fields={},
    )  # fmt: skip
    text = client.get(reverse("resident:my")).content.decode()
    step = reverse("resident:my_act", args=["unmerge"])
    assert words in text
    assert step in text
    assert client.get(step).status_code == 200
    matters.take_action(
        actor=matters.reporter_of(mine.id), at=AT, command_id=new_id(),
        matter_id=mine.id, action="unmerge", fields={"reason": "还没有清走"},
    )  # fmt: skip
    assert words not in client.get(reverse("resident:my")).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "taken back by whoever reported it"), ("zh-hans", "由报的人撤回了")],
)
def test_mine_goes_on_by_itself_when_the_leading_one_is_taken_back(town, language, words):
    mine, leading = merged(town)
    Matter.objects.filter(pk=mine.id).update(language=language)
    client = opened(mine, language)
    assert words not in client.get(reverse("resident:my")).content.decode()
    matters.take_action(
        actor=matters.reporter_of(leading.id), at=AT, command_id=new_id(),
        matter_id=leading.id, action="withdraw", fields={},
    )  # fmt: skip
    text = client.get(reverse("resident:my")).content.decode()
    assert words in text
    assert leading.ref in text
    assert town.page(mine.id).card.state == "reported"
