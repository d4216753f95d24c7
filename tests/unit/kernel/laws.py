"""What the property tests draw from: calendars, pauses, starts near clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate

from hypothesis import settings
from hypothesis import strategies as st

from commongrid.kernel.worktime import Duration, Hours, WorkCalendar
from tests.unit.kernel.oracle import QUARTER


def lawful(examples: int = 200) -> settings:
    """The same examples in every run; more and new ones with `--hypothesis-profile=soak`."""
    wanted = settings.default.max_examples
    soaking = wanted > max(examples, 100)
    return settings(
        max_examples=wanted if soaking else examples,
        deadline=None,
        derandomize=not soaking,
        database=None,
    )


ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "America/Havana", "Africa/Cairo")
# Midnights, month ends and clock changes of these zones: where clocks go wrong, they go wrong here.
ANCHORS = tuple(
    datetime.combine(day, time(0), UTC)
    for day in (
        date(2023, 4, 28), date(2023, 10, 27), date(2024, 1, 31), date(2024, 2, 28),
        date(2024, 3, 10), date(2024, 3, 31), date(2024, 10, 27), date(2024, 11, 3),
        date(2024, 12, 30), date(2025, 1, 30), date(2025, 2, 27), date(2025, 10, 8),
    )
)  # fmt: skip

starts = st.builds(
    lambda anchor, quarters: anchor + quarters * QUARTER,
    st.sampled_from(ANCHORS),
    st.integers(-96, 192),
)
moments = st.integers(0, 3 * 365 * 86_400_000_000).map(
    lambda micros: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)


month_days = st.integers(0, 365).map(
    lambda number: (date(2024, 1, 1) + timedelta(days=number)).timetuple()[1:3]
)


@st.composite
def office_periods(draw):
    """From five in the morning, since a wall time that comes twice is a matter of its own."""
    lengths = [(20, 36), (1, 30), (0, 8), (0, 22)]
    marks = list(accumulate(draw(st.integers(low, high)) for low, high in lengths))
    walls = [time(mark // 4 % 24, mark % 4 * 15) for mark in marks]
    return ((walls[0], walls[1]), (walls[2], walls[3]))[: 2 if marks[2] < marks[3] else 1]


def _bits(number, first):
    return [first + place for place in range(number.bit_length()) if number >> place & 1]


@st.composite
def calendars(draw):
    """Any week, up to three seasons, days off and make-up days around one of the anchors."""
    # Drawn as few numbers: a law is tried on hundreds of calendars in every run of the suite.
    borders = sorted({draw(month_days) for _ in range(draw(st.integers(1, 3)))})
    seasons = zip(borders, borders[1:] + borders[:1], strict=True)
    anchor = draw(st.sampled_from(ANCHORS)).date()
    shifted, works = draw(st.integers(0, 2**16 - 1)), draw(st.integers(0, 2**16 - 1))
    return WorkCalendar(
        tz=draw(st.sampled_from(ZONES)),
        week=frozenset(_bits(draw(st.integers(1, 127)), 1)),
        exceptions={
            anchor + timedelta(days=place - 3): bool(works >> place & 1)
            for place in _bits(shifted, 0)
        },
        hours=tuple(Hours(begins, ends, draw(office_periods())) for begins, ends in seasons),
    )


@st.composite
def pauses_near(draw, start, grain=QUARTER, *, may_stay_open=True):
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begins_at = start + draw(st.integers(-3 * 96, 8 * 96)) * grain
        length = draw(st.integers(0, 4 * 96))
        stays_open = may_stay_open and draw(st.integers(0, 9)) == 9
        pauses.append((begins_at, None if stays_open else begins_at + length * grain))
    return pauses


durations = st.one_of(
    st.builds(lambda q: Duration(Decimal(q) / 4, "h"), st.integers(0, 500)),
    st.builds(lambda q: Duration(Decimal(q) / 4, "wh"), st.integers(0, 120)),
    st.builds(lambda n: Duration(Decimal(n), "d"), st.integers(0, 12)),
    st.builds(lambda n: Duration(Decimal(n), "wd"), st.integers(0, 7)),
    st.builds(lambda n: Duration(Decimal(n), "mo"), st.integers(0, 2)),
)
