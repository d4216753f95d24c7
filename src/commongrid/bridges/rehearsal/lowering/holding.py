"""Who takes a step: the first holder the charter names for it who is there."""

from __future__ import annotations

from commongrid.bridges.rehearsal.lowering.staffing import ON_DUTY
from commongrid.bridges.rehearsal.lowering.weaving import Weaver
from commongrid.charter.schema import Kind, Power, Scope, Transition

ON_THE_SPOT = frozenset({"photos", "seen_on"})
"""Fields that are filled in where the matter is: whoever takes such a step travels there."""
OF_A_UNIT = ("handler", "head")
"""Roles that are nobody without their unit."""


def holder_of(rule: Transition, weaver: Weaver, holding: int) -> int:
    """Who takes a step: the first holder the charter names for it who is there."""
    fallback: list[str] = []
    for power in staff_powers(rule, weaver):
        if power.scope is Scope.UNIT:
            if holding:
                return holding
            continue
        role = weaver.lane.in_charge[0] if weaver.lane.in_charge else power.role
        if weaver.holders.is_staffed(role):
            return weaver.holders.number(_on_duty(role, weaver))
        fallback.append(role)
    named = [role for role in fallback if role not in OF_A_UNIT]
    if named:  # nobody is known for it: one person, which is told
        return weaver.holders.number(_on_duty(named[0], weaver))
    return holding or weaver.holders.number(weaver.lane.lead)


def _on_duty(role: str, weaver: Weaver) -> str:
    return f"{role}{ON_DUTY}" if weaver.lane.flow is Kind.EMERGENCY else role


def staff_powers(rule: Transition, weaver: Weaver) -> list[Power]:
    powers = weaver.numbers.compiled.powers.get(rule.power, ())
    return [power for power in powers if power.scope in (Scope.AREA, Scope.UNIT)]


def others_powers(rule: Transition, weaver: Weaver) -> list[Power]:
    powers = weaver.numbers.compiled.powers.get(rule.power, ())
    return [power for power in powers if power.scope not in (Scope.AREA, Scope.UNIT)]


def travels(rule: Transition) -> bool:
    return "evidence" in rule.guards or bool(
        ON_THE_SPOT & {need.rstrip("?") for need in rule.needs}
    )
