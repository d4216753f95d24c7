"""Bulk offers, tasks, photos, intake, the map: the rest of the desk's day."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people.models import Account
from commongrid.rooms.places import face as places
from tests.doors.desk.town import LEAD, PEOPLE, TYPE, picture
from tests.rooms.people.standing import make_account
from tests.rooms.places.standing import GRID, GRID_PATH, NEXT_GRID

TAKES_IN = frozenset(
    ["desk", "desk2", "dispatcher", "centre", "township", "grid_worker", "next_worker"]
)


def test_every_view_of_the_desk_names_its_gate():
    patterns = get_resolver("commongrid.doors.desk.urls").url_patterns
    assert len(patterns) > 15
    for pattern in patterns:
        gate = getattr(pattern.callback, "gate", None) or getattr(
            getattr(pattern.callback, "__wrapped__", None), "gate", ""
        )
        assert str(gate).startswith("staff"), pattern


# --- several at once ---------------------------------------------------------------------------


def offer_form(client, ids):
    page = client.get("/desk/offer/", {"m": [str(i) for i in ids], "query": ""})
    return str(page.context["form"]["command_id"].value())


def test_a_bulk_offer_judges_each_matter_by_itself(town):
    ready = [town.walked_to("accepted") for _ in range(2)]
    early = town.raise_one()
    client = town.client("dispatcher")
    sent = {
        "command_id": offer_form(client, [*ready, early]),
        "m": [str(i) for i in (*ready, early)],
        "unit": LEAD,
        "reason": "派单目录",
    }
    response = client.post("/desk/offer/", sent)
    outcome = {o.card.id: o.refused for o in response.context["outcomes"]}
    assert [outcome[i] for i in ready] == [None, None]
    assert outcome[early] is not None
    assert outcome[early].rule in response.content.decode()
    assert {town.page(i).card.offered_unit for i in ready} == {LEAD}
    assert town.page(early).card.state == "reported"
    again = client.post("/desk/offer/", sent)  # the page loaded once more
    assert all(o.refused is None for o in again.context["outcomes"] if o.card.id in ready)
    assert [len(town.page(i).steps) for i in ready] == [3, 3]


@pytest.mark.parametrize("who", ["desk", "checker", "supervisor"])
def test_a_bulk_offer_by_the_wrong_person_changes_nothing(town, who):
    matter_id = town.walked_to("accepted")
    client = town.client(who)
    sent = {"command_id": str(uuid4()), "m": [str(matter_id)], "unit": LEAD, "reason": "x"}
    response = client.post("/desk/offer/", sent)
    assert [o.refused is None for o in response.context["outcomes"]] == [False]
    assert town.page(matter_id).card.state == "accepted"


def test_a_bulk_offer_cannot_reach_what_one_may_not_read(town):
    matter_id = town.walked_to("accepted")
    sent = {"command_id": str(uuid4()), "m": [str(matter_id)], "unit": LEAD, "reason": "x"}
    response = town.client("other_desk").post("/desk/offer/", sent)
    assert "No matter is ticked" in response.content.decode()


def test_units_of_the_catalogue_come_first(town):
    matter_id = town.walked_to("accepted")
    page = town.client("dispatcher").get("/desk/offer/", {"m": str(matter_id)})
    units = [key for key, _ in page.context["form"].fields["unit"].choices]
    assert units[1] == LEAD
    assert "1/1" in page.content.decode()


def test_a_bulk_offer_without_a_unit_says_so(town):
    matter_id = town.walked_to("accepted")
    sent = {"command_id": str(uuid4()), "m": [str(matter_id)], "unit": "", "reason": "因为"}
    response = town.client("dispatcher").post("/desk/offer/", sent)
    assert response.context["form"].errors["unit"]
    assert "因为" in response.content.decode()


# --- my tasks ----------------------------------------------------------------------------------


def test_a_unit_answers_an_offer_from_its_tasks(town):
    matter_id = town.walked_to("dispatched")
    client = town.client("handler")
    page = client.get("/desk/tasks/")
    (offered,) = page.context["offered"]
    assert {form.card.action for form in offered.forms} == {"take", "object"}
    form = next(f for f in offered.forms if f.card.action == "take")
    sent = {
        "command_id": str(form["command_id"].value()),
        "contact_name": "值班室",
        "next": "/desk/tasks/",
    }
    response = client.post(reverse("desk:act", args=[matter_id, "take"]), sent)
    assert (response.status_code, response.url) == (302, "/desk/tasks/")
    after = client.get("/desk/tasks/")
    assert not after.context["offered"]
    assert [row.card.id for row in after.context["held"]] == [matter_id]


def test_the_way_back_never_leaves_the_house(town):
    matter_id = town.walked_to("dispatched")
    sent = {"command_id": str(uuid4()), "contact_name": "值班室", "next": "//evil.example/"}
    response = town.client("handler").post(reverse("desk:act", args=[matter_id, "take"]), sent)
    assert response.url == reverse("desk:matter", args=[matter_id])


@pytest.mark.parametrize("who", PEOPLE)
def test_tasks_are_those_of_the_person(town, who):
    town.walked_to("dispatched")
    town.walked_to("claimed")
    page = town.client(who).get("/desk/tasks/")
    assert page.status_code == 200
    assert bool(page.context["offered"]) == (who in {"handler", "head"})
    assert bool(page.context["checks"]) == (who == "checker")


def test_tasks_name_what_waits_for_a_second_person(town):
    leading, matter_id = town.raise_one(), town.raise_one("同一个垃圾桶")
    ref = town.page(leading).card.ref
    town.act(matter_id, "desk", "merge", leading=ref, reason="同一处")
    waits = {
        who: [one.row.card.id for one in town.client(who).get("/desk/tasks/").context["confirms"]]
        for who in PEOPLE
    }
    may = {who for who in PEOPLE if town.may(who, matter_id, "merge")}
    assert {who for who, found in waits.items() if found == [matter_id]} == may
    assert "desk2" in may
    assert "desk" not in may
    text = town.client("desk2").get("/desk/tasks/").content.decode()
    assert "To confirm as a second person" in text
    assert reverse("desk:matter", args=[matter_id]) + "#pending" in text
    assert "waits for a second person" in town.client("desk").get("/desk/").content.decode()
    town.act(matter_id, "desk2", "merge", leading=ref, reason="同一处")
    assert not town.client("desk2").get("/desk/tasks/").context["confirms"]


# --- photos ------------------------------------------------------------------------------------


@pytest.fixture
def with_photo(town):
    matter_id = town.raise_one(photos=(matters.Photo(content=picture()),))
    return matter_id, town.page(matter_id).photos[0].id


@pytest.mark.parametrize("who", PEOPLE)
def test_a_photo_is_seen_by_those_in_charge(town, with_photo, who):
    response = town.client(who).get(reverse("desk:photo", args=[with_photo[1]]))
    may = who in TAKES_IN - {"next_worker"} | {"checker", "supervisor"}
    assert response.status_code == (200 if may else 404)
    if may:
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Cache-Control"] == "no-store"


def test_parts_of_a_photo_are_blackened_for_good(town, with_photo):
    matter_id, photo_id = with_photo
    client = town.client("desk")
    before = client.get(reverse("desk:photo", args=[photo_id])).content
    address = reverse("desk:redact", args=[matter_id, photo_id])
    assert client.get(address).status_code == 200
    sent = {"command_id": str(new_id()), "boxes": "10 10 50 50\n 60,60,90,90"}
    assert client.post(address, sent).status_code == 302
    assert client.get(reverse("desk:photo", args=[photo_id])).content != before
    assert town.page(matter_id).photos[0].is_redacted


@pytest.mark.parametrize("boxes", ["", "one two three four", "10 10 10", "120 0 5 5", "0 0 0 5"])
def test_a_box_that_is_none_is_said_so_and_kept(town, with_photo, boxes):
    address = reverse("desk:redact", args=with_photo)
    sent = {"command_id": str(new_id()), "boxes": boxes}
    response = town.client("desk").post(address, sent)
    assert response.status_code == 422
    assert boxes in response.content.decode()


def test_staff_add_photos(town, with_photo):
    matter_id, _ = with_photo
    address = reverse("desk:add_photos", args=[matter_id])
    sent = {
        "command_id": str(new_id()),
        "stage": "before",
        "photos": SimpleUploadedFile("x.jpg", picture((9, 9, 9)), "image/jpeg"),
    }
    assert town.client("desk").post(address, sent).status_code == 302
    assert len(town.page(matter_id).photos) == 2


def test_a_file_that_is_no_picture_is_said_so(town, with_photo):
    sent = {
        "command_id": str(new_id()),
        "stage": "before",
        "photos": SimpleUploadedFile("x.jpg", b"not a picture", "image/jpeg"),
    }
    address = reverse("desk:add_photos", args=[with_photo[0]])
    assert town.client("desk").post(address, sent).status_code == 422


# --- raising at the desk -----------------------------------------------------------------------


def where(grid=GRID, type_code=TYPE, channel="phone"):
    return f"/desk/new/?grid={grid}&type={type_code}&channel={channel}"


def said(client, form_at, **fields):
    page = client.get(form_at)
    hidden = {"command_id": str(page.context["form"]["command_id"].value())}
    return client.post(form_at, {**hidden, "text": "楼门口垃圾没有清", **fields})


@pytest.mark.parametrize("who", PEOPLE)
def test_who_takes_matters_in(town, who):
    assert town.client(who).get("/desk/new/").status_code == (200 if who in (
        TAKES_IN | {"other_desk"}) else 403)  # fmt: skip


def test_a_call_becomes_a_matter_with_a_receipt(town):
    town.account("desk")
    response = said(town.client("desk"), where(), address="三号楼", name="某人", phone="000-1")
    assert response.status_code == 200, response.content.decode()
    raised = response.context["raised"]
    assert raised.receipt_code in response.content.decode()
    page = town.page(raised.id)
    assert (page.card.channel, page.card.place_code) == ("phone", GRID)
    assert page.has_contact
    assert matters.find_by_receipt(raised.receipt_code)[0] == raised.id


def test_a_grid_is_found_by_its_name_or_community(town):
    client = town.client("desk")
    found = client.get("/desk/new/grids/?find=露天").content.decode()
    assert GRID in found
    assert NEXT_GRID not in found
    assert "No grid of your area" in client.get("/desk/new/grids/?find=没有").content.decode()


def test_a_grid_of_another_area_is_not_taken(town):
    page = town.client("other_desk").get(where())
    assert "form" in page.context
    assert "start" not in page.context


def test_speaking_for_somebody_needs_their_consent_noted(town):
    response = said(town.client("desk"), where(channel="proxy"))
    assert response.status_code == 422
    assert response.context["form"].errors["proxy_note"]
    done = said(town.client("desk"), where(channel="proxy"), proxy_note="替母亲说，她同意")
    assert done.status_code == 200


def test_an_emergency_is_sent_another_way_and_the_officer_decides(town):
    client = town.client("desk")
    response = said(client, where(), text="楼里着火了，有人被困")
    assert response.status_code == 422
    assert response.context["advice"].line
    assert "着火了" in response.content.decode()
    overruled = said(client, where(), text="楼里着火了，有人被困", overrule="on")
    assert overruled.status_code == 200


def test_similar_matters_stand_beside_the_intake(town):
    other = town.raise_one(is_shareable=True)
    page = town.client("desk").get(where())
    assert [card.id for card, _ in page.context["similar"]] == [other]


def follow(client, matter_id, start, **contact):
    address = reverse("desk:new_follow", args=[matter_id]) + "?" + start.partition("?")[2]
    return client.post(address, {"command_id": str(new_id()), **contact})


def test_a_caller_follows_what_is_known_already(town):
    other = town.raise_one()
    response = follow(town.client("desk"), other, where(), phone="000-1")
    raised = response.context["raised"]
    assert "Followed" in response.content.decode()
    assert raised.receipt_code in response.content.decode()
    matter_id, reader = matters.find_by_receipt(raised.receipt_code)
    assert (matter_id, str(other) in reader.owns) == (other, False)
    assert town.page(other).followers == 1
    assert town.page(other).has_contact is False  # theirs is not the reporter's


def test_only_what_stands_there_can_be_followed(town):
    ended, elsewhere = town.walked_to("closed"), town.raise_one(grid_code=NEXT_GRID)
    for matter_id in (ended, elsewhere, uuid4()):
        response = follow(town.client("desk"), matter_id, where())
        assert response.status_code == 302
        assert "receipt_code" not in (response.context or {})
    assert follow(town.client("checker"), ended, where()).status_code == 403
    assert follow(town.client("other_desk"), ended, where()).status_code == 404


def test_a_point_on_the_map_is_kept_when_it_lies_in_the_grid(town):
    west, south, east, north = places.bounds_of(GRID_PATH)
    inside = {"lon": (west + east) / 2, "lat": (south + north) / 2}
    raised = said(town.client("desk"), where(), **inside).context["raised"]
    card = town.page(raised.id).card
    assert (card.lon, card.lat) == (inside["lon"], inside["lat"])
    wrong = said(town.client("desk"), where(), lon=east + 1, lat=north)
    assert wrong.status_code == 422
    assert "outside the grid" in wrong.content.decode()
    half = said(town.client("desk"), where(), lon=west)
    assert town.page(half.context["raised"].id).card.lon is None


def test_sending_twice_raises_once(town):
    client = town.client("desk")
    page = client.get(where())
    sent = {"command_id": str(page.context["form"]["command_id"].value()), "text": "两次"}
    ids = {client.post(where(), sent).context["raised"].id for _ in range(2)}
    assert len(ids) == 1


# --- the map -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_points_are_those_one_may_read(town, who):
    matter_id = town.raise_one(lon=None, lat=None)
    assert isinstance(matter_id, UUID)
    found = json.loads(town.client(who).get("/desk/map/points.json?zoom=14").content)
    assert found == {"points": []}


def test_points_lie_in_the_part_seen_and_lead_to_the_matter(town):
    grid = json.loads(town.client("desk").get("/desk/map/outlines.json").content)["features"][0]
    west, south, east, north = grid["bbox"]
    lon, lat = (west + east) / 2, (south + north) / 2
    matter_id = town.raise_one(lon=lon, lat=lat)
    client = town.client("desk")
    here = f"bbox={west},{south},{east},{north}"
    (point,) = client.get(f"/desk/map/points.json?zoom=15&{here}").json()["points"]
    assert point["url"] == reverse("desk:matter", args=[matter_id])
    assert point["count"] == 1
    away = "bbox=10,10,11,11"
    assert client.get(f"/desk/map/points.json?zoom=15&{away}").json()["points"] == []
    listed = client.get(f"/desk/map/list/?{here}")
    assert [row.card.id for row in listed.context["rows"]] == [matter_id]
    assert client.get("/desk/map/").status_code == 200


def test_outlines_are_sent_once(town):
    client = town.client("desk")
    first = client.get("/desk/map/outlines.json")
    again = client.get("/desk/map/outlines.json", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(json.loads(first.content)["features"]) == 2
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_the_desk_of_somebody_without_an_appointment_is_empty(town):
    card = make_account("nobody")
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(pk=card.id))
    town.raise_one()
    for path in ("/desk/", "/desk/tasks/", "/desk/map/", "/desk/filters/"):
        response = client.get(path)
        assert response.status_code == 200
    assert "Nothing waits here" in client.get("/desk/").content.decode()
    assert client.get("/desk/new/").status_code == 403
