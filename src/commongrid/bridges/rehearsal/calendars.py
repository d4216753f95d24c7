"""A working calendar as arrays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np

from commongrid.engines.rehearsal import Calendar
from commongrid.kernel.workcalendar import WorkCalendar, to_micros


def calendar_arrays(
    calendar: WorkCalendar, first: date, until: date, *, months: int = 3
) -> Calendar:
    """The days from ``first`` until ``until`` (exclusive). ``months``: the longest span in months.

    Cost: some milliseconds a year. What falls due after ``until`` is never due: leave room.
    """
    days = [date.fromordinal(n) for n in range(first.toordinal(), until.toordinal())]
    opens, closes, day_closes = [], [], []
    for day in days:
        periods = [(to_micros(a), to_micros(b)) for a, b in calendar.periods(day)]
        opens += [a for a, _ in periods]
        closes += [b for _, b in periods]
        day_closes += [b for _, b in periods[-1:]]
    lengths = np.array(closes, np.int64) - np.array(opens, np.int64)
    later = [[_months_later(day, n + 1) - first.toordinal() for day in days] for n in range(months)]
    return Calendar(
        opens=np.array(opens, np.int64),
        closes=np.array(closes, np.int64),
        worked=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        day_closes=np.array(day_closes, np.int64),
        midnights=np.array([calendar.midnight(day.toordinal()) for day in days], np.int64),
        months=np.array(later, np.int64).reshape(months, len(days)),
    )


def _months_later(day: date, months: int) -> int:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)).toordinal()
