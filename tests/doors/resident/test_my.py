"""One's own matter: the receipt, the steps a person may take, their own data."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.ledger.log import face as log
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter
from tests.doors.resident.walking import TOWN, WORDS, Walk, handle, picture, text_of
from tests.support import factories, recordings


def another(code):
    """Somebody on another device who types the code."""
    client = Client(headers={"accept-language": "en"})
    return client, client.post("/my/open/", {"code": code}, follow=True)


def test_the_code_opens_it_however_it_is_typed(walk):
    walk.report()
    for typed in (walk.code, walk.code.lower(), walk.code.replace("-", " "), f" {walk.code} "):
        _, page = another(typed)
        assert page.request["PATH_INFO"] == "/my/"
        assert WORDS in text_of(page)


def test_the_link_opens_it_and_leaves_the_address(walk, caplog):
    walk.report()
    client = Client(headers={"accept-language": "en"})
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/r/{walk.code}/")
    assert answer.headers["Location"] == "/my/"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert walk.code not in caplog.text
    assert WORDS in text_of(client.get("/my/"))


@pytest.mark.parametrize("code", ["", "K7QM-4T2X-9R3W-A", "xxx", "0000-0000-0000-0", "ÄÖÜ 漢字"])
def test_a_wrong_code_opens_nothing_and_says_what_to_do(walk, code):
    client, page = another(code)
    assert page.status_code == 422
    assert "data-error-summary" in page.content.decode()
    assert client.get("/my/").headers["Location"] == "/my/code/"


def test_a_wrong_link_shows_the_form(walk):
    page = Client(headers={"accept-language": "en"}).get("/r/K7QM-4T2X-9R3W-B/")
    assert page.status_code == 422
    assert "opens no matter" in text_of(page)
    assert 'name="referrer" content="same-origin"' in page.content.decode()


def test_guessing_is_slowed_down(places_once, db):
    client = Client()
    answers = [client.post("/my/open/", {"code": str(n)}).status_code for n in range(61)]
    assert answers[-1] == 429
    assert answers[0] == 422


def test_closing_forgets_it_on_this_device(walk):
    walk.report()
    walk.client.post("/my/close/")
    assert walk.client.get("/my/").headers["Location"] == "/my/code/"


def test_no_page_of_it_is_kept_by_the_browser(walk):
    walk.report()
    for path in ("/my/", "/my/contact/", "/my/file/"):
        answer = walk.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_it_tells_what_is_promised_and_what_happened(walk):
    walk.report()
    said = text_of(walk.client.get("/my/"))
    assert "Received; we are deciding whether to take it up." in said
    assert re.search(r"first useful answer .*? by Tue 17 Mar, 24:00", said)
    assert "Your matter has been received." in said
    assert "The five orders" in said


def test_solved_is_confirmed_and_rated(walk):
    matter_id = walk.report()
    handle(matter_id)
    page = walk.client.get("/my/")
    assert "Yes, it is solved" in text_of(page)
    assert "A new lamp shines." in text_of(page)
    assert "You confirmed it is solved." in text_of(walk.act("confirm"))
    assert Matter.objects.get().state == "closed"
    rated = walk.act("rate", rating="satisfied", rating_text="Quick.")
    assert "satisfied" in text_of(rated)
    assert "Quick." in text_of(rated)
    why = text_of(walk.client.get("/my/do/rate/"))
    assert "Back" in why
    assert 'type="radio"' not in walk.client.get("/my/do/rate/").content.decode()


def test_work_claimed_done_is_not_late_while_it_is_checked(walk, clock):
    handle(walk.report())
    clock.shift(timedelta(days=30).total_seconds())
    text = text_of(another(walk.code)[1])
    assert "whether it is true is still checked. Within the time promised." in text


def test_not_solved_goes_back_with_a_reason_and_a_photo(walk):
    matter_id = walk.report()
    handle(matter_id)
    page = walk.act("not_solved", reason="")
    assert page.status_code == 422
    assert Matter.objects.get().state == "claimed"
    walk.act("not_solved", reason="It still flickers.", photos=[picture()])
    matter = Matter.objects.get()
    assert (matter.state, matter.redone) == ("handling", 1)
    assert "It still flickers." in text_of(walk.client.get("/my/"))


def test_a_step_pressed_twice_is_one_step(walk):
    matter_id = walk.report()
    handle(matter_id)
    form = walk.client.get("/my/do/not_solved/").content.decode()
    command = re.search(r'name="command_id" value="([^"]+)"', form).group(1)
    told = {"command_id": command, "reason": "Still dark."}
    for _ in range(2):
        answer = walk.client.post("/my/do/not_solved/", told)
        assert answer.headers["Location"] == "/my/"
    assert Matter.objects.get().redone == 1


def test_withdrawing_asks_whether_one_is_sure(walk):
    walk.report()
    assert walk.act("withdraw").status_code == 422
    assert Matter.objects.get().state == "reported"
    walk.act("withdraw", is_sure="on")
    assert Matter.objects.get().state == "withdrawn"


def test_what_is_not_possible_says_why(walk):
    walk.report()
    said = text_of(walk.client.get("/my/"))
    assert "Yes, it is solved" not in said.split("What is not possible now")[0]
    refused = walk.client.get("/my/do/accept/")
    assert refused.status_code == 404


def test_words_can_be_added(walk):
    walk.report()
    walk.act("add_words", words="<b>It is the third lamp.</b>")
    page = walk.client.get("/my/").content.decode()
    assert "&lt;b&gt;It is the third lamp.&lt;/b&gt;" in page


class TestOwnData:
    def test_it_is_seen_corrected_and_erased(self, walk):
        walk.report(name="Li", phone="13800000000")
        page = walk.client.get("/my/contact/")
        assert 'value="13800000000"' in page.content.decode()
        told = {"name": "Li", "phone": "13911111111", "command_id": self.command(page)}
        walk.client.post("/my/contact/", told)
        assert "13911111111" in walk.client.get("/my/contact/").content.decode()
        erase = walk.client.get("/my/contact/erase/")
        unsure = walk.client.post("/my/contact/erase/", {"command_id": self.command(erase)})
        assert unsure.status_code == 422
        walk.client.post("/my/contact/erase/", {"command_id": self.command(erase), "is_sure": "on"})
        assert not ContactRow.objects.exists()
        assert "No contact data are kept" in text_of(walk.client.get("/my/"))

    def test_it_can_be_taken_away_as_a_file(self, walk):
        walk.report(name="Li", phone="13800000000")
        answer = walk.client.get("/my/file/")
        taken = json.loads(answer.content)
        assert taken["words"] == WORDS
        assert taken["contact"]["phone"] == "13800000000"
        assert taken["promises"]
        assert taken["steps"][0]["what"] == "Your matter has been received."
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_an_empty_contact_points_to_erasing(self, walk):
        walk.report(name="Li")
        page = walk.client.get("/my/contact/")
        told = {"command_id": self.command(page)}
        assert "erase your data instead" in text_of(walk.client.post("/my/contact/", told))

    @staticmethod
    def command(page):
        return re.search(r'name="command_id" value="([^"]+)"', page.content.decode()).group(1)


class TestPictures:
    def test_only_the_holder_sees_an_unshared_one(self, walk, photo):
        walk.report(photos=[photo])
        link = re.search(r"/my/photo/[0-9a-f-]+/", walk.client.get("/my/").content.decode())
        assert walk.client.get(link.group(0)).status_code == 200
        stranger = Walk()
        assert stranger.client.get(link.group(0)).status_code == 302
        shared = link.group(0).replace("/my/", "/shared/")
        assert stranger.client.get(shared).status_code == 404

    def test_the_holder_of_another_matter_does_not(self, walk, photo):
        walk.report(photos=[photo])
        link = re.search(r"/my/photo/[0-9a-f-]+/", walk.client.get("/my/").content.decode())
        other = Walk().choose()
        other.report()
        assert other.client.get(link.group(0)).status_code == 404

    def test_a_shared_one_is_for_everybody(self, walk, photo):
        walk.report(photos=[photo], is_shareable="on")
        link = re.search(r"/my/photo/[0-9a-f-]+/", walk.client.get("/my/").content.decode())
        shared = link.group(0).replace("/my/", "/shared/")
        assert Walk().client.get(shared).status_code == 404, "nobody has read it for others yet"
        matter = Matter.objects.get()
        factories.step(matter.pk, "desk", "publish_words", matter.received_at)
        assert Walk().client.get(shared).status_code == 200


class TestVoiceNotes:
    @staticmethod
    def link_to(walk):
        matter_id = walk.report()
        matters.add_voice_note(
            actor=matters.reporter_of(matter_id), at=factories.AT, command_id=new_id(),
            matter_id=matter_id, content=recordings.mp4(2),
        )  # fmt: skip
        page = walk.client.get("/my/").content.decode()
        assert "<audio controls" in page
        return re.search(r"/my/sound/[0-9a-f-]+/", page).group(0)

    def test_the_reporter_hears_their_own_and_no_stranger_does(self, walk):
        link = self.link_to(walk)
        answer = walk.client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "audio/mp4"
        assert answer.headers["Cache-Control"] == "no-store"
        assert Walk().client.get(link).status_code == 302
        other = Walk().choose()
        other.report()
        assert other.client.get(link).status_code == 404

    def test_it_is_in_the_file_one_may_take_away(self, walk):
        self.link_to(walk)
        (note,) = walk.client.get("/my/file/").json()["voice_notes"]
        assert note["seconds"] == 2


def test_pages_stay_cheap_however_long_the_history(walk, count_sql):
    matter_id = walk.report()
    handle(matter_id)
    walk.client.get("/my/")
    with count_sql(max=14):
        walk.client.get("/my/")


def test_the_grid_post_is_cheap(walk, count_sql):
    walk.client.get(f"/grids/{TOWN[:9]}001001/")
    with count_sql(max=8):
        walk.client.get(f"/grids/{TOWN[:9]}001001/")


class TestProof:
    def test_the_proof_can_be_taken_home_and_holds(self, walk, settings, tmp_path):
        settings.HOME = tmp_path
        handle(walk.report())
        page = text_of(walk.client.get("/my/"))
        assert "not in the log yet" in page
        waiting = walk.client.get("/my/proof/").json()
        assert all("by" in act and "proof" not in act for act in waiting["acts"])
        log.run_log_round(at=factories.AT)
        assert "not in the log yet" not in text_of(walk.client.get("/my/"))
        answer = walk.client.get("/my/proof/")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "-proof.json" in answer.headers["Content-Disposition"]
        checked = log.check_receipt(answer.content.decode(), vkeys=log.find_log().keys)
        assert checked.problems == ()
        assert {act.verdict for act in checked.acts} == {"proven"}
        assert checked.acts[0].told["action"] == "raise"
        assert any("due" in str(act.told["after"]) for act in checked.acts)
        assert answer.json()["acts"][0]["said"]["en"]

    def test_it_tells_no_names_and_no_command(self, walk):
        handle(walk.report())
        log.append_acts()
        told = walk.client.get("/my/proof/").content.decode()
        assert "staff:" not in told
        assert "command_id" not in told
        assert "actor" not in told

    def test_nobody_else_gets_it(self, walk):
        walk.report()
        assert Walk().client.get("/my/proof/").status_code == 302
