"""Checks of guards and effects that would contradict each other or the rules of the house."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.graph import START, STAYS, Flow, flows_of
from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Outcome, Scope, Transition
from commongrid.charter.vocabulary import EFFECTS, GUARDS, alternatives, word_name

_GIVING = frozenset({"appoint", "set_offer", "drop_offer"})
_PURPOSES = frozenset({"purpose", "reason"})


def check_steps(charter: Charter) -> Iterator[Problem]:
    """Problems of single transitions and of what they do to responsibility and counts."""
    for flow in flows_of(charter):
        claimed = {row.to_state for row in flow.transitions if "set_claimed" in row.effects}
        for row in flow.transitions:
            yield from _check_guards(flow, row)
            yield from _check_fields(row)
            yield from _check_reveal(flow, row)
            yield from _check_callback(flow, row)
            yield from _check_redo(flow, row, claimed)
            yield from _check_closing(flow, row, claimed)
        yield from _check_objection(flow)


def _check_guards(flow: Flow, row: Transition) -> Iterator[Problem]:
    for guard in dict.fromkeys(row.guards):
        if row.guards.count(guard) > 1:
            yield lint_problem("guard_twice", row.where, row.rule_id, value=guard)
    timed = [guard for guard in row.guards if word_name(guard) == "time_over"]
    if flow.is_system(row):
        if "second_person" in row.guards:
            yield lint_problem("second_person_system", row.where, row.rule_id)
        if not timed and all(step.verb != "grace" for step in row.clocks):
            yield lint_problem("system_without_time", row.where, row.rule_id)
    elif timed and Scope.SYSTEM not in flow.scopes(row):
        yield lint_problem("time_over_person", row.where, row.rule_id, value=timed[0])


def _check_fields(row: Transition) -> Iterator[Problem]:
    carried = {need.rstrip("?") for need in row.needs}
    for effect in row.effects:
        word = EFFECTS.get(word_name(effect))
        for field in word.fields if word else ():
            if field not in carried:
                values = {"value": effect, "field": field}
                yield lint_problem("effect_field_missing", row.where, row.rule_id, **values)
    for guard in (part for cell in row.guards for part in alternatives(cell)):
        known = GUARDS.get(word_name(guard))
        for field in known.fields if known else ():
            if field not in carried:
                values = {"value": guard, "field": field}
                yield lint_problem("guard_field_missing", row.where, row.rule_id, **values)


def _check_reveal(flow: Flow, row: Transition) -> Iterator[Problem]:
    """Contact data are for staff in charge, with a purpose; never for the person complained of."""
    if "reveal" not in row.effects:
        return
    if not _PURPOSES & set(row.needs):
        yield lint_problem("reveal_without_purpose", row.where, row.rule_id)
    if flow.scopes(row) & {Scope.PUBLIC, Scope.OWN}:
        yield lint_problem("reveal_too_wide", row.where, row.rule_id)


def _check_callback(flow: Flow, row: Transition) -> Iterator[Problem]:
    """A callback comes after the limit and not from the unit (reference domain 5.1)."""
    if "count_callback" not in row.effects:
        return
    if "after_limit" not in row.guards:
        yield lint_problem("callback_too_early", row.where, row.rule_id)
    if Scope.UNIT in flow.scopes(row):
        yield lint_problem("callback_by_unit", row.where, row.rule_id)


def _check_redo(flow: Flow, row: Transition, claimed: set[str]) -> Iterator[Problem]:
    """Work that was claimed or closed and starts again counts as a redo."""
    source = flow.states.get(row.from_state)
    is_after = row.from_state in claimed or (source and source.outcome is Outcome.SOLVED)
    starts_again = row.to_state != STAYS and not flow.is_end(row.to_state)
    is_redo = "clear_claimed" in row.effects or (is_after and starts_again)
    if is_redo and row.from_state != START and "count_redone" not in row.effects:
        yield lint_problem("redo_uncounted", row.where, row.rule_id)


def _check_closing(flow: Flow, row: Transition, claimed: set[str]) -> Iterator[Problem]:
    """A matter is closed as solved by the person or by somebody who did not handle it."""
    target = flow.states.get(row.to_state)
    if target is None or target.outcome is not Outcome.SOLVED or "not_handler" in row.guards:
        return
    scopes = flow.scopes(row)
    if Scope.UNIT in scopes or (Scope.AREA in scopes and row.from_state in claimed):
        yield lint_problem("self_closing", row.where, row.rule_id)


def _check_objection(flow: Flow) -> Iterator[Problem]:
    """After an appointment a unit may not send a matter back to where it is given out."""
    if not any("appoint" in row.effects for row in flow.transitions):
        return
    giving = {row.from_state for row in flow.transitions if _GIVING & set(row.effects)}
    for row in flow.own:
        if Scope.UNIT not in flow.scopes(row) or "never_appointed" in row.guards:
            continue
        if "drop_offer" in row.effects or row.to_state in giving - {row.from_state}:
            yield lint_problem("objection_after_appointment", row.where, row.rule_id)
