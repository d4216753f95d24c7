"""Whatever people do, in whatever order and at whatever hour: no matter gets into an impossible
state, and a refused step changes nothing. Random walks over both real charters.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import choices, decide, open_choices
from commongrid.charter.matter import (
    CLOCK,
    PUBLIC,
    Command,
    Decision,
    MatterState,
    PromiseStatus,
)
from commongrid.charter.schema import Kind
from tests.support.flows import AT, REAL, fields_for, new_matter, real
from tests.support.people import OTHER_REPORTER, REPORTER, holders, staff

HOURS = (0.0, 0.2, 1.0, 5.0, 26.0, 80.0, 24.0 * 12, 24.0 * 40)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 400),  # which of the steps
        st.integers(0, 9),  # who: mostly somebody who may
        st.sampled_from(HOURS),
        st.integers(0, 11),  # sometimes a field is missing or wrong
    ),
    min_size=1,
    max_size=30,
)
GROWING = ("redone", "transfers", "hung")


def command_of(
    matter: MatterState, step: tuple[int, int, float, int], at: object, compiled: Compiled
) -> Command | None:
    rows = compiled.transitions.get((matter.kind, matter.state), ())
    if not rows:
        return None
    which, who, _, flaw = step
    row = rows[which % len(rows)]
    may = [*holders(row, matter, compiled, name="second" if who % 2 else "")]
    wrong = [PUBLIC, OTHER_REPORTER, REPORTER, CLOCK, staff("handler", unit="sanitation")]
    actor = wrong[which % len(wrong)] if who == 9 or not may else may[which % len(may)]
    fields = fields_for(row, matter, at, compiled)
    if flaw == 0 and fields:
        fields.pop(sorted(fields)[which % len(fields)])
    elif flaw == 1 and fields:
        fields[sorted(fields)[which % len(fields)]] = "///"
    return Command(action=row.action, actor=actor, at=at, fields=fields)


def check_state(m: MatterState, compiled: Compiled) -> None:
    """What holds of every matter that has been raised."""
    assert (m.kind, m.state) in compiled.charter.states
    is_end = compiled.is_end(m.kind, m.state)
    if is_end:
        assert not [p.key for p in m.promises if p.is_open], "an ended matter owes nothing"
        assert m.closed_at is not None
        assert not m.offered_unit
        assert not m.whistled
    else:
        assert m.closed_at is None
    assert len({p.key for p in m.promises}) == len(m.promises)
    open_bases = [p.key.partition("#")[0] for p in m.promises if p.is_open]
    assert len(open_bases) == len(set(open_bases)), "one clock runs once at a time"
    for p in m.promises:
        is_paused = p.status is PromiseStatus.PAUSED
        if p.duration is not None or p.set_due_at is not None:
            assert (p.due_at is None) == is_paused or not p.is_open, p
        assert is_paused == bool(p.pauses and p.pauses[-1].until_at is None) or not p.is_open
        assert (p.met_at is not None) == (p.status in (PromiseStatus.KEPT, PromiseStatus.LATE))
        if p.met_at is not None and p.due_at is not None:
            assert (p.met_at > p.due_at) == (p.status is PromiseStatus.LATE)
    is_waiting = compiled.state(m.kind, m.state).kind.value == "waiting"
    paused = [p for p in m.promises if p.status is PromiseStatus.PAUSED]
    assert is_waiting or not paused, "a clock stands still only while somebody is waited for"
    assert m.type in compiled.charter.types
    assert compiled.type(m.type).kind is m.kind
    assert m.urgency == compiled.type(m.type).urgency
    assert {m.unit, m.offered_unit} - {""} <= set(compiled.charter.units)
    assert not (m.unit and m.unit == m.offered_unit)


def check_step(before: MatterState, decision: Decision, command: Command) -> None:
    """What no step may do, whoever takes it."""
    after = decision.after
    assert after is not None
    was = {p.key: p for p in before.promises}
    now = {p.key: p for p in after.promises}
    assert was.keys() <= now.keys(), "what was promised is never forgotten"
    for key, old in was.items():
        new = now[key]
        assert new.first_due_at == old.first_due_at, "the first date stays for ever"
        assert new.started_at == old.started_at
        assert new.extensions >= old.extensions
        if not old.is_open:
            assert new == old, "what is over is not opened again"
    for key in now.keys() - was.keys():
        base = key.partition("#")[0]
        earlier = {p.started_at for p in before.promises if p.key.partition("#")[0] == base}
        assert now[key].started_at in {before.received_at, command.at, *earlier}
    for name in GROWING:
        assert getattr(after, name) >= getattr(before, name)
    assert after.refused_by[: len(before.refused_by)] == before.refused_by
    assert after.handlers >= before.handlers
    assert after.handler_units >= before.handler_units
    assert not (before.appointed and not after.appointed)
    assert (after.id, after.kind, after.path, after.received_at) == (
        before.id, before.kind, before.path, before.received_at,
    )  # fmt: skip
    if decision.is_proposal:
        assert replace(after, pending=before.pending) == before
    assert decision.rule_id
    assert decision.power
    assert decision.role


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", [*Kind])
@given(steps=STEPS)
@settings(max_examples=50)
def test_no_walk_leads_to_an_impossible_matter(name, kind, steps):
    compiled = real(name)
    at, matter = AT, new_matter(kind, compiled=compiled)
    raised = Command(action="raise", actor=REPORTER, at=at)
    matter = decide(matter, raised, compiled).after
    check_state(matter, compiled)
    for step in steps:
        at += timedelta(hours=step[2])
        command = command_of(matter, step, at, compiled)
        if command is None:
            break
        frozen = repr(matter)
        decision = decide(matter, command, compiled)
        assert repr(matter) == frozen, "decide is pure"
        assert decide(matter, command, compiled) == decision, "and gives the same answer again"
        if decision.after is None:
            assert not decision.verdict.allowed
            assert decision.verdict.rule
            assert decision.verdict.say.zh
            assert decision.verdict.say.en
            assert (decision.effects, decision.is_proposal) == ((), False)
            continue
        check_step(matter, decision, command)
        check_state(decision.after, compiled)
        matter = decision.after


@pytest.mark.parametrize("name", REAL)
@given(steps=STEPS, kind=st.sampled_from([*Kind]))
@settings(max_examples=40)
def test_what_a_page_refuses_no_command_allows(name, kind, steps):
    """A step shown as impossible cannot be taken, whatever fields come with it."""
    compiled = real(name)
    at = AT
    matter = decide(
        new_matter(kind, compiled=compiled), Command(action="raise", actor=REPORTER, at=at),
        compiled,
    ).after  # fmt: skip
    for step in steps:
        at += timedelta(hours=step[2])
        command = command_of(matter, step, at, compiled)
        if command is None:
            break
        decision = decide(matter, command, compiled)
        shown = {c.action: c.verdict for c in choices(matter, command.actor, at, compiled)}
        if command.action in shown and not shown[command.action].allowed:
            assert decision.after is None
        if not command.actor.is_system:
            possible = open_choices(matter, command.actor, at, compiled)
            assert {c.action for c in possible} == {a for a, v in shown.items() if v.allowed}
        if decision.after is not None:
            assert command.actor.is_system or shown[command.action].allowed
            matter = decision.after


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("code", sorted(real(REAL[0]).charter.types))
def test_every_type_can_be_raised_and_owes_what_its_row_says(name, code):
    compiled = real(name)
    kind = compiled.type(code).kind
    matter = new_matter(kind, type_code=code, compiled=compiled)
    after = decide(matter, Command(action="raise", actor=PUBLIC, at=AT), compiled).after
    check_state(after, compiled)
    first = compiled.charter.classes[compiled.type(code).urgency].first_answer
    assert ("answer" in {p.key for p in after.promises}) == (first is not None)
