"""Checks of powers, roles and the ladder: somebody may act, and a problem goes up to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Rung, Scope

_SCOPES: Mapping[str, frozenset[Scope]] = {
    "public": frozenset({Scope.PUBLIC, Scope.OWN, Scope.LINK}),
    "staff": frozenset({Scope.AREA, Scope.UNIT}),
    "system": frozenset({Scope.SYSTEM}),
}
APPOINT = "appoint_person"
OUTSIDE_FLOWS = frozenset({
    *(APPOINT, "end_appointment", "adopt_charter", "keep_places", "import_requests"),
    *("rehearse", "propose_change", "publish_affairs"),
    *("propose_duty", "give_opinion", "admit_duty"),
    *("handle_complaint", "review_complaint"),
    *("oversee", "make_finding", "answer_finding", "plan_sample", "recheck"),
    *("answer_rights", "own_data", "erase_contact", "redact_photo", "read_ledger", "raise"),
})  # fmt: skip
"""Powers used by commands that are no step of a flow."""


def check_powers(charter: Charter) -> Iterator[Problem]:
    """Problems of who may do what."""
    held = {row.power for row in charter.powers}
    used = {row.power for row in charter.transitions}
    for row in charter.transitions:
        if row.power not in held:
            yield lint_problem("power_unheld", row.where, row.rule_id, power=row.power)
    told: set[str] = set()
    for power in charter.powers:
        if power.power not in used | OUTSIDE_FLOWS | told:
            told.add(power.power)
            yield lint_problem("power_unused", power.where, power.power, power=power.power)
        role = charter.roles.get(power.role)
        if role is not None and power.scope not in _SCOPES[role.body]:
            values = {"role": power.role, "scope": power.scope.value}
            yield lint_problem("scope_mismatch", power.where, power.power, **values)
    yield from _check_roles(charter, held)


def check_ladder(charter: Charter) -> Iterator[Problem]:
    """Problems of escalation, by rung and by the units above."""
    for rung in charter.ladder:
        if not _may(charter, rung.to_role, rung.act):
            values = {"role": rung.to_role, "action": rung.act}
            yield lint_problem("ladder_into_nothing", rung.where, rung.rung, **values)
    for rung in charter.ladder:
        circle = _circle(rung.from_role, _rung_edges(charter.ladder))
        if circle and circle[0] == rung.from_role:
            yield lint_problem("ladder_circle", rung.where, rung.rung, value=" → ".join(circle))
    above = {name: [unit.above] for name, unit in charter.units.items() if unit.above}
    for name, unit in charter.units.items():
        circle = _circle(name, above)
        if circle and circle[0] == name:
            yield lint_problem("units_circle", unit.where, name, value=" → ".join(circle))


def _check_roles(charter: Charter, held: set[str]) -> Iterator[Problem]:
    active = {row.role for row in charter.powers}
    for name, role in charter.roles.items():
        if name not in active:
            yield lint_problem("role_without_power", role.where, name, role=name)
    staff = [role for role in charter.roles.values() if role.body == "staff"]
    if staff and APPOINT not in held:
        yield lint_problem("roles_unappointed", staff[0].where, APPOINT)


def _may(charter: Charter, role: str, action: str) -> bool:
    """Whether a role (or ``unit``, anybody of the unit) holds a power for the action."""
    powers = {row.power for row in charter.transitions if row.action == action}
    holders = [row for row in charter.powers if row.power in powers]
    if role == "unit":
        return any(row.scope is Scope.UNIT for row in holders)
    return any(row.role == role for row in holders)


def _rung_edges(ladder: tuple[Rung, ...]) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = {}
    for rung in ladder:
        edges.setdefault(rung.from_role, []).append(rung.to_role)
    return edges


def _circle(start: str, edges: Mapping[str, list[str]]) -> list[str]:
    """A way from a name back to itself, or nothing."""
    frontier = [[start]]
    seen: set[str] = set()
    while frontier:
        way = frontier.pop()
        for following in edges.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                frontier.append([*way, following])
    return []
