"""Who takes which step, in which queue; and steps a practice does not know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commongrid.bridges.rehearsal.practice import Who
from commongrid.charter import compile_charter
from commongrid.charter.schema import Kind, Outcome, StateKind
from commongrid.engines.rehearsal import simulate_slowly
from commongrid.engines.rehearsal.words import HOLDER_ASKED, HOLDER_UNIT, WHOLE, Order
from tests.bridges.rehearsal.lowering.runs import (
    GRIDS,
    lowered_of,
    people_of,
    practice_of,
    setting,
)
from tests.bridges.rehearsal.lowering.walking import CHARTERS
from tests.support.flows import real

NAME = "keerqin-subdistrict"


def holder(given, type_code, state, part=""):
    """Who has the task of a state: a holder's name, or which unit."""
    sort = given.index.sort_of(type_code)
    standing = next(
        n
        for n, s in enumerate(given.index.states)
        if (s.lane, s.state, s.part) == (given.index.lanes[sort], state, part)
    )
    task = int(given.habits.task_at[standing, sort])
    number = int(given.habits.task_holder[task])
    return {HOLDER_UNIT: "unit", HOLDER_ASKED: "asked"}.get(number) or given.index.holders[number]


def test_roles_units_and_who_is_asked():
    given = lowered_of(real(NAME))
    assert holder(given, "B02", "reported") == "desk"
    assert holder(given, "B02", "accepted") == "dispatcher"
    assert holder(given, "B02", "accepted", "do:solve_here") == "grid_worker"
    assert holder(given, "B02", "dispatched") == "asked"
    assert holder(given, "B02", "handling") == holder(given, "B02", "handling", "first") == "unit"
    assert holder(given, "B02", "objected") == holder(given, "B02", "hung") == "centre"
    assert holder(given, "B02", "claimed") == "checker"
    assert holder(given, "J05", "raised") == "desk@duty"
    assert holder(given, "J05", "following") == "grid_worker@duty"
    assert holder(given, "I05", "reported") == "supervisor"  # never the line complained of


def test_pools_by_area_hours_and_order():
    given = lowered_of(real(NAME), order="due")
    staff, index = given.staff, given.index
    workers = index.pools_of("grid_worker")
    assert sorted(index.pools[n].area for n in workers) == sorted(GRIDS)
    assert len(index.pools_of("desk")) == 1
    number = index.holders.index("grid_worker")
    for grid, path in enumerate(index.grids):
        pool = staff.holder_base[number] + staff.area[staff.holder_level[number], grid]
        assert index.pools[pool].area == path
    for n, pool in enumerate(index.pools):
        unit = real(NAME).charter.units.get(pool.holder)
        is_awake = pool.holder.endswith("@duty") or (unit and unit.body == "emergency")
        assert (staff.pool_calendar[n] == -1) == bool(is_awake), pool
    assert set(staff.pool_order) == {Order.DUE}
    assert (staff.pool_servers == [pool.servers for pool in index.pools]).all()
    with pytest.raises(ValueError, match="order 'random'"):
        lowered_of(real(NAME), order="random")


def test_nobody_is_nobody_and_what_is_not_named_is_told():
    compiled = real(NAME)
    practice = practice_of(compiled)
    staff = {key: n for key, n in practice.staff.items() if key[0] != "checker"}
    given = lowered_of(compiled, replace(practice, staff=staff))
    assert [given.index.pools[n].servers for n in given.index.pools_of("checker")] == [1]
    assert any("checker" in note.en for note in given.notes)
    nobody = lowered_of(compiled, replace(practice, staff={**staff, ("checker", ""): 0}))
    assert [nobody.index.pools[n].servers for n in nobody.index.pools_of("checker")] == [0]


@pytest.mark.parametrize("name", CHARTERS)
def test_tables_point_where_they_should(name):
    given = lowered_of(real(name))
    habits, tables = given.habits, given.tables
    rows, states = len(tables.row_to), len(tables.state_end)
    assert tables.row_to.min() >= -1
    assert tables.row_to.max() < states
    assert habits.outcome_row.max() < rows
    assert habits.task_work.max() < len(habits.quantiles)
    ends = habits.outcome_from[1:] - 1
    assert (habits.outcome_until[ends] == WHOLE).all()
    assert (np.diff(habits.outcome_from) > 0).all()
    assert (tables.candidate < len(given.index.holders)).all()
    assert tables.step_mask.max() < 1 << tables.slots
    assert given.habits.purposes < 60  # a count for each matter and purpose is kept


def test_purposes_are_alike_in_every_charter():
    """The same number means the same draw, whichever charter is rehearsed on the same people."""
    practice = practice_of(real(CHARTERS[0]))
    one, other = (lowered_of(real(name), practice) for name in CHARTERS[:2])

    def purposes(given, state):
        sort = given.index.sort_of("B02")
        lane = given.index.lanes[sort]
        found = [n for n, s in enumerate(given.index.states) if (s.lane, s.state) == (lane, state)]
        tasks = given.habits.task_at[found, sort]
        return {int(given.habits.task_purpose[task]) for task in tasks if task >= 0}

    for state in ("reported", "dispatched", "claimed"):
        assert purposes(one, state) & purposes(other, state)
    assert purposes(one, "reported") != purposes(one, "claimed")


# --- charters with steps of their own


def with_own_state():
    """A charter in which somebody weighs every matter before it is accepted."""
    charter = real(NAME).charter
    accept = next(r for r in charter.transitions if r.rule_id == "event.reported.accept")
    weigh = replace(accept, action="weigh", to_state="weighed", clocks=(), effects=("tell_person",))
    later = replace(accept, from_state="weighed")
    rows = tuple(r for r in charter.transitions if r is not accept)
    reported = charter.states[Kind.EVENT, "reported"]
    states = {**charter.states, (Kind.EVENT, "weighed"): replace(
        reported, state="weighed", kind=StateKind.OPEN, outcome=Outcome.NONE
    )}  # fmt: skip
    return compile_charter(replace(charter, transitions=(*rows, weigh, later), states=states))


def test_steps_a_practice_does_not_know_are_assumed_and_told():
    compiled = with_own_state()
    practice = practice_of(compiled)
    given = lowered_of(compiled, practice)
    assert any("weigh" in note.en for note in given.notes)
    people = people_of(given, practice, 120)
    result = simulate_slowly(given.tables, given.habits, given.staff, people, setting())
    taken = {
        (given.index.rows[row].state, given.index.rows[row].action) for row in result.log[:, 2]
    }
    assert {("reported", "weigh"), ("weighed", "accept")} <= taken
    assert result.open_at_end < 12


def test_real_charters_have_no_step_a_practice_does_not_know():
    for name in CHARTERS:
        notes = [note.en for note in lowered_of(real(name)).notes]
        assert not [note for note in notes if "assumed" in note], name


def test_who_is_not_asked_reopens():
    """A charter that closes what is claimed done does not thereby make people content."""
    charter = real(NAME).charter
    rows = tuple(
        replace(row, to_state="closed") if row.rule_id == "service.serving.serve" else row
        for row in charter.transitions
    )
    compiled = compile_charter(replace(charter, transitions=rows))
    practice = practice_of(compiled)
    given = lowered_of(compiled, practice)
    assert any("without asking" in note.en for note in given.notes)
    share = {s.action: s.share.value for s in practice.steps if s.flow == "service"
             and s.who is Who.PERSON and s.state in ("served", "closed")}  # fmt: skip
    rows = given.index.rows
    reopen = [
        n
        for n, row in enumerate(given.habits.rival_row)
        if rows[row].action == "reopen" and rows[row].state == "closed"
        and rows[row].flow is Kind.SERVICE
    ]  # fmt: skip
    wanted = (share["reopen"] + share["not_what_needed"]) * WHOLE
    assert given.habits.rival_share[reopen] == pytest.approx(wanted)
