"""Product line 8, exhaustively: whoever a complaint is about, they and their line never read it.

Each person of the place is complained of in turn, in each way one can be meant; then everybody asks
for it in every way there is. What the database leaves out is compared with an oracle.
"""

import pytest
from django.db import transaction

from commongrid.charter.matter import CLOCK, PUBLIC, Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import ActDraft, record_act
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.models import Complaint
from commongrid.rooms.complaints.reading import readable
from commongrid.rooms.people import face as people
from tests.rooms.complaints import oracle
from tests.rooms.complaints import standing as s
from tests.rooms.places import standing
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def meant(account: int, name: str) -> list[oracle.Meant]:
    key = f"staff:{account}"
    return [oracle.Meant(key, p.role, p.path, p.unit) for p in s.STAFF[name]]


def expected(names: dict[str, int], posts: list[oracle.Meant]) -> set[str]:
    """Who should read it: the supervisors of the nearest level that has one free of interest."""
    for level in (s.TOWN, s.DISTRICT, s.CITY):
        free = {
            name
            for name, account in names.items()
            if any((hat.role, hat.path) == ("supervisor", level) for hat in s.STAFF[name])
            and not oracle.is_interested(s.actor(account), posts)
        }
        if free:
            return free
    return set()


@pytest.mark.parametrize("accused", s.STAFF)
def test_whoever_is_named_never_reads_it_nor_does_their_line(accused):
    names = s.people_of()
    filed = s.filed(whom=f"投诉 演示 {accused} 这个人")
    posts = [
        post
        for name in s.STAFF
        if name in accused  # "handler" stands in nobody else's name, "worker" in another one's
        for post in meant(names[name], name)
    ]
    seen = s.seen_by(names, filed.ref)
    assert accused not in seen
    assert seen == expected(names, posts)


@pytest.mark.parametrize("accused", s.STAFF)
def test_whoever_turns_out_to_be_meant_reads_it_no_more(accused):
    """Named by the handler later, also when it is the handler who finds that it is themself."""
    names = s.people_of()
    filed = s.filed(whom="一个穿蓝衣服的人")
    before = s.seen_by(names, filed.ref)
    assert "supervisor2" in before
    if not s.STAFF[accused]:
        return  # nobody of the place
    here = s.STAFF[accused][0].path.startswith(s.TOWN)
    call = {"account_id": names[accused]}
    if not here:
        with pytest.raises(Refused):
            s.do(face.name_accused, names["supervisor2"], filed.ref, **call)
        return
    s.do(face.name_accused, names["supervisor2"], filed.ref, **call)
    seen = s.seen_by(names, filed.ref)
    assert accused not in seen
    assert seen == expected(names, meant(names[accused], accused))


@pytest.mark.parametrize("about", [face.About.UNIT, face.About.STAFF])
@pytest.mark.parametrize("unit", ["sanitation", "community", "housing_bureau"])
def test_a_unit_never_reads_what_is_about_it(unit, about):
    names = s.people_of()
    filed = s.filed(about=about, unit=unit)
    seen = s.seen_by(names, filed.ref)
    assert seen == expected(names, [oracle.Meant("", "", s.TOWN, unit)])
    assert not any(p.unit == unit for name in seen for p in s.STAFF[name])


def test_a_worker_is_meant_by_the_grid():
    names = s.people_of()
    filed = s.filed(grid_code=f.GRID_CODE)
    assert s.seen_by(names, filed.ref) == expected(names, meant(names["worker"], "worker"))
    assert [a.account_id for a in Complaint.objects.get().accused.all()] == [names["worker"]]


def test_who_worked_on_the_matter_is_meant_and_who_supervised_it_withdraws():
    names = s.people_of()
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
    names = s.people_of()
    filed = s.filed(whom="演示 supervisor")
    monkeypatch.setattr(
        "commongrid.rooms.complaints.reading.free_of_interest", lambda actor, rows: rows
    )
    Complaint.objects.update(level_path=s.TOWN)
    assert "supervisor" in s.seen_by(names, filed.ref)
