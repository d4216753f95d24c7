"""Who withdraws from a complaint, and where it goes then; test_everybody.py asks exhaustively."""

import pytest
from django.db import transaction

from commongrid.charter.matter import CLOCK, PUBLIC, Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.ledger.face import ActDraft, record_act
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.models import Complaint
from commongrid.rooms.complaints.reading import readable
from commongrid.rooms.people import face as people
from tests.rooms.complaints import standing as s
from tests.rooms.places import standing
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def test_a_worker_is_meant_by_the_grid():
    names = s.people_of("worker", "supervisor", "both", "high")
    filed = s.filed(grid_code=f.GRID_CODE)
    assert s.seen_by(names, filed.ref) == {"supervisor"}
    assert [a.account_id for a in Complaint.objects.get().accused.all()] == [names["worker"]]


def test_who_worked_on_the_matter_is_meant_and_who_supervised_it_withdraws():
    names = s.people_of("desk", "supervisor", "supervisor2")
    matter = f.raised(is_shareable=True, is_read=False)
    f.step(matter.id, s.actor(names["desk"]), "accept")
    f.step(matter.id, s.actor(names["supervisor"]), "publish_words")
    filed = s.filed(matter_code=matter.receipt_code)
    accused = {row.account_id for row in Complaint.objects.get().accused.all()}
    assert accused == {names["desk"]}
    seen = s.seen_by(names, filed.ref)
    assert "supervisor" not in seen, "worked on it"
    assert "supervisor2" in seen
    with transaction.atomic():
        record_act(
            ActDraft(
                command_id=new_id(), subject=f"matter:{matter.id}", action="raise_level",
                actor=f"staff:{names['supervisor2']}", rule_id="x", at=s.AT,
            )
        )  # fmt: skip
    assert "supervisor2" not in s.seen_by(names, filed.ref), "asked again at each read"


def test_a_post_of_a_minute_ago_counts_at_once():
    names = s.people_of("worker", "supervisor", "supervisor2")
    filed = s.filed(grid_code=f.GRID_CODE)
    assert s.seen_by(names, filed.ref) == {"supervisor", "supervisor2"}
    s.appoint(names["supervisor2"], s.Post("community", f"{s.TOWN}{standing.COMMUNITY}/"))
    assert s.seen_by(names, filed.ref) == {"supervisor"}


@pytest.mark.parametrize(
    "nobody",
    [
        PUBLIC, CLOCK, f.SETUP, Actor(key="complainant"), Actor(key="staff:999"),
        Actor(key="system:x", hats=(Hat("supervisor", s.TOWN),)),
        Actor(key="key:1", hats=(Hat("supervisor", s.TOWN),)),
    ],
    ids=["public", "clock", "installer", "complainant", "unknown", "system", "key"],
)  # fmt: skip
def test_nobody_without_an_account_and_a_post_reads_any(nobody):
    s.people_of("supervisor")
    filed = s.filed()
    assert face.list_complaints(nobody, s.AT) == ()
    assert face.find_complaint(nobody, filed.ref, s.AT) is None
    assert not readable(nobody).exists()


def test_stepping_out_is_for_good_and_leads_up_and_out():
    names = s.people_of("worker", "supervisor", "supervisor2", "high")
    filed = s.filed()
    for who, left in (
        ("supervisor", {"supervisor2"}), ("supervisor2", {"high"}), ("high", set()),
    ):  # fmt: skip
        s.do(face.step_out, names[who], filed.ref)
        assert s.seen_by(names, filed.ref) == left
    own = face.find_own(filed.code, s.AT)
    assert own.card.state is face.State.OUTSIDE
    assert own.bodies


def test_who_took_it_and_steps_out_gives_it_back():
    names = s.people_of("worker", "supervisor", "supervisor2")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    s.do(face.step_out, names["supervisor"], filed.ref)
    assert face.find_own(filed.code, s.AT).card.state is face.State.RECEIVED
    s.do(face.take, names["supervisor2"], filed.ref)


def test_nobody_left_names_who_is_outside_until_somebody_comes():
    names = s.people_of("worker", "both")
    filed = s.filed(grid_code=f.GRID_CODE)
    assert s.seen_by(names, filed.ref) == set()
    assert face.find_own(filed.code, s.AT).card.state is face.State.OUTSIDE
    names |= s.people_of("supervisor")
    assert face.reroute(at=s.AT) == 1
    assert face.reroute(at=s.AT) == 0
    assert s.seen_by(names, filed.ref) == {"supervisor"}


def test_a_handler_who_loses_the_post_holds_nothing_up():
    names = s.people_of("worker", "supervisor", "high")
    filed = s.filed()
    s.do(face.take, names["supervisor"], filed.ref)
    (post,) = people.list_own_appointments(names["supervisor"])
    people.end_appointment(
        actor=f.SETUP, at=s.AT, command_id=new_id(), appointment_id=post.id, reason="x"
    )  # fmt: skip
    later = s.AT + s.HOURS
    assert s.seen_by(names, filed.ref, later) == set()
    assert face.reroute(at=later) == 1
    assert s.seen_by(names, filed.ref, later) == {"high"}


def test_the_list_is_one_statement_whatever_it_holds(django_assert_num_queries):
    names = s.people_of("worker", "supervisor")
    for _ in range(3):
        s.filed()
    who = s.actor(names["supervisor"])
    with django_assert_num_queries(1):
        assert len(face.list_complaints(who, s.AT)) == 3


def test_taking_away_the_condition_would_be_noticed(monkeypatch):
    """The mutation that the table of who reads what has to catch."""
    names = s.people_of("supervisor", "high")
    filed = s.filed(whom="演示 supervisor")
    monkeypatch.setattr(
        "commongrid.rooms.complaints.reading.free_of_interest", lambda actor, rows: rows
    )
    Complaint.objects.update(level_path=s.TOWN)
    assert "supervisor" in s.seen_by(names, filed.ref)
