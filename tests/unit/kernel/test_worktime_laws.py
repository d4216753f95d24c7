"""The clock against the slow oracle, and the laws it must keep whatever the calendar."""

from datetime import UTC, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from commongrid.kernel.worktime import (
    Duration,
    LightTimes,
    due_at,
    light_times,
    remaining,
    used_share,
)
from tests.unit.kernel import oracle
from tests.unit.kernel.laws import calendars, durations, lawful, moments, pauses_near, starts


def _order(due):
    return float("inf") if due is None else due.timestamp()


@lawful()
@given(data=st.data(), calendar=calendars(), start=starts, duration=durations)
def test_due_is_what_the_oracle_finds(data, calendar, start, duration):
    pauses = data.draw(pauses_near(start))
    due = due_at(start, duration, calendar, pauses)
    assert due == oracle.due_at(start, duration, calendar, pauses)
    assert due is None or due.tzinfo is UTC


@lawful()
@given(
    data=st.data(),
    calendar=calendars(),
    start=starts,
    duration=durations,
    later=st.integers(0, 1000),
)
def test_used_and_left_are_what_the_oracle_counts(data, calendar, start, duration, later):
    assume(duration.amount > 0)
    pauses = data.draw(pauses_near(start, may_stay_open=False))
    now = start + later * oracle.QUARTER
    used = oracle.ran(start, now, duration.unit, calendar, pauses)
    due = oracle.due_at(start, duration, calendar, pauses)
    whole = oracle.ran(start, due, duration.unit, calendar, pauses)
    assert used_share(start, now, duration, calendar, pauses) == used / whole
    assert remaining(start, now, duration, calendar, pauses) == whole - used


@lawful()
@given(data=st.data(), calendar=calendars(), start=starts, duration=durations)
def test_an_open_pause_counts_as_ending_now(data, calendar, start, duration):
    begins_at = start + data.draw(st.integers(-96, 400)) * oracle.QUARTER
    now = start + data.draw(st.integers(0, 800)) * oracle.QUARTER
    still_open, ended = [(begins_at, None)], [(begins_at, max(begins_at, now))]
    for measure in (used_share, remaining):
        assert measure(start, now, duration, calendar, still_open) == measure(
            start, now, duration, calendar, ended
        )


@lawful()
@given(
    data=st.data(),
    calendar=calendars(),
    start=moments,
    duration=durations,
    later=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_a_later_start_is_never_due_earlier(data, calendar, start, duration, later):
    # Months are the exception: after a pause the 30th and the 31st of January, both due on the
    # last of February, may change places (worktime README).
    pauses = [] if duration.unit == "mo" else data.draw(pauses_near(start))
    early = due_at(start, duration, calendar, pauses)
    late = due_at(start + later, duration, calendar, pauses)
    assert _order(early) <= _order(late)


@lawful()
@given(
    data=st.data(),
    calendar=calendars(),
    start=moments,
    duration=durations,
    more=st.integers(0, 9),
)
def test_a_longer_duration_is_never_due_earlier(data, calendar, start, duration, more):
    pauses = data.draw(pauses_near(start))
    longer = Duration(duration.amount + more, duration.unit)
    assert _order(due_at(start, duration, calendar, pauses)) <= _order(
        due_at(start, longer, calendar, pauses)
    )


@lawful()
@given(data=st.data(), calendar=calendars(), start=moments, duration=durations)
def test_one_more_pause_never_makes_it_due_earlier(data, calendar, start, duration):
    pauses = data.draw(pauses_near(start))
    more = data.draw(pauses_near(start))
    assert _order(due_at(start, duration, calendar, pauses)) <= _order(
        due_at(start, duration, calendar, pauses + more)
    )


@lawful()
@given(data=st.data(), calendar=calendars(), start=moments, duration=durations)
def test_pauses_may_come_in_any_order_and_in_pieces(data, calendar, start, duration):
    pauses = data.draw(pauses_near(start))
    pieces = []
    for begins_at, ends_at in pauses:
        middle_at = begins_at + timedelta(hours=5, microseconds=1)
        if ends_at is None or middle_at < ends_at:
            pieces += [(middle_at, ends_at), (begins_at, middle_at)]
        else:
            pieces.append((begins_at, ends_at))
    shuffled = data.draw(st.permutations(pieces))
    assert due_at(start, duration, calendar, pauses) == due_at(start, duration, calendar, shuffled)


@lawful()
@given(data=st.data(), calendar=calendars(), start=moments, duration=durations)
def test_all_of_the_limit_is_used_when_it_is_due(data, calendar, start, duration):
    assume(duration.amount > 0)
    pauses = data.draw(pauses_near(start, may_stay_open=False))
    due = due_at(start, duration, calendar, pauses)
    assert due > start
    assert used_share(start, due, duration, calendar, pauses) == 1
    assert remaining(start, due, duration, calendar, pauses) == timedelta()
    if duration.unit in ("h", "wh"):
        just_before = due - timedelta(microseconds=1)
        assert used_share(start, just_before, duration, calendar, pauses) < 1


@lawful()
@given(data=st.data(), calendar=calendars(), start=moments, duration=durations)
def test_lights_go_on_in_order_and_never_after_the_due_instant(data, calendar, start, duration):
    pauses = data.draw(pauses_near(start))
    due = due_at(start, duration, calendar, pauses)
    lights = light_times(start, duration, calendar, pauses)
    if due is None:
        assert lights == LightTimes(None, None, None)
    elif lights.blue_at is None:
        assert lights.yellow_at is None
        assert start <= lights.red_at <= due
    else:
        assert start <= lights.blue_at <= lights.yellow_at <= lights.red_at <= due


@lawful()
@given(
    data=st.data(),
    calendar=calendars(),
    start=moments,
    unit=st.sampled_from(["h", "wh", "d", "wd", "mo"]),
    amount=st.integers(3, 40),
)
def test_without_hour_values_each_light_means_its_share(data, calendar, start, unit, amount):
    duration = Duration(Decimal(amount), unit)
    pauses = data.draw(pauses_near(start, may_stay_open=False))
    lights = light_times(start, duration, calendar, pauses, hours_apply_over_h=10**6)
    assume(lights.blue_at is not None)
    for share, at in ((0.5, lights.blue_at), (0.75, lights.yellow_at), (0.9, lights.red_at)):
        assert abs(used_share(start, at, duration, calendar, pauses) - share) < 1e-6
