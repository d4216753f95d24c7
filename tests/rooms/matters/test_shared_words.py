"""Words that a reporter shares wait until somebody has read them (ADR 0027)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, PhotoRow
from commongrid.rooms.matters.queries.public import is_photo_public
from commongrid.rooms.places import face as places
from tests.rooms.places.standing import SETUP
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
WORDS = "三单元门口的垃圾没有人管"
LATER = f.AT + f.HOUR


@pytest.fixture
def inside():
    from tests.rooms.matters.test_public import INSIDE

    return {"lon": INSIDE[0], "lat": INSIDE[1]}


def waiting(**more):
    return f.raised(text=WORDS, is_shareable=True, is_read=False, photos=[f.photo()], **more)


def shown(matter: face.Raised) -> face.PublicCard:
    return face.get_public_matter(at=LATER, matter_id=matter.id)


def read(matter: face.Raised, action: str = "publish_words", who: str = "desk", **fields: object):
    if action == "keep_back":
        fields.setdefault("reason", "写了邻居的姓名")
    return f.step(matter.id, who, action, LATER, **fields)


def similar() -> tuple[face.SimilarCard, ...]:
    return face.find_similar(
        at=LATER, type_code="A01", path=f.GRID, lon=None, lat=None, limit=5, text=WORDS
    )


def test_until_they_are_read_others_see_type_area_and_state(inside):
    matter = waiting(**inside)
    card = shown(matter)
    assert (card.text, card.photo_ids, card.is_exact) == ("", (), False)
    assert (card.type_code, card.place_code, card.state) == ("A01", f.GRID_CODE, "reported")
    assert not is_photo_public(PhotoRow.objects.get(matter_id=matter.id))
    assert [one.has_words for one in similar()] == [False]
    read(matter)
    card = shown(matter)
    assert (card.text, len(card.photo_ids), card.is_exact) == (WORDS, 1, True)
    assert is_photo_public(PhotoRow.objects.get(matter_id=matter.id))
    assert [one.has_words for one in similar()] == [True]


def test_a_box_does_not_find_the_point_of_what_waits(inside):
    matter = waiting(**inside)
    lon, lat = inside["lon"], inside["lat"]
    box = face.PublicFilters(bbox=(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4))
    assert face.list_public_matters(at=LATER, filters=box).cards == ()
    read(matter)
    assert [c.id for c in face.list_public_matters(at=LATER, filters=box).cards] == [matter.id]


def test_what_is_kept_back_stays_unseen_and_its_reporter_reads_why():
    matter = waiting()
    done = read(matter, "keep_back")
    assert "re-check" in done.told.en
    assert shown(matter).text == ""
    own = face.get_own_matter(actor=face.reporter_of(matter.id), at=LATER, matter_id=matter.id)
    assert own.card.shared == "kept"
    assert own.steps[-1].words["reason"].zh == "写了邻居的姓名"
    assert next(c for c in own.choices if c.action == "appeal").verdict.allowed
    read(matter, who="supervisor")
    assert shown(matter).text == WORDS, "looked at again"


def test_what_was_shown_may_be_kept_back_later():
    matter = waiting()
    read(matter)
    read(matter, "keep_back")
    assert shown(matter).text == ""


def test_what_ended_unread_may_still_be_read():
    matter = waiting()
    for who, action, fields in f.CLOSED:
        f.step(matter.id, who, action, LATER, **fields)
    assert shown(matter).text == ""
    read(matter)
    assert shown(matter).text == WORDS


def test_a_picture_that_comes_later_waits_with_all_the_rest():
    matter = waiting()
    read(matter)
    f.step(matter.id, "reporter", "add_words", LATER, words="还在", pictures=[f.photo()])
    assert shown(matter).photo_ids == ()
    assert Matter.objects.get(pk=matter.id).reading == "waits"
    read(matter)
    assert len(shown(matter).photo_ids) == 2


def test_what_stays_kept_back_is_not_woken_by_a_picture():
    matter = waiting()
    read(matter, "keep_back")
    f.step(matter.id, "reporter", "add_words", LATER, words="还在", pictures=[f.photo()])
    assert Matter.objects.get(pk=matter.id).reading == "kept"


def test_where_the_charter_says_so_words_are_shown_at_once(monkeypatch):
    charter = f.town_charter()
    row = replace(charter.parameters["shared_words"], value="at_once")
    at_once = replace(charter, version="at once", parameters={**charter.parameters, row.name: row})
    places.adopt_charter(
        actor=SETUP, at=f.AT - f.HOUR, command_id=new_id(), charter=at_once, reason="test"
    )
    matter = waiting()
    assert shown(matter).text == WORDS
    with pytest.raises(Refused) as caught:
        read(matter)
    assert caught.value.verdict.rule == "event.open.publish_words/words_hidden"
    read(matter, "keep_back")
    assert shown(matter).text == ""


def test_what_nobody_shared_has_nothing_to_read():
    matter = f.raised(text=WORDS)
    for action in ("publish_words", "keep_back"):
        with pytest.raises(Refused) as caught:
            read(matter, action)
        assert "words_" in caught.value.verdict.rule
    assert shown(matter).text == ""


@pytest.mark.parametrize("who", ["worker", "handler", "head", "reporter"])
def test_reading_is_for_the_desk_and_those_above(who):
    matter = waiting()
    with pytest.raises(Refused) as caught:
        read(matter, who=face.reporter_of(matter.id) if who == "reporter" else who)
    assert caught.value.verdict.rule == "event.open.publish_words/who"


def test_keeping_back_needs_a_reason():
    matter = waiting()
    with pytest.raises(Refused) as caught:
        f.step(matter.id, "desk", "keep_back", LATER)
    assert caught.value.verdict.rule == "event.open.keep_back/needs:reason"


@pytest.mark.parametrize("action", ["publish_words", "keep_back"])
def test_a_reading_is_one_act_and_a_replay_is_harmless(action):
    matter = waiting()
    given = {
        "actor": f.DESK, "at": LATER, "command_id": new_id(), "matter_id": matter.id,
        "action": action, "fields": {"reason": "写了姓名"} if action == "keep_back" else {},
    }  # fmt: skip
    acts = Act.objects.count()
    face.take_action(**given)
    before = f.dump()
    assert face.take_action(**given).is_replay
    assert f.dump() == before
    assert Act.objects.count() == acts + 1
    act = list_acts(f"matter:{matter.id}")[-1]
    after = {"publish_words": "shown", "keep_back": "kept"}[action]
    assert (act.before["shared"], act.after["shared"]) == ("waits", after)
    assert verify().is_whole


@pytest.mark.parametrize("action", ["publish_words", "keep_back"])
def test_a_broken_ledger_shows_and_keeps_nothing(action, monkeypatch):
    matter = waiting()
    before = f.dump()

    def broken(draft: object) -> None:
        raise OSError("ledger")

    with monkeypatch.context() as patch:
        patch.setattr("commongrid.ledger.face._record_act", broken)
        with pytest.raises(OSError, match="ledger"):
            read(matter, action)
    assert f.dump() == before


def test_sealed_words_are_never_shared():
    sealed = next(c for c, t in f.town_charter().types.items() if t.sealed)
    matter = face.raise_matter(
        actor=PUBLIC, at=f.AT, command_id=new_id(), draft=f.draft(sealed, is_shareable=True)
    )
    row = Matter.objects.get(pk=matter.id)
    assert (row.is_shareable, row.reading, row.text) == (False, "", "")
