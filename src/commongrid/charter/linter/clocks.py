"""Checks of clock effects: what starts is stopped, what pauses runs on, what ends owes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.graph import START, STAYS, Flow, flows_of
from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, StateKind, Transition
from commongrid.charter.vocabulary import ALL, FINISH, URGENT_OF, clock_name, word_name

_STARTS = ("start", "restart")
_STOPS = ("stop", "fail")
_RUNS_ON = frozenset({"resume", "restart", "start", "stop", "fail"})
_HOLDS = frozenset({"pause", "fail", "stop"})


def check_clocks(charter: Charter) -> Iterator[Problem]:
    """Problems of starts, stops and pauses."""
    for flow in flows_of(charter):
        yield from _check_ends(flow)
        yield from _check_pairs(flow)
        yield from _check_waiting(flow)
    used = {clock_name(step.clock) for row in charter.transitions for step in row.clocks}
    used |= {URGENT_OF[name] for name in used if name in URGENT_OF}
    for name, clock in charter.clocks.items():
        if name not in used:
            yield lint_problem("clock_unused", clock.where, name, clock=name)


def check_moves(charter: Charter) -> Iterator[Problem]:
    """Problems of new dates: they are asked for, and an extension is bounded."""
    dates = {name for name, row in charter.fields.items() if row.kind == "date"}
    wanted = ("before_expiry:finish", "once", "max_same_length")
    for row in charter.transitions:
        for step in row.clocks:
            if step.verb != "move":
                continue
            if not dates & set(row.needs):
                yield lint_problem("move_without_date", row.where, row.rule_id, clock=step.clock)
            missing = [guard for guard in wanted if guard not in row.guards]
            if clock_name(step.clock) == FINISH and missing:
                value = ", ".join(missing)
                yield lint_problem("extension_unbounded", row.where, row.rule_id, value=value)


def check_grace(charter: Charter) -> Iterator[Problem]:
    """A handover gives time by itself, before the limit and not twice in a row: nobody can ask."""
    for flow in flows_of(charter):
        for row in flow.transitions:
            if all(step.verb != "grace" for step in row.clocks):
                continue
            given = {word_name(guard) for guard in row.guards}
            if not flow.is_system(row) or not given >= {"falls_due", "rested"}:
                yield lint_problem("grace_unbounded", row.where, row.rule_id)


def _check_ends(flow: Flow) -> Iterator[Problem]:
    running = _running(flow)
    seen: set[tuple[Transition, str]] = set()
    for source, target, row in flow.moves():
        if not flow.is_end(target) or flow.is_end(source):
            continue
        for step in row.clocks:
            if step.verb in (*_STARTS, "resume") and (row, step.clock) not in seen:
                seen.add((row, step.clock))
                values = {"state": target, "clock": step.clock}
                yield lint_problem("end_starts_clock", row.where, row.rule_id, **values)
        for clock in sorted(_after(running[source], row) - _started(row)):
            if (row, clock) not in seen:
                seen.add((row, clock))
                values = {"state": target, "clock": clock}
                yield lint_problem("clock_left_running", row.where, row.rule_id, **values)


def _running(flow: Flow) -> dict[str, frozenset[str]]:
    """Clocks that may run in each state, on whatever way it was reached."""
    running: dict[str, frozenset[str]] = {name: frozenset() for name in (*flow.states, START)}
    grown = True
    while grown:
        grown = False
        for source, target, row in flow.moves():
            if target not in running or source not in running:
                continue
            after = running[target] | _after(running[source], row)
            if not flow.is_end(target) and after != running[target]:
                running[target] = after
                grown = True
    return running


def _after(before: frozenset[str], row: Transition) -> frozenset[str]:
    """Clocks that may run after a step. Meeting one milestone leaves the others running."""
    clocks = before
    for step in row.clocks:
        if step.verb == "follow" or (step.verb in _STOPS and step.clock == ALL):
            clocks = frozenset()
        elif step.verb in _STOPS and ":" not in step.clock:
            clocks -= {step.clock}
        elif step.verb in _STARTS:
            clocks |= {clock_name(step.clock)}
    return clocks


def _started(row: Transition) -> frozenset[str]:
    return frozenset(clock_name(step.clock) for step in row.clocks if step.verb in _STARTS)


def _check_pairs(flow: Flow) -> Iterator[Problem]:
    """Every start has a stop of its own name somewhere, every pause a resume."""
    stopped = _clocks(flow, _STOPS)
    paused, resumed = _clocks(flow, ("pause",)), _clocks(flow, ("resume",))
    told: set[tuple[str, str]] = set()
    for row in flow.transitions:
        for step in row.clocks:
            clock = clock_name(step.clock)
            code = ""
            if step.verb in _STARTS and clock not in stopped:
                code = "clock_never_stopped"
            elif step.verb == "pause" and clock not in resumed:
                code = "pause_without_resume"
            elif step.verb == "resume" and clock not in paused:
                code = "resume_without_pause"
            if code and (code, clock) not in told:
                told.add((code, clock))
                values = {"flow": flow.kind.value, "clock": clock}
                yield lint_problem(code, row.where, row.rule_id, **values)


def _clocks(flow: Flow, verbs: tuple[str, ...]) -> frozenset[str]:
    """Clocks these verbs speak of by name; ``stop all`` alone meets nothing."""
    steps = (step for row in flow.transitions for step in row.clocks)
    return frozenset(clock_name(step.clock) for step in steps if step.verb in verbs)


def _check_waiting(flow: Flow) -> Iterator[Problem]:
    for row in flow.own:
        is_to = flow.kind_of(row.to_state) is StateKind.WAITING
        is_from = flow.kind_of(row.from_state) is StateKind.WAITING
        verbs = {step.verb for step in row.clocks}
        if is_to and not is_from and not verbs & _HOLDS:
            state = row.to_state
            yield lint_problem("waiting_not_paused", row.where, row.rule_id, state=state)
        leaves = is_from and not is_to and row.to_state != STAYS
        if leaves and not verbs & _RUNS_ON:
            state = row.from_state
            yield lint_problem("waiting_not_resumed", row.where, row.rule_id, state=state)
