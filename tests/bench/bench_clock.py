"""Working-time arithmetic: microseconds a call, beside the oracle and a plain day-by-day loop.

The calendar is that of a real charter, with its holidays and seasons. All three ways are asked
the same questions, and the bench stops when two answers differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from support import ROOT, least, table, title

from commongrid.charter import compile_charter, load_charter
from commongrid.kernel.worktime import (
    Duration,
    Pause,
    WorkCalendar,
    due_at,
    light_times,
    parse_duration,
)
from tests.unit.kernel import oracle

LIMITS = ("2h", "24h", "4wh", "24wh", "1d", "15d", "60d", "1wd", "5wd", "20wd", "2mo")
STARTS = 200
ASKED_ORACLE = 6  # it looks at every quarter of an hour
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


def main() -> None:
    """Print one line for each limit."""
    calendar = compile_charter(load_charter(ROOT / "charters" / "keerqin-subdistrict")).calendar
    starts = some_starts()
    title(f"clock: least of 5 repeats over {STARTS} starts of 2025 and 2026, warm tables")
    rows = [line(text, starts, calendar) for text in LIMITS]
    head = ("limit", "due_at us", "+2 pauses us", "light_times us", "loop us", "loop/fast")
    table((*head, "oracle us", "oracle/fast"), rows)
    years = least(lambda: _cold(calendar), repeats=5)
    print(
        f"  a calendar's first question of a year costs {years * 1e3:.1f} ms more, once a process"
    )


def some_starts() -> list[datetime]:
    """Quarters of an hour spread over two years."""
    rng = random.Random(7)
    first = datetime(2025, 1, 1, tzinfo=UTC)
    return [first + rng.randrange(700 * 96) * QUARTER for _ in range(STARTS)]


def line(text: str, starts: list[datetime], calendar: WorkCalendar) -> tuple[object, ...]:
    """Measure one limit four ways."""
    limit = parse_duration(text)
    paused = [(start, _pauses(start)) for start in starts]
    agree(limit, starts, calendar)

    def over(work: Callable[[datetime], object], some: list[datetime]) -> float:
        return least(lambda: [work(start) for start in some]) / len(some) * 1e6

    fast = over(lambda start: due_at(start, limit, calendar), starts)
    held = (
        least(lambda: [due_at(start, limit, calendar, held) for start, held in paused])
        / len(paused)
        * 1e6
    )
    lights = over(lambda start: light_times(start, limit, calendar), starts)
    loop = over(lambda start: by_days(start, limit, calendar), starts)
    few = starts[:ASKED_ORACLE]
    slow = least(lambda: [oracle.due_at(start, limit, calendar) for start in few], repeats=2)
    slow = slow / len(few) * 1e6
    same = over(lambda start: due_at(start, limit, calendar), few)
    return text, fast, held, lights, loop, loop / fast, slow, slow / same


def agree(limit: Duration, starts: list[datetime], calendar: WorkCalendar) -> None:
    """Stop when the ways do not give the same answers."""
    for number, start in enumerate(starts):
        answers = {due_at(start, limit, calendar), by_days(start, limit, calendar)}
        if number < ASKED_ORACLE:
            answers.add(oracle.due_at(start, limit, calendar))
        if len(answers) != 1:
            raise SystemExit(f"{limit} from {start}: {answers}")


def by_days(start: datetime, limit: Duration, calendar: WorkCalendar) -> datetime:
    """What one would write first: go from day to day and look each up. It knows no pauses."""
    day = start.astimezone(calendar.zone).date()
    if limit.unit == "h":
        return start + timedelta(hours=float(limit.amount))
    if limit.unit == "wh":
        left = timedelta(hours=float(limit.amount))
        while True:
            for opens, closes in calendar.periods(day):
                begins = max(opens, start)
                if begins < closes and closes - begins >= left:
                    return begins + left
                left -= max(timedelta(), closes - begins)
            day += DAY
    if limit.unit == "wd":
        for _ in range(limit.whole):
            day += DAY
            while not calendar.is_workday(day):
                day += DAY
        close = calendar.close_of(day)
        assert close is not None
        return close
    if limit.unit == "mo":
        day = oracle.same_day_later(day, limit.whole)
    else:
        day += DAY * limit.whole
    return datetime.combine(day + DAY, time(0), calendar.zone).astimezone(UTC)


def _pauses(start: datetime) -> list[Pause]:
    """Two pauses, of two days and of one."""
    return [(start + DAY, start + 3 * DAY), (start + 5 * DAY, start + 6 * DAY)]


def _cold(calendar: WorkCalendar) -> None:
    copy = WorkCalendar(*calendar.__reduce__()[1])  # type: ignore[arg-type]
    due_at(datetime(2026, 3, 10, 1, 0, tzinfo=UTC), parse_duration("5wd"), copy)


if __name__ == "__main__":
    main()
