"""Voice notes on the matter page: heard by those in charge, put into words by a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from tests.doors.desk.test_desk_work import TAKES_IN
from tests.doors.desk.town import AT, PEOPLE
from tests.support import recordings

NOTE = recordings.ogg(2)


@pytest.fixture
def with_sound(town):
    matter_id = town.raise_one()
    matters.add_voice_note(
        actor=matters.reporter_of(matter_id), at=AT, command_id=new_id(),
        matter_id=matter_id, content=NOTE,
    )  # fmt: skip
    return matter_id, town.page(matter_id).sounds[0].id


@pytest.mark.parametrize("who", PEOPLE)
def test_it_is_heard_by_those_in_charge(town, with_sound, who):
    response = town.client(who).get(reverse("desk:sound", args=[with_sound[1]]))
    may = who in TAKES_IN - {"next_worker"} | {"checker", "supervisor"}
    assert response.status_code == (200 if may else 404)
    if may:
        assert response.headers["Content-Type"] == "audio/ogg"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


def test_nobody_hears_it_without_logging_in(town, with_sound, client):
    response = client.get(reverse("desk:sound", args=[with_sound[1]]))
    assert response.status_code == 302
    assert "/staff/login" in response.headers["Location"]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-1", 206, "bytes 0-1/{}"),
        ("bytes=4-", 206, "bytes 4-{last}/{}"),
        ("bytes=-4", 206, "bytes {tail}-{last}/{}"),
        ("bytes=0-99999999", 206, "bytes 0-{last}/{}"),
        ("bytes=99999999-", 416, "bytes */{}"),
        ("bytes=5-2", 416, "bytes */{}"),
        ("bytes=-", 200, None),
        ("lines=0-1", 200, None),
        ("bytes=0-1,4-5", 200, None),
    ],
)
def test_a_player_may_ask_for_a_part(town, with_sound, asked, status, told):
    address = reverse("desk:sound", args=[with_sound[1]])
    whole = town.client("desk").get(address).content
    part = town.client("desk").get(address, headers={"range": asked})
    assert part.status_code == status
    size = len(whole)
    wanted = told and told.format(size, last=size - 1, tail=size - 4)
    assert part.headers.get("Content-Range") == wanted
    if status == 206:
        first, last = part.headers["Content-Range"].split()[1].split("/")[0].split("-")
        assert part.content == whole[int(first) : int(last) + 1]


def test_the_page_plays_it_and_keeps_what_was_written_down(town, with_sound):
    matter_id, sound_id = with_sound
    client, page = town.client("desk"), reverse("desk:matter", args=[with_sound[0]])
    shown = client.get(page)
    assert f'src="{reverse("desk:sound", args=[sound_id])}"' in shown.content.decode()
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    sent = {"command_id": str(new_id()), "words": "The drain is blocked <b>"}
    address = reverse("desk:write_down", args=[matter_id, sound_id])
    assert client.post(address, sent).status_code == 302
    text = client.get(page).content.decode()
    assert "The drain is blocked &lt;b&gt;" in text
    assert "Written down by" in text
    own = matters.get_own_matter(actor=matters.reporter_of(matter_id), at=AT, matter_id=matter_id)
    assert own.sounds[0].words == sent["words"]


def test_no_words_come_back_with_what_to_do(town, with_sound):
    sent = {"command_id": str(new_id()), "words": " "}
    response = town.client("desk").post(reverse("desk:write_down", args=with_sound), sent)
    assert response.status_code == 422
    assert town.page(with_sound[0]).sounds[0].words == ""


def test_the_next_worker_writes_nothing_down(town, with_sound):
    sent = {"command_id": str(new_id()), "words": "x"}
    address = reverse("desk:write_down", args=with_sound)
    assert town.client("next_worker").post(address, sent).status_code == 404
    assert town.page(with_sound[0]).sounds[0].words == ""
