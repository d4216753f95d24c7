"""How powers are used: counted twice, published once, and no small count can be worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError

from commongrid.bridges import powers
from commongrid.bridges.powers.publishing import tables_of
from commongrid.charter.matter import CLOCK, PUBLIC
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.domain.using import undoing_steps
from commongrid.rooms.publications.models import PowerMonth
from tests.rooms.oversight import standing as s
from tests.rooms.publications import standing as p
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
LEAST = 5


@pytest.fixture
def place(db):
    f.a_place()


def publish(**more):
    month = p.due()[0]
    given = {
        "actor": CLOCK, "at": p.LATER, "command_id": new_id(), "month": month,
        "whole": {"used": []}, "parts": {"offer": {"used": 7}}, "charters": ("c@1",),
    }  # fmt: skip
    return publications.publish_powers(**{**given, **more})


# --- counting ----------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_walks_are_counted_as_a_slow_count_counts_them(seed):
    assert s.random_walks(seed, matters=16)
    for month in p.due():
        counts = publications.count_powers(month, as_of=p.LATER)
        assert p.plain(counts) == p.counted_slowly(month, p.LATER)


def test_the_file_says_what_the_slow_count_says():
    for power, steps in p.UNDONE.items():
        assert undoing_steps()[power] == steps


def test_grid_workers_and_residents_are_not_counted():
    matter = f.walked(f.ACCEPT)
    f.step(matter.id, "reporter", "withdraw")
    other = f.raised()
    f.step(other.id, "worker", "accept", f.AT + f.HOUR)
    counts = publications.count_powers(p.due()[0], as_of=p.LATER)
    assert {power for power, _ in counts.cells} == {"accept"}
    assert sum(map(sum, counts.cells.values())) == 1


def test_a_step_back_counts_as_undone_once_and_by_whom():
    claim = {"feedback": "已办。", "record": "记录。", "pictures": (f.CLEAN,)}
    matter = f.walked(*f.HANDLED, ("handler", "claim_done", claim))
    f.step(matter.id, "reporter", "not_solved", f.AT + f.DAY, reason="没有办好")
    f.step(matter.id, "handler", "claim_done", f.AT + 2 * f.DAY, **claim)
    counts = publications.count_powers(p.due()[0], as_of=p.LATER)
    cell = next(cell for (power, _), cell in counts.cells.items() if power == "claim_done")
    assert cell == (1, 1, 0)


def test_reasons_of_a_list_are_counted_until_they_are_erased():
    given = {"redirect_case": "court", "answer_text": "请走诉讼"}
    matter = f.raised()
    f.step(matter.id, "desk", "redirect", **given)
    month = p.due()[0]
    assert publications.count_powers(month, as_of=p.LATER).reasons["redirect"] == {
        "redirect_case:court": 1
    }
    ledger.erase_words(f"matter:{matter.id}")
    assert publications.count_powers(month, as_of=p.LATER).reasons["redirect"] == {"": 1}


def test_a_wait_runs_from_the_last_change_of_state():
    matter = f.raised()
    f.step(matter.id, "desk", "accept", f.AT + 30 * f.HOUR)
    f.step(matter.id, "dispatcher", "offer", f.AT + 31 * f.HOUR, unit="sanitation", reason="主办")
    waits = publications.count_powers(p.due()[0], as_of=p.LATER).waits
    assert (waits["accept"].index(1), waits["offer"].index(1)) == (1, 0)  # 24-72 h, under 24 h


# --- what may be shown ---------------------------------------------------------------------------
def offers(count, code, *, objected=0):
    for number in range(count):
        matter = f.walked(f.ACCEPT, f.OFFER, grid_code=code)
        if number < objected:
            basis = {"legal_basis": "不归本单位", "reason": "职责不同"}
            f.step(matter.id, "handler", "object", f.AT + f.HOUR, **basis)


@pytest.mark.parametrize("counts", [(6, 2), (5, 5), (9, 4), (7, 0), (1, 12), (3, 3)], ids=str)
def test_no_number_and_no_difference_of_numbers_is_small(counts):
    offers(counts[0], f.GRID_CODE, objected=min(counts[0], 3))
    offers(counts[1], f.NEXT_CODE)
    [card] = p.published()
    parts = publications.list_all_parts(card.root_code, card.month)
    assert {power for power, count in card.whole["used"] if count is not None} == set(parts)
    for power, count in card.whole["used"]:
        assert count in (0, None) or count >= LEAST, power
    for part in parts.values():
        for table in ("by_place", "waits", "reasons"):
            shown = [row[-1] for row in part[table]]
            assert all(count == 0 or count >= LEAST for count in shown)
            assert sum(shown) in (0, part["used"])
        assert all(count == 0 or count >= LEAST for count in part["fate"] or ())


def test_no_sum_over_powers_is_published():
    """From which, less all that is shown, a hidden count could be taken."""
    offers(6, f.GRID_CODE, objected=2)
    [card] = p.published()
    assert ["object", None] in card.whole["used"]
    assert set(card.whole) == {"form", "root", "used"}
    assert all(isinstance(row[0], str) for row in card.whole["used"])


def test_a_small_community_is_joined_with_its_neighbour():
    offers(6, f.GRID_CODE)
    offers(2, f.NEXT_CODE)
    [card] = p.published()
    part = publications.list_all_parts(card.root_code, card.month)["offer"]
    shown = [row for row in part["by_place"] if row[1]]
    assert [(len(names), count) for names, count in shown] == [(2, 8)]


def test_a_few_undone_uses_are_not_told():
    offers(9, f.GRID_CODE, objected=3)
    [card] = p.published()
    part = publications.list_all_parts(card.root_code, card.month)["offer"]
    assert (part["used"], part["fate"]) == (9, None)


def test_undone_uses_that_are_not_few_are_told():
    offers(11, f.GRID_CODE, objected=5)
    [card] = p.published()
    part = publications.list_all_parts(card.root_code, card.month)["offer"]
    assert part["fate"] == [6, 5]


def test_complaints_are_not_shown_by_community():
    month = publications.PowerMonthToCount(
        root_code=p.TOWN_CODE, root_path=f.TOWN, month=f.AT.date(), since=f.AT, until=f.AT, least=5
    )
    cells = {(power, f.GRID[:-16]): (9, 0, 0) for power in ("handle_complaint", "offer")}
    counts = publications.PowerCounts(cells=cells, reasons={}, waits={}, charters=())
    _, parts = tables_of(month, f.rules(), places.get_place(p.TOWN_CODE), (), counts)
    assert (parts["handle_complaint"]["used"], parts["handle_complaint"]["by_place"]) == (9, [])
    assert parts["offer"]["by_place"]


def test_raising_and_what_only_grid_workers_do_are_no_rows():
    compiled = f.rules()
    empty = publications.PowerCounts(cells={}, reasons={}, waits={}, charters=())
    month = publications.PowerMonthToCount(
        root_code=p.TOWN_CODE, root_path=f.TOWN, month=f.AT.date(), since=f.AT, until=f.AT, least=5
    )
    whole, parts = tables_of(month, compiled, places.get_place(p.TOWN_CODE), (), empty)
    named = {power for power, _ in whole["used"]}
    assert {"offer", "hang", "lapse_objection"} <= named
    assert not named & {"raise", "withdraw", "rate", "confirm"}
    assert all(part["used"] == 0 for part in parts.values())


# --- the command ---------------------------------------------------------------------------------
def test_publishing_leaves_one_act_with_the_digest():
    s.many(6)
    p.boards()
    before = Act.objects.count()
    card = publish()
    act = ledger.find_act(card.made_by_act)
    assert Act.objects.count() == before + 1
    assert (act.action, act.subject) == ("publish_powers", f"powers:{card.root_code}")
    assert act.after["digest"] == digest({"whole": {"used": []}, "parts": {"offer": {"used": 7}}})
    assert publications.find_power_month(card.root_code) == card


def test_the_same_command_again_does_nothing_and_another_one_is_refused():
    s.many(6)
    command_id, month = new_id(), p.due()[0]
    first = publish(command_id=command_id)
    assert publish_again(month, command_id) == first
    with pytest.raises(Refused) as refused:
        publish_again(month, new_id())
    assert refused.value.verdict.rule == "powers.publish_month.once"
    with pytest.raises(Refused) as refused:
        publish_again(replace(month, root_code="150502001000"), command_id)
    assert refused.value.verdict.rule == "powers.publish_month.reused"
    assert PowerMonth.objects.count() == 1


def publish_again(month, command_id):
    return publications.publish_powers(
        actor=CLOCK, at=p.LATER, command_id=command_id, month=month, whole={}, parts={}, charters=()
    )


@pytest.mark.parametrize("actor", [PUBLIC, f.DESK, f.SUPERVISOR], ids=lambda a: a.key)
def test_nobody_publishes_but_the_clock(actor):
    s.many(6)
    with pytest.raises(Refused) as refused:
        publish(actor=actor)
    assert refused.value.verdict.rule == "powers.publish_month.actor"


def test_a_month_must_have_settled():
    s.many(6)
    month = p.due()[0]
    with pytest.raises(Refused) as refused:
        publish(at=month.until + timedelta(days=1), month=month)
    assert refused.value.verdict.rule == "powers.publish_month.early"


def test_nothing_is_saved_when_the_ledger_cannot_write(monkeypatch):
    s.many(6)
    p.boards()

    def broken(_draft):
        raise DatabaseError("no")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(DatabaseError):
        publish()
    assert not PowerMonth.objects.exists()


def test_the_clock_publishes_what_the_board_has_published_and_nothing_twice():
    s.many(6)
    assert len(p.published()) == 1
    assert powers.publish_due_months(at=p.LATER) == ()
