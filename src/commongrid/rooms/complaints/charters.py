"""What the charter of a place says of complaints: who handles them, by when, where else they go."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import due_at, parse_duration
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.stages import (
    FALLBACK,
    HANDLE,
    LIMITS,
    OUTSIDE,
    REVIEW,
    State,
    refusal,
)
from commongrid.rooms.places import face as places

REST_OUTSIDE = "90d"
"""How long a complaint that nobody here may handle stays open for the complainant."""


def rules_of(path: str, at: datetime) -> Compiled:
    """The charter in force. Raises: Refused where there is none. Cost: 1 when warm."""
    try:
        return places.charter_in_force(path, at)[1]
    except places.NoCharterError as error:
        raise refusal("no_charter", stages.NO_PLACE, path) from error


def roles_with(rules: Compiled, power: str) -> tuple[str, ...]:
    """The roles that hold a power of complaints."""
    return tuple(sorted({row.role for row in rules.powers.get(power, ())}))


def all_roles(rules: Compiled) -> tuple[str, ...]:
    """The roles that stand outside the line: those that handle and those that review."""
    return tuple(sorted({*roles_with(rules, HANDLE), *roles_with(rules, REVIEW)}))


def supervision_roles(path: str, at: datetime) -> frozenset[str]:
    """The roles of complaints at a place; above the places with charters, what these name.

    Cost: 1 when warm.
    """
    with places.one_look():
        known = places.list_chartered_places()
        below = [one.path for one in known if one.path.startswith(path)]
        found: set[str] = set()
        for ruled in below or [path]:
            try:
                found.update(all_roles(places.charter_in_force(ruled, at)[1]))
            except places.NoCharterError:
                continue
    return frozenset(found)


def due_of(rules: Compiled, state: State, at: datetime) -> datetime | None:
    """By when a stage that begins now has to end."""
    if state is State.CLOSED:
        return None
    if state is State.OUTSIDE:
        return due_at(at, parse_duration(REST_OUTSIDE), rules.calendar)
    name = LIMITS[state]
    known = name in rules.charter.parameters
    duration = rules.duration(name) if known else parse_duration(FALLBACK[name])
    return due_at(at, duration, rules.calendar)


def days_of(rules: Compiled, parameter: tuple[str, int]) -> int:
    """How many days something stays after the end."""
    name, fallback = parameter
    return rules.number(name) if name in rules.charter.parameters else fallback


def bodies_outside(rules: Compiled) -> tuple[Text, ...]:
    """Who else may be turned to, with the emergency number or telephone line where known."""
    row = rules.charter.parameters.get(OUTSIDE[0])
    keys = (row.value if row else OUTSIDE[1]).split(";")
    return tuple(rules.unit_name(key.strip()) for key in keys if key.strip())
