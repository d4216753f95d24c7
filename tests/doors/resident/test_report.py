"""A report from the first word to the receipt, without scripts."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.doors.resident import pending
from commongrid.ledger.models import Act
from commongrid.rooms.matters.models import Follower, Matter
from tests.doors.resident.walking import LAMP, TOWN, WORDS, Walk, hidden, picture, text_of
from tests.support import factories

GRID = f"{TOWN[:9]}001001"


def test_three_steps_lead_to_a_receipt(walk, photo):
    walk.begin()
    assert walk.what().request["PATH_INFO"] == "/report/questions/"
    assert walk.answer().request["PATH_INFO"] == "/report/where/"
    assert walk.where_list(address="by the gate").request["PATH_INFO"] == "/report/photo/"
    check = walk.photo(photos=[photo], name="Li", phone="138 0000 0000")
    said = text_of(check)
    for words in (WORDS, "Street lamp out", "by the gate", "Li", "3 working days"):
        assert words in said
    sent = walk.send(check)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", walk.code)
    assert "first useful answer" in text_of(sent).lower()
    matter = Matter.objects.get()
    assert (matter.type_code, matter.text, matter.address) == (LAMP, WORDS, "by the gate")
    assert matter.photos == 1


def test_the_button_pressed_twice_sends_once(walk):
    check = walk.to_check()
    walk.send(check)
    again = walk.client.post("/report/check/", {"command_id": hidden(check, "command_id")})
    assert again.headers["Location"] == "/report/sent/"
    assert Matter.objects.count() == 1
    assert Act.objects.filter(action="raise").count() == 1


def test_two_presses_at_the_same_time_show_the_same_code(walk):
    check = walk.to_check()
    before = walk.client.session["report"]
    walk.send(check)
    first = walk.code
    session = walk.client.session  # the second press read its session before the first wrote it
    session["report"] = before
    session.save()
    walk.send(check)
    assert walk.code == first
    assert Matter.objects.count() == 1


def test_the_code_is_shown_until_it_is_noted(walk):
    walk.send(walk.to_check())
    assert walk.code in walk.client.get("/report/sent/").content.decode()
    noted = walk.client.post("/report/sent/", follow=True)
    assert noted.request["PATH_INFO"] == "/my/"
    assert walk.code not in noted.content.decode()
    assert walk.client.get("/report/sent/").headers["Location"] == "/my/"


def test_the_code_and_the_words_lie_in_no_session_readable(walk):
    walk.begin()
    walk.what()
    assert "lamp" not in str(dict(walk.client.session))
    walk.report()
    assert walk.code not in str(dict(walk.client.session))


def test_suggestions_say_what_matched_and_choose_nothing(walk):
    page = walk.begin().client.post("/report/what/", {"text": WORDS, "suggest": "yes"})
    said = text_of(page)
    assert "because of “street · lamp”" in said
    assert WORDS in said
    assert "checked" not in page.content.decode()


def test_the_first_step_points_to_complaints(walk):
    walk.begin()
    page = walk.client.get("/report/what/").content.decode()
    assert f'href="{reverse("complain:start")}"' in page
    assert walk.client.get(reverse("complain:start")).status_code == 200


def test_the_piece_for_scripts_has_the_same_suggestions(walk):
    piece = walk.begin().client.post("/report/what/suggest/", {"text": WORDS}).content.decode()
    assert "Street lamp out" in piece
    assert "<html" not in piece


def test_errors_are_named_and_nothing_is_lost(walk):
    page = walk.begin().what(type_code="")
    assert page.status_code == 422
    assert "data-error-summary" in page.content.decode()
    assert "Choose the kind that fits best." in text_of(page)
    assert WORDS in text_of(page)
    assert page.content.decode().count("<title>") == 1
    assert "Error:" in page.content.decode().split("</title>")[0]


@pytest.mark.parametrize("code", ["H08", "Z99"])
def test_a_kind_that_is_not_offered_is_refused(walk, code):
    assert "Choose a kind from the list." in text_of(walk.begin().what(type_code=code))


def test_another_kind_forgets_the_answers_to_the_old_one(walk):
    walk.begin()
    walk.what()
    walk.answer()
    assert walk.what(type_code="B03").request["PATH_INFO"] == "/report/questions/"


def test_pages_ahead_send_back_to_what_is_missing(walk):
    walk.begin()
    assert walk.client.get("/report/check/").headers["Location"] == "/report/what/"
    walk.what()
    walk.answer()
    assert walk.client.get("/report/check/").headers["Location"] == "/report/where/"


def test_fire_asks_for_a_call_and_can_be_overruled(walk):
    walk.begin()
    walk.what(text="着火了，楼道里都是烟", type_code="A06")
    page = walk.answer()
    assert page.request["PATH_INFO"] == "/report/advice/"
    assert 'href="tel:119"' in page.content.decode()
    assert "Why am I told this?" in text_of(page)
    on = walk.client.post("/report/advice/", follow=True)
    assert on.request["PATH_INFO"] == "/report/where/"


def test_words_that_change_are_looked_at_again(walk):
    test_fire_asks_for_a_call_and_can_be_overruled(walk)
    assert walk.what(text="又着火了", type_code="A06").request["PATH_INFO"] == "/report/advice/"


def test_what_is_typed_is_shown_as_text(walk):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    walk.begin()
    walk.what(text=nasty)
    walk.answer()
    walk.where_list(address=nasty)
    page = walk.photo(name=nasty[:60]).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


class TestWhere:
    def here(self, walk, **told):
        walk.begin()
        walk.what()
        walk.answer()
        return walk.client.post("/report/where/", told, follow=True)

    def test_a_point_finds_its_grid(self, walk):
        box = walk.client.get(f"/grids/outlines/{TOWN}/").json()["features"][0]["bbox"]
        lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        page = self.here(walk, way="map", lon=lon, lat=lat)
        assert page.request["PATH_INFO"] == "/report/photo/"
        walk.send(walk.photo())
        assert Matter.objects.get().lon == pytest.approx(lon)

    def test_a_point_outside_is_explained(self, walk):
        page = self.here(walk, way="map", lon=0, lat=0)
        assert page.status_code == 422
        assert "This point is not inside the grids" in text_of(page)

    def test_a_map_without_a_point_is_explained(self, walk):
        assert self.here(walk, way="map").status_code == 422

    def test_a_whole_community_is_enough(self, walk):
        self.here(walk, way="list", spot=f"community:{TOWN[:9]}001")
        walk.send(walk.photo())
        assert Matter.objects.get().place.code == f"{TOWN[:9]}001"

    @pytest.mark.parametrize("spot", ["", "grid:150522200001001", "grid:1", f"x:{GRID}", "grid"])
    def test_a_spot_elsewhere_is_refused(self, walk, spot):
        page = self.here(walk, way="list", spot=spot)
        assert page.status_code == 422
        assert "Choose a grid" in text_of(page)

    def test_an_address_names_its_community(self, walk):
        page = self.here(walk, way="address", address="露天社区 3 号楼 2 单元")
        assert page.request["PATH_INFO"] == "/report/photo/"
        assert "Lutian" in text_of(walk.photo())

    def test_an_address_that_names_none_asks(self, walk):
        page = self.here(walk, way="address", address="behind the blue house")
        assert "We cannot tell the community" in text_of(page)
        assert "behind the blue house" in text_of(page)
        told = {"way": "address", "address": "behind the blue house", "community": GRID[:12]}
        on = walk.client.post("/report/where/", told, follow=True)
        assert on.request["PATH_INFO"] == "/report/photo/"

    def test_an_unknown_way_asks_again(self, walk):
        assert self.here(walk, way="drone").request["PATH_INFO"] == "/report/where/"


class TestPhotos:
    def step(self, walk, **told):
        walk.begin()
        walk.what()
        walk.answer()
        walk.where_list()
        return walk.photo(**told)

    def test_a_photo_waits_and_can_be_seen_and_removed(self, walk, photo):
        page = self.step(walk, photos=[photo], add="yes", name="Li")
        token = re.search(r'name="remove" value="(\w+)"', page.content.decode()).group(1)
        assert 'value="Li"' in page.content.decode()
        small = walk.client.get(f"/report/photo/{token}/")
        assert small.headers["Content-Type"] == "image/jpeg"
        assert b"SecretCamera" not in small.content
        assert Walk().client.get(f"/report/photo/{token}/").status_code == 302
        gone = walk.photo(remove=token)
        assert token not in gone.content.decode()
        assert pending.open_pending(token) is None

    def test_a_waiting_photo_lies_encrypted(self, walk, settings, photo):
        self.step(walk, photos=[photo], add="yes")
        for path in (settings.HOME / "pending").iterdir():
            assert b"SecretCamera" not in path.read_bytes()

    def test_the_kept_photo_has_lost_its_hidden_data(self, walk, photo):
        self.step(walk, photos=[photo])
        walk.send(walk.client.get("/report/check/"))
        shown = walk.client.get("/my/").content.decode()
        address = re.search(r"/my/photo/[0-9a-f-]+/", shown).group(0)
        content = walk.client.get(address).content
        assert b"SecretCamera" not in content
        assert b"Exif" not in content

    def test_ten_megabytes_are_taken(self, walk):
        big = picture()
        big.file.seek(0, 2)
        big.file.write(b"\0" * (10 * 1024 * 1024))
        big.size = big.file.tell()
        big.seek(0)
        assert self.step(walk, photos=[big]).request["PATH_INFO"] == "/report/check/"

    def test_more_is_refused_by_name_and_nothing_is_lost(self, walk, monkeypatch):
        monkeypatch.setattr("commongrid.doors.resident.forms.photos.MAX_BYTES", 1000)
        page = self.step(walk, photos=[picture(name="huge.jpg")], name="Li")
        assert "“huge.jpg” is too large" in text_of(page)
        assert 'value="Li"' in page.content.decode()

    def test_what_is_no_photo_is_refused_by_name(self, walk):
        fake = picture(name="fake.jpg")
        fake.file.seek(0)
        fake.file.write(b"<?php evil ?>")
        fake.seek(0)
        assert "“fake.jpg” is not a photo" in text_of(self.step(walk, photos=[fake]))

    def test_five_are_too_many(self, walk):
        five = [picture(name=f"{n}.jpg") for n in range(5)]
        assert "Choose at most 4 photos" in text_of(self.step(walk, photos=five))

    def test_thrown_away_means_erased(self, walk, settings, photo):
        self.step(walk, photos=[photo], add="yes")
        token = re.search(
            r'name="remove" value="(\w+)"', walk.client.get("/report/photo/").content.decode()
        ).group(1)
        walk.client.post("/report/cancel/")
        assert pending.open_pending(token) is None
        assert walk.client.get("/report/photo/").headers["Location"] == "/report/"

    def test_a_photo_nobody_sends_is_erased_in_time(self, walk, clock, photo):
        from datetime import timedelta

        from django.utils import timezone

        token = pending.keep_pending(photo.read())
        later = timezone.now() + timedelta(days=400)
        assert pending.erase_old_pending(at=later) >= 1
        assert pending.open_pending(token) is None


class TestPerson:
    def test_for_somebody_else_needs_their_consent(self, walk):
        page = walk.to_check(is_for_other="on")
        assert page.status_code == 422
        assert "Say in a few words how they agreed." in text_of(page)
        walk.send(walk.photo(is_for_other="on", proxy_note="asked me by phone"))
        matter = Matter.objects.get()
        assert (matter.channel, matter.proxy_note) == ("proxy", "asked me by phone")

    @pytest.mark.parametrize(
        ("field", "wrong"), [("phone", "call me maybe"), ("email", "not an address")]
    )
    def test_a_wrong_contact_is_named(self, walk, field, wrong):
        page = walk.to_check(**{field: wrong})
        assert page.status_code == 422
        assert wrong in page.content.decode()

    def test_nothing_is_shared_unless_ticked(self, walk):
        walk.report()
        assert not Matter.objects.get().is_shareable


class TestSimilar:
    def test_a_neighbour_follows_instead(self, walk):
        walk.report(is_shareable="on")
        shared = Matter.objects.get()
        factories.step(shared.pk, "desk", "publish_words", shared.received_at)
        neighbour = Walk().choose().begin()
        neighbour.what(text="lamp dark here too")
        neighbour.answer()
        page = neighbour.where_list()
        assert page.request["PATH_INFO"] == "/report/similar/"
        assert WORDS in text_of(page)
        link = re.search(r"/report/follow/[0-9a-f-]+/", page.content.decode()).group(0)
        sent = neighbour.client.post(link, follow=True)
        assert "You follow the matter" in text_of(sent)
        assert Matter.objects.count() == 1
        assert Matter.objects.get().follower_count == 1
        assert Follower.objects.get().language == "en"
        walk.act("add_words", words="It is in front of MY window.")
        followed = text_of(neighbour.client.get("/my/"))
        assert "What you added has been received." in followed
        assert "MY window" not in followed
        assert "MY window" not in neighbour.client.get("/my/file/").content.decode()
        assert "You follow this matter." in followed
        assert "Withdraw" not in followed
        assert neighbour.client.get("/my/do/withdraw/").status_code == 404

    def test_words_that_are_not_shared_stay_unseen(self, walk):
        walk.report()
        neighbour = Walk().choose().begin()
        neighbour.what()
        neighbour.answer()
        page = neighbour.where_list()
        assert "The street lamp by the school gate" not in text_of(page)
        on = neighbour.client.post("/report/similar/", follow=True)
        assert on.request["PATH_INFO"] == "/report/photo/"

    def test_a_matter_that_is_not_near_cannot_be_followed(self, walk):
        matter_id = walk.report()
        walk.begin()
        walk.what()
        walk.answer()
        walk.where_list(spot=f"grid:{TOWN[:9]}002001")
        assert walk.client.get(f"/report/follow/{matter_id}/").status_code == 404


def test_a_form_of_another_site_is_refused(places_once, db):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    assert client.post("/places/", {"place": TOWN}).status_code == 403


def test_a_flood_is_slowed_down_kindly(walk, monkeypatch):
    monkeypatch.setattr("commongrid.doors.common.ratelimit.count_knock", lambda **_: 10**6)
    page = walk.client.post("/report/check/")
    assert page.status_code == 429
    assert "Please wait" in text_of(page)
