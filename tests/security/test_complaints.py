"""Product line 8: a complaint never reaches the line complained of, nor a sealed matter the area.

Source: Jinan hotline regulation 2018 art. 32 (reference domain R19).
"""

import pytest

from commongrid.charter.matter import PUBLIC, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")

REVIEWER = f.somebody("40", Hat("reviewer", f.TOWN))
SUPERIOR = f.somebody("41", Hat("handler", f.TOWN, "superior_unit"))
ACCUSED_HEAD = f.somebody("42", Hat("head", f.TOWN, "community"), Hat("grid_worker", f.GRID))
COUNCIL = f.somebody("43", Hat("council", f.TOWN))
LINE = {
    "this grid's worker": f.WORKER, "the next grid's worker": f.NEXT_WORKER, "desk": f.DESK,
    "dispatcher": f.DISPATCHER, "centre": f.CENTRE, "community": f.COMMUNITY, "checker": f.CHECKER,
    "council": COUNCIL, "head of the community": ACCUSED_HEAD, "other unit": f.HANDLER,
    "place keeper": f.somebody("44", Hat("place_keeper", f.TOWN)),
}  # fmt: skip
COMPLAINT = "网格员收了我的钱不办事"
EVERY = face.Filters(state_kinds=())


def complaint(**more):
    return f.raised("I05", COMPLAINT, lon=122.2, lat=43.6, contact=f.CONTACT, **more)


def reads(actor, matter_id):
    """Whether the matter shows in anything this actor can ask for."""
    who = {"actor": actor, "at": f.AT}
    by_words = face.Filters(text="收了我的钱", state_kinds=())
    ref = Matter.objects.get(pk=matter_id).ref
    by_ref = face.Filters(text=ref, state_kinds=())
    found = [
        face.get_matter(**who, matter_id=matter_id),
        face.explain_action(**who, matter_id=matter_id, action="accept"),
        *(face.list_matters(**who, filters=asked).total for asked in (EVERY, by_words, by_ref)),
        *face.cluster_matters(**who, filters=EVERY, zoom=15),
        face.count_matters(**who, filters=EVERY).open,
    ]
    return any(part is not None and part != 0 for part in found)


@pytest.mark.parametrize("who", LINE)
def test_the_line_complained_of_cannot_read_it(who):
    assert not reads(LINE[who], complaint().id)


@pytest.mark.parametrize("actor", [f.SUPERVISOR, REVIEWER], ids=["supervisor", "reviewer"])
def test_who_is_named_reads_it(actor):
    assert reads(actor, complaint().id)


def test_the_reporter_reads_it():
    matter = complaint()
    mine = face.reporter_of(matter.id)
    assert face.get_own_matter(actor=mine, at=f.AT, matter_id=matter.id).text == COMPLAINT


@pytest.mark.parametrize("who", LINE)
def test_the_line_complained_of_takes_no_step(who):
    """Also by its id alone, past every page."""
    matter, before = complaint(), f.dump()
    for action, fields in (
        ("accept", {}), ("retype", {"type": "I01", "reason": "x"}), ("note", {"note": "x"}),
        ("redirect", {"redirect_case": "market", "answer_text": "x", "routes": "x"}),
        ("split", {"type": "A01", "note": "x"}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            f.step(matter.id, LINE[who], action, **fields)
    with pytest.raises(Refused):
        face.reveal_contact(
            actor=LINE[who], at=f.AT, command_id=new_id(), matter_id=matter.id, purpose="x"
        )
    with pytest.raises(Refused):
        face.add_photos(
            actor=LINE[who], at=f.AT, command_id=new_id(), matter_id=matter.id, photos=[f.photo()]
        )
    assert f.dump() == before


def test_it_is_handled_from_end_to_end_outside_the_line():
    """The supervisor stands in for desk and dispatcher; the superior unit handles."""
    matter = complaint()
    f.step(matter.id, f.SUPERVISOR, "accept")
    f.step(matter.id, f.SUPERVISOR, "assign", unit="superior_unit")
    assert reads(SUPERIOR, matter.id), "the unit it was given to"
    f.step(matter.id, SUPERIOR, "serve", feedback="已核实并处理", record="谈话记录", photos=0)
    f.step(matter.id, "reporter", "confirm")
    assert Matter.objects.get().state_kind == "end"
    for who in LINE.values():
        assert not reads(who, matter.id)


def test_somebody_in_charge_who_has_to_step_out_does_not_read_it():
    """A complaint about the supervisor: whoever appoints has them step out."""
    matter = complaint()
    out = f.somebody("3", *f.SUPERVISOR.hats, interests=frozenset({str(matter.id)}))
    assert not reads(out, matter.id)
    assert reads(REVIEWER, matter.id)


def test_an_appeal_is_not_read_by_the_line_that_handled_the_matter():
    matter = f.walked(*f.CLOSED)
    f.step(matter.id, "reporter", "appeal", reason="承办人没有来过")
    child = Matter.objects.get(parent_id=matter.id)
    for who in ("desk", "worker", "handler", "head", "community"):
        assert face.get_matter(actor=f.STAFF[who], at=f.AT, matter_id=child.pk) is None
    assert face.get_matter(actor=REVIEWER, at=f.AT, matter_id=child.pk)
    reason_read_by = {
        who: "承办人没有来过" in repr(face.get_matter(actor=actor, at=f.AT, matter_id=matter.id))
        for who, actor in (("desk", f.DESK), ("handler", f.HANDLER), ("reviewer", REVIEWER))
    }
    assert reason_read_by == {"desk": False, "handler": False, "reviewer": True}


def test_whom_the_person_wants_to_step_out_is_not_told_so():
    matter = f.walked(*f.HANDLED)
    f.step(matter.id, "reporter", "ask_step_out", reason="承办人是他亲戚")
    read = repr(face.get_matter(actor=f.HANDLER, at=f.AT, matter_id=matter.id))
    assert "他亲戚" not in read
    assert "他亲戚" in repr(face.get_matter(actor=f.SUPERVISOR, at=f.AT, matter_id=matter.id))


def test_a_complaint_stays_one_under_another_name():
    """Neither a new type nor a part split off opens it to the line."""
    matter = complaint()
    f.step(matter.id, f.SUPERVISOR, "accept")
    f.step(matter.id, f.SUPERVISOR, "split", type="I01", note="另一件")
    f.step(matter.id, f.SUPERVISOR, "retype", type="I01", reason="是建议")
    for row in Matter.objects.order_by("pk"):
        assert not reads(f.WORKER, row.pk)
        assert not reads(f.DESK, row.pk)
        assert reads(f.SUPERVISOR, row.pk)


def test_what_turns_out_to_be_a_complaint_leaves_the_line_at_once():
    matter = f.raised("I01", COMPLAINT)
    assert reads(f.WORKER, matter.id)
    f.step(matter.id, "desk", "retype", type="I05", reason="是投诉")
    for who in LINE.values():
        assert not reads(who, matter.id)


def test_a_resident_can_choose_to_complain():
    """Without a type of its own a complaint would be told to the very people it is about."""
    groups = face.list_matter_types(path=f.GRID, at=f.AT)
    assert "I05" in {card.code for _, cards in groups for card in cards}


def test_nobody_follows_or_is_shown_a_complaint():
    matter = complaint(is_shareable=True)
    with pytest.raises(Refused):
        face.follow_matter(actor=PUBLIC, at=f.AT, command_id=new_id(), matter_id=matter.id)
    assert face.find_similar(at=f.AT, type_code="I05", path=f.GRID) == ()


@pytest.mark.parametrize("type_code", ["J03", "J07"])
def test_a_sealed_matter_is_known_to_those_who_hand_it_over(type_code):
    matter = f.raised(type_code)
    who = {"at": f.AT, "matter_id": matter.id}
    for actor in (f.WORKER, f.COMMUNITY, f.CHECKER, COUNCIL, f.DISPATCHER, f.NEXT_WORKER):
        assert face.get_matter(actor=actor, **who) is None
        with pytest.raises(Refused):
            f.step(matter.id, actor, "hand_over", line="110")
    assert face.get_matter(actor=f.DESK, **who)
    assert f.step(matter.id, "desk", "hand_over", line="110").state == "handed_over"


@pytest.mark.parametrize("retyped", [False, True], ids=["as raised", "under another name"])
@pytest.mark.parametrize("unit", ["community", "sanitation"])
def test_nobody_in_charge_can_give_it_to_a_unit_that_may_be_complained_of(unit, retyped):
    """Also by mistake: only the units the catalogue names for complaints."""
    matter = complaint()
    f.step(matter.id, f.SUPERVISOR, "accept")
    if retyped:
        f.step(matter.id, f.SUPERVISOR, "retype", type="I01", reason="是建议")
    before = f.dump()
    for action, fields in (
        ("assign", {"unit": unit}),
        ("whistle", {"units": [unit], "need": "x", "meet_at": "x"}),
    ):
        with pytest.raises(Refused) as refused:
            f.step(matter.id, f.SUPERVISOR, action, **fields)
        assert refused.value.verdict.rule.endswith("/kept_apart")
    assert f.dump() == before
    page = face.get_matter(actor=f.SUPERVISOR, at=f.AT, matter_id=matter.id)
    shown = {
        key
        for choice in page.choices
        for field in choice.fields
        if field.name in ("unit", "units")
        for key, _ in field.options
    }
    assert shown == {"superior_unit", "discipline_body"}


def test_the_unit_that_looks_into_it_cannot_ask_the_line_either():
    matter = complaint()
    f.step(matter.id, f.SUPERVISOR, "accept")
    f.step(matter.id, f.SUPERVISOR, "assign", unit="superior_unit")
    with pytest.raises(Refused) as refused:
        f.step(matter.id, SUPERIOR, "ask_upward", unit="community", question="x")
    assert refused.value.verdict.rule.endswith("/kept_apart")
    f.step(matter.id, SUPERIOR, "ask_upward", unit="discipline_body", question="x")
