"""``clock`` once more, compiled: the working clock over a calendar's instants."""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import Hours, World, hours, instants
from commongrid.engines.rehearsal.words import NEVER, Span

HOUR_SPAN, WORK_HOURS, DAYS, WORKDAYS, MONTHS = (int(span) for span in Span)
RULES = 0
"""The calendar by which promises run; those of pools follow."""


@compiled
def count_until(w: World, first: int, length: int, at: int) -> int:
    """How many of so many rising instants are at most ``at``."""
    low, high = first, first + length
    while low < high:
        middle = (low + high) >> 1
        if instants(w, middle).n <= at:
            low = middle + 1
        else:
            high = middle
    return low - first


@compiled
def worked(w: World, of: Hours, at: int) -> int:
    """Working time from the calendar's beginning until an instant."""
    place = count_until(w, of.opens, of.periods, at) - 1
    if place < 0:
        return 0
    passed = min(at, instants(w, of.closes + place).n) - instants(w, of.opens + place).n
    return instants(w, of.worked + place).n + passed


@compiled
def reach_worked(w: World, of: Hours, amount: int) -> int:
    """The instant at which so much working time has passed."""
    if amount > instants(w, of.worked + of.periods).n:
        return NEVER
    place = max(count_until(w, of.worked, of.periods + 1, amount - 1) - 1, 0)
    return instants(w, of.opens + place).n + amount - instants(w, of.worked + place).n


@compiled
def begin(w: World, unit: int, amount: int, at: int) -> Any:
    """Where a span begins to count, and how much of it is left."""
    if unit <= WORK_HOURS:
        return at, amount
    of = hours(w, RULES)
    today = count_until(w, of.midnights, of.nights, at)
    if today >= of.nights:
        return 0, NEVER  # the calendar ends before
    if unit == MONTHS:
        later = instants(w, of.months + (amount - 1) * of.nights + today).n
        return today - 1, later - today + 1
    if unit == DAYS:
        return (today if amount > 0 else today - 1), max(amount, 1)
    if amount > 0:
        midnight = instants(w, of.midnights + today).n
        return count_until(w, of.day_closes, of.day_count, midnight), amount
    return count_until(w, of.day_closes, of.day_count, at), 1


@compiled
def due_of(w: World, unit: int, begun: int, left: int) -> int:
    """When a running span falls due."""
    of = hours(w, RULES)
    if unit == HOUR_SPAN or (unit == WORK_HOURS and left <= 0):
        return begun + max(left, 0)
    if unit == WORK_HOURS:
        return reach_worked(w, of, worked(w, of, begun) + left)
    last = begun + left
    if unit == WORKDAYS:
        return instants(w, of.day_closes + last - 1).n if last <= of.day_count else NEVER
    return instants(w, of.midnights + last).n if last < of.nights else NEVER


@inlined
def days_ended(w: World, unit: int, at: int) -> int:
    """How many days of the unit have ended by an instant."""
    of = hours(w, RULES)
    if unit == WORKDAYS:
        return count_until(w, of.day_closes, of.day_count, at)
    return count_until(w, of.midnights, of.nights, at) - 1


@inlined
def gone(w: World, unit: int, begun: int, at: int) -> int:
    """How much of a span has passed: time, working time, or days."""
    if unit == HOUR_SPAN:
        return at - begun
    if unit == WORK_HOURS:
        return worked(w, hours(w, RULES), at) - worked(w, hours(w, RULES), begun)
    return days_ended(w, unit, at) - begun


@inlined
def paused(w: World, unit: int, begun: int, left: int, at: int) -> Any:
    """What is left of a span when it is paused."""
    passed = gone(w, unit, begun, at)
    if passed >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left - passed
    if passed > 0:
        return begun + passed, left - passed
    return begun, left


@inlined
def resumed(w: World, unit: int, begun: int, left: int, since: int, at: int) -> Any:
    """A paused span going on: what counts begins later."""
    if gone(w, unit, begun, since) >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left
    return max(begun, days_ended(w, unit, at)), left


@inlined
def is_open(w: World, calendar: int, at: int) -> bool:
    """Whether work goes on at an instant."""
    of = hours(w, calendar)
    place = count_until(w, of.opens, of.periods, at) - 1
    return place >= 0 and at < instants(w, of.closes + place).n


@inlined
def next_opening(w: World, calendar: int, at: int) -> int:
    """The first opening after an instant, or NEVER."""
    of = hours(w, calendar)
    place = count_until(w, of.opens, of.periods, at)
    return instants(w, of.opens + place).n if place < of.periods else NEVER
