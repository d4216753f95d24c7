"""Plans to start from: an empty one of a place, and four questions that places ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from commongrid.bridges.rehearsal.plans import (
    Alternative,
    ClockChange,
    Drill,
    LimitChange,
    Plan,
    Shock,
    StaffChange,
)
from commongrid.charter import Compiled
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.stories.rehearsing.calm import beside_calm

WEEKS = 4
TAIL = timedelta(days=14)  # what is raised last is watched on; holidays should be known there too
HEATING, HEATING_LIMIT = "供热", "12h"
ACCEPT = "0.5wh"
NOW = Text(zh="现状", en="as it is")

Change = Callable[[Plan, Compiled, str, datetime, str], Plan | None]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to start from; ``change`` makes a plan of it, or None where it makes no sense."""

    name: Text
    say: Text
    change: Change


def starting_plan(path: str, at: datetime, question: str = "", lang: str = "zh") -> Plan:
    """A plan of four weeks on the charter in force, changed as a question asks.

    ``lang``: in which the alternatives are named. Raises: NoCharterError; KeyError for a question
    there is not; ValueError where the place's charter has nothing to ask about.
    """
    compiled = places.charter_in_force(path, at)[1]
    first, until = _period(compiled, at)
    plan = Plan(
        place=path,
        from_on=first.isoformat(),
        until_on=until.isoformat(),
        alternatives=(Alternative(name=NOW.in_(lang)),),
    )
    if not question:
        return plan
    asked = QUESTIONS[question]
    made = asked.change(plan, compiled, path, at, asked.name.in_(lang))
    if made is None:
        message = f"{question}: the charter or the posts of {path} have nothing of the kind"
        raise ValueError(message)
    return beside_calm(replace(made, note=asked.name), lang)


def list_questions(path: str, at: datetime) -> tuple[tuple[str, Question], ...]:
    """The questions that make sense for a place. Raises: NoCharterError."""
    found = []
    for key, question in QUESTIONS.items():
        try:
            starting_plan(path, at, key)
        except ValueError:
            continue
        found.append((key, question))
    return tuple(found)


def _period(compiled: Compiled, at: datetime) -> tuple[date, date]:
    """From the coming Monday, or as late as the charter's calendar is known."""
    today = at.astimezone(compiled.calendar.zone).date()
    first = today + timedelta(days=7 - today.weekday())
    if compiled.calendar.covers is not None:
        first = min(first, compiled.calendar.covers[1] - TAIL - timedelta(weeks=WEEKS))
    return first, first + timedelta(weeks=WEEKS)


def _heating(plan: Plan, compiled: Compiled, _path: str, _at: datetime, name: str) -> Plan | None:
    types = {code for code, row in compiled.charter.types.items() if HEATING in row.name.zh}
    # The general limits only: where a case has a shorter one, it stays.
    limits = tuple(
        LimitChange(type=row.type, milestone=row.milestone, duration=HEATING_LIMIT)
        for row in compiled.charter.limits
        if row.type in types and not row.case and row.milestone != "first_answer"
    )
    return _beside(plan, Alternative(name=name, limits=limits)) if limits else None


def _ill(plan: Plan, _compiled: Compiled, path: str, at: datetime, name: str) -> Plan | None:
    until = (date.fromisoformat(plan.from_on) + timedelta(days=14)).isoformat()
    staff = tuple(
        StaffChange(
            holder="grid_worker", change=-1, area=grid.path, from_on=plan.from_on, until_on=until
        )
        for grid in places.list_grids(path, at)[:2]
    )
    return _beside(plan, Alternative(name=name, staff=staff)) if len(staff) == 2 else None


def _accept(plan: Plan, compiled: Compiled, _path: str, _at: datetime, name: str) -> Plan | None:
    clocks = tuple(
        ClockChange(clock=clock, duration=ACCEPT)
        for clock in ("accept", "objection")
        if clock in compiled.charter.clocks
    )
    return _beside(plan, Alternative(name=name, clocks=clocks)) if clocks else None


def _outbreak(plan: Plan, _compiled: Compiled, _path: str, _at: datetime, name: str) -> Plan | None:
    struck = replace(plan.alternatives[0], name=name)
    return replace(plan, alternatives=(struck,), shock=Shock(drill=Drill.OUTBREAK))


def _beside(plan: Plan, other: Alternative) -> Plan:
    return replace(plan, alternatives=(*plan.alternatives, other))


QUESTIONS: Mapping[str, Question] = {
    "heating": Question(
        Text(zh="供热十二小时", en="Heating in 12 hours"),
        Text(
            zh="供热不足的事项改为十二小时办结，会怎样？",
            en="What if insufficient heating had to be mended within 12 hours?",
        ),
        _heating,
    ),
    "ill": Question(
        Text(zh="两名网格员病假", en="Two grid workers ill"),
        Text(
            zh="两个网格的网格员各缺岗两周，会怎样？",
            en="What if the workers of two grids were away for two weeks?",
        ),
        _ill,
    ),
    "accept": Question(
        Text(zh="半小时受理", en="Accepted in 30 minutes"),
        Text(
            zh="受理和单位异议都限半个工作小时，会怎样？",
            en="What if desks and departments had half a working hour to accept or object?",
        ),
        _accept,
    ),
    "outbreak": Question(
        Text(zh="疫情来了", en="An outbreak"),
        Text(
            zh="疫情使送药、就医的求助增到三倍，会怎样？",
            en="What if an outbreak tripled the requests for medicine and doctors?",
        ),
        _outbreak,
    ),
}
