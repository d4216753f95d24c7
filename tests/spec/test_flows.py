"""Every row of every flow of both real charters: who takes it, and everybody who may not.

The tables under test are the charters' own; the generated register prints the same ones.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from commongrid.charter.decide import choices
from commongrid.charter.matter import Decision
from commongrid.charter.schema import Kind, Scope, Transition
from tests.support.flows import (
    REAL,
    SECOND,
    STEP,
    Walk,
    completed,
    real,
    row_name,
    rows_of,
    same_action,
    walks,
)
from tests.support.people import holders, strangers

# A dispute is held by no unit and never redone, so these three have nobody and nothing to begin
# with in its flow; they stand in the table because "*" means every flow.
IDLE = {
    (Kind.DISPUTE, "ask_upward"),
    (Kind.DISPUTE, "reply_supervision"),
    (Kind.DISPUTE, "raise_level"),
}

ROWS = [
    pytest.param(name, row, id=f"{name}:{row_name(row)}")
    for name in REAL
    for row in rows_of(real(name), *Kind)
    if (row.flow, row.action) not in IDLE
]
each_row = pytest.mark.parametrize(("name", "row"), ROWS)


def walk_to(name: str, row: Transition) -> Walk:
    found = walks(name, row.flow).get(row_name(row))
    assert found is not None, f"no way leads to {row_name(row)}"
    return found


def taken(name: str, walk: Walk) -> Decision:
    compiled = real(name)
    return completed(walk.take(compiled), walk.command, walk.row, compiled)


@pytest.mark.parametrize("name", REAL)
def test_only_the_idle_rows_cannot_be_reached(name):
    compiled = real(name)
    left = {
        (row.flow, row.action)
        for row in rows_of(compiled, *Kind)
        if row_name(row) not in walks(name, row.flow)
    }
    assert left == IDLE


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", [*Kind])
def test_every_state_is_reached_by_a_step(name, kind):
    compiled = real(name)
    reached = {taken(name, walk).after.state for walk in walks(name, kind).values()}
    assert reached == {state for flow, state in compiled.charter.states if flow is kind}


@each_row
def test_the_right_person_takes_it(name, row):
    walk, compiled = walk_to(name, row), real(name)
    decision = taken(name, walk)
    assert decision.verdict.allowed
    assert decision.verdict.rule == decision.rule_id == row.rule_id
    assert decision.power == row.power
    assert decision.role in {power.role for power in compiled.powers[row.power]}
    assert decision.effects == row.effects
    to_state = walk.matter.state if row.to_state == "=" else row.to_state
    assert decision.after.state == to_state
    assert not decision.is_proposal
    for actor in holders(row, walk.matter, compiled):
        assert "/who" not in walk.take(compiled, actor=actor).verdict.rule, actor


@each_row
def test_everybody_else_is_refused_and_told_who_may(name, row):
    walk, compiled = walk_to(name, row), real(name)
    rows = same_action(row, walk.matter, compiled)
    powers = [power for other in rows for power in compiled.powers[other.power]]
    who = {compiled.role_name(p.role) for p in powers if p.scope is not Scope.SYSTEM}
    for label, actor in strangers(rows, walk.matter, compiled):
        decision = walk.take(compiled, actor=actor)
        verdict = decision.verdict
        assert not verdict.allowed, label
        assert decision.after is None
        assert verdict.rule in {f"{other.rule_id}/who" for other in rows}, label
        for language in ("zh", "en"):
            said = getattr(verdict.say, language)
            names = [getattr(text, language) for text in who] or ["时钟", "clock"]
            assert any(role in said for role in names), (label, said)


@each_row
def test_somebody_with_an_interest_steps_out(name, row):
    """However they are appointed: whoever is concerned may not act, save on their own matter."""
    walk, compiled = walk_to(name, row), real(name)
    actor = walk.command.actor
    if actor.is_system or walk.matter.id in actor.owns:
        return  # time has no interest, and one's own matter is one's own
    concerned = replace(actor, interests=frozenset({walk.matter.id}))
    decision = walk.take(compiled, actor=concerned)
    assert decision.after is None
    assert decision.verdict.rule.endswith("/no_interest")
    assert decision.verdict.say.zh
    assert decision.verdict.say.en


@each_row
def test_every_field_it_needs_is_asked_for(name, row):
    walk, compiled = walk_to(name, row), real(name)
    for need in row.needs:
        if need.endswith("?"):
            continue
        fields = {key: value for key, value in walk.command.fields.items() if key != need}
        decision = walk.take(compiled, fields=fields)
        assert decision.after is None, need
        if len(same_action(row, walk.matter, compiled)) == 1:
            label = compiled.charter.fields[need].label
            assert decision.verdict.rule == f"{row.rule_id}/needs:{need}"
            assert label.zh in decision.verdict.say.zh
            assert label.en in decision.verdict.say.en


@each_row
def test_the_page_offers_it_to_those_who_may(name, row):
    """``choices`` and ``decide`` tell the same: what the form may open is what the step allows."""
    walk, compiled = walk_to(name, row), real(name)
    actor, at = walk.command.actor, walk.command.at
    offered = {c.action: c for c in choices(walk.matter, actor, at, compiled)}
    scopes = {power.scope for power in compiled.powers[row.power]}
    if scopes == {Scope.SYSTEM}:
        assert row.action not in offered or row.rule_id != offered[row.action].rule_id
        return
    if actor.is_system:
        actor = next(a for a in holders(row, walk.matter, compiled) if not a.is_system)
        offered = {c.action: c for c in choices(walk.matter, actor, at, compiled)}
    assert offered[row.action].verdict.allowed
    label = compiled.charter.actions[row.action].label
    assert (offered[row.action].label.zh, offered[row.action].label.en) == (label.zh, label.en)


SECONDED = [param for param in ROWS if SECOND in param.values[1].guards]


@pytest.mark.parametrize(("name", "row"), SECONDED)
def test_a_second_person_completes_what_the_first_proposed(name, row):
    walk, compiled = walk_to(name, row), real(name)
    proposal = walk.take(compiled)
    assert proposal.is_proposal
    assert proposal.effects == ()
    assert proposal.after.state == walk.matter.state
    assert proposal.after.promises == walk.matter.promises
    assert not proposal.told.zh, "nothing is told before it is decided"
    proposed = Walk(row, walk.path, proposal.after, walk.command)
    again = proposed.take(compiled)
    assert again.after is None
    assert again.verdict.rule == f"{row.rule_id}/{SECOND}"
    assert again.verdict.say.zh
    assert again.verdict.say.en
    for label, actor in strangers((row,), proposal.after, compiled):
        assert proposed.take(compiled, actor=actor).after is None, label
    for second in holders(row, proposal.after, compiled, name="second"):
        agreed = proposed.take(compiled, actor=second, fields={}, at=walk.command.at + STEP)
        assert agreed.after is not None
        assert not agreed.is_proposal
        assert agreed.after.pending is None
        to_state = walk.matter.state if row.to_state == "=" else row.to_state
        assert agreed.after.state == to_state


@pytest.mark.parametrize("name", REAL)
def test_nobody_completes_what_was_not_proposed(name):
    """The second person names another leading matter: that is a new proposal, not an agreement."""
    compiled = real(name)
    row = next(r for r in rows_of(compiled, Kind.EVENT) if r.action == "merge")
    walk = walk_to(name, row)
    first = walk.take(compiled)
    other = {**walk.command.fields, "leading": "m-9"}
    second = next(holders(row, first.after, compiled, name="second"))
    proposed = Walk(row, walk.path, first.after, walk.command)
    changed = proposed.take(compiled, actor=second, fields=other)
    assert changed.is_proposal
    assert changed.after.pending.fields["leading"] == "m-9"
    assert changed.after.state == walk.matter.state
    agreed = Walk(row, walk.path, changed.after, walk.command).take(compiled, fields=other)
    assert agreed.after.leading == "m-9"


@pytest.mark.parametrize("name", REAL)
def test_a_proposal_falls_when_the_state_changes(name):
    compiled = real(name)
    row = next(r for r in rows_of(compiled, Kind.EVENT) if r.action == "merge")
    proposed = walk_to(name, row).take(compiled).after
    accept = next(r for r in rows_of(compiled, Kind.EVENT) if r.action == "accept")
    walk = walk_to(name, accept)
    after = Walk(accept, (), proposed, walk.command).take(compiled).after
    assert after.state == "accepted"
    assert after.pending is None


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", [*Kind])
def test_a_step_of_another_state_is_refused_with_the_state(name, kind):
    compiled = real(name)
    ends = [state for flow, state in compiled.charter.states if flow is kind]
    for walk in walks(name, kind).values():
        known = {row.action for row in compiled.transitions[kind, walk.matter.state]}
        action = next(a for a in ("raise", "accept", "confirm") if a not in known)
        verdict = walk.take(compiled, action=action).verdict
        assert not verdict.allowed
        assert verdict.rule == f"{kind}.{walk.matter.state or 'new'}"
        assert verdict.say.zh
        assert verdict.say.en
    assert ends
