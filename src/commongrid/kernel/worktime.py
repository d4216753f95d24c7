"""Working-time arithmetic: when a promise is due, how much of it is used, when its lights go on.

Everything here is a pure function of the start, the duration, the working calendar and the pauses.
A pause holds from its begin (exclusive) to its end (inclusive), or has no end yet. An instant that
belongs to a pause is one at which the clock stands still, so what falls due in the very moment
in which a pause begins is still due then.

Source: matters.md sections 1 (durations) and 6 (lights).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commongrid.kernel.duration import Duration, Unit, parse_duration
from commongrid.kernel.workcalendar import Hours, WorkCalendar, from_micros, to_micros

__all__ = [
    "Duration",
    "Hours",
    "LightTimes",
    "Pause",
    "Unit",
    "WorkCalendar",
    "due_at",
    "light_times",
    "parse_duration",
    "remaining",
    "used_share",
]

Pause = tuple[datetime, datetime | None]
"""From when the clock stands still, and until when; None while it still does."""

_NEVER = 1 << 62  # later than any instant in microseconds: the end of a pause that is still open
_MICROS_PER_HOUR = 3_600_000_000
_SHARES = (0.5, 0.75, 0.9)
_HOURS_LEFT = (48, 24)
_ONE_LIGHT_UP_TO = timedelta(hours=2)

_Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class LightTimes:
    """When each light of one promise goes on, in UTC; None where it does not, as in a pause."""

    blue_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None


def due_at(
    start: datetime, duration: Duration, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The instant, in UTC, at which the limit is used up; None if an open pause holds it back.

    `h` and `wh` are due at the first instant by which that much (working) time has run outside
    the pauses. `d` ends at local midnight and `wd` at the close of office hours; the day of
    receipt does not count, nor does a day at whose end the clock stands still. `mo` ends at
    midnight of the same day of a later month, or of its last day, and moves by a day for each
    midnight inside a pause. `0d` and `0wd` are the first such end after the start, `0h` is at once.

    Raises: ValueError for a datetime without a time zone or a pause that ends before it begins.
    Cost: some microseconds; the calendar computes a year's tables when it first meets it.

    Example:
        >>> from datetime import UTC, time
        >>> office = Hours((1, 1), (1, 1), ((time(8, 30), time(12)), (time(14), time(17, 30))))
        >>> calendar = WorkCalendar("Asia/Shanghai", frozenset(range(1, 6)), {}, (office,))
        >>> friday = datetime(2026, 1, 9, 8, 0, tzinfo=UTC)  # 16:00 in Tongliao
        >>> due_at(friday, parse_duration("4wh"), calendar).isoformat()
        '2026-01-12T03:00:00+00:00'
        >>> due_at(friday, parse_duration("1wd"), calendar).isoformat()
        '2026-01-12T09:30:00+00:00'
    """
    due = _due(to_micros(start), duration, calendar, _merged(pauses))
    return None if due == _NEVER else from_micros(due)


def used_share(
    start: datetime,
    now: datetime,
    duration: Duration,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
) -> float:
    """The share of the limit used by now; above 1 when it is overdue.

    Units: working time for `wh` and `wd`, real time for the others, both without the pauses.
    A pause still open is taken to end now. A limit of nothing (`0h`) is used up from its start on.
    """
    begun, at = to_micros(start), to_micros(now)
    used, whole = _progress(begun, at, duration, calendar, pauses)
    return used / whole if whole else float(at >= begun)


def remaining(
    start: datetime,
    now: datetime,
    duration: Duration,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
) -> timedelta:
    """The time left, counted as in `used_share`; negative when it is overdue."""
    used, whole = _progress(to_micros(start), to_micros(now), duration, calendar, pauses)
    return timedelta(microseconds=whole - used)


def light_times(
    start: datetime,
    duration: Duration,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    *,
    shares: tuple[float, float, float] = _SHARES,
    hours_left: tuple[float, float] = _HOURS_LEFT,
    hours_apply_over_h: float = 96,
    single_red_at_or_below: timedelta = _ONE_LIGHT_UP_TO,
) -> LightTimes:
    """When the blue, yellow and red light go on; all None while an open pause holds the limit.

    A light goes on at its share of the limit or, for yellow and red, with so many hours left,
    whichever comes first; hours left count for a limit of more than `hours_apply_over_h`. A
    milder light never goes on after a stronger one. A limit of at most `single_red_at_or_below`
    has one light: red, at the first of the shares.

    Units: shares of working time for `wh` and `wd`, of real time for the others; hours left and
    the length compared with `hours_apply_over_h` are real time; all without the pauses, so that
    a pause cannot make a short limit count as a long one.
    Source: matters.md section 6.
    """
    begun, spans = to_micros(start), _merged(pauses)
    due = _due(begun, duration, calendar, spans)
    if due == _NEVER:
        return LightTimes(None, None, None)
    scale = _scale(duration, calendar)
    whole, passed = _ran(scale, begun, due, spans), scale.passed(begun)

    def at_share(share: float) -> int:
        return min(due, _reach(scale, begun, round(whole * share), spans, passed))

    if whole <= single_red_at_or_below / timedelta(microseconds=1):
        return LightTimes(None, None, from_micros(at_share(shares[0])))
    blue, yellow, red = (at_share(share) for share in shares)
    real = _ran(_REAL, begun, due, spans)
    if real > hours_apply_over_h * _MICROS_PER_HOUR:
        left = [real - round(hours * _MICROS_PER_HOUR) for hours in hours_left]
        yellow = min(yellow, _reach(_REAL, begun, left[0], spans))
        red = min(red, _reach(_REAL, begun, left[1], spans))
    yellow = min(yellow, red)
    return LightTimes(from_micros(min(blue, yellow)), from_micros(yellow), from_micros(red))


def _merged(pauses: Sequence[Pause]) -> _Spans:
    """The pauses as spans in order that neither touch nor overlap."""
    if not pauses:
        return []
    spans: _Spans = []
    for begins, ends in sorted(map(_span, pauses)):
        if spans and begins <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], ends))
        else:
            spans.append((begins, ends))
    return spans


def _span(pause: Pause) -> tuple[int, int]:
    begins_at, ends_at = pause
    if ends_at is None:
        return to_micros(begins_at), _NEVER
    if ends_at < begins_at:
        message = f"pause: it ends at {ends_at} before it begins at {begins_at}"
        raise ValueError(message)
    return to_micros(begins_at), to_micros(ends_at)


@dataclass(frozen=True, slots=True)
class _Scale:
    """A way to count running time: how much has passed by an instant, and the way back."""

    passed: Callable[[int], int]
    first: Callable[[int, int], int]


_REAL = _Scale(passed=lambda micros: micros, first=lambda amount, _: amount)


def _scale(duration: Duration, calendar: WorkCalendar) -> _Scale:
    if duration.unit in ("wh", "wd"):
        return _Scale(calendar.worked, calendar.reach_worked)
    return _REAL


def _ran(scale: _Scale, begun: int, until: int, spans: _Spans) -> int:
    """How much time ran between two instants, without the pauses."""
    if until <= begun:
        return 0
    total = scale.passed(until) - scale.passed(begun)
    for begins, ends in spans:
        still_from, still_until = max(begins, begun), min(ends, until)
        if still_from < still_until:
            total -= scale.passed(still_until) - scale.passed(still_from)
    return total


def _reach(scale: _Scale, begun: int, amount: int, spans: _Spans, passed: int | None = None) -> int:
    """The first instant by which so much time has run, stepping over the pauses.

    ``passed`` is what had passed by the begin, where that is known.
    """
    if amount <= 0:
        return begun
    at, passed = begun, scale.passed(begun) if passed is None else passed
    for begins, ends in spans:
        if ends <= at:
            continue
        if begins > at:
            ran = scale.passed(begins) - passed
            if ran >= amount:
                break
            amount -= ran
        if ends == _NEVER:
            return _NEVER
        at, passed = ends, scale.passed(ends)
    return scale.first(passed + amount, at)


def _progress(
    begun: int, now: int, duration: Duration, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> tuple[int, int]:
    """The time used by now and the whole of the limit, in the time the unit counts in."""
    spans = [
        (begins, max(begins, now) if ends == _NEVER else ends) for begins, ends in _merged(pauses)
    ]
    scale = _scale(duration, calendar)
    used = _ran(scale, begun, now, spans)
    if duration.unit in ("h", "wh"):
        return used, duration.microseconds
    return used, _ran(scale, begun, _due(begun, duration, calendar, spans), spans)


def _due(begun: int, duration: Duration, calendar: WorkCalendar, spans: _Spans) -> int:
    if duration.unit in ("h", "wh"):
        return _reach(_scale(duration, calendar), begun, duration.microseconds, spans)
    if duration.unit == "wd":
        return _due_at_close(begun, duration.whole, calendar, spans)
    receipt = calendar.days_ended(begun) + 1
    if duration.unit == "mo":
        # Every midnight from receipt on that lies in a pause moves the end by one day.
        count = _months_later(receipt, duration.whole) - receipt + 1
        last = _count_ends(receipt - 1, count, calendar.days_ended, spans)
    else:
        skipped = receipt if duration.whole else receipt - 1
        count = max(duration.whole, 1)
        last = _count_ends(skipped, count, calendar.days_ended, spans)
    return _NEVER if last is None else calendar.midnight(last)


def _due_at_close(begun: int, workdays: int, calendar: WorkCalendar, spans: _Spans) -> int:
    if workdays:
        skipped = calendar.workdays_until(calendar.days_ended(begun) + 1)
    else:
        skipped = calendar.closes_by(begun)
    last = _count_ends(skipped, max(workdays, 1), calendar.closes_by, spans)
    return _NEVER if last is None else calendar.close_number(last, begun)


def _count_ends(
    skipped: int,
    count: int,
    ended_by: Callable[[int], int],
    spans: _Spans,
) -> int | None:
    """The number of the last of `count` days after the skipped ones whose end is in no pause.

    A pause takes the ends after its begin up to and with its end.
    """
    for begins, ends in spans:
        free = ended_by(begins) - skipped
        if free >= count:
            break
        if ends == _NEVER:
            return None
        if free > 0:
            count, skipped = count - free, skipped + free
        skipped = max(skipped, ended_by(ends))
    return skipped + count


def _months_later(ordinal: int, months: int) -> int:
    """The same day so many months later, or the last day of that month."""
    day = date.fromordinal(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1).toordinal() + day.day, following.toordinal()) - 1
