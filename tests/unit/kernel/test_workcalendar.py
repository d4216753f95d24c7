import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.kernel.workcalendar import first_instant, from_micros, to_micros
from commongrid.kernel.worktime import Hours, WorkCalendar, due_at, parse_duration
from tests.unit.kernel import oracle
from tests.unit.kernel.laws import ZONES, calendars, lawful

DAY = (time(9), time(17))
ALL_YEAR = (Hours((1, 1), (1, 1), (DAY,)),)
WEEK = frozenset(range(1, 6))


def _calendar(tz="Asia/Shanghai", periods=(DAY,), week=WEEK, exceptions=None):
    return WorkCalendar(tz, week, exceptions or {}, (Hours((1, 1), (1, 1), periods),))


@lawful()
@given(calendar=calendars(), number=st.integers(0, 1000))
def test_periods_are_the_quarters_the_oracle_works(calendar, number):
    day = date(2023, 4, 1) + timedelta(days=number)
    found = set()
    for opens, closes in calendar.periods(day):
        assert opens.tzinfo is UTC
        found |= {opens + n * oracle.QUARTER for n in range((closes - opens) // oracle.QUARTER)}
    midnight = datetime.combine(day, time(0), UTC)
    wanted = {
        at
        for at in (midnight + n * oracle.QUARTER for n in range(-96, 192))
        if oracle.works(at, calendar) and at.astimezone(calendar.zone).date() == day
    }
    assert found == wanted
    assert calendar.close_of(day) == (max(found) + oracle.QUARTER if found else None)
    assert calendar.is_workday(day) is bool(found)


@lawful()
@given(calendar=calendars(), number=st.integers(0, 1000))
def test_the_next_workday_is_the_first_one_after(calendar, number):
    day = date(2023, 4, 1) + timedelta(days=number)
    found = calendar.next_workday(day)
    between = [day + timedelta(days=n) for n in range(1, (found - day).days)]
    assert calendar.is_workday(found)
    assert not any(map(calendar.is_workday, between))


@pytest.mark.parametrize(
    ("tz", "day", "periods", "hours"),
    [
        # Spring: the clock jumps over 02:00-03:00. Autumn: 01:00-02:00 comes twice.
        ("America/New_York", date(2024, 3, 10), ((time(0), time(6)),), 5),
        ("America/New_York", date(2024, 3, 10), ((time(2, 30), time(4)),), 1),
        ("America/New_York", date(2024, 3, 10), ((time(2), time(2, 30)), (time(4), time(5))), 1),
        ("America/New_York", date(2024, 11, 3), ((time(0), time(6)),), 7),
        ("Europe/London", date(2024, 3, 31), ((time(0), time(0)),), 23),
        ("Europe/London", date(2024, 10, 27), ((time(0), time(0)),), 25),
        ("America/Havana", date(2024, 3, 10), ((time(0), time(1)), (time(9), time(12))), 3),
        ("Africa/Cairo", date(2024, 4, 26), ((time(0), time(8)),), 7),
        ("Asia/Shanghai", date(2024, 3, 10), ((time(0), time(0)),), 24),
    ],
)
def test_a_clock_change_makes_the_day_longer_or_shorter(tz, day, periods, hours):
    calendar = _calendar(tz, periods, week=frozenset(range(1, 8)))
    spans = calendar.periods(day)
    assert sum((closes - opens for opens, closes in spans), timedelta()) == timedelta(hours=hours)
    opens = spans[0][0]
    assert due_at(opens, parse_duration(f"{hours}wh"), calendar) == calendar.close_of(day)


def test_office_hours_that_a_clock_change_swallows_are_none():
    sunday = date(2024, 3, 10)
    calendar = _calendar("America/New_York", ((time(2), time(2, 30)),), frozenset({7}))
    assert calendar.is_workday(sunday)
    assert calendar.periods(sunday) == ()
    assert calendar.close_of(sunday) is None
    noon = datetime(2024, 3, 10, 16, tzinfo=UTC)
    week_later = calendar.close_of(sunday + timedelta(days=7))
    assert due_at(noon - timedelta(days=1), parse_duration("1wd"), calendar) == week_later


@lawful()
@given(tz=st.sampled_from([*ZONES, "America/St_Johns", "Pacific/Apia"]), data=st.data())
def test_the_first_instant_is_the_first(tz, data):
    zone = ZoneInfo(tz)
    day = data.draw(st.sampled_from([
        date(2024, 3, 10), date(2024, 11, 3), date(2024, 3, 31), date(2024, 10, 27),
        date(2024, 4, 26), date(2024, 11, 1), date(2010, 11, 7), date(2011, 12, 30),
    ]))  # fmt: skip
    wall = datetime.combine(day, time(0)) + data.draw(st.integers(0, 24 * 60)) * timedelta(
        minutes=1
    )
    found = first_instant(wall, zone)
    assert found.astimezone(zone).replace(tzinfo=None) >= wall
    before = (found - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
    assert before < wall


def test_a_day_whose_midnight_comes_twice_ends_at_the_first():
    # In St John's the clock went from 00:01 back to 23:01 until 2011.
    calendar = _calendar("America/St_Johns")
    midnight = datetime(2010, 11, 7, tzinfo=calendar.zone).astimezone(UTC)
    assert due_at(midnight - timedelta(minutes=5), parse_duration("0d"), calendar) == midnight
    assert due_at(midnight, parse_duration("0d"), calendar) > midnight + timedelta(hours=24)
    again = midnight + timedelta(minutes=30)
    assert again.astimezone(calendar.zone).day == 6
    assert due_at(again, parse_duration("0d"), calendar) == due_at(
        midnight, parse_duration("0d"), calendar
    )


def test_winter_hours_wrap_the_end_of_the_year():
    winter = Hours((10, 1), (5, 1), ((time(9), time(16)),))
    summer = Hours((5, 1), (10, 1), ((time(8), time(18)),))
    calendar = WorkCalendar("Asia/Shanghai", WEEK, {}, (summer, winter))
    lengths = {
        day: calendar.periods(day)[0][1] - calendar.periods(day)[0][0]
        for day in (date(2025, 9, 30), date(2025, 10, 1), date(2026, 2, 3), date(2026, 4, 30),
                    date(2026, 5, 1))
    }  # fmt: skip
    assert [length // timedelta(hours=1) for length in lengths.values()] == [10, 7, 7, 7, 10]


def test_days_are_known_only_where_the_holidays_are():
    day = date(2026, 1, 1)
    assert not _calendar().is_known(day)
    known = WorkCalendar("Asia/Shanghai", WEEK, {}, ALL_YEAR, (day, day + timedelta(days=1)))
    assert known.is_known(day)
    assert not known.is_known(day - timedelta(days=1))
    assert not known.is_known(day + timedelta(days=1)), "the end is exclusive"


def test_the_same_instants_whichever_year_is_asked_first():
    there, back = _calendar(), _calendar()
    starts = [datetime(year, 6, 15, 3, tzinfo=UTC) for year in range(2015, 2030, 3)]
    tasks = [(s, parse_duration(d)) for s in starts for d in ("1900wh", "300wd", "40wh", "0wd")]
    forward = [due_at(s, d, there) for s, d in tasks]
    backward = [due_at(s, d, back) for s, d in reversed(tasks)]
    assert forward == backward[::-1]


def test_threads_may_share_a_calendar():
    shared = _calendar()
    starts = [datetime(1990 + n % 40, 3, 3, 3, tzinfo=UTC) for n in range(400)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda s: due_at(s, parse_duration("90wh"), shared), starts))
    alone = _calendar()
    assert found == [due_at(start, parse_duration("90wh"), alone) for start in starts]


def test_a_calendar_keeps_its_own_copy_and_is_itself_only():
    exceptions = {date(2026, 1, 1): False}
    calendar = _calendar(exceptions=exceptions)
    exceptions[date(2026, 1, 2)] = False
    assert calendar.is_workday(date(2026, 1, 2))
    with pytest.raises(TypeError):
        calendar.exceptions[date(2026, 1, 2)] = False
    twin = pickle.loads(pickle.dumps(calendar))
    assert twin != calendar
    assert calendar in {calendar}
    assert copy.deepcopy(twin).exceptions == calendar.exceptions == twin.exceptions
    assert twin.periods(date(2026, 1, 5)) == calendar.periods(date(2026, 1, 5))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"week": frozenset()}, "week: "),
        ({"week": frozenset({0})}, "week: "),
        ({"week": frozenset({8})}, "week: "),
        ({"hours": ()}, "hours: 01-01 has 0 sets"),
        ({"hours": ALL_YEAR * 2}, "hours: 01-01 has 2 sets"),
        ({"hours": (Hours((1, 1), (12, 31), (DAY,)),)}, "hours: 12-31 has 0 sets"),
        ({"covers": (date(2026, 1, 1), date(2026, 1, 1))}, "covers: "),
    ],
)
def test_a_calendar_that_cannot_be_is_told_why(change, words):
    whole = {"tz": "Asia/Shanghai", "week": WEEK, "exceptions": {}, "hours": ALL_YEAR}
    with pytest.raises(ValueError, match=words):
        WorkCalendar(**(whole | change))


@pytest.mark.parametrize(
    ("md", "periods", "words"),
    [
        ((2, 30), (DAY,), "day"),
        ((1, 1), (), "at least one period"),
        ((1, 1), ((time(12), time(9)),), "closes before it opens"),
        ((1, 1), ((time(9), time(9)),), "closes before it opens"),
        ((1, 1), ((time(9), time(12)), (time(11), time(17))), "opens before the earlier"),
        ((1, 1), ((time(9), time(0)), (time(10), time(11))), "opens before the earlier"),
        ((1, 1), ((time(9, tzinfo=UTC), time(12)),), "without a time zone"),
        ((1, 1), ((time(9, 0, 0, 1), time(12)),), "whole seconds"),
    ],
)
def test_hours_that_cannot_be_are_told_why(md, periods, words):
    with pytest.raises(ValueError, match=words):
        Hours(md, (1, 1), periods)


@lawful()
@given(micros=st.integers(-(10**15), 10**16))
def test_microseconds_are_exact(micros):
    assert to_micros(from_micros(micros)) == micros
