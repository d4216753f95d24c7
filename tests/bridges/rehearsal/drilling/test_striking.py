"""A drill adds matters and takes people away, alike for every alternative, and exactly so."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from commongrid.bridges.rehearsal.drilling import (
    _never_below_nobody,
    days_of,
    read_courses,
    strike,
    strike_people,
    strike_staff,
)
from commongrid.bridges.rehearsal.people import ADDED, draw_people
from commongrid.bridges.rehearsal.plans import Alternative, Drill, Plan, Shock
from commongrid.bridges.rehearsal.practice import Arrivals, Estimate, Known, Practice
from commongrid.charter.schema import Mark
from commongrid.engines.rehearsal.model import Staff

ZONE = "Asia/Shanghai"
GRIDS = {"/1/a/01/": 0.4, "/1/a/02/": 0.2, "/1/b/01/": 0.3, "/1/b/02/": 0.1}
POOLS = (
    *(("grid_worker", grid) for grid in GRIDS),
    ("community", "/1/a/"),
    ("community", "/1/b/"),
    ("desk", "/1/"),
)


def value(number):
    return Estimate(value=number, low=number, high=number, cases=0, known=Known.ASSUMED)


PRACTICE = Practice(
    place="/1/",
    from_on="2026-01-01",
    until_on="2027-01-01",
    arrivals=tuple(
        Arrivals(type=code, a_year=value(rate), flags={"urgent": value(0.1)})
        for code, rate in (("A01", 2000), ("F01", 1500), ("F05", 500))
    ),
    steps=(),
    week=(1 / 168,) * 168,
    year=(1.0,) * 12,
    grids=GRIDS,
    staff={},
    travel_s={},
)
PLAN = Plan(
    place="/1/",
    from_on="2026-03-01",
    until_on="2026-04-30",
    alternatives=(Alternative(name="as it is"),),
    shock=Shock(drill=Drill.OUTBREAK, from_on="2026-03-10", until_on="2026-04-10"),
)
SERVERS = np.array([1, 1, 1, 1, 3, 2, 5], np.int64)
NONE = np.zeros(0, np.int64)
STAFF = Staff(
    calendars=(),
    pool_servers=SERVERS,
    pool_calendar=np.zeros(7, np.int64),
    pool_order=np.zeros(7, np.int64),
    holder_base=NONE,
    holder_level=NONE,
    area=NONE.reshape(0, 0),
    travel=NONE,
    change_at=NONE,
    change_pool=NONE,
    change_by=NONE,
)


def plan(**shock):
    return replace(PLAN, shock=replace(PLAN.shock, **shock))


def people(plan=PLAN, replication=0):
    first, last = date(2026, 3, 1), date(2026, 4, 30)
    return draw_people(PRACTICE, plan, replication, zone=ZONE, from_on=first, until_on=last)


def struck(plan=PLAN, replication=0):
    return strike_people(people(plan, replication), PRACTICE, plan, replication, zone=ZONE)


def rows(found):
    names = zip(found.grid.tolist(), found.type.tolist(), strict=True)
    told = [(found.grids[grid], found.types[type_]) for grid, type_ in names]
    return list(zip(found.key.tolist(), found.at.tolist(), told, found.flags, strict=True))


def on_day(staff, at):
    there = staff.pool_servers.copy()
    is_before = staff.change_at <= at
    np.add.at(there, staff.change_pool[is_before], staff.change_by[is_before])
    return there.tolist()


def noon(day):
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    moment = datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(ZONE))
    return int(moment.timestamp() * 1_000_000)


def test_there_is_a_course_for_every_drill_and_each_row_says_what_it_is():
    courses = read_courses()
    assert set(courses) == set(Drill) - {Drill.NONE}
    for course in courses.values():
        assert course.name.zh
        assert course.name.en
        assert 0 <= course.absent < 1
        assert any(one.about in ("times", "share") for one in course.brings)
        for one in course.brings:
            assert one.mark is Mark.PROPOSAL  # no public count by type was found
            assert one.value >= (1 if one.about == "times" else 0)


def test_a_course_rises_stays_and_falls():
    course = read_courses()[Drill.OUTBREAK]
    heights = [course.height(day, 31) for day in range(31)]
    top = heights.index(1.0)
    assert heights[: top + 1] == sorted(heights[: top + 1])
    assert heights[top:] == sorted(heights[top:], reverse=True)
    assert min(heights) > 0
    assert sum(height == 1.0 for height in heights) == 6


def test_ordinary_matters_stay_as_they_were_and_the_others_have_numbers_of_their_own():
    before, after = people(), struck()
    told = rows(after)
    assert [row for row in told if row[0] < ADDED] == rows(before)
    added = [row for row in told if row[0] >= ADDED]
    assert len({row[0] for row in added}) == len(added) > 300
    first, last = days_of(PLAN)
    assert {row[2][1] for row in added} == {"J06", "F01", "F05", "A01"}
    assert noon(first.isoformat()) - 13 * 3_600_000_000 < min(row[1] for row in added)
    assert max(row[1] for row in added) < noon(last.isoformat())
    assert after.at.tolist() == sorted(after.at.tolist())


def test_as_many_are_added_as_the_table_says():
    course = read_courses()[Drill.OUTBREAK]
    weeks = sum(course.height(day, 31) for day in range(31)) / 7
    expected = 4000 * 1.5 / (365.25 / 7) * weeks
    found = [
        np.sum(s.type == s.types.index("J06")) for s in (struck(replication=n) for n in range(8))
    ]
    assert np.mean(found) == pytest.approx(expected, rel=0.05)


def test_only_the_struck_areas_are_struck():
    after = struck(plan(areas=("/1/a/",)))
    assert {row[2][0] for row in rows(after) if row[0] >= ADDED} == {"/1/a/01/", "/1/a/02/"}
    with pytest.raises(ValueError, match="no grid lies in /9/"):
        struck(plan(areas=("/9/",)))


def test_without_a_drill_or_strength_nothing_changes():
    calm = people()
    for none in (plan(drill=Drill.NONE), plan(strength=0.0)):
        assert strike_people(calm, PRACTICE, none, 0, zone=ZONE) is calm
    assert strike_staff(STAFF, POOLS, PRACTICE, plan(), 0, zone=ZONE) is STAFF
    gone = plan(drill=Drill.NONE, absent=0.5)
    assert strike_staff(STAFF, POOLS, PRACTICE, gone, 0, zone=ZONE) is STAFF


def test_the_same_again_and_another_in_another_replication():
    assert rows(struck()) == rows(struck())
    assert rows(struck()) != rows(struck(replication=1))


def test_the_share_that_is_away_is_away_and_comes_back():
    away = strike_staff(STAFF, POOLS, PRACTICE, plan(absent=0.5), 3, zone=ZONE)
    assert on_day(away, noon("2026-03-09")) == SERVERS.tolist()
    during = on_day(away, noon("2026-03-20"))
    assert sum(during[:4]) == 2  # of four at the grids
    assert sum(during[4:6]) == 3  # of five at the communities: half to even
    assert during[6] == 3
    assert on_day(away, noon("2026-04-10")) == SERVERS.tolist()


def test_the_same_posts_are_away_when_another_alternative_has_more_posts():
    more = replace(STAFF, pool_servers=SERVERS + np.array([0, 0, 0, 0, 0, 0, 5]))
    one = on_day(
        strike_staff(STAFF, POOLS, PRACTICE, plan(absent=0.5), 3, zone=ZONE), noon("2026-03-20")
    )
    other = on_day(
        strike_staff(more, POOLS, PRACTICE, plan(absent=0.5), 3, zone=ZONE), noon("2026-03-20")
    )
    assert one[:6] == other[:6]


def test_neighbours_lend_by_days_within_their_community_and_nobody_is_lost():
    helped = plan(absent=0.5, neighbours_help=True)
    lent = strike_staff(STAFF, POOLS, PRACTICE, helped, 3, zone=ZONE)
    alone = strike_staff(STAFF, POOLS, PRACTICE, plan(absent=0.5), 3, zone=ZONE)
    days = [f"2026-03-{n}" for n in range(10, 31)]
    shares = np.array([on_day(lent, noon(day)) for day in days])
    fixed = on_day(alone, noon(days[0]))
    for members in ([0, 1], [2, 3]):
        assert set(shares[:, members].sum(axis=1)) == {sum(fixed[m] for m in members)}
    assert shares[:, 4:].tolist() == [fixed[4:]] * len(days)
    assert on_day(lent, noon("2026-04-10")) == SERVERS.tolist()
    assert shares[:, :4].min() >= 0
    total = shares[:, [0, 1]].sum()
    assert shares[:, 0].sum() / total == pytest.approx(
        2 / 3, abs=0.05
    )  # 0.4 and 0.2 of the matters


def test_struck_grids_are_lent_more():
    helped = plan(neighbours_help=True, areas=("/1/b/02/",))
    lent = strike_staff(STAFF, POOLS, PRACTICE, helped, 0, zone=ZONE)
    days = [on_day(lent, noon(f"2026-03-{n}")) for n in range(20, 26)]
    assert sum(day[3] for day in days) > 6  # more than its own one a day
    assert all(day[2] + day[3] == 2 for day in days)


def test_never_fewer_than_nobody():
    staff = replace(
        STAFF,
        pool_servers=np.array([2], np.int64),
        change_at=np.array([1, 2, 3, 4], np.int64),
        change_pool=np.zeros(4, np.int64),
        change_by=np.array([-1, -2, 1, 2], np.int64),
    )
    held = _never_below_nobody(staff)
    assert (2 + np.cumsum(held.change_by)).tolist() == [1, 0, 0, 2]


def test_strike_does_both():
    both = plan(absent=0.3)
    found, staff = strike(people(), STAFF, POOLS, PRACTICE, both, 2, zone=ZONE)
    assert rows(found) == rows(strike_people(people(), PRACTICE, both, 2, zone=ZONE))
    assert len(staff.change_at) > 0


def test_a_drill_without_a_day_is_refused():
    with pytest.raises(ValueError, match="has no day"):
        days_of(plan(until_on="2026-03-10"))
