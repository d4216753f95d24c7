"""A grid changes hands when both ends agree, and its post is never empty and never doubled."""

from __future__ import annotations

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import HandoverRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.stories import handing_over
from tests.rooms.people.standing import appoint
from tests.stories.handing_over.standing import (
    UNIT,
    WEEK,
    a_grid,
    agree,
    holders,
    post_of,
    proposed,
)
from tests.support import factories as f

pytestmark = pytest.mark.django_db
HOUR, DAY = f.HOUR, f.DAY


def state(handover: fieldwork.HandoverCard) -> str:
    return HandoverRow.objects.get(pk=handover.id).state


def test_it_takes_effect_when_the_second_end_agrees():
    grid = a_grid()
    handover = proposed(grid)
    assert agree(grid, handover.id, "worker", words="三号楼东门的灯常坏").state == "proposed"
    assert holders(f.AT) == [grid.worker.id]
    done = agree(grid, handover.id, "other", f.AT + HOUR)
    assert done.state == "done"
    assert holders(f.AT + HOUR) == [grid.other.id]
    assert holders(f.AT + 400 * DAY) == [grid.other.id]
    post = fieldwork.list_holders(f.GRID, f.AT + HOUR)[0]
    assert (post.unit_key, post.from_at, post.until_at) == (UNIT, f.AT + HOUR, None)
    acts = ledger.list_acts(f"handover:{handover.id}")
    assert [act.action for act in acts] == [
        "propose_handover", "confirm_handover", "confirm_handover", "hand_over_grid",
    ]  # fmt: skip
    assert ledger.verify().is_whole


def test_the_posts_name_the_office_that_decided_and_nobody_else():
    grid = a_grid()
    handover = proposed(grid)
    for name in ("other", "worker"):
        agree(grid, handover.id, name)
    for account, action in ((grid.worker, "end_appointment"), (grid.other, "appoint_person")):
        act = ledger.list_acts(f"person:{account.id}")[-1]
        assert (act.action, act.actor) == (action, f"staff:{grid.office.id}")


def test_it_waits_for_its_first_day():
    grid = a_grid()
    handover = proposed(grid, from_at=f.AT + WEEK)
    agree(grid, handover.id, "worker")
    assert agree(grid, handover.id, "other").state == "agreed"
    assert handing_over.run_due(at=f.AT + DAY) == 0
    assert holders(f.AT + DAY) == [grid.worker.id]
    assert handing_over.run_due(at=f.AT + WEEK) == 1
    assert handing_over.run_due(at=f.AT + WEEK) == 0
    assert holders(f.AT + WEEK) == [grid.other.id]


def test_a_cover_comes_back_by_itself():
    grid = a_grid()
    until = f.AT + 10 * DAY
    handover = proposed(grid, kind="leave_cover", until_at=until)
    agree(grid, handover.id, "worker")
    assert agree(grid, handover.id, "other").state == "covering"
    for at, name in ((f.AT, "other"), (until - HOUR, "other"), (until, "worker")):
        assert holders(at) == [getattr(grid, name).id]  # nothing has run in between
    assert handing_over.run_due(at=until - HOUR) == 0
    assert handing_over.run_due(at=until) == 1
    assert state(handover) == "done"
    assert holders(until + 100 * DAY) == [grid.worker.id]


def test_the_office_brings_a_cover_back_sooner():
    grid = a_grid()
    handover = proposed(grid, kind="leave_cover", until_at=f.AT + 10 * DAY)
    agree(grid, handover.id, "worker")
    agree(grid, handover.id, "other")
    soon, command = f.AT + 2 * DAY, new_id()
    given = {"at": soon, "command_id": command, "handover_id": handover.id, "reason": "提前返岗"}
    for name in ("worker", "other", "next_worker"):
        with pytest.raises(Refused):
            handing_over.bring_back(
                actor=grid.actor(name, soon), **given | {"command_id": new_id()}
            )
    for _ in range(2):
        done = handing_over.bring_back(actor=grid.actor("office", soon), **given)
        assert done.state == "done"
    for at in (soon, f.AT + 10 * DAY, f.AT + 40 * DAY):
        assert holders(at) == [grid.worker.id]
    assert ledger.verify().is_whole


def test_the_office_goes_on_without_an_end_and_says_so():
    grid = a_grid()
    handover = proposed(grid)
    given = {"at": f.AT, "command_id": new_id(), "handover_id": handover.id}
    with pytest.raises(Refused) as caught:
        handing_over.decide(actor=grid.actor("office"), reason=" ", **given)
    assert caught.value.verdict.rule == "fieldwork.needs:reason"
    done = handing_over.decide(actor=grid.actor("office"), reason="原网格员病重", **given)
    assert (done.state, done.is_forced, done.missing) == (
        "done", True, (fieldwork.End.OUTGOING, fieldwork.End.INCOMING),
    )  # fmt: skip
    act = next(
        act for act in ledger.list_acts(f"handover:{handover.id}")
        if act.action == "decide_handover"
    )  # fmt: skip
    assert act.words == "原网格员病重"
    assert act.after["without"] == ["outgoing", "incoming"]
    assert holders(f.AT) == [grid.other.id]


def test_an_office_that_no_longer_appoints_there_changes_no_post_and_another_takes_it_over():
    grid = a_grid()
    handover = proposed(grid, from_at=f.AT + DAY)
    agree(grid, handover.id, "worker")
    agree(grid, handover.id, "other")
    people.end_appointment(
        actor=f.SETUP, at=f.AT + HOUR, command_id=new_id(),
        appointment_id=people.list_own_appointments(grid.office.id)[0].id,
    )  # fmt: skip
    later = f.AT + 2 * DAY
    assert handing_over.run_due(at=later) == 0
    assert holders(later) == [grid.worker.id]
    appoint(grid.next_worker.id, "appointing", f.TOWN)
    handing_over.decide(
        actor=grid.actor("next_worker", later), at=later, command_id=new_id(),
        handover_id=handover.id, reason="接任的任用负责人",
    )  # fmt: skip
    assert holders(later) == [grid.other.id]


def test_a_grid_that_ends_meanwhile_calls_it_off_in_words():
    grid = a_grid()
    handover = proposed(grid)
    agree(grid, handover.id, "worker")
    end_grid()
    later = f.AT + 2 * DAY
    with pytest.raises(Refused) as caught:
        agree(grid, handover.id, "other", later)
    assert caught.value.verdict.rule == "fieldwork.handover_off:grid_ended"
    assert handing_over.run_due(at=later) == 1
    card = fieldwork.find_handover(grid.actor("worker"), handover.id)
    assert (card.state, card.why) == ("lapsed", "grid_ended")
    assert card.why_lapsed.zh
    act = ledger.list_acts(f"handover:{handover.id}")[-1]
    assert (act.action, act.actor) == ("lapse_handover", "system:handover")


def end_grid() -> None:
    """Let the first grid end tomorrow, as a new drawing of grids does."""
    from commongrid.rooms.places.models import Place

    Place.objects.filter(code=f.GRID_CODE).update(valid_until=(f.AT + DAY).date())
    assert places.find_place(f.GRID_CODE, f.AT + 2 * DAY) is None


def test_somebody_else_appointed_meanwhile_calls_it_off():
    grid = a_grid()
    handover = proposed(grid, from_at=f.AT + DAY)
    agree(grid, handover.id, "worker")
    agree(grid, handover.id, "other")
    appoint(grid.next_worker.id, "grid_worker", f.GRID, UNIT)
    assert handing_over.run_due(at=f.AT + DAY) == 1
    assert HandoverRow.objects.get().why == "overtaken"
    assert grid.other.id not in holders(f.AT + DAY)


def test_a_post_that_ended_meanwhile_is_taken_over_all_the_same():
    grid = a_grid()
    handover = proposed(grid, from_at=f.AT + DAY)
    agree(grid, handover.id, "worker")
    agree(grid, handover.id, "other")
    people.end_appointment(
        actor=f.SETUP, at=f.AT, command_id=new_id(), appointment_id=post_of(grid.worker)
    )
    assert handing_over.run_due(at=f.AT + DAY) == 1
    assert holders(f.AT + DAY) == [grid.other.id]


def held_by_the_post(at):
    """A matter the community holds, one milestone of which is due within the grace."""
    matter = f.walked(f.ACCEPT, type_code="A01", at=at)
    f.step(matter.id, "centre", "appoint", at + HOUR, unit=UNIT, reason="就近办理")
    return matter


def test_promises_due_at_once_get_their_grace_in_one_act_a_matter():
    grid = a_grid()
    matter, far = held_by_the_post(f.AT), f.walked(*f.HANDLED)
    page = matters.get_matter(actor=f.WORKER, at=f.AT + 2 * HOUR, matter_id=matter.id)
    due = min(p.due_at for p in page.promises if p.owner_key == UNIT and p.due_at)
    at = due - HOUR
    preview = matters.get_grid_standing(path=f.GRID, unit=UNIT, at=at)
    assert [eased.matter_id for eased in preview.eased] == [matter.id]
    handover = proposed(grid, at=at)
    agree(grid, handover.id, "worker", at)
    assert agree(grid, handover.id, "other", at).eased == 1
    after = matters.get_matter(actor=f.WORKER, at=at, matter_id=matter.id)
    eased = [
        act for act in ledger.list_acts(f"matter:{matter.id}") if act.actor == "system:handover"
    ]
    assert [act.action for act in eased] == ["ease_handover"]
    new_due = min(p.due_at for p in after.promises if p.owner_key == UNIT and p.due_at)
    assert new_due == preview.eased[0].new_due_at > due
    assert {p.first_due_at for p in after.promises} == {p.first_due_at for p in page.promises}
    others = ledger.list_acts(f"matter:{far.id}")
    assert not [act for act in others if act.actor == "system:handover"]


def test_what_is_late_stays_late_and_nobody_gains_by_handing_to_and_fro():
    grid = a_grid()
    matter = held_by_the_post(f.AT)
    page = matters.get_matter(actor=f.WORKER, at=f.AT + 2 * HOUR, matter_id=matter.id)
    due = max(p.due_at for p in page.promises if p.owner_key == UNIT and p.due_at)
    late = due + HOUR
    assert matters.list_eased(path=f.GRID, unit=UNIT, at=late) == ()
    soon = due - HOUR
    handover = proposed(grid, at=soon)
    for name in ("worker", "other"):
        agree(grid, handover.id, name, soon)
    again = soon + DAY
    assert matters.list_eased(path=f.GRID, unit=UNIT, at=again) == ()


def test_complaints_and_sealed_matters_are_not_told_to_either_end():
    a_grid()
    f.raised("A01")
    f.raised("I05")  # about staff: those in charge alone read it
    standing = matters.get_grid_standing(path=f.GRID, unit=UNIT, at=f.AT)
    assert len(standing.lines) == 1
    assert sum(standing.by_light.values()) == 1


def test_a_failed_ledger_saves_nothing(monkeypatch):
    grid = a_grid()
    handover = proposed(grid)
    agree(grid, handover.id, "worker")
    before = f.dump()

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.fieldwork.commands.handovers.record_act", broken)
    with pytest.raises(RuntimeError):
        agree(grid, handover.id, "other")
    assert f.dump() == before
    assert state(handover) == "proposed"
