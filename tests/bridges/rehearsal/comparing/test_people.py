"""The same people for every charter: drawn once, as often and when the practice says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from commongrid.bridges.rehearsal.people import (
    ADDED,
    WEEKS_A_YEAR,
    People,
    draw_people,
    merged,
    no_people,
)
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.kernel.workcalendar import from_micros
from tests.support.rehearsal import GRIDS, measured, sample_plan, sample_practice

TONGLIAO = "Asia/Shanghai"


def drawn(practice: Practice | None = None, replication: int = 0, **more: Any) -> People:
    given = {"zone": TONGLIAO, "from_on": date(2026, 3, 1), "until_on": date(2026, 4, 1)} | more
    plan = given.pop("plan", sample_plan())
    return draw_people(practice or sample_practice(), plan, replication, **given)


def of_type(people: People, code: str) -> list[list[int]]:
    chosen = people.type == people.types.index(code)
    arrays = (people.at, people.key, people.grid, people.flags)
    return [values[chosen].tolist() for values in arrays]


def all_of(people: People) -> list[list[int]]:
    arrays = (people.at, people.key, people.grid, people.type, people.flags)
    return [values.tolist() for values in arrays]


def rates(**a_year: float) -> Practice:
    practice = sample_practice()
    return replace(
        practice,
        arrivals=tuple(
            replace(one, a_year=measured(a_year[one.type])) if one.type in a_year else one
            for one in practice.arrivals
        ),
    )


def test_the_same_again_and_another_replication_is_other_people() -> None:
    assert all_of(drawn()) == all_of(drawn())
    assert all_of(drawn()) != all_of(drawn(replication=1))
    assert all_of(drawn()) != all_of(drawn(plan=replace(sample_plan(), seed=7)))


def test_the_draws_are_these() -> None:
    """Written down once: a change here makes every stored rehearsal another one."""
    people = drawn()
    assert len(people) == 129
    assert people.at[:3].tolist() == [1772343022532360, 1772347656748315, 1772349634911554]
    assert people.grid[:8].tolist() == [8, 3, 7, 4, 2, 5, 5, 5]


def test_one_types_people_do_not_move_when_anothers_rate_changes() -> None:
    before, after = drawn(), drawn(rates(B03=9000.0))
    assert len(after) > len(before)
    assert of_type(before, "A01") == of_type(after, "A01")
    assert of_type(before, "C02") == of_type(after, "C02")
    assert of_type(before, "B03") != of_type(after, "B03")


def test_flags_do_not_move_anything_else() -> None:
    practice = sample_practice()
    first = replace(practice.arrivals[0], flags={"urgent": measured(0.5)})
    other = replace(practice, arrivals=(first, *practice.arrivals[1:]))
    before, after = drawn(), drawn(other)
    assert before.at.tolist() == after.at.tolist()
    assert before.grid.tolist() == after.grid.tolist()
    assert before.flags.tolist() != after.flags.tolist()
    assert of_type(before, "B03") == of_type(after, "B03")


def test_as_many_as_the_practice_says() -> None:
    """Over 300 replications of a plain week, within four standard errors."""
    flat = replace(rates(A01=1000.0), week=(1 / 168,) * 168, year=(1.0,) * 12)
    span = {"from_on": date(2026, 3, 2), "until_on": date(2026, 3, 9)}
    counts = [len(of_type(drawn(flat, n, **span), "A01")[0]) for n in range(300)]
    mean = 1000 / WEEKS_A_YEAR
    assert np.mean(counts) == pytest.approx(mean, abs=4 * sqrt(mean / 300))
    assert np.var(counts) == pytest.approx(mean, rel=0.4)
    twice = replace(sample_plan(), demand=2.0)
    doubled = [len(of_type(drawn(flat, n, plan=twice, **span), "A01")[0]) for n in range(300)]
    assert np.mean(doubled) == pytest.approx(2 * mean, abs=4 * sqrt(2 * mean / 300))


def test_the_hours_of_the_week_and_the_months_are_local() -> None:
    """All on Tuesday from 9 to 10, thrice as many in April: in Tongliao and in Boston."""
    week = tuple(float(n == 24 + 9) for n in range(168))
    year = tuple(3.0 if month == 3 else 1.0 for month in range(12))
    practice = replace(rates(A01=200_000.0), week=week, year=year)
    for zone in (TONGLIAO, "America/New_York"):
        people = drawn(practice, zone=zone, from_on=date(2026, 3, 3), until_on=date(2026, 4, 28))
        local = [from_micros(at).astimezone(ZoneInfo(zone)) for at in people.at[::50].tolist()]
        assert {(at.weekday(), at.hour) for at in local} == {(1, 9)}
        assert {at.minute // 10 for at in local} == set(range(6))
        whole = [from_micros(at).astimezone(ZoneInfo(zone)).month for at in people.at.tolist()]
        assert whole.count(4) / whole.count(3) == pytest.approx(3 * 3 / 5, rel=0.06)


def test_an_hour_that_the_clock_skips_has_nobody() -> None:
    flat = replace(rates(A01=400_000.0), week=(1 / 168,) * 168, year=(1.0,) * 12)
    zone, day = "America/New_York", date(2026, 3, 8)
    people = drawn(flat, zone=zone, from_on=day, until_on=day + timedelta(days=1))
    local = [from_micros(at).astimezone(ZoneInfo(zone)) for at in people.at.tolist()]
    hours = [at.hour for at in local]
    assert 2 not in hours
    assert hours.count(3) / hours.count(5) == pytest.approx(1, abs=0.5)
    assert {at.date() for at in local} == {day}


def test_grids_are_chosen_by_their_share() -> None:
    shares = {grid: (0.55 if n == 0 else 0.05) for n, grid in enumerate(GRIDS)}
    people = drawn(replace(rates(A01=60_000.0), grids=shares))
    counts = np.bincount(people.grid, minlength=len(GRIDS))
    assert people.grids == tuple(sorted(GRIDS))
    assert counts[0] / len(people) == pytest.approx(0.55, abs=0.03)
    assert counts[1:].min() > 0


def test_they_come_in_order_within_their_days() -> None:
    people = drawn()
    assert (np.diff(people.at) >= 0).all()
    first = datetime(2026, 3, 1, tzinfo=ZoneInfo(TONGLIAO)).timestamp() * 1e6
    last = datetime(2026, 4, 1, tzinfo=ZoneInfo(TONGLIAO)).timestamp() * 1e6
    assert first <= people.at[0]
    assert people.at[-1] < last
    assert (people.key < ADDED).all()


def test_whom_a_drill_adds_keeps_the_others_as_they_were() -> None:
    people = drawn()
    practice = sample_practice()
    added = replace(
        no_people(practice),
        at=people.at[:5] + 1,
        key=ADDED + np.arange(5),
        grid=people.grid[:5],
        type=people.type[:5],
        flags=people.flags[:5],
    )
    both = merged([people, added])
    kept = both.key < ADDED
    assert both.at[kept].tolist() == people.at.tolist()
    assert len(both) == len(people) + 5
    with pytest.raises(ValueError, match="one key"):
        merged([people, people])


def test_flags_have_their_names() -> None:
    people = drawn(rates(B03=20_000.0))
    assert people.flag_names == ("danger", "urgent")
    found = [people.flags_of(bits) for bits in of_type(people, "B03")[3]]
    share = sum(flags == {"danger"} for flags in found) / len(found)
    assert share == pytest.approx(0.08, abs=0.03)
    assert people.flags_of(3) == {"danger", "urgent"}
