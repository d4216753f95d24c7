"""Voice notes: who hears them, what is refused, and that they die with the words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, SoundRow
from tests.support import factories as f
from tests.support import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


NOTE = recordings.webm(1)


def add(matter: face.Raised, actor: Actor | None = None, **given: Any) -> face.Done:
    return face.add_voice_note(
        actor=actor or face.reporter_of(matter.id), at=f.AT, command_id=new_id(),
        matter_id=matter.id, **{"content": NOTE, **given},
    )  # fmt: skip


def heard(actor: Actor, sound: SoundRow) -> bool:
    return face.open_sound(actor=actor, sound_id=sound.pk) is not None


def on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "mime", "ending"),
    [
        pytest.param(recordings.webm(1), "audio/webm", ".webm", id="webm"),
        pytest.param(recordings.ogg(1), "audio/ogg", ".ogg", id="ogg"),
        pytest.param(recordings.mp4(1), "audio/mp4", ".m4a", id="mp4"),
    ],
)
def test_what_lies_on_disk_says_nothing_beside_the_sound(content, mime, ending):
    matter = f.raised()
    add(matter, content=content)
    (path,) = on_disk()
    assert path.suffix == ending
    for trace in recordings.TRACES:
        assert trace in content
        assert trace not in path.read_bytes()
    found = face.open_sound(actor=f.DESK, sound_id=SoundRow.objects.get().pk)
    assert found == (path.read_bytes(), mime)


def test_who_hears_it():
    matter = f.raised(is_shareable=True)
    follow = face.follow_matter(
        actor=PUBLIC, at=f.AT, command_id=new_id(), matter_id=matter.id, contact=None
    )
    follower = face.find_by_receipt(follow.receipt_code)[1]
    add(matter)
    sound = SoundRow.objects.get()
    assert heard(f.DESK, sound)
    assert heard(f.WORKER, sound)
    assert heard(face.reporter_of(matter.id), sound)
    for other in (PUBLIC, follower, f.NEXT_WORKER, f.OTHER_HANDLER):
        assert not heard(other, sound), other.key
    assert face.get_own_matter(actor=follower, at=f.AT, matter_id=matter.id).sounds == ()


def test_the_reporter_hears_the_report_and_not_what_staff_said_later():
    matter = f.raised()
    add(matter, f.WORKER, stage="report")
    add(matter, f.WORKER, stage="evidence")
    mine = face.reporter_of(matter.id)
    page = face.get_own_matter(actor=mine, at=f.AT, matter_id=matter.id)
    assert [sound.stage for sound in page.sounds] == ["report"]
    assert [heard(mine, row) for row in SoundRow.objects.order_by("added_at", "pk")] == [
        True,
        False,
    ]
    assert len(face.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id).sounds) == 2


def test_words_are_a_person_s_and_stand_beside_the_recording_alone():
    matter = f.raised()
    add(matter)
    sound = SoundRow.objects.get()
    for words in ("下水道堵了", "下水道堵了，在三单元"):
        face.write_down(actor=f.DESK, at=f.AT, command_id=new_id(), sound_id=sound.pk, words=words)
    card = face.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id).sounds[0]
    assert card.words == "下水道堵了，在三单元"
    assert card.words_at == f.AT
    own = face.get_own_matter(
        actor=face.reporter_of(matter.id), at=f.AT, matter_id=matter.id
    ).sounds[0]
    assert (own.words, own.words_by) == (card.words, "")


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        pytest.param({"content": b""}, "sound.not_a_sound", id="empty"),
        pytest.param({"content": f.jpeg()}, "sound.not_a_sound", id="picture"),
        pytest.param({"content": recordings.ogg(70)}, "sound.too_long", id="long"),
        pytest.param({"content": bytes(2_000_000)}, "sound.too_big", id="big"),
        pytest.param({"stage": "../x"}, "sound.stage", id="stage"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(given, rule):
    matter = f.raised()
    before = f.dump()
    with pytest.raises(Refused) as caught:
        add(matter, **given)
    assert caught.value.verdict.rule == rule
    assert caught.value.verdict.say.zh
    assert f.dump() == before
    assert on_disk() == []


def test_a_matter_has_six_at_the_most():
    matter = f.raised()
    for _ in range(6):
        add(matter)
    with pytest.raises(Refused) as caught:
        add(matter)
    assert caught.value.verdict.rule == "sound.too_many"
    assert Matter.objects.get().sounds == SoundRow.objects.count() == len(on_disk()) == 6


def test_a_matter_of_a_sealed_type_has_none():
    matter = f.raised("J07")
    assert Matter.objects.get().is_sealed
    with pytest.raises(Refused) as caught:
        add(matter)
    assert caught.value.verdict.rule == "matter.sealed"
    assert on_disk() == []


def test_it_dies_with_the_words(django_capture_on_commit_callbacks):
    matter = f.raised(photos=[f.photo()])
    add(matter)
    f.step(matter.id, "reporter", "withdraw")
    assert len(on_disk()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        face.erase_due(at=f.AT + timedelta(days=1200))
    assert SoundRow.objects.count() == Matter.objects.get().sounds == 0
    assert on_disk() == []


def test_it_is_in_nothing_public():
    matter = f.raised(is_shareable=True)
    add(matter)
    shown = repr(face.get_public_matter(matter_id=matter.id, at=f.AT))
    assert "sound" not in shown
    assert str(SoundRow.objects.get().pk) not in shown
