"""Public holidays and make-up working days, read from the rows of a dated table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

_KINDS = {"off": False, "work": True}
_LONGEST = timedelta(days=31)  # a longer row is a slip in a date, not a holiday


def parse_holidays(rows: Iterable[Mapping[str, str]]) -> dict[date, bool]:
    """The days that differ from the plain week: True to work, False to be off.

    Shape: each row has `first_on`, `last_on` (inclusive, ISO dates) and `kind`, "off" or "work";
    other columns are for readers. The result is what `WorkCalendar` takes as `exceptions`.
    Raises: ValueError naming the row, counted from 1 without the heading, and what is wrong.

    Example:
        >>> row = {"first_on": "2026-05-09", "last_on": "2026-05-09", "kind": "work"}
        >>> parse_holidays([row])
        {datetime.date(2026, 5, 9): True}
    """
    days: dict[date, bool] = {}
    for number, row in enumerate(rows, start=1):
        first, last = _day(row, "first_on", number), _day(row, "last_on", number)
        if not timedelta() <= last - first < _LONGEST:
            message = f"row {number}: {first} to {last} must be from one to {_LONGEST.days} days"
            raise ValueError(message)
        kind = row.get("kind", "")
        if kind not in _KINDS:
            message = f"row {number}: kind {kind!r} must be one of {', '.join(_KINDS)}"
            raise ValueError(message)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in days:
                message = f"row {number}: {day} already stands in an earlier row"
                raise ValueError(message)
            days[day] = _KINDS[kind]
    return days


def years_known(days: Iterable[date]) -> tuple[date, date] | None:
    """From the first day of the first year until the day after the last; None for no days.

    A notice fixes a whole year, so this is what `WorkCalendar` takes as `covers`.
    """
    years = {day.year for day in days}
    return (date(min(years), 1, 1), date(max(years) + 1, 1, 1)) if years else None


def _day(row: Mapping[str, str], field: str, number: int) -> date:
    try:
        return date.fromisoformat(row[field])
    except (KeyError, ValueError) as error:
        message = f"row {number}: {field} {row.get(field)!r} must be a date such as 2026-10-01"
        raise ValueError(message) from error
