"""The months and quarters for which a body publishes, and how a promise about one stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from commongrid.charter.schema import Publication
from commongrid.kernel.worktime import WorkCalendar, due_at

MONTHS = {"month": 1, "quarter": 3}
AT_ONCE = "at_once"
MOMENT = timedelta(microseconds=1)


def days_after(instant: datetime, days: int) -> datetime:
    """So many days later."""
    return instant + timedelta(days=days)


def period_name(every: str, first: date) -> str:
    """How a period is written.

    Example:
        >>> period_name("month", date(2026, 2, 1)), period_name("quarter", date(2026, 4, 1))
        ('2026-02', '2026-Q2')
    """
    if every == "quarter":
        return f"{first.year}-Q{(first.month - 1) // 3 + 1}"
    return f"{first:%Y-%m}"


def periods_between(every: str, since: date, until: date) -> Iterator[tuple[str, date, date]]:
    """The whole periods from a day on whose end has come: name, first day, first day after.

    Example:
        >>> [p[0] for p in periods_between("quarter", date(2026, 1, 1), date(2026, 7, 5))]
        ['2026-Q1', '2026-Q2']
        >>> [p[0] for p in periods_between("month", date(2026, 1, 15), date(2026, 4, 1))]
        ['2026-02', '2026-03']
    """
    step = MONTHS[every]
    first = date(since.year, (since.month - 1) // step * step + 1, 1)
    if first < since:
        first = _later(first, step)
    while (after := _later(first, step)) <= until:
        yield period_name(every, first), first, after
        first = after


def promised_by(rule: Publication, after: date, calendar: WorkCalendar) -> datetime:
    """When the publication for a period is due whose first day after is given.

    The time runs from the last moment of the period, so that ``10d`` ends with the tenth day.
    """
    begins = datetime(after.year, after.month, after.day, tzinfo=calendar.zone) - MOMENT
    due = due_at(begins, rule.within, calendar)
    assert due is not None  # nothing pauses it
    return due


def promised_from(rule: Publication, decided_on: date, calendar: WorkCalendar) -> datetime:
    """When a major matter is to be published that was decided on a day."""
    begins = datetime(decided_on.year, decided_on.month, decided_on.day, tzinfo=calendar.zone)
    due = due_at(begins, rule.within, calendar)
    assert due is not None
    return due


def status_of(due: datetime, published_at: datetime | None, now: datetime) -> str:
    """How the promise stands: kept, late, overdue or running."""
    if published_at is not None:
        return "kept" if published_at <= due else "late"
    return "running" if now <= due else "overdue"


def _later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
