"""Rehearsals: asked once, taken by one worker, and nothing saved without its act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import ActCard, list_acts
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import RehearsalRow
from tests.rooms.rehearsals import standing as s
from tests.rooms.rehearsals.standing import AT
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LATER = AT + rehearsals.LEASE + timedelta(seconds=1)
BAD = Text(zh="图表有误", en="the tables are wrong")


@pytest.fixture
def keeper(db):
    f.a_place()
    return s.keeper()


def acts(card, action="") -> list[ActCard]:
    found = list_acts(f"rehearsal:{card.ref}")
    return [act for act in found if action in ("", act.action)]


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def cancel(actor, card, **more):
    given = {"at": AT, "command_id": new_id(), "rehearsal_id": card.id, **more}
    return rehearsals.cancel_rehearsal(actor=actor, **given)


def note(card, **more):
    return rehearsals.note_progress(rehearsal_id=card.id, lease=card.lease, at=AT, **more)


def fail(card, at=AT):
    return rehearsals.fail_rehearsal(
        rehearsal_id=card.id, lease=card.lease, at=at, rule="rehearsal.plan", say=BAD
    )


def test_it_is_asked_taken_and_finished_with_one_act_each(keeper):
    card = s.asked(keeper)
    assert (card.state, card.ref[:2], card.tries) == ("asked", "R-", 0)
    taken = s.begun()
    assert (taken.id, taken.state, taken.tries) == (card.id, "running", 1)
    assert note(taken, done=3, planned=10)
    told = rehearsals.get_rehearsal(card.id)
    assert (told.done, told.planned) == (3, 10)
    done = s.finished(taken)
    assert (done.state, done.done, done.lease) == ("done", 10, None)
    assert rehearsals.read_report(card.id) == {"seed": 1, "took_s": 0.5}
    assert rehearsals.read_practice(card.id) == {"notes": []}
    assert [act.action for act in acts(card)] == [
        "ask_rehearsal",
        "begin_rehearsal",
        "finish_rehearsal",
    ]
    (asked,) = acts(card, "ask_rehearsal")
    assert (asked.actor, asked.role, asked.power) == (keeper.key, "charter_keeper", "rehearse")
    assert asked.after["plan"] == card.plan_digest
    assert acts(card, "finish_rehearsal")[0].after["report"] == done.report_digest


def test_a_repeated_ask_does_nothing_twice(keeper):
    command_id = new_id()
    first, again = (s.asked(keeper, command_id=command_id) for _ in range(2))
    assert first == again
    assert (RehearsalRow.objects.count(), len(acts(first))) == (1, 1)
    other = s.keeper("another")
    assert refused(s.asked, other, command_id=command_id) == "command.id_reused"


ROLES = {
    "charter_keeper": True, "township": True, "centre": True, "desk": False, "supervisor": False,
    "grid_worker": False, "appointing": False, "data_officer": False, "community": False,
}  # fmt: skip


@pytest.mark.parametrize(("role", "may"), ROLES.items(), ids=str)
@pytest.mark.parametrize(
    ("path", "reaches"),
    [(f.TOWN, True), ("/150500000000/", True), (s.OTHER_TOWN, False), (f.GRID, False)],
    ids=["town", "city", "other-town", "grid"],
)
def test_who_may_ask_read_cancel_and_propose(keeper, role, may, path, reaches):
    actor = s.somebody(role, path)
    card = s.asked(keeper)
    if may and reaches:
        assert rehearsals.find_rehearsal(actor, card.ref, AT) is not None
        assert rehearsals.count_rehearsals(actor, AT) == 1
        assert rehearsals.may_rehearse(actor, f.TOWN, AT)
        assert rehearsals.may_propose(actor, f.TOWN, AT)
        assert cancel(actor, card).state == "cancelled"
        return
    assert refused(s.asked, actor) == "rehearsal.rehearse"
    assert refused(cancel, actor, card) == "rehearsal.rehearse"
    assert refused(s.proposed, actor) == "rehearsal.propose_change"
    assert rehearsals.find_rehearsal(actor, card.ref, AT) is None
    assert rehearsals.list_rehearsals(actor, AT) == ()
    assert len(acts(card)) == 1


@pytest.mark.parametrize("command", ["ask", "begin", "finish", "fail", "cancel"])
def test_without_its_act_nothing_is_saved(keeper, monkeypatch, command):
    card = s.asked(keeper)
    if command in ("finish", "fail"):
        card = s.begun()
    before = list(RehearsalRow.objects.values_list())

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.rehearsals.commands.doing.record_act", broken)
    do = {
        "ask": lambda: s.asked(keeper), "begin": s.begun, "finish": lambda: s.finished(card),
        "fail": lambda: fail(card), "cancel": lambda: cancel(keeper, card),
    }  # fmt: skip
    with pytest.raises(RuntimeError):
        do[command]()
    assert list(RehearsalRow.objects.values_list()) == before


def test_two_workers_do_not_take_the_same_one(keeper):
    first, second = s.asked(keeper), s.asked(keeper, at=AT + timedelta(seconds=1))
    assert [s.begun().id, s.begun().id] == [first.id, second.id]
    assert rehearsals.begin_rehearsal(at=AT) is None


def test_a_worker_that_lost_the_race_goes_on_to_the_next(keeper, monkeypatch):
    """Between reading the queue and taking from it, another worker took the first."""
    from commongrid.rooms.rehearsals.commands import working

    first, second = s.asked(keeper), s.asked(keeper, at=AT + timedelta(seconds=1))
    plain = working._waiting

    def overtaken(at):
        rows = list(plain(at))
        if rows and rows[0].pk == first.id and rows[0].state == "asked":
            RehearsalRow.objects.filter(pk=first.id).update(
                state="running", lease=new_id(), leased_until=at + rehearsals.LEASE
            )
        return rows

    monkeypatch.setattr(working, "_waiting", overtaken)
    assert s.begun().id == second.id


def test_a_killed_worker_loses_its_lease_and_what_it_still_sends_is_not_taken(keeper):
    card = s.asked(keeper)
    lost = s.begun()
    assert rehearsals.begin_rehearsal(at=AT + rehearsals.LEASE) is None
    taken = s.begun(LATER)
    assert (taken.id, taken.tries) == (card.id, 2)
    assert not note(lost, done=9, planned=10)
    assert rehearsals.is_stopped(rehearsal_id=card.id, lease=lost.lease)
    assert s.finished(lost).state == "running"
    assert fail(lost).state == "running"
    assert s.finished(taken, LATER).state == "done"
    assert len(acts(card, "begin_rehearsal")) == 2
    assert len(acts(card, "finish_rehearsal")) == 1


def test_progress_keeps_the_lease(keeper):
    s.asked(keeper)
    taken = s.begun()
    rehearsals.note_progress(rehearsal_id=taken.id, lease=taken.lease, at=AT + rehearsals.LEASE)
    assert rehearsals.begin_rehearsal(at=LATER) is None


def test_what_breaks_off_three_times_is_failed_with_what_to_do(keeper):
    card = s.asked(keeper)
    at = AT
    for _ in range(3):
        s.begun(at)
        at += rehearsals.LEASE + timedelta(seconds=1)
    assert rehearsals.begin_rehearsal(at=at) is None
    failed = rehearsals.get_rehearsal(card.id)
    assert (failed.state, failed.trouble_rule) == ("failed", "rehearsal.broke_off")
    assert "3" in failed.trouble.en
    assert len(acts(card, "fail_rehearsal")) == 1


def test_a_failure_says_why(keeper):
    s.asked(keeper)
    failed = fail(s.begun())
    assert (failed.state, failed.trouble, failed.trouble_rule) == ("failed", BAD, "rehearsal.plan")


@pytest.mark.parametrize("is_running", [False, True], ids=["waiting", "running"])
def test_cancelled_is_cancelled_for_its_worker_too(keeper, is_running):
    card = s.asked(keeper)
    if is_running:
        card = s.begun()
    command_id = new_id()
    for _ in range(2):
        assert cancel(keeper, card, command_id=command_id).state == "cancelled"
    assert len(acts(card, "cancel_rehearsal")) == 1
    assert rehearsals.begin_rehearsal(at=LATER) is None
    if is_running:
        assert not note(card, done=1, planned=2)
        assert s.finished(card).state == "cancelled"
    assert refused(cancel, keeper, card) == "rehearsal.ended"


def test_a_place_has_only_so_many_waiting(keeper):
    cards = [s.asked(keeper) for _ in range(6)]
    assert refused(s.asked, keeper) == "rehearsal.too_many"
    cancel(keeper, cards[0])
    assert s.asked(keeper)
    assert rehearsals.count_ahead(cards[5]) in range(6)


def test_old_ones_go_but_not_what_a_proposal_rests_on(keeper):
    resting = s.finished((s.asked(keeper), s.begun())[1])
    s.proposed(keeper, rehearsal_ref=resting.ref)
    gone = s.finished((s.asked(keeper), s.begun())[1])
    waiting = s.asked(keeper)
    assert rehearsals.erase_expired(at=AT + timedelta(days=729)) == 0
    assert rehearsals.erase_expired(at=AT + timedelta(days=730)) == 1
    left = {row.pk for row in RehearsalRow.objects.all()}
    assert left == {resting.id, waiting.id}
    assert gone.id not in left


def test_lists_cost_a_fixed_number_of_statements(keeper, count_sql):
    for _ in range(4):
        s.asked(keeper)
    with count_sql(max=3):
        assert len(rehearsals.list_rehearsals(keeper, AT, limit=3)) == 3
