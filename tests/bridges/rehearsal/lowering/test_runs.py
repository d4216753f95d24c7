"""Whole runs of real charters: everybody ends or is open for a reason, and the charter agrees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from commongrid.engines.rehearsal import simulate_slowly
from commongrid.engines.rehearsal.oracle_rules import new_matter as new_oracle_matter
from commongrid.engines.rehearsal.words import End
from commongrid.kernel.workcalendar import from_micros
from tests.bridges.rehearsal.lowering.runs import lowered_of, people_of, practice_of, setting
from tests.bridges.rehearsal.lowering.walking import CHARTERS, Walk
from tests.support.flows import real

MATTERS = 240
FOR_A_REASON = {
    "hung", "deliberating", "choosing", "waiting_person", "waiting_office", "handling", "claimed",
    "serving", "following",
}  # fmt: skip
"""States in which a matter may still be open after half a year."""


@cache
def run(name):
    compiled = real(name)
    practice = practice_of(compiled)
    given = lowered_of(compiled, practice)
    people = people_of(given, practice, MATTERS)
    result = simulate_slowly(given.tables, given.habits, given.staff, people, setting())
    return given, people, result


@pytest.mark.parametrize("name", CHARTERS)
def test_every_matter_ends_or_is_open_for_a_reason(name):
    given, _, result = run(name)
    assert result.raised == MATTERS
    state = {}
    for _, matter, row, *_ in result.log.tolist():
        if given.index.rows[row].to >= 0:
            state[matter] = given.index.states[given.index.rows[row].to]
    ends = [s for s in state.values() if given.index.numbers.compiled.is_end(s.flow, s.state)]
    left = {s.state for s in state.values()} - {s.state for s in ends}
    assert left <= FOR_A_REASON
    assert len(ends) >= 0.93 * MATTERS
    assert result.open_at_end == MATTERS - len(ends)
    assert result.ended[:, End.SOLVED].sum() > 0.5 * MATTERS


@pytest.mark.parametrize("name", CHARTERS)
def test_no_step_of_a_run_is_refused_by_the_charter(name):
    """The log, replayed through decide(): allowed, same state, same promises, at every step."""
    given, people, result = run(name)
    by_matter = defaultdict(list)
    for at, matter, row, *_ in result.log.tolist():
        by_matter[matter].append((at, row))
    steps = 0
    for matter, taken in by_matter.items():
        walk = started(given, name, int(people.sort[matter]), int(people.at[matter]))
        for at, row in taken:
            steps += walk.follow(row, from_micros(at))
    assert steps > 4 * MATTERS


def started(given, name, sort, at):
    walk = Walk(real(name), given, sort, at=from_micros(at))
    walk.matter = replace(walk.matter, received_at=from_micros(at))
    walk.oracle = new_oracle_matter(given.tables, sort, at)
    return walk


@pytest.mark.parametrize("name", CHARTERS)
def test_the_compiled_run_is_the_same_run(name):
    core = pytest.importorskip("commongrid.engines.rehearsal.core")
    given, people, slow = run(name)
    fast = core.simulate(given.tables, given.habits, given.staff, people, setting())
    for field in fields(slow):
        assert np.array_equal(getattr(slow, field.name), getattr(fast, field.name)), field.name


def test_the_same_people_need_the_same_under_another_order():
    """What a matter needs does not move when it is served in another order."""
    compiled = real(CHARTERS[0])
    practice = practice_of(compiled)
    one, other = (lowered_of(compiled, practice, order=o) for o in ("first_come", "due"))
    assert one.index.sorts == other.index.sorts
    for name in ("task_purpose", "task_work", "rival_purpose", "quantiles", "outcome_until"):
        assert np.array_equal(getattr(one.habits, name), getattr(other.habits, name))
    assert not np.array_equal(one.staff.pool_order, other.staff.pool_order)
