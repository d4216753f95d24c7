"""The clock of the arrays against the kernel's, with any pauses."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines.rehearsal import clock
from commongrid.engines.rehearsal.words import NEVER, Span
from commongrid.kernel.workcalendar import from_micros, to_micros
from commongrid.kernel.worktime import due_at, parse_duration
from tests.engines.rehearsal.models import DAY, random_model, year
from tests.support.flows import real

UNITS = {"h": Span.HOURS, "wh": Span.WORK_HOURS, "d": Span.DAYS, "wd": Span.WORKDAYS,
         "mo": Span.MONTHS}  # fmt: skip
SPANS = ("0h", "2h", "0.167h", "24h", "0wh", "4wh", "30wh", "0d", "1d", "7d", "0wd", "1wd", "10wd",
         "1mo", "3mo")  # fmt: skip
LATER = st.one_of(st.just(0), st.integers(1, 3600_000_000), st.integers(0, 30 * DAY))


def amount_of(text: str) -> tuple[int, int]:
    duration = parse_duration(text)
    unit = UNITS[duration.unit]
    is_hours = unit in (Span.HOURS, Span.WORK_HOURS)
    return unit, duration.microseconds if is_hours else duration.whole


@given(st.sampled_from(SPANS), st.integers(0, 120 * DAY), st.lists(LATER, max_size=6))
def test_due_times_are_the_kernels_whatever_the_pauses(text, start, steps):
    calendar, arrays = real("keerqin-subdistrict").calendar, year()
    began = int(arrays.midnights[0]) + start
    at, moments = began, []
    for length in steps[: len(steps) // 2 * 2]:
        at += length
        moments.append(at)
    pauses = list(zip(moments[::2], moments[1::2], strict=True))
    unit, amount = amount_of(text)
    running = clock.begin(arrays, unit, amount, began)
    for begins, ends in pauses:
        stopped = clock.pause(arrays, unit, running, begins)
        running = clock.resume(arrays, unit, stopped, begins, ends)
    wanted = due_at(
        from_micros(began), parse_duration(text), calendar,
        [(from_micros(begins), from_micros(ends)) for begins, ends in pauses],
    )  # fmt: skip
    assert wanted is not None
    assert clock.due(arrays, unit, running) == to_micros(wanted)


@given(st.integers(0, 300 * DAY))
def test_an_instant_is_open_or_before_an_opening(start):
    calendar, arrays = real("keerqin-subdistrict").calendar, year()
    at = int(arrays.midnights[0]) + start
    local = from_micros(at).astimezone(calendar.zone)
    periods = [(to_micros(a), to_micros(b)) for a, b in calendar.periods(local.date())]
    assert clock.is_open(arrays, at) == any(a <= at < b for a, b in periods)
    opening = clock.next_opening(arrays, at)
    assert opening > at
    assert clock.worked(arrays, opening) == clock.worked(arrays, at) or clock.is_open(arrays, at)


def test_months_end_as_in_the_kernel_on_every_day_of_the_first_half():
    calendar, arrays = real("keerqin-subdistrict").calendar, year()
    for ended, _ in pairwise(arrays.midnights[:200]):
        wanted = due_at(
            from_micros(int(ended)) + timedelta(hours=5), parse_duration("1mo"), calendar
        )
        running = clock.begin(arrays, Span.MONTHS, 1, int(ended) + 5 * 3600_000_000)
        assert clock.due(arrays, Span.MONTHS, running) == to_micros(wanted)


@cache
def fast_clock() -> Any:
    """The compiled clock over the calendar of a random model: begin, pause, resume, due."""
    numba = pytest.importorskip("numba", reason="numba is not installed")
    from commongrid.engines.rehearsal.core import clock as fast
    from commongrid.engines.rehearsal.core.packing import memory_of

    @numba.njit
    def life_of_a_span(worlds, unit, amount, began, begins, ends):
        w = worlds[0]
        running = fast.begin(w, unit, amount, began)
        stopped = fast.paused(w, unit, running[0], running[1], begins)
        resumed = fast.resumed(w, unit, stopped[0], stopped[1], begins, ends)
        return running, stopped, resumed, fast.due_of(w, unit, resumed[0], resumed[1])

    memory = memory_of(*random_model(1))
    return lambda *given: life_of_a_span(memory.world, *given)


@given(st.sampled_from(SPANS), st.integers(0, 120 * DAY), LATER, LATER)
def test_the_compiled_clock_is_the_same(text, start, before, during):
    arrays = year()
    unit, amount = amount_of(text)
    began = int(arrays.midnights[0]) + start
    begins, ends = began + before, began + before + during
    running = clock.begin(arrays, unit, amount, began)
    stopped = clock.pause(arrays, unit, running, begins)
    resumed = clock.resume(arrays, unit, stopped, begins, ends)
    due = clock.due(arrays, unit, resumed)
    found = fast_clock()(int(unit), amount, began, begins, ends)
    assert found == (running, stopped, resumed, due)


def test_what_begins_after_the_calendar_ends_is_never_due():
    arrays = year()
    for at in (int(arrays.midnights[-1]), int(arrays.midnights[-1]) + DAY):
        for unit in (Span.DAYS, Span.WORKDAYS, Span.MONTHS):
            running = clock.begin(arrays, unit, 1, at)
            assert clock.due(arrays, unit, running) == NEVER
            assert fast_clock()(int(unit), 1, at, at, at)[3] == NEVER
