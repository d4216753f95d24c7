"""The working calendar of a charter: built from plain values, one object for equal content.

``WorkCalendar`` compares by identity because it keeps tables; charters with the same calendar
therefore share one, and a charter read back from storage equals the one that was stored.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from commongrid.kernel.worktime import Hours, WorkCalendar

MIDNIGHT = "24:00"


@lru_cache(maxsize=256)
def shared_calendar(
    tz: str,
    week: frozenset[int],
    exceptions: frozenset[tuple[date, bool]],
    hours: tuple[Hours, ...],
    covers: tuple[date, date] | None,
) -> WorkCalendar:
    """The one calendar with this content.

    Raises: ValueError as ``WorkCalendar`` does.
    """
    return WorkCalendar(tz, week, dict(sorted(exceptions)), hours, covers)


def written_hours(hours: Hours) -> dict[str, object]:
    """Office hours as they stand in charter.yaml."""
    return {
        "from": _month_day(hours.from_md),
        "until": _month_day(hours.until_md),
        "periods": [f"{_clock(a)}-{_clock(b, is_end=True)}" for a, b in hours.periods],
    }


def read_hours(written: dict[str, object]) -> Hours:
    """Office hours from what ``written_hours`` gave.

    Raises: ValueError.
    """
    periods = written["periods"]
    assert isinstance(periods, list)
    return Hours(
        read_month_day(str(written["from"])),
        read_month_day(str(written["until"])),
        tuple(read_period(str(period)) for period in periods),
    )


def read_month_day(text: str) -> tuple[int, int]:
    """``05-01`` as month and day. Raises: ValueError."""
    month, day = text.split("-")
    date(2000, int(month), int(day))
    return int(month), int(day)


def read_period(text: str) -> tuple[time, time]:
    """``08:30-12:00`` as two wall times; ``24:00`` closes the day. Raises: ValueError."""
    opens, closes = text.split("-")
    end = time(0) if closes.strip() == MIDNIGHT else time.fromisoformat(closes.strip())
    return time.fromisoformat(opens.strip()), end


def _month_day(md: tuple[int, int]) -> str:
    return f"{md[0]:02}-{md[1]:02}"


def _clock(wall: time, *, is_end: bool = False) -> str:
    return MIDNIGHT if is_end and wall == time(0) else f"{wall:%H:%M}"
