"""The slow and obvious clock: it looks at every quarter of an hour and asks what is going on.

It knows nothing of the tables and jumps of the fast one. Everything it is asked about (starts,
pauses, office hours, clock changes) must lie on quarters of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from commongrid.kernel.worktime import Duration, Hours, Pause, WorkCalendar

QUARTER = timedelta(minutes=15)
LEAVES = [(leaf.month, leaf.day) for leaf in (date(2000, 1, 1) + timedelta(n) for n in range(366))]
PATIENCE = timedelta(days=800)


def due_at(start, duration: Duration, calendar: WorkCalendar, pauses=()) -> datetime | None:
    if duration.unit in ("h", "wh"):
        return _due_after_hours(start, duration, calendar, pauses)
    if duration.unit == "d":
        return _due_after_days(start, duration.whole, calendar, pauses)
    if duration.unit == "wd":
        return _due_after_workdays(start, duration.whole, calendar, pauses)
    return _due_after_months(start, duration.whole, calendar, pauses)


def ran(start, until, unit, calendar, pauses) -> timedelta:
    """How much time ran, in the time the unit counts in."""
    total, at = timedelta(), start
    while at < until:
        if counts(at, unit, calendar, pauses):
            total += QUARTER
        at += QUARTER
    return total


def counts(at, unit, calendar, pauses) -> bool:
    """Whether the quarter that begins here is counted."""
    if any(begins <= at and (ends is None or at < ends) for begins, ends in pauses):
        return False
    return unit not in ("wh", "wd") or works(at, calendar)


def works(at: datetime, calendar: WorkCalendar) -> bool:
    """Whether the offices are open in the quarter that begins here, by the clock on their wall."""
    local = at.astimezone(ZoneInfo(calendar.tz))
    now = local.time()
    return any(
        opens <= now and (now < closes or closes == time(0))
        for opens, closes in on_the_door(local.date(), calendar)
    )


@lru_cache(maxsize=1000)
def on_the_door(day: date, calendar: WorkCalendar):
    """The office hours of the day, none on a day off."""
    if not calendar.exceptions.get(day, day.isoweekday() in calendar.week):
        return ()
    (hours,) = (hours for hours in calendar.hours if in_season((day.month, day.day), hours))
    return hours.periods


@lru_cache(maxsize=1000)
def in_season(month_day: tuple[int, int], hours: Hours) -> bool:
    """Turn the leaves of a calendar from the first day of the season to its end."""
    leaf = LEAVES.index(hours.from_md)
    for _ in LEAVES:
        if LEAVES[leaf] == month_day:
            return True
        leaf = (leaf + 1) % len(LEAVES)
        if LEAVES[leaf] == hours.until_md:
            return False
    raise AssertionError


def stands_still(at: datetime, pauses) -> bool:
    """Whether the clock was standing when this moment came."""
    return any(begins < at and (ends is None or at <= ends) for begins, ends in pauses)


def never_again(at: datetime, pauses: list[Pause]) -> bool:
    return any(ends is None and begins < at for begins, ends in pauses)


def day_ends(start: datetime, calendar) -> Iterator[tuple[date, datetime, datetime | None]]:
    """Each local day from that of the start on: the day, its midnight, its close."""
    zone = ZoneInfo(calendar.tz)
    at = start.astimezone(UTC) - timedelta(days=2)
    day, close = at.astimezone(zone).date(), None
    while at < start + PATIENCE:
        open_now = works(at, calendar)
        at += QUARTER
        if open_now:
            close = at
        if at.astimezone(zone).date() > day:
            if at > start:
                yield day, at, close
            day, close = at.astimezone(zone).date(), None


def _due_after_hours(start, duration, calendar, pauses):
    left = timedelta(hours=1) * float(duration.amount)
    at = start
    while left > timedelta():
        if never_again(at + QUARTER, pauses):
            return None
        if counts(at, duration.unit, calendar, pauses):
            left -= QUARTER
        at += QUARTER
    return at


def _due_after_days(start, days, calendar, pauses):
    counted = 0
    for number, (_, midnight, _) in enumerate(day_ends(start, calendar)):
        if never_again(midnight, pauses):
            return None
        if stands_still(midnight, pauses):
            continue
        if days == 0:
            return midnight
        if number > 0:  # the day of receipt does not count
            counted += 1
            if counted == days:
                return midnight
    raise AssertionError


def _due_after_workdays(start, workdays, calendar, pauses):
    counted = 0
    for number, (_, _, close) in enumerate(day_ends(start, calendar)):
        if close is None or close <= start:
            continue
        if never_again(close, pauses):
            return None
        if stands_still(close, pauses):
            continue
        if workdays == 0:
            return close
        if number > 0:
            counted += 1
            if counted == workdays:
                return close
    raise AssertionError


def _due_after_months(start, months, calendar, pauses):
    last = None
    for day, midnight, _ in day_ends(start, calendar):
        if last is None:
            last = same_day_later(day, months)
        if never_again(midnight, pauses):
            return None
        if stands_still(midnight, pauses):
            last += timedelta(days=1)
        elif day == last:
            return midnight
    raise AssertionError


def same_day_later(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(number, day.day))
        except ValueError:
            continue
    raise AssertionError
