"""Checks of the dispatch catalogue: every type has somebody who leads, here."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Duty

EVERYWHERE = "*"


def check_duties(charter: Charter) -> Iterator[Problem]:
    """Problems of who leads for what."""
    leads = [row for row in charter.duties if row.part == "lead"]
    for code, kind in charter.types.items():
        if not any(_speaks_of(row, code) and _covers(row, charter.place) for row in leads):
            yield lint_problem("type_without_lead", kind.where, code, type=code)
    for row in charter.duties:
        if row.place != EVERYWHERE and not _is_related(row.place, charter.place):
            yield lint_problem("duty_outside_place", row.where, "place", place=row.place)
    yield from _check_twins(leads)


def check_units(charter: Charter) -> Iterator[Problem]:
    """Problems of units nobody would ever reach."""
    named = {row.unit for row in charter.duties} | {unit.above for unit in charter.units.values()}
    for name, unit in charter.units.items():
        if name not in named and unit.body != "emergency":
            yield lint_problem("unit_unused", unit.where, name, unit=name)
        if unit.body == "emergency" and not unit.line:
            yield lint_problem("emergency_without_line", unit.where, name, unit=name)


def _check_twins(leads: list[Duty]) -> Iterator[Problem]:
    """Two leads of one rank in one place: nobody could say which one it is."""
    first: dict[tuple[str, str, int], Duty] = {}
    for row in leads:
        known = first.setdefault((row.type, row.place, row.rank), row)
        if known is not row:
            values = {"type": row.type, "value": f"{known.unit}, {row.unit}"}
            yield lint_problem("lead_twice", row.where, row.type, **values)


def _speaks_of(row: Duty, code: str) -> bool:
    if row.type.endswith(EVERYWHERE):
        return code.startswith(row.type[:-1])
    return row.type == code


def _covers(row: Duty, place: str) -> bool:
    """A row of this place, of one that contains it, or of a part of it."""
    return row.place == EVERYWHERE or _is_related(row.place, place)


def _is_related(one: str, other: str) -> bool:
    short, long = sorted((_stem(one), _stem(other)), key=len)
    return long.startswith(short)


def _stem(code: str) -> str:
    """A division code without the zeros that fill it up, cut at a level of the code."""
    stem = code.rstrip("0")
    level = next((size for size in (2, 4, 6, 9, 12) if size >= len(stem)), 12)
    return code[:level]
