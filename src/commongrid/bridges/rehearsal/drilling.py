"""A drill: matters that come on top, and people who are away or lend a hand.

Every alternative meets the same drill. What is added has numbers of its own, so the ordinary
matters keep their draws, and a drill of strength 0 changes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.people import (
    ADDED,
    WEEKS_A_YEAR,
    People,
    draw_people,
    merged,
    stream,
)
from commongrid.bridges.rehearsal.plans import Drill, Plan, Shock
from commongrid.bridges.rehearsal.practice import Arrivals, Estimate, Known, Practice
from commongrid.charter.schema import Mark
from commongrid.engines.rehearsal.model import Ints, Staff
from commongrid.kernel.text import Text
from commongrid.kernel.workcalendar import first_instant, to_micros

Floats = npt.NDArray[np.float64]
Pools = Sequence[tuple[str, str]]
"""Holder and area path of each pool, in the order of ``Staff.pool_servers``."""
_TABLE = Path(__file__).with_name("drills.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brings:
    """One thing a drill brings. ``about``: times | share | absent; ``what``: a type, or ``*``."""

    about: str
    what: str
    value: float
    words: Text
    source: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A drill as data. Units: ``rise``, ``top`` and ``fall`` in days, scaled to the plan's days."""

    drill: Drill
    name: Text
    rise: float
    top: float
    fall: float
    source: str
    mark: Mark
    brings: tuple[Brings, ...]

    @property
    def absent(self) -> float:
        """The share of staff away that is suggested; the planner sets it."""
        return next((one.value for one in self.brings if one.about == "absent"), 0.0)

    def height(self, day: int, days: int) -> float:
        """How high it stands on this day of so many: 0 to 1, the middle of the day counts."""
        at = (day + 0.5) / days * (self.rise + self.top + self.fall)
        if at < self.rise:
            return at / self.rise
        left = self.rise + self.top + self.fall - at
        return min(1.0, left / self.fall)


@lru_cache(maxsize=1)
def read_courses() -> Mapping[Drill, Course]:
    """All drills of drills.csv. Raises: ValueError, KeyError for a table that is not one."""
    lines = [x for x in _TABLE.read_text("utf-8").splitlines() if x and not x.startswith("#")]
    rows = list(csv.DictReader(lines, strict=True))
    return {Drill(row["drill"]): _course(row, rows) for row in rows if row["about"] == "shape"}


def strike(
    people: People,
    staff: Staff,
    pools: Pools,
    practice: Practice,
    plan: Plan,
    replication: int,
    *,
    zone: str,
) -> tuple[People, Staff]:
    """What one replication becomes when the plan's shock strikes it."""
    struck = strike_people(people, practice, plan, replication, zone=zone)
    return struck, strike_staff(staff, pools, practice, plan, replication, zone=zone)


def strike_people(
    people: People, practice: Practice, plan: Plan, replication: int, *, zone: str
) -> People:
    """The people, and those the drill adds; without a drill the same people."""
    course = read_courses().get(plan.shock.drill)
    if course is None or plan.shock.strength <= 0:
        return people
    added = [one for one in _added_arrivals(course, practice, plan) if one.a_year.value > 0]
    base = _with_types(people, tuple(one.type for one in added))
    first, last = days_of(plan)
    calm = replace(
        practice,
        arrivals=tuple(replace(a, a_year=_assumed(0.0)) for a in _known_arrivals(base)),
        year=(1.0,) * len(practice.year),
    )
    more = replace(calm, arrivals=_laid_over(calm.arrivals, added), grids=_struck(practice, plan))
    # a seed of its own: the drill's draws follow no ordinary matter's
    drawn = draw_people(
        more,
        replace(plan, seed=-1 - plan.seed),
        replication,
        zone=zone,
        from_on=first,
        until_on=last,
    )
    if not len(drawn):
        return base
    kept = _kept(drawn, course, plan, replication, zone)
    keys = ADDED + np.arange(len(kept), dtype=np.int64)
    return merged([base, replace_key(kept, keys)])


def strike_staff(
    staff: Staff, pools: Pools, practice: Practice, plan: Plan, replication: int, *, zone: str
) -> Staff:
    """The staff with those who are away, and lent by days within a community where asked for.

    Who is away is drawn for each holder, the same in every alternative as far as the posts are the
    same. Lending: at each midnight of the drill the grid posts of a community that are there
    are divided among its grids by what is expected there; what a grid lacks one day it is owed
    the next, so over the days each has its share. Nobody leaves the community.
    """
    shock = plan.shock
    if shock.drill is Drill.NONE or not (shock.absent > 0 or shock.neighbours_help):
        return staff
    first, last = days_of(plan)
    nights = [midnight(first + timedelta(days=n), zone) for n in range((last - first).days + 1)]
    there = _servers_at(staff, nights[0])
    present = there - _away(there, pools, plan, replication)
    days = np.repeat(present[None, :], len(nights) - 1, axis=0)
    if shock.neighbours_help:
        _lend(days, pools, practice, plan)
    return with_changes(staff, nights, there, days)


def days_of(plan: Plan) -> tuple[date, date]:
    """The first day of the drill and the day after its last: the plan's where none are named."""
    shock = plan.shock
    first = date.fromisoformat(shock.from_on or plan.from_on)
    last = date.fromisoformat(shock.until_on or plan.until_on)
    if last <= first:
        message = f"a drill from {first} until {last} has no day"
        raise ValueError(message)
    return first, last


def is_struck(path: str, shock: Shock) -> bool:
    """Whether an area lies in one that is struck."""
    return not shock.areas or any(is_in(path, area) for area in shock.areas)


def is_in(path: str, area: str) -> bool:
    """Whether a path is an area or lies in it; everything lies in the empty one."""
    return not area or path == area or path.startswith(area.rstrip("/") + "/")


def with_drill_types(practice: Practice, plan: Plan) -> Practice:
    """The practice with the types the plan's drill brings, so that lowering numbers them too."""
    course = read_courses().get(plan.shock.drill)
    known = {one.type for one in practice.arrivals}
    brought = [one.what for one in course.brings if one.about != "absent"] if course else []
    new = [code for code in dict.fromkeys(brought) if code not in known]
    none = [Arrivals(type=code, a_year=_assumed(0.0), flags={}) for code in new]
    return replace(practice, arrivals=(*practice.arrivals, *none)) if none else practice


def community_of(grid: str) -> str:
    """The path a grid lies in; paths are closed with a stroke, as places write them."""
    return grid.rstrip("/").rpartition("/")[0] + "/"


def replace_key(people: People, keys: Ints) -> People:
    """The same people under other numbers."""
    return replace(people, key=keys)


def _course(row: Mapping[str, str], rows: list[dict[str, str]]) -> Course:
    mine = [r for r in rows if r["drill"] == row["drill"] and r["about"] != "shape"]
    return Course(
        drill=Drill(row["drill"]),
        name=Text(row["zh"], row["en"]),
        rise=float(row["rise"]),
        top=float(row["top"]),
        fall=float(row["fall"]),
        source=row["source"],
        mark=Mark(row["mark"]),
        brings=tuple(
            Brings(
                about=r["about"],
                what=r["what"],
                value=float(r["value"]),
                words=Text(r["zh"], r["en"]),
                source=r["source"],
                mark=Mark(r["mark"]),
            )
            for r in mine
        ),
    )


def _added_arrivals(course: Course, practice: Practice, plan: Plan) -> list[Arrivals]:
    """What comes on top at the height of it, as if it were so all the year."""
    ordinary = {one.type: one for one in practice.arrivals}
    total = sum(one.a_year.value for one in practice.arrivals)
    shares = practice.grids
    reach = sum(share for grid, share in shares.items() if is_struck(grid, plan.shock))
    found = []
    for one in course.brings:
        own = ordinary.get(one.what)
        if one.about == "times" and own is not None:
            rate = (one.value - 1) * own.a_year.value
        elif one.about == "share":
            rate = one.value * total
        else:
            continue
        flags = own.flags if own is not None else {}
        value = _assumed(rate * plan.shock.strength * reach)
        found.append(Arrivals(type=one.what, a_year=value, flags=flags))
    return found


def _assumed(value: float) -> Estimate:
    return Estimate(value=value, low=value, high=value, cases=0, known=Known.ASSUMED)


def _with_types(people: People, types: tuple[str, ...]) -> People:
    """The same people with more type names: a drill may bring what nobody raises else."""
    names = tuple(sorted({*people.types, *types}))
    if names == people.types:
        return people
    place = np.array([names.index(name) for name in people.types], np.int64)
    return replace(people, type=place[people.type] if len(people) else people.type, types=names)


def _known_arrivals(people: People) -> tuple[Arrivals, ...]:
    """One for each type and flag name, so that what is drawn has the names of the others."""
    flags = dict.fromkeys(people.flag_names, _assumed(0.0))
    return tuple(Arrivals(type=name, a_year=_assumed(0.0), flags=flags) for name in people.types)


def _laid_over(calm: tuple[Arrivals, ...], added: list[Arrivals]) -> tuple[Arrivals, ...]:
    more = {one.type: one for one in added}
    return tuple(
        replace(more[one.type], flags={**one.flags, **more[one.type].flags})
        if one.type in more
        else one
        for one in calm
    )


def _struck(practice: Practice, plan: Plan) -> Mapping[str, float]:
    """Shares of the struck grids; the others have none."""
    struck = {g: s if is_struck(g, plan.shock) else 0.0 for g, s in practice.grids.items()}
    if sum(struck.values()) <= 0:
        message = f"no grid lies in {', '.join(plan.shock.areas)}"
        raise ValueError(message)
    return struck


def _kept(drawn: People, course: Course, plan: Plan, replication: int, zone: str) -> People:
    """Thinned to the height of each day."""
    first, last = days_of(plan)
    days = (last - first).days
    nights = np.array([midnight(first + timedelta(days=n), zone) for n in range(days)], np.int64)
    day = np.searchsorted(nights, drawn.at, side="right") - 1
    height = np.array([course.height(n, days) for n in range(days)])[day]
    lots = stream(plan.seed, replication, "drill").random(len(drawn))
    keep = lots < height
    fields = ("at", "key", "grid", "type", "flags")
    return replace(drawn, **{name: getattr(drawn, name)[keep] for name in fields})


def midnight(day: date, zone: str) -> int:
    return to_micros(first_instant(datetime.combine(day, time(0)), ZoneInfo(zone)))


def _servers_at(staff: Staff, at: int) -> Ints:
    there = staff.pool_servers.copy()
    is_before = staff.change_at <= at
    np.add.at(there, staff.change_pool[is_before], staff.change_by[is_before])
    return there


def _away(there: Ints, pools: Pools, plan: Plan, replication: int) -> Ints:
    """How many are away from each pool: of each holder the share, at posts that are drawn."""
    away = np.zeros(len(there), np.int64)
    for holder in sorted({holder for holder, _ in pools}):
        posts = [
            (float(lot), pool)
            for pool, (name, area) in enumerate(pools)
            if name == holder
            for lot in stream(plan.seed, replication, "away", name, area).random(int(there[pool]))
        ]
        count = round(len(posts) * min(1.0, plan.shock.absent))
        for _, pool in sorted(posts)[:count]:
            away[pool] += 1
    return away


def _lend(days: Ints, pools: Pools, practice: Practice, plan: Plan) -> None:
    """Divide the grid posts of each community anew each day, in place."""
    groups: dict[tuple[str, str], list[int]] = {}
    for pool, (holder, area) in enumerate(pools):
        if area in practice.grids:
            groups.setdefault((holder, community_of(area)), []).append(pool)
    added, total = expected(practice, plan)
    for (_, _), members in sorted(groups.items()):
        owed = np.zeros(len(members))
        for day in range(len(days)):
            weights = np.array(
                [
                    practice.grids[pools[m][1]]
                    * (total + (added[day] if is_struck(pools[m][1], plan.shock) else 0.0))
                    for m in members
                ]
            )
            days[day, members] = divided(int(days[day, members].sum()), weights, owed)


def divided(posts: int, weights: Floats, owed: Floats) -> Ints:
    """So many posts by weight; ``owed`` carries what could not be halved to the next day."""
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    owed += posts * weights / weights.sum()
    given = np.zeros(len(weights), np.int64)
    for _ in range(posts):
        most = int(np.argmax(np.round(owed - given, 9)))
        given[most] += 1
    owed -= given
    return given


def expected(practice: Practice, plan: Plan) -> tuple[Floats, float]:
    """Matters a week that each day adds at its height, and the ordinary ones."""
    first, last = days_of(plan)
    days = (last - first).days
    total = sum(one.a_year.value for one in practice.arrivals) / WEEKS_A_YEAR * plan.demand
    course = read_courses().get(plan.shock.drill)
    if course is None:
        return np.zeros(days), total
    rate = sum(one.a_year.value for one in _added_arrivals(course, practice, plan)) / WEEKS_A_YEAR
    reach = sum(s for g, s in practice.grids.items() if is_struck(g, plan.shock))
    height = [course.height(day, days) for day in range(days)]
    return np.array(height) * rate / max(reach, 1e-9), total


def with_changes(staff: Staff, nights: list[int], there: Ints, days: Ints) -> Staff:
    """The staff with these numbers on these days, and as before after the last."""
    before = np.vstack([there, days])
    after = np.vstack([days, there])
    night, pool = np.nonzero(after - before)
    by = (after - before)[night, pool]
    at = np.array(nights, np.int64)[night]
    merged_at = np.concatenate([staff.change_at, at])
    order = np.argsort(merged_at, kind="stable")
    changed = replace(
        staff,
        change_at=merged_at[order],
        change_pool=np.concatenate([staff.change_pool, pool])[order],
        change_by=np.concatenate([staff.change_by, by])[order],
    )
    return _never_below_nobody(changed)


def _never_below_nobody(staff: Staff) -> Staff:
    """Where a plan takes away posts a drill has lent or lost, nobody is there: never fewer."""
    left, debt = staff.pool_servers.copy(), np.zeros_like(staff.pool_servers)
    changes = staff.change_by.copy()
    for n, (pool, by) in enumerate(zip(staff.change_pool, staff.change_by, strict=True)):
        wanted = int(left[pool]) - int(debt[pool]) + int(by)
        now = max(0, wanted)
        changes[n] = now - left[pool]
        left[pool], debt[pool] = now, now - wanted
    return replace(staff, change_by=changes)
