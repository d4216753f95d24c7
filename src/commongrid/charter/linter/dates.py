"""Checks of validity and of the calendar's years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Where
from commongrid.charter.tables import TABLES, rows_of

_A_YEAR = timedelta(days=365)


def check_dates(charter: Charter) -> Iterator[Problem]:
    """Rows that are not in force when the charter begins."""
    for table in TABLES.values():
        for row in rows_of(charter, table):
            if row.valid_until is not None and row.valid_until <= charter.valid_from:
                value = str(row.valid_until)
                yield lint_problem("row_expired", row.where, "valid_until", value=value)
            elif row.valid_from > charter.valid_from:
                value = str(row.valid_from)
                yield lint_problem("row_not_yet", row.where, "valid_from", value=value)


def check_calendar(charter: Charter) -> Iterator[Problem]:
    """Holidays are known for the time the charter is used."""
    where = Where(f"{charter.charter_id}/charter.yaml", 1)
    calendar = charter.calendar
    known = calendar.covers  # the end is exclusive
    in_a_year = charter.valid_from + _A_YEAR
    if known is None or not known[0] <= charter.valid_from or known[1] < in_a_year:
        values = {"value": str(known[1]) if known else "–", "expected": str(charter.valid_from)}
        yield lint_problem("calendar_uncovered", where, "calendar.covers", **values)
    for day, worked in sorted(calendar.exceptions.items()):
        if known is not None and not calendar.is_known(day):
            yield lint_problem("holiday_uncovered", where, "calendar.holidays", value=str(day))
        if worked and day.isoweekday() in calendar.week:
            yield lint_problem("holiday_plain", where, "calendar.holidays", value=str(day))
