"""What time does: stages that end, reviews that begin by themselves, data that dies."""

from datetime import timedelta

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.models import Accused, Complaint, Entry, Identity
from commongrid.rooms.vault import face as vault
from commongrid.rooms.vault.models import Erasure
from tests.rooms.complaints import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
REACH = face.Reach(name="演示居民萨日娜", phone="0475-0001234")


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def state(filed, at=s.AT):
    return face.find_own(filed.code, at).card.state


def due(filed):
    return face.find_own(filed.code, s.AT).card.due_at


def run_out(filed):
    """Let the stage run out; return the moment after."""
    at = due(filed) + timedelta(seconds=1)
    assert face.run_clock(at=at) == 1
    assert face.run_clock(at=at) == 0
    return at


def test_nothing_moves_before_its_date():
    s.people_of("worker", "supervisor")
    filed = s.filed()
    assert face.run_clock(at=due(filed) - timedelta(seconds=1)) == 0


def test_nobody_takes_it_so_it_goes_up_and_then_to_the_reviewer():
    names = s.people_of("worker", "supervisor", "high", "reviewer")
    filed = s.filed()
    at = run_out(filed)
    assert s.seen_by(names, filed.ref, at) == {"high"}
    at = run_out(filed)
    assert state(filed) is face.State.REVIEW
    assert s.seen_by(names, filed.ref, at) == {"reviewer"}


def test_no_answer_in_time_begins_the_review_by_itself():
    names = s.people_of("worker", "supervisor", "reviewer", "high_reviewer")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    at = run_out(filed)
    assert state(filed) is face.State.REVIEW
    own = face.find_own(filed.code, at)
    assert [(one.state, one.is_late) for one in own.stages][1:] == [
        (face.State.TAKEN, True),
        (face.State.REVIEW, False),
    ]
    at = run_out(filed)
    assert s.seen_by(names, filed.ref, at) == {"supervisor", "high_reviewer"}
    run_out(filed)
    assert state(filed) is face.State.OUTSIDE
    acts = [act.action for act in ledger.list_acts(f"complaint:{filed.ref}")]
    assert acts == ["file_complaint", "take_complaint", *["run_out"] * 3]


def test_no_verdict_closes_as_not_asked_never_as_solved():
    names = s.people_of("worker", "supervisor")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.answer, names["supervisor"], filed.ref, words="x")
    run_out(filed)
    card = face.find_own(filed.code, s.AT).card
    assert (card.state, card.outcome) == (face.State.CLOSED, face.Outcome.NOT_ASKED)


def test_what_was_called_unsolved_stays_unsolved_when_it_ends_outside():
    names = s.people_of("worker", "supervisor")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.answer, names["supervisor"], filed.ref, words="x")
    face.give_verdict(
        code=filed.code, at=s.AT, command_id=new_id(), verdict=face.Outcome.NOT_SOLVED
    )  # fmt: skip
    assert state(filed) is face.State.OUTSIDE
    run_out(filed)
    card = face.find_own(filed.code, s.AT).card
    assert (card.state, card.outcome) == (face.State.CLOSED, face.Outcome.NOT_SOLVED)


def closed(**more):
    s.people_of("worker", "supervisor")
    filed = s.filed(reach=REACH, grid_code=f.GRID_CODE, **more)
    face.give_verdict(
        code=filed.code, at=s.AT, command_id=new_id(), verdict=face.Outcome.WITHDRAWN
    )  # fmt: skip
    return filed


def test_the_identity_dies_first_and_the_words_later():
    filed = closed()
    assert face.erase_due(at=s.AT + timedelta(days=29)) == 0
    assert face.erase_due(at=s.AT + timedelta(days=30)) == 1
    assert not Identity.objects.exists()
    assert face.find_own(filed.code, s.AT).entries
    assert face.erase_due(at=s.AT + timedelta(days=365)) == 2
    assert face.erase_due(at=s.AT + timedelta(days=365)) == 0
    assert not Entry.objects.exists()
    assert not Accused.objects.exists()
    assert face.find_own(filed.code, s.AT) is None
    row = Complaint.objects.get()
    assert (row.outcome, row.receipt, row.matter_subject) == ("withdrawn", None, "")
    assert row.stages.count() == 1
    assert {one.what for one in Erasure.objects.all()} == {vault.CONTACT, vault.WORDS}


def test_what_a_restore_brings_back_is_erased_again():
    closed()
    entry, identity = Entry.objects.get(), Identity.objects.get()
    accused = list(Accused.objects.all())
    before = Complaint.objects.get()
    face.erase_due(at=s.AT + timedelta(days=365))
    listed = [
        vault.Entry(
            subject=one.subject,
            what=one.what,
            counts=one.counts,
            erased_at=one.erased_at.isoformat(),
            hash="",
        )
        for one in Erasure.objects.all()
    ]
    before.save()
    entry.save(force_insert=True)
    identity.save(force_insert=True)
    for one in accused:
        one.save(force_insert=True)
    later = s.AT + timedelta(days=366)
    assert face.erase_again(listed, at=later) > 0
    assert face.erase_again(listed, at=later) == 0
    assert not Entry.objects.exists()
    assert not Identity.objects.exists()
    assert not Accused.objects.exists()


def test_after_the_end_no_byte_of_who_complained_or_what_they_said_is_left(tmp_path):
    from django.core.management import call_command

    from commongrid.rooms.complaints.sealed import open_words

    filed = closed()
    row = Complaint.objects.get()
    assert open_words(row, Entry.objects.get(), None)["words"] == s.WORDS
    sealed = [bytes(Entry.objects.get().sealed), bytes(Identity.objects.get().sealed)]
    face.erase_due(at=s.AT + timedelta(days=365))
    dumped = tmp_path / "all.json"
    call_command("dumpdata", output=str(dumped))
    text = dumped.read_text("utf-8")
    for secret in (s.WORDS, REACH.name, REACH.phone, filed.code):
        assert secret not in text
    import base64

    for one in sealed:
        assert base64.b64encode(one).decode() not in text
