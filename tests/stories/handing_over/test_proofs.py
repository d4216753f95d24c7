"""Who may do what to a handover, one act a command, and nothing twice."""

from __future__ import annotations

import pytest

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import HandoverRow
from commongrid.stories import handing_over
from tests.rooms.people.standing import appoint, make_account, make_staff
from tests.stories.handing_over.standing import WEEK, a_grid, agree, post_of, proposed
from tests.support import factories as f

pytestmark = pytest.mark.django_db
RECORD = "commongrid.rooms.fieldwork.commands.handovers.record_act"


def refused(call, **given) -> str:
    before = f.dump() | {"handovers": sorted(HandoverRow.objects.values_list())}
    with pytest.raises(Refused) as caught:
        call(**given)
    assert f.dump() | {"handovers": sorted(HandoverRow.objects.values_list())} == before
    assert caught.value.verdict.say.zh
    assert caught.value.verdict.say.en
    return caught.value.verdict.rule


def as_office(grid, handover, **more):
    return {
        "actor": grid.actor("office"), "at": f.AT, "command_id": new_id(),
        "handover_id": handover.id, "reason": "原因", **more,
    }  # fmt: skip


def commands(grid, handover):
    """Every command of the office on a handover that waits."""
    return {
        "decide": (handing_over.decide, as_office(grid, handover)),
        "withdraw": (fieldwork.withdraw_handover, as_office(grid, handover)),
    }


@pytest.mark.parametrize("name", ["worker", "other", "next_worker"])
def test_only_the_office_proposes(name):
    grid = a_grid()
    rule = refused(lambda **given: proposed(grid, **given), actor=grid.actor(name))
    assert rule in {"fieldwork.not_appointing", "fieldwork.not_self"}


def test_nobody_decides_about_their_own_post():
    grid = a_grid()
    appoint(grid.worker.id, "appointing", f.TOWN)
    appoint(grid.other.id, "appointing", f.TOWN)
    for name in ("worker", "other"):
        actor = grid.actor(name)
        assert refused(lambda **g: proposed(grid, **g), actor=actor) == "fieldwork.not_self"
    handover = proposed(grid)
    for call, given in commands(grid, handover).values():
        for name in ("worker", "other"):
            assert refused(call, **given | {"actor": grid.actor(name)}) == "fieldwork.not_self"


def test_an_office_of_another_area_has_no_say():
    grid = a_grid()
    elsewhere = Actor(key="staff:999", hats=(Hat("appointing", f.NEXT_GRID),))
    assert refused(lambda **g: proposed(grid, **g), actor=elsewhere) == "fieldwork.not_appointing"
    handover = proposed(grid)
    for call, given in commands(grid, handover).values():
        assert refused(call, **given | {"actor": elsewhere}) == "fieldwork.not_appointing"
        assert refused(call, **given | {"actor": grid.resident}) == "fieldwork.not_appointing"
    assert fieldwork.find_handover(elsewhere, handover.id) is None
    assert fieldwork.find_handover(grid.actor("next_worker"), handover.id) is None
    assert fieldwork.find_handover(grid.resident, handover.id) is None


@pytest.mark.parametrize("name", ["office", "next_worker"])
def test_only_the_two_ends_confirm_and_each_once(name):
    grid = a_grid()
    handover = proposed(grid)
    given = {"at": f.AT, "command_id": new_id(), "handover_id": handover.id}
    rule = refused(handing_over.confirm, actor=grid.actor(name), **given)
    assert rule == "fieldwork.not_an_end"
    agree(grid, handover.id, "worker")
    rule = refused(
        handing_over.confirm, actor=grid.actor("worker"), **given | {"command_id": new_id()}
    )
    assert rule == "fieldwork.confirmed_already"


def test_what_makes_no_handover():
    grid = a_grid()
    closed = make_account("gone")
    service = make_account("program")
    from commongrid.rooms.people.models import Account

    Account.objects.filter(pk=closed.id).update(is_active=False)
    Account.objects.filter(pk=service.id).update(is_service=True, password="!")
    cases = {
        "fieldwork.no_grid": {"grid_code": "150502004001"},
        "fieldwork.no_post": {"outgoing_post": post_of(grid.next_worker, f.NEXT_GRID)},
        "fieldwork.no_account": {"incoming_id": closed.id},
        "fieldwork.two_ends": {"incoming_id": grid.worker.id},
        "fieldwork.handover_kind": {"kind": "swap"},
        "fieldwork.handover_dates": {"from_at": f.AT - f.HOUR},
        "fieldwork.needs:basis": {"basis": "  "},
    }
    for rule, given in cases.items():
        assert refused(lambda **g: proposed(grid, **g), **given) == rule
    more = (
        {"incoming_id": service.id}, {"incoming_id": 10**6},
    )  # fmt: skip
    for given in more:
        assert refused(lambda **g: proposed(grid, **g), **given) == "fieldwork.no_account"
    for given in (
        {"kind": "leave_cover"},
        {"kind": "leave_cover", "until_at": f.AT + 400 * f.DAY},
        {"kind": "for_good", "until_at": f.AT + WEEK},
    ):
        assert refused(lambda **g: proposed(grid, **g), **given) == "fieldwork.handover_dates"


def test_a_cover_ends_before_the_term_does():
    grid = a_grid()
    short = make_account("short")
    appoint(short.id, "grid_worker", f.GRID, "community", until_at=f.AT + WEEK)
    given = {"outgoing_post": post_of(short), "kind": "leave_cover"}
    rule = refused(lambda **g: proposed(grid, **g), **given, until_at=f.AT + WEEK)
    assert rule == "fieldwork.past_term"
    assert proposed(grid, **given, until_at=f.AT + WEEK - f.DAY).is_cover


def test_a_grid_has_one_handover_at_a_time():
    grid = a_grid()
    handover = proposed(grid)
    assert refused(lambda **g: proposed(grid, **g)) == "fieldwork.handover_under_way"
    done = fieldwork.withdraw_handover(**as_office(grid, handover))
    assert (done.state, done.is_open) == ("withdrawn", False)
    assert proposed(grid).is_waiting
    for call, given in commands(grid, handover).values():
        given |= {"command_id": new_id()}
        assert refused(call, **given) == "fieldwork.not_waiting"
    assert refused(
        handing_over.confirm, actor=grid.actor("other"), at=f.AT, command_id=new_id(),
        handover_id=handover.id,
    ) == "fieldwork.not_waiting"  # fmt: skip


def test_each_command_leaves_one_act_and_again_none():
    grid = a_grid()
    command = new_id()
    handover = proposed(grid, command_id=command)
    assert proposed(grid, command_id=command) == handover
    given = {
        "actor": grid.actor("worker"), "at": f.AT, "command_id": new_id(),
        "handover_id": handover.id, "words": "钥匙在社区",
    }  # fmt: skip
    for _ in range(2):
        assert handing_over.confirm(**given).outgoing_words == "钥匙在社区"
    withdrawing = as_office(grid, handover)
    for _ in range(2):
        assert fieldwork.withdraw_handover(**withdrawing).state == "withdrawn"
    acts = ledger.list_acts(f"handover:{handover.id}")
    assert [act.action for act in acts] == [
        "propose_handover", "confirm_handover", "withdraw_handover",
    ]  # fmt: skip
    assert [act.role for act in acts] == ["appointing", "self", "appointing"]
    told = "\n".join(str((act.words, act.after)) for act in acts)
    assert "钥匙" not in told  # what the two tell each other is no part of the ledger
    with pytest.raises(Refused):
        proposed(grid, command_id=withdrawing["command_id"])


@pytest.mark.parametrize("name", ["propose", "confirm", "decide", "withdraw", "bring_back"])
def test_without_the_ledger_nothing_is_saved(name, monkeypatch):
    grid = a_grid()
    kind = {"kind": "leave_cover", "until_at": f.AT + WEEK} if name == "bring_back" else {}
    handover = None if name == "propose" else proposed(grid, **kind)
    if name == "bring_back":
        agree(grid, handover.id, "worker")
        agree(grid, handover.id, "other")
    calls = {
        "propose": lambda: proposed(grid),
        "confirm": lambda: agree(grid, handover.id, "other"),
        "decide": lambda: handing_over.decide(**as_office(grid, handover)),
        "withdraw": lambda: fieldwork.withdraw_handover(**as_office(grid, handover)),
        "bring_back": lambda: handing_over.bring_back(**as_office(grid, handover, at=f.AT + f.DAY)),
    }

    def broken(*_args, **_kwargs):
        raise RuntimeError

    before = f.dump() | {"handovers": sorted(HandoverRow.objects.values_list())}
    monkeypatch.setattr(RECORD, broken)
    with pytest.raises(RuntimeError):
        calls[name]()
    assert f.dump() | {"handovers": sorted(HandoverRow.objects.values_list())} == before


def test_words_are_erased_ninety_days_after_the_end():
    grid = a_grid()
    handover = proposed(grid)
    agree(grid, handover.id, "worker", words="东门积水")
    fieldwork.withdraw_handover(**as_office(grid, handover))
    fieldwork.erase_expired(at=f.AT + 89 * f.DAY)
    assert HandoverRow.objects.get().outgoing_words
    fieldwork.erase_expired(at=f.AT + 91 * f.DAY)
    assert not HandoverRow.objects.get().outgoing_words


def test_who_is_asked_sees_it_and_nobody_else():
    grid = a_grid()
    handover = proposed(grid)
    assert [card.id for card in fieldwork.list_waiting_for(grid.worker.id)] == [handover.id]
    agree(grid, handover.id, "worker")
    assert fieldwork.list_waiting_for(grid.worker.id) == ()
    assert fieldwork.list_waiting_for(grid.next_worker.id) == ()
    seen = {name: len(fieldwork.list_handovers(grid.actor(name))) for name in
            ("office", "worker", "other", "next_worker")}  # fmt: skip
    assert seen == {"office": 1, "worker": 1, "other": 1, "next_worker": 0}
    assert Act.objects.filter(subject=f"handover:{handover.id}").count() == 2
    make_staff("stranger", "desk", f.TOWN)


def test_two_proposals_at_the_same_instant_leave_one(monkeypatch):
    """Neither sees the other one; the database lets one in, and the other is told so in words."""
    grid = a_grid()
    proposed(grid)
    monkeypatch.setattr("commongrid.rooms.fieldwork.commands.handovers.OPEN", ())
    assert refused(lambda **g: proposed(grid, **g)) == "fieldwork.handover_under_way"
