"""The desk carries out what a person asked about their data."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter
from tests.doors.desk.town import PEOPLE
from tests.rooms.places.standing import AT, TOWN_PATH


@pytest.fixture(autouse=True)
def an_officer(monkeypatch):
    monkeypatch.setitem(PEOPLE, "data_officer", ("data_officer", TOWN_PATH, ""))


def asked(town, right="delete", *, over=True):
    """A matter, and a request about it by whoever raised it."""
    matter_id = town.raise_one(contact=matters.Contact(name="某人", phone="000-1234"))
    owner = matters.reporter_of(matter_id)
    if over:
        matters.take_action(
            actor=owner, at=AT, command_id=new_id(), matter_id=matter_id, action="withdraw",
            fields={},
        )  # fmt: skip
    request = matters.ask_right(
        actor=owner, at=AT, command_id=new_id(), matter_id=matter_id, right=right, words="请处理"
    )
    return matter_id, request.id


def send(client, request_id, **given):
    told = {"command_id": str(new_id()), "text": "", "address": "", **given}
    return client.post(reverse("desk:rights", args=[request_id]), told)


def test_the_officer_finds_the_way_from_the_request(town):
    _, request_id = asked(town)
    client = town.client("data_officer")
    where = reverse("desk:rights", args=[request_id])
    assert where in client.get(reverse("desk:matter", args=[request_id])).content.decode()
    page = client.get(where)
    assert page.status_code == 200
    assert page.context["form"]["do"].value() == "delete"


def test_the_officer_deletes_and_the_receipt_shows_the_certificate(town):
    matter_id, request_id = asked(town)
    answer = send(town.client("data_officer"), request_id, do="delete")
    assert answer.status_code == 302
    assert Matter.objects.get(pk=matter_id).text == ""
    assert not ContactRow.objects.exists()
    assert matters.find_certificates(matter_id)[-1].counts["contact"] == 1


def test_the_officer_restricts_and_corrects(town):
    matter_id, request_id = asked(town, "restrict", over=False)
    client = town.client("data_officer")
    assert send(client, request_id, do="restrict").status_code == 302
    assert send(client, request_id, do="correct", text="").status_code == 422
    assert send(client, request_id, do="correct", text="改正后的话").status_code == 302
    assert Matter.objects.get(pk=matter_id).text == "改正后的话"
    assert send(client, request_id, do="lift").status_code == 302


@pytest.mark.parametrize("do", ["delete", "restrict", "lift", "correct"])
def test_the_desk_is_told_that_it_is_not_theirs(town, do):
    matter_id, request_id = asked(town)
    before = Matter.objects.get(pk=matter_id).text
    answer = send(town.client("desk"), request_id, do=do, text="别的")
    assert answer.status_code == 422
    assert Matter.objects.get(pk=matter_id).text == before
    assert ContactRow.objects.exists()


def test_others_find_no_such_page(town):
    matter_id, request_id = asked(town)
    assert town.client("grid_worker").get(
        reverse("desk:rights", args=[request_id])
    ).status_code == 404  # fmt: skip
    assert town.client("desk").get(reverse("desk:rights", args=[matter_id])).status_code == 404
