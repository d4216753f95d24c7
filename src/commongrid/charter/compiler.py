"""The compiled charter: the same rules, indexed for the one question asked all day.

``decide`` and the rehearsal read these tables; nobody else keeps a second copy of a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from commongrid.charter.schema import (
    Action,
    Charter,
    Clock,
    Duty,
    Kind,
    Limit,
    MatterType,
    Power,
    Question,
    State,
    StateKind,
    Transition,
)
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import Duration, WorkCalendar, parse_duration

Item = TypeVar("Item")
OPEN = "*open"
FIRST_ANSWER = "first_answer"
SHARED_WORDS, AFTER_READING = "shared_words", "after_reading"


@dataclass(frozen=True, eq=False)
class Compiled:
    """A charter with its indexes. Compared by identity; ``key`` names the version."""

    key: str
    charter: Charter
    transitions: Mapping[tuple[Kind, str], tuple[Transition, ...]]
    powers: Mapping[str, tuple[Power, ...]]
    limits: Mapping[str, tuple[Limit, ...]]
    duties: Mapping[str, tuple[Duty, ...]]
    questions: Mapping[str, tuple[Question, ...]]
    in_charge: Mapping[str, tuple[str, ...]]

    @property
    def calendar(self) -> WorkCalendar:
        return self.charter.calendar

    def type(self, code: str) -> MatterType:
        return self.charter.types[code]

    def state(self, kind: Kind, state: str) -> State:
        return self.charter.states[kind, state]

    def is_end(self, kind: Kind, state: str) -> bool:
        row = self.charter.states.get((kind, state))
        return row is not None and row.kind is StateKind.END

    def clock(self, clock: str) -> Clock:
        return self.charter.clocks[clock]

    def action(self, action: str) -> Action | None:
        return self.charter.actions.get(action)

    def label(self, action: str) -> Text:
        row = self.charter.actions.get(action)
        return row.label if row else Text.both(action)

    @property
    def is_read_first(self) -> bool:
        """Whether what a reporter shares waits until an officer has read it (``shared_words``)."""
        row = self.charter.parameters.get(SHARED_WORDS)
        return row is not None and row.value == AFTER_READING

    def number(self, name: str) -> int:
        """An integer parameter. Raises: KeyError when the charter has none of that name."""
        return int(Decimal(self.charter.parameters[name].value))

    def duration(self, name: str) -> Duration:
        """A duration parameter; plain numbers are read in the parameter's own unit."""
        row = self.charter.parameters[name]
        suffix = {"days": "d", "hours": "h"}.get(row.unit, "")
        return parse_duration(row.value if row.value[-1].isalpha() else f"{row.value}{suffix}")

    def unit_name(self, unit: str) -> Text:
        row = self.charter.units.get(unit)
        return row.name if row else Text.both(unit)

    def units_for_kept(self, in_charge: tuple[str, ...]) -> frozenset[str]:
        """The units that may be given a matter these roles alone are in charge of.

        They are the ones the catalogue of duties names for such types. Anybody else of the area
        may be the one complained of, and reads what they are given.
        """
        types = [code for code, roles in self.in_charge.items() if roles == in_charge]
        return frozenset(duty.unit for code in types for duty in self.duties.get(code, ()))

    def role_name(self, role: str) -> Text:
        row = self.charter.roles.get(role)
        return row.name if row else Text.both(role)


def compile_charter(charter: Charter) -> Compiled:
    """Index a charter. Cost: one pass over its rows, a few milliseconds."""
    return Compiled(
        key=f"{charter.charter_id}@{charter.version}",
        charter=charter,
        transitions=_transitions_by_state(charter),
        powers=_grouped(charter.powers, lambda row: row.power),
        limits=_grouped(charter.limits, lambda row: row.type),
        duties=_duties_by_type(charter),
        questions=_questions_by_type(charter),
        in_charge={
            code: tuple(row.role for row in rows)
            for code, rows in _grouped(charter.in_charge, lambda row: row.type).items()
        },
    )


def limits_for(type_code: str, cases: frozenset[str], compiled: Compiled) -> tuple[Limit, ...]:
    """The milestones that bind a matter of this type in these cases, in charter order.

    A case named in ``cases`` replaces the general value of its milestone, or adds one. Where a
    milestone knows only cases of the area (town, hamlet ...) and none is told, the first stands;
    a milestone that knows only answered cases (fire, injury ...) waits for the answer, unless the
    type would then have no limit at all.
    Source: reference matters section 1.
    """
    rows = [row for row in compiled.limits.get(type_code, ()) if row.milestone != FIRST_ANSWER]
    chosen: list[Limit] = []
    for milestone in dict.fromkeys(row.milestone for row in rows):
        limit = _limit_of([r for r in rows if r.milestone == milestone], cases, compiled)
        if limit is not None:
            chosen.append(limit)
    if not chosen and rows:
        chosen = [rows[0]]
    return tuple(row for row in chosen if row.shape != "least")


def answer_limit(
    type_code: str, cases: frozenset[str], urgency: str, compiled: Compiled
) -> Duration | None:
    """The limit for the first useful answer: by class, or by a case of the type (C02 @danger)."""
    for row in compiled.limits.get(type_code, ()):
        if row.milestone == FIRST_ANSWER and row.case in cases:
            return row.duration
    return compiled.charter.classes[urgency].first_answer


def propose_units(type_code: str, path: str, compiled: Compiled) -> tuple[Duty, ...]:
    """Units for a type at a place: leads before supports, near rows before general ones."""

    def nearness(duty: Duty) -> int:
        return 0 if duty.place == "*" else len(duty.place.rstrip("0"))

    here = [
        d for d in compiled.duties.get(type_code, ()) if d.place == "*" or f"/{d.place}" in path
    ]
    return tuple(sorted(here, key=lambda d: (d.part != "lead", -nearness(d), d.rank)))


def _limit_of(rows: list[Limit], cases: frozenset[str], compiled: Compiled) -> Limit | None:
    for row in rows:
        if row.case and row.case in cases:
            return row
    general = next((row for row in rows if not row.case), None)
    if general is not None:
        return general
    known = compiled.charter.cases
    by_area = all(known[row.case].told_by == "area" for row in rows)
    is_area_told = any(known[case].told_by == "area" for case in cases if case in known)
    return rows[0] if by_area and not is_area_told else None


def _transitions_by_state(
    charter: Charter,
) -> dict[tuple[Kind, str], tuple[Transition, ...]]:
    """Transitions a matter in a state can take: its own, then those of every open state."""
    table: dict[tuple[Kind, str], list[Transition]] = defaultdict(list)
    for row in charter.transitions:
        if row.from_state != OPEN:
            table[row.flow, row.from_state].append(row)
    for (flow, state), known in charter.states.items():
        if known.kind is not StateKind.END:
            table[flow, state] += [
                row for row in charter.transitions if row.flow is flow and row.from_state == OPEN
            ]
    return {key: tuple(rows) for key, rows in table.items()}


def _duties_by_type(charter: Charter) -> dict[str, tuple[Duty, ...]]:
    table: dict[str, list[Duty]] = {code: [] for code in charter.types}
    for row in charter.duties:
        for code in _matching(row.type, charter):
            table[code].append(row)
    return {code: tuple(rows) for code, rows in table.items()}


def _questions_by_type(charter: Charter) -> dict[str, tuple[Question, ...]]:
    table: dict[str, list[Question]] = {code: [] for code in charter.types}
    for row in charter.questions:
        for code in _matching(row.type, charter):
            table[code].append(row)
    return {code: tuple(rows) for code, rows in table.items()}


def _matching(pattern: str, charter: Charter) -> list[str]:
    """Codes a row speaks of: one code, a group ("A*") or all ("*")."""
    if pattern.endswith("*"):
        return [code for code in charter.types if code.startswith(pattern[:-1])]
    return [pattern] if pattern in charter.types else []


def _grouped(rows: Iterable[Item], key: Callable[[Item], str]) -> dict[str, tuple[Item, ...]]:
    table: dict[str, list[Item]] = defaultdict(list)
    for row in rows:
        table[key(row)].append(row)
    return {name: tuple(members) for name, members in table.items()}
