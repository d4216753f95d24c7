"""Checking that every key a charter row names exists in the table it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from commongrid.charter.reading import EVERY, Findings, RawRow
from commongrid.charter.schema import (
    Duty,
    Order,
    Question,
    Row,
    SortingRule,
    Transition,
    Where,
)
from commongrid.charter.tables import TABLES, Cell
from commongrid.charter.vocabulary import (
    ALL,
    EFFECTS,
    FINISH,
    GUARDS,
    LEADING,
    alternatives,
    clock_name,
    word_args,
    word_name,
)

OPEN = "*open"
STAYS = "="
_SHOWN = 12  # so many known keys are listed in a problem; more would bury it


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of every table, those of rows with other mistakes included."""

    keys: Mapping[str, frozenset[str]]
    states: Mapping[str, frozenset[str]]  # by flow
    choices: frozenset[str]  # keys of the choices of fields


def check_references(
    rows: Mapping[str, list[Row]], raw: Mapping[str, list[RawRow]], findings: Findings
) -> None:
    """Note every key that no table knows."""
    known = _known(raw)
    for name, table in TABLES.items():
        for column in table.columns:
            if column.refs:
                for row in rows[name]:
                    value = getattr(row, column.target)
                    keys = value if column.cell is Cell.KEYS else (value,)
                    _check_keys(row, column.name, keys, column.refs, column.also, known, findings)
    for row in (part for members in rows.values() for part in members):
        _check_row(row, known, findings)


def _check_row(row: Row, known: Known, findings: Findings) -> None:
    """References that a column alone cannot describe."""
    if isinstance(row, Transition):
        _check_states(row, known, findings)
        _check_steps(row, known, findings)
        _check_guards(row, known, findings)
        _check_effects(row, known, findings)
        fields = [need.rstrip("?") for need in row.needs]
        _check_keys(row, "needs", fields, "fields", (), known, findings)
    elif isinstance(row, Duty | Question):
        _check_pattern(row, row.type, known, findings)
    elif isinstance(row, Order):
        states = frozenset().union(*known.states.values())
        names = [state.rpartition(".")[2] for state in row.states]
        _report(row.where, "states", names, states, "states", findings)
    elif isinstance(row, SortingRule) and row.case:
        _report(
            row.where, "case", [row.case], known.keys["cases"] | known.choices, "cases", findings
        )


def _check_states(row: Transition, known: Known, findings: Findings) -> None:
    states = known.states.get(row.flow.value, frozenset())
    _report(row.where, "from", [row.from_state], states | {"", OPEN}, "states", findings)
    _report(row.where, "to", [row.to_state], states | {STAYS}, "states", findings)


def _check_steps(row: Transition, known: Known, findings: Findings) -> None:
    clocks = known.keys["clocks"] | {FINISH, ALL, LEADING}
    for step in row.clocks:
        _report(row.where, "clocks", [clock_name(step.clock)], clocks, "clocks", findings)
        _, _, milestone = step.clock.partition(":")
        if milestone not in ("", EVERY):
            keys = known.keys["milestones"]
            _report(row.where, "clocks", [milestone], keys, "milestones", findings)


def _check_guards(row: Transition, known: Known, findings: Findings) -> None:
    for guard in (part for cell in row.guards for part in alternatives(cell)):
        word = GUARDS.get(word_name(guard))
        if word is None:
            expected = ", ".join(GUARDS)
            findings.add("guard_unknown", row.where, "guards", value=guard, expected=expected)
            continue
        args = word_args(guard)
        if len(args) != len(word.args):
            findings.add("guard_args", row.where, "guards", value=guard, expected=word.shape)
            continue
        for kind, arg in zip(word.args, args, strict=True):
            keys, table = _argument_keys(kind, known)
            if table:
                _report(row.where, "guards", [arg], keys, table, findings)
            elif arg not in keys:
                findings.add("guard_args", row.where, "guards", value=guard, expected=word.shape)


def _argument_keys(kind: str, known: Known) -> tuple[frozenset[str], str]:
    """What may stand for an argument, and the table it is looked up in ("" for plain choices)."""
    if kind == "clock":
        return known.keys["clocks"] | {FINISH}, "clocks"
    if kind == "parameter":
        return known.keys["parameters"], "parameters"
    if kind == "case":
        return known.keys["cases"] | known.choices | known.keys["fields"], "cases"
    return frozenset(kind.split("|")), ""


def _check_effects(row: Transition, known: Known, findings: Findings) -> None:
    for effect in row.effects:
        word = EFFECTS.get(word_name(effect))
        args = word_args(effect)
        if word is None or (args and not word.arg) or len(args) > 1:
            expected = ", ".join(EFFECTS)
            findings.add("effect_unknown", row.where, "effects", value=effect, expected=expected)
        elif args:
            _report(row.where, "effects", args, known.keys["types"], "types", findings)


def _check_pattern(row: Row, pattern: str, known: Known, findings: Findings) -> None:
    """A type code, a group such as ``A*``, or ``*``."""
    codes = known.keys["types"]
    stem = pattern.rstrip(EVERY)
    fits = any(code.startswith(stem) for code in codes) if stem != pattern else pattern in codes
    if not fits:
        _report(row.where, "type", [pattern], codes, "types", findings)


def _check_keys(
    row: Row,
    key: str,
    values: Iterable[str],
    table: str,
    also: tuple[str, ...],
    known: Known,
    findings: Findings,
) -> None:
    allowed = known.keys[table] | set(also)
    _report(row.where, key, [value for value in values if value], allowed, table, findings)


def _report(
    where: Where,
    key: str,
    values: Iterable[str],
    allowed: frozenset[str],
    table: str,
    findings: Findings,
) -> None:
    for value in values:
        if value not in allowed:
            expected = _some(allowed)
            file = TABLES[table].file
            findings.add(
                "reference_unknown", where, key, value=value, table=file, expected=expected
            )


def _some(keys: frozenset[str]) -> str:
    shown = sorted(key for key in keys if key)
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _known(raw: Mapping[str, list[RawRow]]) -> Known:
    keys = {
        name: frozenset(
            row.cells.get(TABLES[name].key[-1 if name == "states" else 0], "") for row in rows
        )
        for name, rows in raw.items()
    }
    flows = {row.cells.get("flow", "") for row in raw["states"]}
    states = {
        flow: frozenset(
            row.cells.get("state", "") for row in raw["states"] if row.cells.get("flow") == flow
        )
        for flow in flows
    }
    return Known(keys, states, frozenset(_choice_keys(raw["fields"])))


def _choice_keys(fields: list[RawRow]) -> Iterator[str]:
    for row in fields:
        for part in row.cells.get("choices", "").split(";"):
            yield part.partition("=")[0].strip()
