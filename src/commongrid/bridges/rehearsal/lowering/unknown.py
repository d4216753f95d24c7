"""Steps a charter has and a practice does not: they get assumed habits, and the report says so."""

from __future__ import annotations

from dataclasses import replace

from commongrid.bridges.rehearsal.lowering.defaults import default_step
from commongrid.bridges.rehearsal.lowering.habits import REDO
from commongrid.bridges.rehearsal.lowering.lanes import StepKey
from commongrid.bridges.rehearsal.lowering.rows import STAYS, is_by_time, is_idle
from commongrid.bridges.rehearsal.lowering.words import is_left_out
from commongrid.bridges.rehearsal.practice import Practice, Step, Who
from commongrid.charter.compiler import OPEN, Compiled
from commongrid.charter.schema import Kind, Scope, StateKind, Transition
from commongrid.kernel.text import Text

RARELY = 0.05
CLAIMS = "set_claimed"
COMPLAINTS = frozenset({"not_solved", "not_what_needed"})
"""What a person says of work that was claimed done and is not."""
STAFF_SCOPES = (Scope.AREA, Scope.UNIT)


def assumed_steps(
    compiled: Compiled, practice: Practice, flow: Kind, notes: list[Text]
) -> dict[StepKey, Step]:
    """Steps for actions the practice does not know in this flow, and for states it never met."""
    known = [step for step in practice.steps if step.flow == flow]
    actions = {step.action for step in known}
    places = {(step.state, step.action) for step in known if step.share.value > 0}
    found: dict[StepKey, Step] = {}
    for (kind, state), row in compiled.charter.states.items():
        if kind is not flow:
            continue
        rules = _rules(compiled, flow, state)
        is_met = any(
            (state, rule.action) in places for rule in rules if _who(rule, compiled) is Who.STAFF
        )
        for rule in rules:
            is_new = rule.action not in actions
            is_stuck = not is_met and row.kind is not StateKind.END and rule.from_state != OPEN
            who = _who(rule, compiled)
            if (state, rule.action) in places or not (is_new or (is_stuck and who is Who.STAFF)):
                continue
            is_only = not is_met and rule.to_state != STAYS
            step = _like(rule, known) or default_step(
                flow, state, rule.action, 1.0 if is_only else RARELY, who
            )
            found[state, rule.action, who] = replace(step, state=state)
            _tell(rule, compiled, notes)
    return found


def dissatisfied(
    compiled: Compiled, practice: Practice, flow: Kind, notes: list[Text]
) -> tuple[Step, ...]:
    """The practice's steps, where a charter closes what is claimed done and asks nobody.

    Those who would have said that it is not solved then have to reopen it: their share goes there.
    """
    closing = {
        rule.to_state
        for rule in compiled.charter.transitions
        if rule.flow is flow and CLAIMS in rule.effects and compiled.is_end(flow, rule.to_state)
    }
    reopening = {
        (rule.from_state, rule.action)
        for rule in compiled.charter.transitions
        if rule.flow is flow and rule.from_state in closing and REDO in rule.effects
    }
    share = max((s.share.value for s in practice.steps if _is_complaint(s, flow)), default=0.0)
    if not reopening or not share:
        return practice.steps
    note = Text(
        zh=f"这份章程报称办好即结案，不再问反映人；本会说没办好的人（{share:.0%}）按会重开计。",
        en=f"This charter closes what is claimed done without asking: those who would have said "
        f"that it is not solved ({share:.0%}) are taken to reopen it.",
    )
    if note not in notes:
        notes.append(note)
    return tuple(
        replace(step, share=replace(step.share, value=min(1.0, step.share.value + share)))
        if step.flow == flow and step.who is Who.PERSON and (step.state, step.action) in reopening
        else step
        for step in practice.steps
    )


def _is_complaint(step: Step, flow: Kind) -> bool:
    return step.flow == flow and step.who is Who.PERSON and step.action in COMPLAINTS


def _rules(compiled: Compiled, flow: Kind, state: str) -> list[Transition]:
    """What people may do in a state and the rehearsal holds."""
    return [
        rule
        for rule in compiled.transitions.get((flow, state), ())
        if not is_left_out(rule) and not is_idle(rule) and not is_by_time(rule, compiled)
    ]


def _who(rule: Transition, compiled: Compiled) -> Who:
    scopes = {power.scope for power in compiled.powers.get(rule.power, ())}
    return Who.STAFF if scopes & set(STAFF_SCOPES) else Who.PERSON


def _like(rule: Transition, known: list[Step]) -> Step | None:
    """The same action in another state."""
    same = [
        s for s in known if s.action == rule.action and s.who is Who.STAFF and s.share.value > 0
    ]
    return same[0] if same else None


def _tell(rule: Transition, compiled: Compiled, notes: list[Text]) -> None:
    label = compiled.label(rule.action)
    known = compiled.charter.states.get((rule.flow, rule.from_state))
    state = known.name if known is not None else Text("任何未结状态", "any open state")
    note = Text(
        zh=f"“{state.zh}”时“{label.zh}”没有记录，多少和快慢都是假定的。",
        en=f"Nothing is known about “{label.en}” while “{state.en}”: "
        "how often and how fast is assumed.",
    )
    if note not in notes:
        notes.append(note)
