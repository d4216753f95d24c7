"""The desk hands out one-matter links, compares matters, and sees who goes on under whom."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import OutsideLink
from tests.doors.desk.town import AT, WORDS, picture

BODY = "演示市政工程队"
ALL = ["outside_accept", "outside_object", "outside_ask", "outside_done"]
CONTACT = matters.Contact(name="演示居民", phone="0475-0001234")


def page(client: Any, matter_id: Any) -> str:
    return client.get(reverse("desk:matter", args=[matter_id])).content.decode()


def make(client: Any, matter_id: Any, **more: Any) -> Any:
    given = {"body": BODY, "until_on": "2026-03-17", "steps": ALL, "command_id": str(uuid4())}
    return client.post(reverse("desk:link_new", args=[matter_id]), {**given, **more})


def merged(town: Any) -> tuple[Any, Any]:
    one, other = town.raise_one(), town.raise_one()
    ref = town.page(other).card.ref
    for who in ("desk", "desk2"):
        town.act(one, who, "merge", leading=ref, reason="同一处")
    return one, other


# --- links


def test_a_link_is_made_shown_once_and_opens_the_task(town, client):
    matter_id = town.walked_to("handling")
    handler = town.client("handler")
    assert "Hand work to an outside body" in page(handler, matter_id)
    answer = make(handler, matter_id)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    address = re.search(r"http://testserver(/task/[\w-]{43}/)", text)
    assert address
    assert "<svg" in text
    assert BODY in text
    assert client.get(address[1], follow=True).content.decode().count(WORDS) == 1
    shown = page(handler, matter_id)
    assert BODY in shown
    assert address[1] not in shown


def test_the_same_press_shows_the_same_link(town):
    matter_id, sent = town.walked_to("handling"), str(uuid4())
    handler, acts = town.client("handler"), Act.objects.count()
    first, again = (make(handler, matter_id, command_id=sent).content.decode() for _ in range(2))
    token = re.search(r"/task/([\w-]{43})/", first)
    assert token
    assert token[1] in again
    assert (OutsideLink.objects.count(), Act.objects.count()) == (1, acts + 1)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"body": ""}, "required"),
        ({"until_on": "2027-03-17"}, "at most 14 days"),
        ({"until_on": "x"}, "valid date"),
        ({"steps": []}, "required"),
        ({"steps": ["claim_done"]}, "valid choice"),
        ({"is_reaching": "on"}, "Name the purpose"),
    ],
)
def test_a_form_that_is_wrong_comes_back(town, more, what):
    matter_id = town.walked_to("handling", contact=CONTACT)
    answer = make(town.client("handler"), matter_id, **more)
    assert answer.status_code == 422
    assert what in answer.content.decode()
    assert not OutsideLink.objects.exists()


def test_a_purpose_is_kept_only_with_the_tick(town):
    matter_id = town.walked_to("handling", contact=CONTACT)
    handler = town.client("handler")
    make(handler, matter_id, purpose="to agree on a time")
    assert OutsideLink.objects.get().contact_purpose == ""
    make(handler, matter_id, purpose="to agree on a time", is_reaching="on")
    assert OutsideLink.objects.last().contact_purpose == "to agree on a time"


def test_nobody_else_hands_work_out(town, client):
    matter_id = town.walked_to("handling")
    for who, status in (("supervisor", 302), ("next_worker", 404), ("other_handler", 404)):
        assert make(town.client(who), matter_id).status_code == status
    assert make(client, matter_id).status_code == 302
    assert not OutsideLink.objects.exists()
    assert "Hand work to an outside body" not in page(town.client("checker"), matter_id)


def test_a_link_is_taken_back(town, client):
    matter_id = town.walked_to("handling")
    handler = town.client("handler")
    make(handler, matter_id)
    link = OutsideLink.objects.get()
    where = reverse("desk:link_end", args=[matter_id, link.pk])
    assert where in page(handler, matter_id)
    assert handler.get(where).status_code == 405
    handler.post(where, {"command_id": str(uuid4())})
    assert matters.get_link_page(link_id=link.pk, at=AT).link.state == "ended"
    assert "taken back" in page(handler, matter_id)


def test_the_units_tasks_name_who_waits(town):
    matter_id = town.walked_to("handling")
    make(town.client("handler"), matter_id)
    shown = matters.get_link_page(link_id=OutsideLink.objects.get().pk, at=AT)
    matters.take_action(actor=shown.actor, at=AT, command_id=new_id(), matter_id=matter_id,
                        action="outside_ask",
                        fields={"outside_words": "Who has the key?"})  # fmt: skip
    for who, is_told in (("handler", True), ("head", True), ("other_handler", False)):
        tasks = town.client(who).get(reverse("desk:tasks")).content.decode()
        assert (BODY in tasks) == is_told, who
    shown_page = page(town.client("handler"), matter_id)
    assert "waits for you" in shown_page
    assert "Who has the key?" in shown_page
    assert "Answer the outside body" in shown_page


# --- similar matters and comparing


def test_similar_matters_come_with_photo_words_and_reason(town):
    near = town.raise_one(lon=122.2, lat=43.6, photos=(matters.Photo(content=picture()),))
    here = town.raise_one(lon=122.2, lat=43.6)
    text = page(town.client("desk"), here)
    assert "same type, the same spot, very similar words" in text
    assert reverse("desk:photo", args=[town.page(near).photos[0].id]) in text
    assert reverse("desk:compare", args=[here, near]) in text


def test_two_matters_stand_side_by_side_with_the_way_to_join_them(town):
    one = town.raise_one(lon=122.2, lat=43.6)
    other = town.raise_one(lon=122.2003, lat=43.6)
    where = reverse("desk:compare", args=[one, other])
    text = town.client("desk").get(where).content.decode()
    assert "24 m" in text
    assert text.count('class="said"') == 2
    ref = town.page(other).card.ref
    assert f'value="{ref}"' in text
    first = town.client("desk").post(
        reverse("desk:act", args=[one, "merge"]),
        {"command_id": str(uuid4()), "leading": ref, "reason": "the same bin"},
    )
    assert first.status_code == 302
    text = town.client("desk2").get(where).content.decode()
    assert "Confirm that they are the same" in text
    town.client("desk2").post(
        reverse("desk:act", args=[one, "merge"]),
        {"command_id": str(uuid4()), "leading": ref, "reason": "yes"},
    )
    assert town.page(one).leading_ref == ref


def test_comparing_is_for_those_who_may_read_both(town, client):
    one, other = town.raise_one(), town.raise_one()
    where = reverse("desk:compare", args=[one, other])
    assert town.client("desk").get(where).status_code == 200
    assert town.client("next_worker").get(where).status_code == 404
    assert client.get(where).status_code == 302
    assert town.client("desk").get(reverse("desk:compare", args=[one, one])).status_code == 404
    assert town.client("desk").get(reverse("desk:compare", args=[one, uuid4()])).status_code == 404


def test_ended_matters_offer_no_joining(town):
    one, other = town.walked_to("closed"), town.walked_to("handling")
    text = town.client("desk").get(reverse("desk:compare", args=[one, other])).content.decode()
    assert "Neither can be joined" in text
    assert "exact point" in text


# --- lineage


def test_both_pages_tell_the_lineage_and_one_officer_parts_them(town):
    one, other = merged(town)
    desk = town.client("desk")
    assert "Goes on under" in page(desk, one)
    assert "Goes on here:" in page(desk, other)
    done = desk.post(
        reverse("desk:act", args=[one, "unmerge"]),
        {"command_id": str(uuid4()), "reason": "another bin"},
    )
    assert done.status_code == 302
    assert town.page(one).card.state == "reported"
    assert "Was joined to" in page(desk, one)
    assert "Had joined this one:" in page(desk, other)
