"""A complaint from the first word to the verdict; each command with its four proofs."""

from dataclasses import replace

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.models import Complaint, Entry, Identity
from commongrid.rooms.people import face as people
from tests.rooms.complaints import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
REACH = face.Reach(name="演示居民萨日娜", phone="0475-0001234", may_open=True)


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def refused(call, *args, **more):
    with pytest.raises(Refused) as info:
        call(*args, **more)
    return info.value.verdict.rule


def test_a_complaint_goes_from_filing_to_the_verdict():
    names = s.people_of("worker", "supervisor")
    filed = s.filed()
    assert s.seen_by(names, filed.ref) == {"supervisor"}
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.ask, names["supervisor"], filed.ref, words="是哪一天？")
    face.say_more(code=filed.code, at=s.AT, command_id=new_id(), words="上周三。")
    s.do(face.answer, names["supervisor"], filed.ref, words="已经谈话，并改正。")
    own = face.find_own(filed.code, s.AT)
    assert [e.kind for e in own.entries] == ["complaint", "question", "words", "answer"]
    assert own.card.state is face.State.ANSWERED
    assert face.Outcome.SOLVED in own.verdicts
    face.give_verdict(
        code=filed.code, at=s.AT, command_id=new_id(), verdict=face.Outcome.SOLVED
    )  # fmt: skip
    assert face.find_own(filed.code, s.AT).card.state is face.State.CLOSED
    assert [stage.state for stage in own.stages] == ["received", "taken", "answered"]
    assert all(stage.due_at for stage in own.stages)


@pytest.mark.parametrize("verdict", [face.Outcome.PARTLY, face.Outcome.NOT_SOLVED])
def test_what_is_unsolved_goes_to_a_reviewer_by_itself_and_then_names_who_is_outside(verdict):
    names = s.people_of("worker", "supervisor", "reviewer")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.answer, names["supervisor"], filed.ref, words="没有问题。")
    say = {"code": filed.code, "at": s.AT}
    face.give_verdict(**say, command_id=new_id(), verdict=verdict)
    assert s.seen_by(names, filed.ref) == {"supervisor", "reviewer"}, "the handler reads on"
    assert refused(s.do, face.take, names["supervisor"], filed.ref) == "complaint.not_yours"
    s.do(face.take, names["reviewer"], filed.ref)
    s.do(face.answer, names["reviewer"], filed.ref, words="复核：应当道歉。")
    assert face.find_own(filed.code, s.AT).card.state is face.State.REVIEWED
    face.give_verdict(**say, command_id=new_id(), verdict=face.Outcome.NOT_SOLVED)
    own = face.find_own(filed.code, s.AT)
    assert own.card.state is face.State.OUTSIDE
    assert [body.zh for body in own.bodies] == ["纪检监察机关", "信访局"]


def test_who_handled_it_does_not_review_it():
    names = s.people_of("worker", "supervisor")
    s.appoint(names["supervisor"], s.Post("reviewer", s.TOWN))
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.answer, names["supervisor"], filed.ref, words="没有问题。")
    face.give_verdict(
        code=filed.code, at=s.AT, command_id=new_id(), verdict=face.Outcome.NOT_SOLVED
    )  # fmt: skip
    assert face.find_own(filed.code, s.AT).card.state is face.State.OUTSIDE


def test_neither_acts_nor_columns_tell_who_complained_about_whom():
    names = s.people_of("worker", "supervisor")
    filed = s.filed(reach=REACH, whom="演示 worker")
    acts = ledger.list_acts(f"complaint:{filed.ref}")
    told = repr(acts)
    for secret in (
        s.WORDS,
        REACH.name,
        REACH.phone,
        filed.code,
        f"staff:{names['worker']}",
        "演示",
    ):
        assert secret not in told
    assert acts[0].actor == "complainant"
    row, identity = Complaint.objects.get(), Identity.objects.get()
    for value in (bytes(Entry.objects.get().sealed), bytes(identity.sealed)):
        assert s.WORDS.encode() not in value
        assert REACH.phone.encode() not in value
    assert str(row.pk) not in identity.mark
    assert row.pk.hex not in identity.mark
    assert {field.name for field in Identity._meta.get_fields()} == {"mark", "sealed", "may_open"}


def test_the_identity_opens_for_a_purpose_and_is_told():
    names = s.people_of("worker", "supervisor", "supervisor2")
    filed = s.filed(reach=REACH)
    opening = {"purpose": "ask_back"}
    assert refused(s.do, face.open_identity, names["supervisor"], filed.ref, **opening) == (
        "complaint.no_identity"
    ), "before it is taken"
    s.do(face.take, names["supervisor"], filed.ref)
    assert refused(s.do, face.open_identity, names["supervisor2"], filed.ref, **opening) == (
        "complaint.no_identity"
    ), "by a colleague"
    found = s.do(face.open_identity, names["supervisor"], filed.ref, **opening)
    assert found.phone == REACH.phone
    (told,) = face.find_own(filed.code, s.AT).openings
    assert (told.role, told.purpose) == ("supervisor", "ask_back")
    face.erase_identity(code=filed.code, at=s.AT, command_id=new_id())
    assert Identity.objects.count() == 0
    assert refused(s.do, face.open_identity, names["supervisor"], filed.ref, **opening) == (
        "complaint.no_identity"
    )


def test_many_identities_are_not_opened_by_one_person_alone(monkeypatch):
    monkeypatch.setitem(people.BULK, "reveal", replace(people.BULK["reveal"], alone=1))
    who = s.people_of("worker", "supervisor")["supervisor"]
    filed = [s.filed(reach=REACH) for _ in range(2)]
    for one in filed:
        s.do(face.take, who, one.ref)
    opening = {"actor": s.actor(who), "at": s.AT, "purpose": "ask_back"}
    first = {**opening, "command_id": new_id(), "ref": filed[0].ref}
    assert face.open_identity(**first) == face.open_identity(**first), "again is nothing new"
    assert refused(s.do, face.open_identity, who, filed[1].ref, purpose="ask_back") == (
        "people.second_person"
    )  # fmt: skip


def test_without_consent_nobody_opens_the_identity():
    names = s.people_of("worker", "supervisor")
    filed = s.filed(reach=face.Reach(name="演示居民", phone="0475-1"))
    s.do(face.take, names["supervisor"], filed.ref)
    assert refused(
        s.do, face.open_identity, names["supervisor"], filed.ref, purpose="ask_back"
    ) == ("complaint.no_identity")  # fmt: skip


def test_filing_twice_with_one_number_files_once_and_shows_the_same_code():
    s.people_of("worker", "supervisor")
    number = new_id()
    first, second = s.filed(number), s.filed(number)
    assert (first, Complaint.objects.count()) == (second, 1)
    assert ledger.count_acts(f"complaint:{first.ref}") == 1


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"words": " ", "whom": "x"}, "complaint.no_words"),
        ({"words": "x" * 4001, "whom": "x"}, "complaint.too_long"),
        ({"whom": " "}, "complaint.no_whom"),
        ({"unit": "no_such_unit"}, "complaint.no_whom"),
        ({"grid_code": "999"}, "complaint.no_whom"),
        ({"matter_code": "0000-0000-0000-0"}, "complaint.no_matter"),
        ({"place_code": "000", "whom": "x"}, "complaint.no_place"),
    ],
    ids=["empty", "long", "whom", "unit", "grid", "matter", "place"],
)
def test_what_cannot_be_taken_leaves_nothing(more, rule):
    before = f.dump()
    assert refused(s.filed, **more) == rule
    assert f.dump() == before


STEPS = ("take", "ask", "answer", "step_out", "name_accused", "say_more", "give_verdict")


def prepared(step, names):
    """A complaint at the stage of a step, and the call that takes it."""
    filed = s.filed(grid_code=f.GRID_CODE, reach=REACH)
    who = names["supervisor"]
    if step in ("ask", "answer", "give_verdict"):
        s.do(face.take, who, filed.ref)
    if step == "give_verdict":
        s.do(face.answer, who, filed.ref, words="x")
    more = {
        "ask": {"words": "x"}, "answer": {"words": "x"}, "say_more": {"words": "x"},
        "name_accused": {"account_id": names["handler"]},
        "give_verdict": {"verdict": face.Outcome.PARTLY},
    }.get(step, {})  # fmt: skip
    own = step in ("say_more", "give_verdict")
    number = new_id()
    base = {"at": s.AT, "command_id": number, **more}
    base |= {"code": filed.code} if own else {"actor": s.actor(who), "ref": filed.ref}
    return filed, own, lambda **other: getattr(face, step)(**{**base, **other})


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_one_act_and_done_once(step):
    names = s.people_of("worker", "supervisor", "handler", "reviewer")
    filed, _, call = prepared(step, names)
    before = ledger.count_acts(f"complaint:{filed.ref}")
    call()
    call()
    assert ledger.count_acts(f"complaint:{filed.ref}") == before + 1


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_saved_when_the_ledger_cannot_write(step, monkeypatch):
    names = s.people_of("worker", "supervisor", "handler", "reviewer")
    _, _, call = prepared(step, names)
    before = rows()

    def fails(draft):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.complaints.commands.doing.record_act", fails)
    with pytest.raises(RuntimeError):
        call()
    assert rows() == before


@pytest.mark.parametrize("step", [one for one in STEPS if one not in ("say_more", "give_verdict")])
@pytest.mark.parametrize("who", ["worker", "handler", "reviewer", "high"])
def test_no_step_is_taken_by_anybody_else(step, who):
    names = s.people_of("worker", "supervisor", "handler", "reviewer", "high")
    _, _, call = prepared(step, names)
    before = rows()
    assert refused(call, actor=s.actor(names[who])) == "complaint.none"
    assert rows() == before


@pytest.mark.parametrize("code", ["0000-0000-0000-0", "", "not a code"])
def test_another_code_opens_nothing(code):
    s.people_of("worker", "supervisor")
    s.filed()
    assert face.find_own(code, s.AT) is None
    say = {"code": code, "at": s.AT, "command_id": new_id(), "words": "x"}
    assert refused(face.say_more, **say) == "complaint.none"


def test_a_receipt_of_a_matter_opens_no_complaint():
    s.people_of("worker", "supervisor")
    matter = f.raised()
    s.filed(matter_code=matter.receipt_code)
    assert face.find_own(matter.receipt_code, s.AT) is None


def rows():
    """Every row of the room and of the ledger."""
    from django.apps import apps

    return {
        model._meta.label: sorted(map(repr, map(plain, model._default_manager.values_list())))
        for room in ("complaints", "ledger")
        for model in apps.get_app_config(room).get_models()
    }


def plain(row):
    return tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
