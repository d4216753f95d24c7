"""Checks of limits, milestones, cases and classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Mark, Row
from commongrid.charter.tables import TABLES, rows_of
from commongrid.kernel.worktime import Duration

_OWN_WORDS = ("proposal", "拟定", "建议", "made up")
_SOURCED = frozenset({Mark.LAW, Mark.OFFICIAL})
_DAYS = {"d": 1, "mo": 31}


@dataclass(frozen=True, slots=True)
class Statute:
    """What a national law says about one milestone or clock."""

    words: str
    units: tuple[str, ...]
    least_days: int = 0
    most_days: int = 9999

    def holds(self, duration: Duration) -> bool:
        """Whether a duration keeps to the law: in its own unit, inside its bounds."""
        if duration.unit not in self.units:
            return False
        days = duration.whole * _DAYS[duration.unit]
        return self.least_days <= days <= self.most_days


# People's Mediation Law and rule 2002 art. 33; Civil Procedure Law art. 205; rural land contract
# dispute law; Villagers' Committee Law art. 21; reference domain 5.1.
_MEDIATION = Statute("≤ 1mo", ("d", "mo"), most_days=31)
_CONFIRMATION = Statute("30d", ("d",), least_days=30, most_days=30)
STATUTES: Mapping[str, Statute] = {
    "mediate": _MEDIATION,
    "arbitrate": Statute("≤ 60d", ("d",), most_days=60),
    "confirm": _CONFIRMATION,
    "confirm_application": _CONFIRMATION,
    "min_notice": Statute("≥ 10d", ("d",), least_days=10),
    "review": Statute("≤ 90d", ("d", "mo"), most_days=93),
}


def check_limits(charter: Charter) -> Iterator[Problem]:
    """Problems of limits against the law and against the types."""
    for clock in charter.clocks.values():
        yield from _check_statute(clock, clock.clock, clock.duration)
    for limit in charter.limits:
        yield from _check_statute(limit, limit.milestone, limit.duration)
        kind = charter.types.get(limit.type)
        if kind and kind.sourced in ("type", "none") and limit.mark in _SOURCED:
            values = {"type": limit.type, "value": limit.mark.value}
            yield lint_problem("limit_marked_sourced", limit.where, limit.type, **values)
    limited = {row.type for row in charter.limits}
    for code, kind in charter.types.items():
        if code not in limited and not kind.note.zh:
            yield lint_problem("type_without_limit", kind.where, code, type=code)


def check_marks(charter: Charter) -> Iterator[Problem]:
    """A rule of our own may not pass for law."""
    for table in TABLES.values():
        for row in rows_of(charter, table):
            is_own = any(word in row.source.lower() for word in _OWN_WORDS)
            if is_own and row.mark in _SOURCED:
                yield lint_problem("proposal_as_law", row.where, "mark", value=row.mark.value)


def check_use(charter: Charter) -> Iterator[Problem]:
    """Milestones, cases, classes, fields and actions that nothing uses."""
    needed = {need.rstrip("?") for row in charter.transitions for need in row.needs}
    acted = {row.action for row in charter.transitions}
    yield from _unused(
        "milestone_unused", charter.milestones, {r.milestone for r in charter.limits}
    )
    yield from _unused("case_unused", charter.cases, _named_cases(charter))
    yield from _unused("class_unused", charter.classes, {r.urgency for r in charter.types.values()})
    yield from _unused("field_unused", charter.fields, needed)
    yield from _unused("action_unused", charter.actions, acted)


def check_cases(charter: Charter) -> Iterator[Problem]:
    """Cases that somebody has to tell are asked for; classes stand in one order."""
    asked = {row.sets_case for row in charter.questions}
    is_set = any("set_case" in row.effects for row in charter.transitions)
    for row in charter.limits:
        case = charter.cases.get(row.case)
        if case and case.told_by == "answer" and row.case not in asked and not is_set:
            yield lint_problem("case_never_told", row.where, row.case, value=row.case)
    ranks: dict[int, str] = {}
    for name, urgency in charter.classes.items():
        other = ranks.setdefault(urgency.rank, name)
        if other != name:
            yield lint_problem("rank_twice", urgency.where, "rank", value=name, other=other)


def _check_statute(row: Row, name: str, duration: Duration | None) -> Iterator[Problem]:
    statute = STATUTES.get(name)
    if statute and duration is not None and not statute.holds(duration):
        values = {"milestone": name, "expected": statute.words, "value": str(duration)}
        yield lint_problem("limit_unit_wrong", row.where, name, **values)


def _named_cases(charter: Charter) -> set[str]:
    sorted_to = {row.case for row in charter.sorting}
    return {row.case for row in charter.limits} | sorted_to


def _unused(code: str, table: Mapping[str, Row], used: set[str]) -> Iterator[Problem]:
    for name, row in table.items():
        if name not in used:
            yield lint_problem(code, row.where, name, value=name)
