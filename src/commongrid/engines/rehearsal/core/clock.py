"""``clock`` once more, compiled: the working clock over a calendar's instants.

WHY hints: a bisection is ten guesses that the processor gets wrong half of the time. A table of
what has passed at the beginning of every ``HINT_BITS`` tells nearly all, and two steps the rest.
"""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.compiling import inlined
from commongrid.engines.rehearsal.core.memory import (
    HINT_BITS,
    Hours,
    World,
    hints,
    hours,
    instants,
    periods,
)
from commongrid.engines.rehearsal.words import NEVER, Span

HOUR_SPAN, WORK_HOURS, DAYS, WORKDAYS, MONTHS = (int(span) for span in Span)
RULES = 0
"""The calendar by which promises run; those of pools follow."""


@inlined
def hint(w: World, of: Hours, at: int) -> Any:
    """What had passed when the stretch of an instant began. The last one is of ``NEVER``."""
    return hints(w, of.hints + max((min(at, of.until) - of.since) >> HINT_BITS, 0))


@inlined
def opened(w: World, of: Hours, at: int) -> int:
    """How many periods have begun by an instant. Behind the last stands one that never opens."""
    count = of.periods + hint(w, of, at).periods
    while periods(w, count).opens <= at:
        count += 1
    return count - of.periods


@inlined
def closed_days(w: World, of: Hours, at: int) -> int:
    """How many working days have closed by an instant."""
    count = of.day_closes + hint(w, of, at).day_closes
    while instants(w, count).n <= at:
        count += 1
    return count - of.day_closes


@inlined
def midnights(w: World, of: Hours, at: int) -> int:
    """How many midnights have passed by an instant."""
    count = of.midnights + hint(w, of, at).midnights
    while instants(w, count).n <= at:
        count += 1
    return count - of.midnights


@inlined
def worked_by(w: World, of: Hours, count: int, at: int) -> int:
    """Working time until an instant by which so many periods have begun."""
    if count == 0:
        return 0
    period = periods(w, of.periods + count - 1)
    return period.worked + min(at, period.closes) - period.opens


@inlined
def worked(w: World, of: Hours, at: int) -> int:
    """Working time from the calendar's beginning until an instant."""
    return worked_by(w, of, opened(w, of, at), at)


@inlined
def after_work(w: World, of: Hours, at: int, work: int) -> int:
    """The instant at which so much working time, more than none, has passed since another."""
    count = opened(w, of, at)
    amount = worked_by(w, of, count, at) + work
    if amount > of.worked:
        return NEVER
    place = of.periods + max(count, 1)
    while periods(w, place).worked < amount:  # long spans are days: a handful of periods
        place += 1
    period = periods(w, place - 1)
    return period.opens + amount - period.worked


@inlined
def begin(w: World, unit: int, amount: int, at: int) -> Any:
    """Where a span begins to count, and how much of it is left."""
    if unit <= WORK_HOURS:
        return at, amount
    of = hours(w, RULES)
    today = midnights(w, of, at)
    if today >= of.nights:
        return 0, NEVER  # the calendar ends before
    if unit == MONTHS:
        later = instants(w, of.months + (amount - 1) * of.nights + today).n
        return today - 1, later - today + 1
    if unit == DAYS:
        return (today if amount > 0 else today - 1), max(amount, 1)
    if amount > 0:
        return closed_days(w, of, instants(w, of.midnights + today).n), amount
    return closed_days(w, of, at), 1


@inlined
def due_of(w: World, unit: int, begun: int, left: int) -> int:
    """When a running span falls due."""
    of = hours(w, RULES)
    if unit == HOUR_SPAN or (unit == WORK_HOURS and left <= 0):
        return begun + max(left, 0)
    if unit == WORK_HOURS:
        return after_work(w, of, begun, left)
    last = begun + left
    if unit == WORKDAYS:
        return instants(w, of.day_closes + last - 1).n if last <= of.day_count else NEVER
    return instants(w, of.midnights + last).n if last < of.nights else NEVER


@inlined
def days_ended(w: World, unit: int, at: int) -> int:
    """How many days of the unit have ended by an instant."""
    of = hours(w, RULES)
    if unit == WORKDAYS:
        return closed_days(w, of, at)
    return midnights(w, of, at) - 1


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
def next_opening(w: World, calendar: int, at: int) -> int:
    """The instant itself when work goes on at it, else the first opening after it, or NEVER."""
    of = hours(w, calendar)
    next_one = of.periods + opened(w, of, at)
    if next_one > of.periods and at < periods(w, next_one - 1).closes:
        return at
    return periods(w, next_one).opens
