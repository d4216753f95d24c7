"""The working clock over a calendar's arrays: the kernel's rules, with pauses kept as two numbers.

The oracle's half. A span that runs is ``(begun, left)``: hours keep the instant from which what is
left counts; days keep how many day ends were skipped and how many are wanted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from commongrid.engines.rehearsal.model import Calendar
from commongrid.engines.rehearsal.words import NEVER, Span

Running = tuple[int, int]


def worked(calendar: Calendar, at: int) -> int:
    """Working time passed by then."""
    place = bisect_right(calendar.opens, at) - 1
    if place < 0:
        return 0
    passed = min(at, int(calendar.closes[place])) - int(calendar.opens[place])
    return int(calendar.worked[place]) + passed


def reach_worked(calendar: Calendar, amount: int) -> int:
    """The first instant by which so much working time has passed."""
    if amount > calendar.worked[-1]:
        return NEVER
    place = max(bisect_left(calendar.worked, amount) - 1, 0)
    return int(calendar.opens[place]) + amount - int(calendar.worked[place])


def is_open(calendar: Calendar, at: int) -> bool:
    """Whether work goes on at an instant."""
    place = bisect_right(calendar.opens, at) - 1
    return place >= 0 and at < calendar.closes[place]


def next_opening(calendar: Calendar, at: int) -> int:
    """The next opening after an instant at which it is closed."""
    place = bisect_right(calendar.opens, at)
    return int(calendar.opens[place]) if place < len(calendar.opens) else NEVER


def begin(calendar: Calendar, unit: int, amount: int, at: int) -> Running:
    """A span that begins now."""
    if unit in (Span.HOURS, Span.WORK_HOURS):
        return at, amount
    today = bisect_right(calendar.midnights, at)  # days before it have ended
    if today >= len(calendar.midnights):
        return 0, NEVER  # the calendar ends before
    if unit == Span.MONTHS:
        return today - 1, int(calendar.months[amount - 1, today]) - today + 1
    if unit == Span.DAYS:
        return (today if amount else today - 1), max(amount, 1)
    if amount:
        return bisect_right(calendar.day_closes, calendar.midnights[today]), amount
    return bisect_right(calendar.day_closes, at), 1


def due(calendar: Calendar, unit: int, running: Running) -> int:
    """When a span that is not interrupted any more is used up."""
    begun, left = running
    if unit == Span.HOURS:
        return begun + left
    if unit == Span.WORK_HOURS:
        return begun if left <= 0 else reach_worked(calendar, worked(calendar, begun) + left)
    if unit == Span.WORKDAYS:
        number = begun + left
        return int(calendar.day_closes[number - 1]) if number <= len(calendar.day_closes) else NEVER
    day = begun + left
    return int(calendar.midnights[day]) if day < len(calendar.midnights) else NEVER


def pause(calendar: Calendar, unit: int, running: Running, at: int) -> Running:
    """What is left when the clock stops now; a span used up by now stays as it is."""
    begun, left = running
    gone = _gone(calendar, unit, begun, at)
    if gone >= left:
        return running
    if unit in (Span.HOURS, Span.WORK_HOURS):
        return at, left - gone
    return (begun + gone, left - gone) if gone > 0 else running


def resume(calendar: Calendar, unit: int, running: Running, paused_at: int, at: int) -> Running:
    """The span going on now, after standing still since ``paused_at``."""
    begun, left = running
    if _gone(calendar, unit, begun, paused_at) >= left:
        return running
    if unit in (Span.HOURS, Span.WORK_HOURS):
        return at, left
    return max(begun, _ended(calendar, unit, at)), left


def _gone(calendar: Calendar, unit: int, begun: int, at: int) -> int:
    if unit == Span.HOURS:
        return at - begun
    if unit == Span.WORK_HOURS:
        return worked(calendar, at) - worked(calendar, begun)
    return _ended(calendar, unit, at) - begun


def _ended(calendar: Calendar, unit: int, at: int) -> int:
    if unit == Span.WORKDAYS:
        return bisect_right(calendar.day_closes, at)
    return bisect_right(calendar.midnights, at) - 1
