"""When a place works: office hours by season, the working week, holidays and make-up days."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MIDNIGHT = time(0)
_ONE_DAY = timedelta(days=1)
_DAY = _ONE_DAY // _MICROSECOND


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC, the whole number all clock arithmetic is done in."""
    if instant.utcoffset() is None:
        message = f"{instant.isoformat()}: a datetime without a time zone is not an instant"
        raise ValueError(message)
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(0, 0, micros)


def first_instant(wall: datetime, zone: tzinfo) -> datetime:
    """The first moment, in UTC, at which the clock on the wall shows this time or a later one.

    A wall time that comes twice means the first; one that a clock change skips means the change.
    """
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = to_micros(early) // 1_000_000, to_micros(instant) // 1_000_000 + 1
    while low + 1 < high:  # before the change at low, after it at high; changes fall on seconds
        middle = (low + high) // 2
        shown = from_micros(middle * 1_000_000).astimezone(zone).replace(tzinfo=None)
        low, high = (low, middle) if shown >= wall else (middle, high)
    return from_micros(high * 1_000_000)


def _passed(wall: time) -> int:
    """Microseconds from midnight to this time on a day without a clock change."""
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours of one season: from a month and day until another (exclusive), every year.

    A range may wrap the end of the year (winter hours); equal ends mean the whole year.
    `time(0)` as the end of a period means midnight at the end of the day.
    """

    from_md: tuple[int, int]
    until_md: tuple[int, int]
    periods: tuple[tuple[time, time], ...]
    spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for month, day in (self.from_md, self.until_md):
            date(2000, month, day)  # a leap year, so 29 February is a day
        last = _MIDNIGHT
        if not self.periods:
            message = "periods: a season needs at least one period of office hours"
            raise ValueError(message)
        for number, (opens, closes) in enumerate(self.periods):
            if any(wall.tzinfo or wall.microsecond for wall in (opens, closes)):
                message = "periods: office hours are whole seconds without a time zone"
                raise ValueError(message)
            if number and (opens < last or last == _MIDNIGHT):
                message = f"periods: {opens} opens before the earlier period closes"
                raise ValueError(message)
            if closes != _MIDNIGHT and closes <= opens:
                message = f"periods: {opens}-{closes} closes before it opens"
                raise ValueError(message)
            last = closes
        spans = tuple((_passed(opens), _passed(closes) or _DAY) for opens, closes in self.periods)
        object.__setattr__(self, "spans", spans)

    def holds(self, day: date) -> bool:
        """Whether these hours are in force on the day."""
        md = (day.month, day.day)
        if self.from_md < self.until_md:
            return self.from_md <= md < self.until_md
        return md >= self.from_md or md < self.until_md


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """The working calendar of a place; charter data, compared and hashed by identity.

    `week` holds ISO weekdays (Monday is 1). `exceptions` turn single days into working days
    (True) or days off (False). `covers` says from which day and until which (exclusive)
    the holidays are known; outside the plain week counts and `is_known` says so.

    Raises: ValueError when a day of the year has no office hours or two sets of them.

    Example:
        >>> office = Hours((1, 1), (1, 1), ((time(8, 30), time(12)), (time(14), time(17, 30))))
        >>> calendar = WorkCalendar("Asia/Shanghai", frozenset(range(1, 6)), {}, (office,))
        >>> calendar.close_of(date(2026, 1, 5)).isoformat()
        '2026-01-05T09:30:00+00:00'
    """

    tz: str
    week: frozenset[int]
    exceptions: Mapping[date, bool]
    hours: tuple[Hours, ...]
    covers: tuple[date, date] | None = None
    zone: ZoneInfo = field(init=False, repr=False)
    _years: dict[int, _Year] = field(init=False, repr=False, default_factory=dict)
    _year_of: dict[int, int] = field(init=False, repr=False, default_factory=dict)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if not self.week or not self.week <= frozenset(range(1, 8)):
            message = f"week: {sorted(self.week)} must name ISO weekdays from 1 to 7"
            raise ValueError(message)
        if self.covers is not None and self.covers[0] >= self.covers[1]:
            message = f"covers: {self.covers[0]} must lie before {self.covers[1]}"
            raise ValueError(message)
        for ordinal in range(date(2000, 1, 1).toordinal(), date(2001, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            if (found := sum(hours.holds(day) for hours in self.hours)) != 1:
                message = f"hours: {day:%m-%d} has {found} sets of office hours, needs one"
                raise ValueError(message)
        # A copy nobody else holds: the tables below are computed once and must stay true.
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))
        object.__setattr__(self, "zone", ZoneInfo(self.tz))

    def __reduce__(self) -> tuple[type[WorkCalendar], tuple[object, ...]]:
        values = (self.tz, self.week, dict(self.exceptions), self.hours, self.covers)
        return (WorkCalendar, values)

    def is_known(self, day: date) -> bool:
        """Whether the holidays of this day were known when the calendar was written."""
        return self.covers is not None and self.covers[0] <= day < self.covers[1]

    def is_workday(self, day: date) -> bool:
        """Whether offices are open on this day."""
        return self.exceptions.get(day, day.isoweekday() in self.week)

    def periods(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The office hours of the day as instants in UTC; empty on a day off."""
        spans = self._spans(day) if self.is_workday(day) else []
        return tuple((from_micros(opens), from_micros(closes)) for opens, closes in spans)

    def close_of(self, day: date) -> datetime | None:
        """The close of office hours in UTC, or None on a day off."""
        periods = self.periods(day)
        return periods[-1][1] if periods else None

    def next_workday(self, day: date) -> date:
        """The first working day after this one."""
        day += _ONE_DAY
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    # What follows counts in microseconds and ordinals; `worktime` alone uses it. Working time and
    # closes are counted from an arbitrary first year, so only differences mean something.

    def midnight(self, ordinal: int) -> int:
        """The instant at which the day with this ordinal ends."""
        return self._at(date.fromordinal(ordinal + 1), _MIDNIGHT)

    def days_ended(self, micros: int) -> int:
        """The ordinal of the last day that has ended by then."""
        local = from_micros(micros).astimezone(self.zone)
        ended = local.toordinal() - 1
        # Where the clock is set back across midnight, the day had already ended once.
        return ended + 1 if local.fold and self.midnight(ended + 1) <= micros else ended

    def worked(self, micros: int) -> int:
        """Working time passed by then."""
        year = self._year(self._local_year(micros))
        at = bisect_right(year.opens, micros) - 1
        if at < 0:
            return year.worked_before
        return year.worked_before + year.worked[at] + min(micros, year.closes[at]) - year.opens[at]

    def reach_worked(self, amount: int, not_before: int) -> int:
        """The first instant by which this much working time has passed."""
        number = self._local_year(not_before)
        year = self._year(number)
        while year.worked_before + year.worked[-1] < amount:
            number += 1
            year = self._year(number)
        at = max(bisect_left(year.worked, amount - year.worked_before) - 1, 0)
        return year.opens[at] + amount - year.worked_before - year.worked[at]

    def closes_by(self, micros: int) -> int:
        """How many working days have closed by then."""
        year = self._year(self._local_year(micros))
        return year.closed_before + bisect_right(year.day_closes, micros)

    def workdays_until(self, ordinal: int) -> int:
        """How many working days there are up to and with the day of this ordinal."""
        year = self._year(date.fromordinal(ordinal).year)
        return year.closed_before + bisect_right(year.workdays, ordinal)

    def close_number(self, number: int, not_before: int) -> int:
        """The close of the working day with this number."""
        at = self._local_year(not_before)
        while (year := self._year(at)).closed_before + len(year.workdays) < number:
            at += 1
        return year.day_closes[number - year.closed_before - 1]

    def _at(self, day: date, wall: time) -> int:
        return to_micros(first_instant(datetime.combine(day, wall), self.zone))

    def _spans(self, day: date) -> list[tuple[int, int]]:
        hours = next(hours for hours in self.hours if hours.holds(day))
        midnight = datetime.combine(day, _MIDNIGHT, self.zone)
        offset = midnight.utcoffset()
        if offset == (midnight + _ONE_DAY).utcoffset():
            # No clock change on this day, as on nearly all: count on from its midnight.
            begins = to_micros(midnight)
            return [(begins + opens, begins + closes) for opens, closes in hours.spans]
        ends = self._at(day + _ONE_DAY, _MIDNIGHT)
        spans = (
            (self._at(day, opens), ends if closes == _MIDNIGHT else self._at(day, closes))
            for opens, closes in hours.periods
        )
        return [(opens, closes) for opens, closes in spans if opens < closes]

    def _local_year(self, micros: int) -> int:
        """The year on the wall. A day in UTC that begins and ends in one year lies in it."""
        day = micros // _DAY
        year = self._year_of.get(day)
        if year is None:
            year = from_micros(micros).astimezone(self.zone).year
            ends = (from_micros(day * _DAY), from_micros((day + 1) * _DAY - 1))
            if all(end.astimezone(self.zone).year == year for end in ends):
                self._year_of[day] = year
        return year

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        return self._grow(number) if year is None else year

    def _grow(self, number: int) -> _Year:
        """Compute the tables up to the asked year; they are contiguous, so counts can be added."""
        with self._lock:
            known = self._years
            if not known:
                known[number] = self._table(number)
            while (last := max(known)) < number:
                before = known[last]
                known[last + 1] = self._table(
                    last + 1,
                    before.worked_before + before.worked[-1],
                    before.closed_before + len(before.workdays),
                )
            while (first := min(known)) > number:
                known[first - 1] = self._table(first - 1).moved_before(known[first])
            return known[number]

    def _table(self, number: int, worked_before: int = 0, closed_before: int = 0) -> _Year:
        opens, closes, worked, workdays, day_closes = [], [], [0], [], []
        for ordinal in range(date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            spans = self._spans(day) if self.is_workday(day) else []
            for opening, closing in spans:
                opens.append(opening)
                closes.append(closing)
                worked.append(worked[-1] + closing - opening)
            if spans:
                workdays.append(ordinal)
                day_closes.append(closes[-1])
        return _Year(opens, closes, worked, workdays, day_closes, worked_before, closed_before)


@dataclass(frozen=True, slots=True)
class _Year:
    """One local year of a calendar, laid out for bisection.

    Shape: `worked` has one entry more than `opens`: working time before each period, then the sum.
    """

    opens: list[int]
    closes: list[int]
    worked: list[int]
    workdays: list[int]
    day_closes: list[int]
    worked_before: int
    closed_before: int

    def moved_before(self, later: _Year) -> _Year:
        """The same year, counted so that the later one follows it."""
        return replace(
            self,
            worked_before=later.worked_before - self.worked[-1],
            closed_before=later.closed_before - len(self.workdays),
        )
