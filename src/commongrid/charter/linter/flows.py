"""Checks of flows: every state is reached, left and counted; no step is dead."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.graph import START, Flow, flows_of
from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Outcome, State, StateKind, Transition


def check_flows(charter: Charter) -> Iterator[Problem]:
    """Problems of states and of the way through them."""
    flows = flows_of(charter)
    used = {row.kind for row in charter.types.values()}
    known = {flow.kind for flow in flows}
    for row in charter.types.values():
        if row.kind not in known:
            values = {"type": row.code, "flow": row.kind.value}
            yield lint_problem("flow_missing", row.where, row.code, **values)
    for flow in flows:
        first = next(iter(flow.states.values()))
        if flow.kind not in used:
            yield lint_problem("flow_unused", first.where, flow.kind, flow=flow.kind.value)
        if not any(row.from_state == START for row in flow.transitions):
            yield lint_problem("flow_without_start", first.where, flow.kind, flow=flow.kind.value)
            continue  # nothing could be reached; one problem says it
        yield from _check_states(flow)
        yield from _check_shadowed(flow)


def _check_states(flow: Flow) -> Iterator[Problem]:
    reachable, finishing = flow.reachable(), flow.finishing()
    for name, row in flow.states.items():
        code = ""
        if name not in reachable:
            code = "state_unreachable"
        elif row.kind is not StateKind.END and not flow.leaving(name):
            code = "state_without_exit"
        elif name not in finishing:
            code = "no_end_reachable"
        elif row.kind is StateKind.WAITING and all(map(flow.is_system, flow.leaving(name))):
            code = "waiting_only_time"
        if code:
            yield lint_problem(code, row.where, f"{flow.kind}.{name}", state=name)
        yield from _check_outcome(row)


def _check_outcome(row: State) -> Iterator[Problem]:
    is_end = row.kind is StateKind.END
    if is_end and row.outcome is Outcome.NONE:
        yield lint_problem("outcome_missing", row.where, "outcome", state=row.state)
    elif not is_end and row.outcome is not Outcome.NONE:
        values = {"state": row.state, "value": row.outcome.value}
        yield lint_problem("outcome_on_open", row.where, "outcome", **values)


def _check_shadowed(flow: Flow) -> Iterator[Problem]:
    """The first row of an action that allows it wins, so a later, narrower one never does."""
    for at, row in enumerate(flow.transitions):
        for earlier in flow.transitions[:at]:
            if _covers(earlier, row) and set(earlier.guards) <= set(row.guards):
                line = str(earlier.where.line)
                yield lint_problem("transition_shadowed", row.where, row.rule_id, line=line)
                break


def _covers(earlier: Transition, row: Transition) -> bool:
    same = (earlier.from_state, earlier.action, earlier.power) == (
        row.from_state,
        row.action,
        row.power,
    )
    return same and (earlier.to_state != row.to_state or earlier.guards == row.guards)
