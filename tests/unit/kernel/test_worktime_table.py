"""The clock's rules as a table one can check with a paper calendar.

The office: Monday to Friday, 08:30-12:00 and 14:30-17:30, in winter 14:00-17:00. October 2025 has
the long holiday from the 1st to the 8th, with Sunday 28 September and Saturday 11 October worked.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from commongrid.kernel.worktime import (
    Hours,
    LightTimes,
    WorkCalendar,
    due_at,
    light_times,
    parse_duration,
    remaining,
    used_share,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = (time(8, 30), time(12))
EXCEPTIONS = {date(2025, 10, day): False for day in range(1, 9)} | {
    date(2025, 9, 28): True,
    date(2025, 10, 11): True,
}
OFFICE = WorkCalendar(
    tz="Asia/Shanghai",
    week=frozenset(range(1, 6)),
    exceptions=EXCEPTIONS,
    hours=(
        Hours((5, 1), (10, 1), (MORNING, (time(14, 30), time(17, 30)))),
        Hours((10, 1), (5, 1), (MORNING, (time(14), time(17)))),
    ),
    covers=(date(2025, 1, 1), date(2026, 1, 1)),
)


def at(text):
    """A moment of 2025 in Tongliao, as `09-30 16:00`; 24:00 is midnight at the end of the day."""
    day, wall = text.split()
    month, number = map(int, day.split("-"))
    hour, minute = map(int, wall.split(":"))
    begins = datetime(2025, month, number, tzinfo=SHANGHAI)
    return (begins + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def pause(text):
    begins, ends = text.split(" to ")
    return at(begins), None if ends == "open" else at(ends)


@pytest.mark.parametrize(
    ("start", "duration", "pauses", "due"),
    [
        # Real hours run at night and through holidays.
        ("09-30 16:00", "0h", [], "09-30 16:00"),
        ("09-30 16:00", "0.5h", [], "09-30 16:30"),
        ("09-30 16:00", "24h", [], "10-01 16:00"),
        ("09-30 16:00", "24h", ["09-30 18:00 to 09-30 20:00"], "10-01 18:00"),
        ("09-30 16:00", "24h", ["09-30 12:00 to 09-30 18:00"], "10-01 18:00"),
        ("09-30 16:00", "24h", ["09-30 15:00 to 09-30 15:59"], "10-01 16:00"),
        ("09-30 16:00", "2h", ["09-30 18:00 to 09-30 20:00"], "09-30 18:00"),
        ("09-30 16:00", "2h", ["09-30 17:59 to 09-30 20:00"], "09-30 20:01"),
        ("09-30 16:00", "2h", ["09-30 17:00 to open"], None),
        ("09-30 16:00", "2h", ["09-30 18:00 to open"], "09-30 18:00"),
        ("09-30 16:00", "0h", ["09-30 10:00 to open"], "09-30 16:00"),
        # Working hours stop at the close, at noon and over the long holiday.
        ("09-30 09:00", "2wh", [], "09-30 11:00"),
        ("09-30 11:00", "2wh", [], "09-30 15:30"),
        ("09-30 16:30", "2wh", [], "10-09 09:30"),
        ("09-30 16:30", "1wh", [], "09-30 17:30"),
        ("10-04 03:00", "4wh", [], "10-09 14:30"),
        ("10-11 16:30", "1wh", [], "10-13 09:00"),
        ("09-30 16:30", "2wh", ["09-30 17:00 to 10-09 09:00"], "10-09 10:30"),
        ("09-30 16:30", "2wh", ["10-03 00:00 to 10-05 00:00"], "10-09 09:30"),
        ("09-30 18:00", "0wh", [], "09-30 18:00"),
        # Calendar days end at midnight; the day of receipt does not count.
        ("09-30 00:00", "0d", [], "09-30 24:00"),
        ("09-30 23:59", "0d", [], "09-30 24:00"),
        ("09-30 16:00", "1d", [], "10-01 24:00"),
        ("09-30 16:00", "7d", [], "10-07 24:00"),
        ("09-30 16:00", "7d", ["10-02 09:00 to 10-02 17:00"], "10-07 24:00"),
        ("09-30 16:00", "7d", ["10-02 09:00 to 10-03 17:00"], "10-08 24:00"),
        ("09-30 16:00", "7d", ["10-02 00:00 to 10-02 24:00"], "10-08 24:00"),
        ("09-30 16:00", "7d", ["09-30 17:00 to 10-01 09:00"], "10-07 24:00"),
        ("09-30 16:00", "0d", ["09-30 17:00 to 10-01 09:00"], "10-01 24:00"),
        ("09-30 16:00", "7d", ["10-07 17:00 to open"], None),
        ("09-30 16:00", "7d", ["10-07 24:00 to open"], "10-07 24:00"),
        # Working days end at the close; 0wd on the day itself while the office is open.
        ("09-30 16:00", "1wd", [], "10-09 17:00"),
        ("09-29 23:00", "1wd", [], "09-30 17:30"),
        ("09-27 10:00", "1wd", [], "09-28 17:30"),
        ("10-09 08:00", "5wd", [], "10-15 17:00"),
        ("09-30 16:00", "0wd", [], "09-30 17:30"),
        ("09-30 17:30", "0wd", [], "10-09 17:00"),
        ("10-03 10:00", "0wd", [], "10-09 17:00"),
        ("10-09 08:00", "2wd", ["10-10 16:00 to 10-10 18:00"], "10-13 17:00"),
        ("10-09 08:00", "2wd", ["10-10 09:00 to 10-10 16:59"], "10-11 17:00"),
        ("10-09 08:00", "2wd", ["10-10 09:00 to 10-10 17:00"], "10-13 17:00"),
        ("10-09 08:00", "2wd", ["10-11 17:00 to open"], "10-11 17:00"),
        ("10-09 08:00", "2wd", ["10-11 16:59 to open"], None),
        # Months keep the day, or take the last one, and move by each midnight in a pause.
        ("09-30 16:00", "1mo", [], "10-30 24:00"),
        ("01-31 16:00", "1mo", [], "02-28 24:00"),
        ("10-31 16:00", "2mo", [], "12-31 24:00"),
        ("09-30 16:00", "1mo", ["10-02 09:00 to 10-04 17:00"], "11-01 24:00"),
        ("09-30 16:00", "1mo", ["10-30 09:00 to 10-31 17:00"], "10-31 24:00"),
        ("09-30 16:00", "1mo", ["09-30 17:00 to 10-01 08:00"], "10-31 24:00"),
        ("09-30 16:00", "0mo", [], "09-30 24:00"),
        ("09-30 16:00", "1mo", ["10-30 09:00 to open"], None),
    ],
)
def test_due(start, duration, pauses, due):
    found = due_at(at(start), parse_duration(duration), OFFICE, [pause(p) for p in pauses])
    assert found == (None if due is None else at(due))


@pytest.mark.parametrize(
    ("start", "duration", "pauses", "lights"),
    [
        ("10-09 08:00", "24h", [], ("10-09 20:00", "10-10 02:00", "10-10 05:36")),
        # More than 96 hours: with 48 and 24 hours left, where that comes before the share.
        ("10-09 00:00", "96h", [], ("10-11 00:00", "10-12 00:00", "10-12 14:24")),
        ("10-09 00:00", "100h", [], ("10-11 02:00", "10-11 04:00", "10-12 04:00")),
        ("10-09 00:00", "240h", [], ("10-14 00:00", "10-16 12:00", "10-18 00:00")),
        ("10-09 00:00", "480h", [], ("10-19 00:00", "10-24 00:00", "10-27 00:00")),
        # A pause moves the lights behind it, and does not make a short limit a long one.
        ("10-09 00:00", "100h", ["10-10 00:00 to 10-11 00:00"],
         ("10-12 02:00", "10-12 04:00", "10-13 04:00")),
        ("10-09 00:00", "72h", ["10-09 12:00 to 10-11 12:00"],
         ("10-12 12:00", "10-13 06:00", "10-13 16:48")),
        # Of two hours and less: red at half time.
        ("10-09 08:00", "2h", [], (None, None, "10-09 09:00")),
        ("10-09 11:30", "2wh", [], (None, None, "10-09 14:30")),
        ("10-09 23:00", "0d", [], (None, None, "10-09 23:30")),
        ("10-09 08:00", "0h", [], (None, None, "10-09 08:00")),
        ("10-09 08:00", "3h", [], ("10-09 09:30", "10-09 10:15", "10-09 10:42")),
        # Working time has its shares in working time; hours left are real.
        ("10-09 08:30", "4wh", [], ("10-09 10:30", "10-09 11:30", "10-09 14:06")),
        # Five working days over a weekend: 48 real hours before the close, 24 before it.
        ("10-09 08:00", "5wd", [], ("10-11 17:00", "10-13 17:00", "10-14 17:00")),
        # The holiday is no working time: yellow waits for 75 % or 48 hours, here 48 hours.
        ("09-30 16:00", "1wd", [], ("10-07 17:00", "10-07 17:00", "10-08 17:00")),
        ("10-09 08:00", "24h", ["10-09 12:00 to open"], (None, None, None)),
    ],
)  # fmt: skip
def test_lights(start, duration, pauses, lights):
    found = light_times(at(start), parse_duration(duration), OFFICE, [pause(p) for p in pauses])
    assert found == LightTimes(*(None if light is None else at(light) for light in lights))


def test_lights_follow_the_charter_where_it_says_otherwise():
    found = light_times(
        at("10-09 00:00"), parse_duration("100h"), OFFICE,
        shares=(0.2, 0.4, 0.6), hours_left=(12, 6), single_red_at_or_below=timedelta(0),
    )  # fmt: skip
    assert found == LightTimes(at("10-09 20:00"), at("10-10 16:00"), at("10-11 12:00"))


def test_a_milder_light_never_goes_on_after_a_stronger_one():
    # A charter that wants red with 60 hours left and yellow with 12 gets both with 60.
    found = light_times(at("10-09 00:00"), parse_duration("100h"), OFFICE, hours_left=(12, 60))
    assert found == LightTimes(*[at("10-10 16:00")] * 3)


@pytest.mark.parametrize(
    ("duration", "now", "pauses", "share", "left"),
    [
        ("4h", "10-09 08:00", [], 0, timedelta(hours=4)),
        ("4h", "10-09 07:00", [], 0, timedelta(hours=4)),
        ("4h", "10-09 10:00", [], 0.5, timedelta(hours=2)),
        ("4h", "10-09 14:00", [], 1.5, timedelta(hours=-2)),
        ("4h", "10-09 14:00", ["10-09 09:00 to open"], 0.25, timedelta(hours=3)),
        ("4h", "10-09 14:00", ["10-09 09:00 to 10-09 13:00"], 0.5, timedelta(hours=2)),
        ("4wh", "10-09 14:00", [], 0.875, timedelta(minutes=30)),
        ("0d", "10-09 16:00", [], 0.5, timedelta(hours=8)),
        ("1wd", "10-09 17:00", [], 0.5, timedelta(hours=6, minutes=30)),
        ("1wd", "10-10 20:00", [], 1, timedelta()),
        ("1wd", "10-11 17:00", [], 1.5, timedelta(hours=-6, minutes=-30)),
        ("0h", "10-09 08:00", [], 1, timedelta()),
        ("0h", "10-09 07:59", [], 0, timedelta()),
    ],
)
def test_used_and_left(duration, now, pauses, share, left):
    told = (at("10-09 08:00"), at(now), parse_duration(duration), OFFICE, list(map(pause, pauses)))
    assert used_share(*told) == share
    assert remaining(*told) == left


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d: due_at(datetime(2025, 1, 1), d, OFFICE), "time zone"),  # noqa: DTZ001
        (lambda d: due_at(at("01-01 00:00"), d, OFFICE, [(at("01-02 00:00"), at("01-01 00:00"))]),
         "pause: it ends"),
    ],
)  # fmt: skip
def test_what_is_no_instant_or_no_pause_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(parse_duration("1d"))
