"""The rules a phone takes along: the part of a charter that its holder can use without signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.charter.facts import STAYS, is_fact
from commongrid.charter.schema import FieldSpec, Kind, MatterType, Question, Scope, Transition
from commongrid.doors.field.plain import said
from commongrid.rooms.matters import face as matters

BY_POST = frozenset({Scope.AREA, Scope.UNIT})
ON_THE_SPOT = "solve_here"
EVIDENCE = "evidence"
AT_ONCE = "U0"
OF_RAISING = ("words", "photos")


def rules_for(compiled: Compiled, roles: frozenset[str]) -> dict[str, Any]:
    """Catalogue, flows, words of steps and fields, as far as these roles have to do with them."""
    flows = {kind.value: _flow(kind, compiled, roles) for kind in Kind}
    steps = [step for flow in flows.values() for step in flow["steps"]]
    needs = {need.rstrip("?") for step in steps for need in step["needs"]}
    actions = sorted({step["action"] for step in steps})
    charter = compiled.charter
    return {
        "groups": list(_groups(compiled)),
        "types": {
            row.code: _type(row, compiled, roles)
            for row in charter.types.values()
            if not row.procedural
        },
        "flows": flows,
        "actions": {
            name: {
                "label": said(row.label),
                "told": said(row.told),
                "tone": row.tone,
            }
            for name in actions
            if (row := compiled.action(name)) is not None
        },
        "fields": {
            name: _field(spec)
            for name, spec in charter.fields.items()
            if name in needs or name in OF_RAISING
        },
        "phones": list(_phones(compiled)),
    }


def _groups(compiled: Compiled) -> Iterator[dict[str, Any]]:
    groups: dict[Any, list[str]] = {}
    for row in compiled.charter.types.values():
        if not row.procedural:
            groups.setdefault(row.group, []).append(row.code)
    for name, codes in groups.items():
        yield {"name": said(name), "types": codes}


def _type(row: MatterType, compiled: Compiled, roles: frozenset[str]) -> dict[str, Any]:
    first = compiled.charter.classes[row.urgency].first_answer
    return {
        "name": said(row.name),
        "kind": row.kind.value,
        "urgency": row.urgency,
        "photo": row.photo,
        "proof": row.proof,
        "note": said(row.note),
        "is_sealed": row.sealed,
        "first_answer": str(first) if first else "",
        "on_list": _is_on_list(row, compiled, roles),
        "reach_m": row.reach_m,
        "near": list(row.near),
        "questions": [_question(q) for q in compiled.questions.get(row.code, ())],
    }


def _is_on_list(row: MatterType, compiled: Compiled, roles: frozenset[str]) -> bool:
    """Whether these roles may solve it on the spot: no emergency, and its flow knows the step."""
    return row.urgency != AT_ONCE and any(
        ON_THE_SPOT in step.effects and _is_theirs(step, compiled, roles)
        for step in compiled.charter.transitions
        if step.flow is row.kind
    )


def _question(row: Question) -> dict[str, Any]:
    return {
        "key": row.question,
        "label": said(row.label),
        "hint": said(row.hint),
        "kind": row.kind,
        "required": row.required,
        "choices": [[key, said(name)] for key, name in row.choices],
    }


def _flow(kind: Kind, compiled: Compiled, roles: frozenset[str]) -> dict[str, Any]:
    states = {key: row for (flow, key), row in compiled.charter.states.items() if flow is kind}
    return {
        "states": {
            key: {"name": said(row.name), "plain": said(row.plain), "kind": row.kind.value}
            for key, row in states.items()
        },
        "steps": [
            _step(state, row, compiled)
            for state in states
            for row in compiled.transitions.get((kind, state), ())
            if _is_theirs(row, compiled, roles) and row.action not in matters.OWN_COMMANDS
        ],
    }


def _is_theirs(row: Transition, compiled: Compiled, roles: frozenset[str]) -> bool:
    powers = compiled.powers.get(row.power, ())
    return any(power.scope in BY_POST and power.role in roles for power in powers)


def _step(state: str, row: Transition, compiled: Compiled) -> dict[str, Any]:
    return {
        "from": state,
        "action": row.action,
        "to": state if row.to_state == STAYS else row.to_state,
        "needs": list(row.needs),
        "evidence": EVIDENCE in row.guards,
        "is_fact": is_fact(row.flow, row.action, compiled),
    }


def _field(spec: FieldSpec) -> dict[str, Any]:
    return {
        "kind": spec.kind,
        "label": said(spec.label),
        "hint": said(spec.hint),
        "most": spec.max_length,
        "choices": [[key, said(name)] for key, name in spec.choices],
    }


def _phones(compiled: Compiled) -> Iterable[dict[str, Any]]:
    """Lines that are called at once."""
    for unit in compiled.charter.units.values():
        if unit.line:
            yield {"name": said(unit.name), "number": unit.line}
