"""Who reads what: the resident, this grid's worker, the next grid's worker, supervisor, units."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, PhotoRow
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
ALL = face.Filters(state_kinds=())


@pytest.fixture
def matters() -> dict[str, face.Raised]:
    """One here held by the sanitation, one here that nobody took, one in the next grid."""
    return {
        "held": f.walked(*f.HANDLED, photos=[f.photo()], lon=122.2, lat=43.6),
        "new": f.raised("B02", "路灯不亮", lon=122.2001, lat=43.6001),
        "next": f.raised("B02", "路灯坏了", grid_code=f.NEXT_CODE, lon=122.21, lat=43.6),
    }


READERS = [
    ("the resident", PUBLIC, set()),
    ("this grid's worker", f.WORKER, {"held", "new"}),
    ("the next grid's worker", f.NEXT_WORKER, {"next"}),
    ("the supervisor", f.SUPERVISOR, {"held", "new", "next"}),
    ("the desk", f.DESK, {"held", "new", "next"}),
    ("the unit that holds it", f.HANDLER, {"held"}),
    ("another unit", f.OTHER_HANDLER, set()),
    ("staff without a post", Actor(key="staff:99"), set()),
]
each_reader = pytest.mark.parametrize(
    ("actor", "sees"), [pytest.param(a, s, id=name) for name, a, s in READERS]
)


@each_reader
def test_lists_pages_photos_counts_and_maps_agree(actor, sees, matters):
    ids = {matters[name].id for name in sees}
    listed = face.list_matters(actor=actor, at=NOW, filters=ALL)
    assert {card.id for card in listed.cards} == ids
    assert listed.total == len(ids)
    counts = face.count_matters(actor=actor, at=NOW, filters=ALL)
    assert counts.open == sum(counts.by_light.values()) == len(ids)
    clusters = face.cluster_matters(actor=actor, at=NOW, filters=ALL, zoom=22)
    assert {cluster.matter_id for cluster in clusters} == ids
    picture = PhotoRow.objects.get()
    opened = face.open_photo(actor=actor, photo_id=picture.pk)
    assert (opened is not None) == ("held" in sees)
    for matter in matters.values():
        page = face.get_matter(actor=actor, at=NOW, matter_id=matter.id)
        assert (page is not None) == (matter.id in ids)
        why = face.explain_action(actor=actor, at=NOW, matter_id=matter.id, action="accept")
        assert (why is not None) == (matter.id in ids)
        assert face.get_own_matter(actor=actor, at=NOW, matter_id=matter.id) is None


def test_the_reporter_reads_their_own_by_the_receipt_alone(matters):
    mine = matters["held"]
    matter_id, actor = face.find_by_receipt(mine.receipt_code)
    assert matter_id == mine.id
    page = face.get_own_matter(actor=actor, at=NOW, matter_id=mine.id)
    assert page.text == f.WORDS
    assert page.card.ref == mine.ref
    assert len(page.photos) == 1
    assert face.open_photo(actor=actor, photo_id=page.photos[0].id) is not None
    assert face.get_own_matter(actor=actor, at=NOW, matter_id=matters["new"].id) is None
    assert face.get_matter(actor=actor, at=NOW, matter_id=mine.id) is None
    assert face.list_matters(actor=actor, at=NOW, filters=ALL).total == 0


@pytest.mark.parametrize("spoil", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c} "])
def test_a_code_is_read_as_people_write_it(spoil, matters):
    assert face.find_by_receipt(spoil(matters["new"].receipt_code))[0] == matters["new"].id


@pytest.mark.parametrize("code", ["", "x", "AAAA-AAAA-AAAA-AAAA", "' OR 1=1 --", "\x00", "九" * 20])
def test_no_other_code_opens_anything(code, matters):
    assert face.find_by_receipt(code) is None


def test_the_reporter_reads_plain_words_and_nothing_internal(matters):
    mine = matters["held"]
    f.step(mine.id, "handler", "note", NOW, note="仓库钥匙在三号柜")
    f.step(mine.id, "handler", "answer", NOW, answer_text="明早清走", next_step="派车",
           next_on="2026-03-12")  # fmt: skip
    actor = face.reporter_of(mine.id)
    page = face.get_own_matter(actor=actor, at=NOW, matter_id=mine.id)
    shown = repr(page)
    assert "三号柜" not in shown
    assert "明早清走" in shown
    assert all(not step.actor and not step.actor_name for step in page.steps)
    assert page.offers == ()
    assert page.proposals == ()
    staff = face.get_matter(actor=f.HANDLER, at=NOW, matter_id=mine.id)
    assert "三号柜" in repr(staff)
    assert staff.offers[0].answer == "taken"


def follower_of(matter: face.Raised) -> Actor:
    code = face.follow_matter(
        actor=PUBLIC, at=NOW, command_id=new_id(), matter_id=matter.id, contact=None
    ).receipt_code
    found, actor = face.find_by_receipt(code)
    assert found == matter.id
    return actor


def test_a_follower_sees_the_progress_and_not_the_person():
    heating = f.somebody("30", f.Hat("handler", f.TOWN, "heating_company"))
    matter = f.walked(f.ACCEPT, type_code="C03", text="家里只有十五度", contact=f.CONTACT,
                      answers={"cold_and_frail": "yes"}, photos=[f.photo()])  # fmt: skip
    f.step(matter.id, "dispatcher", "offer", NOW, unit="heating_company", reason="主办")
    f.step(matter.id, heating, "take", NOW, contact_name="值班")
    f.step(matter.id, "reporter", "add_words", NOW, words="我母亲八十岁,住三楼")
    f.step(matter.id, heating, "answer", NOW, answer_text="下午上门测温", next_step="测温",
           next_on="2026-03-12")  # fmt: skip
    page = face.get_own_matter(actor=follower_of(matter), at=NOW, matter_id=matter.id)
    shown = repr(page)
    assert "下午上门测温" in shown
    for private in ("十五度", "三号楼", "八十岁"):
        assert private not in shown
    assert (page.answers, page.photos, page.has_contact, page.rating_words) == ((), (), False, "")
    assert not [c.action for c in page.choices if c.verdict.allowed and c.action != "follow"]


def test_a_follower_opens_no_picture_that_was_not_shared():
    matter = f.raised(photos=[f.photo()])
    picture = PhotoRow.objects.get()
    assert face.open_photo(actor=follower_of(matter), photo_id=picture.pk) is None
    Matter.objects.filter(pk=matter.id).update(is_shareable=True)
    assert face.open_photo(actor=PUBLIC, photo_id=picture.pk) is not None


def test_a_follower_takes_no_step_of_the_reporter():
    matter = f.walked(*f.HANDLED, f.CLAIM)
    actor = follower_of(matter)
    for action in ("confirm", "withdraw", "not_solved", "add_words"):
        why = face.explain_action(actor=actor, at=NOW, matter_id=matter.id, action=action)
        assert not why.allowed


@pytest.mark.parametrize("type_code", ["F02", "H01", "J03", "B01"])
def test_what_somebody_asks_for_themselves_is_followed_by_nobody(type_code):
    matter = f.raised(type_code)
    with pytest.raises(Refused) as caught:
        follower_of(matter)
    assert caught.value.verdict.rule == "matter.unknown"


def test_a_unit_reads_what_it_is_asked_and_no_longer_what_it_refused():
    matter = f.walked(f.ACCEPT, f.OFFER)
    assert face.get_matter(actor=f.HANDLER, at=NOW, matter_id=matter.id) is not None
    f.step(matter.id, "handler", "object", NOW, legal_basis="清单", reason="不归我们")
    f.step(matter.id, "centre", "send_elsewhere", NOW, unit="housing_bureau", reason="另派")
    assert face.get_matter(actor=f.HANDLER, at=NOW, matter_id=matter.id) is None


def test_an_ended_appointment_reads_nothing(matters):
    assert face.list_matters(actor=replace(f.DESK, hats=()), at=NOW, filters=ALL).total == 0


def test_unknown_ids_are_answered_like_forbidden_ones():
    for query in (face.get_matter, face.get_own_matter):
        assert query(actor=f.DESK, at=NOW, matter_id=new_id()) is None
    assert face.open_photo(actor=f.DESK, photo_id=new_id()) is None
    assert face.explain_action(actor=f.DESK, at=NOW, matter_id=new_id(), action="x") is None
