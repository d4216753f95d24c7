"""The bounds of a plan: what a planner may ask for, so that an answer comes and means something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from commongrid.bridges.rehearsal.plans import Alternative, Drill, Plan, Shock
from commongrid.kernel.duration import parse_duration
from commongrid.kernel.text import Text

Fault = tuple[str, Text]
"""A field by its path (``alternatives.0.limits.1.duration``) and the rule it breaks."""

MOST_DAYS = 731
MOST_ALTERNATIVES = 6
MOST_CHANGES = 200
MOST_WORDS = 200
REPLICATIONS = (2, 1000)
DEMAND = (0.1, 20.0)
STRENGTH = (0.1, 10.0)
ABSENT = (0.0, 0.9)
NARROW = (0.0001, 0.5)
MOST_PEOPLE = 1000
HOUR_COST = (0.0, 100_000.0)
SEEDS = (0, 2**53 - 1)  # what a JSON reader anywhere keeps exactly
ORDERS = ("first_come", "class_age", "due")
YEARS = (2000, 2100)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def plan_faults(plan: Plan) -> tuple[Fault, ...]:
    """Every field that breaks a bound, with the rule."""
    return tuple(_faults(plan))


def day(words: str) -> date | None:
    """The day written as ``2026-03-01``, or nothing."""
    try:
        return date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        return None


def _faults(plan: Plan) -> Iterator[Fault]:
    yield from _filled("place", plan.place)
    yield from _period("from_on", "until_on", plan.from_on, plan.until_on, MOST_DAYS)
    yield from _between("demand", plan.demand, DEMAND)
    yield from _between("least", plan.least, REPLICATIONS)
    yield from _between("most", plan.most, REPLICATIONS)
    yield from _between("narrow", plan.narrow, NARROW)
    yield from _between("seed", plan.seed, SEEDS)
    yield from _cost(plan)
    if plan.least > plan.most:
        yield "least", Text(zh="不得多于最多次数", en="must not exceed the most replications")
    count = len(plan.alternatives)
    if not 1 <= count <= MOST_ALTERNATIVES:
        yield (
            "alternatives",
            Text(
                zh=f"须有 1 至 {MOST_ALTERNATIVES} 个方案", en=f"must be 1 to {MOST_ALTERNATIVES}"
            ),
        )
    for n, one in enumerate(plan.alternatives):
        names = [other.name for other in plan.alternatives[:n]]
        if one.name in names:
            yield f"alternatives.{n}.name", Text(zh="方案名重复", en="is the name of another one")
        for field, rule in _alternative(one, plan):
            yield f"alternatives.{n}.{field}", rule
    yield from _calm(plan)
    for field, rule in _shock(plan.shock, plan):
        yield f"shock.{field}", rule


def _alternative(one: Alternative, plan: Plan) -> Iterator[Fault]:
    yield from _filled("name", one.name)
    if len(one.charter) > MOST_WORDS:
        yield "charter", _too_long()
    if one.order not in ORDERS:
        words = ", ".join(ORDERS)
        yield "order", Text(zh=f"应是其中之一：{words}", en=f"must be one of {words}")
    for group in ("limits", "clocks", "parameters", "staff"):
        if len(getattr(one, group)) > MOST_CHANGES:
            yield (
                group,
                Text(zh=f"最多 {MOST_CHANGES} 项", en=f"must be at most {MOST_CHANGES}"),
            )
    for n, limit in enumerate(one.limits):
        yield from _filled(f"limits.{n}.type", limit.type)
        yield from _filled(f"limits.{n}.milestone", limit.milestone)
        yield from _duration(f"limits.{n}.duration", limit.duration)
    for n, clock in enumerate(one.clocks):
        yield from _filled(f"clocks.{n}.clock", clock.clock)
        yield from _duration(f"clocks.{n}.duration", clock.duration)
    for n, parameter in enumerate(one.parameters):
        yield from _filled(f"parameters.{n}.name", parameter.name)
        yield from _filled(f"parameters.{n}.value", parameter.value)
    for n, change in enumerate(one.staff):
        yield from _filled(f"staff.{n}.holder", change.holder)
        yield from _between(f"staff.{n}.change", change.change, (-MOST_PEOPLE, MOST_PEOPLE))
        yield from _part_period(f"staff.{n}.", change.from_on, change.until_on, plan)


def _cost(plan: Plan) -> Iterator[Fault]:
    """A cost is somebody's assumption: whose has to be said, for nobody here knows one."""
    yield from _between("hour_cost", plan.hour_cost, HOUR_COST)
    if len(plan.cost_source) > MOST_WORDS:
        yield "cost_source", _too_long()
    elif plan.hour_cost and not plan.cost_source.strip():
        yield (
            "cost_source",
            Text(zh="请写明这个数是谁的、哪里来的", en="must say whose figure it is"),
        )


def _calm(plan: Plan) -> Iterator[Fault]:
    """Calm is told from struck: there have to be both."""
    calm = [n for n, one in enumerate(plan.alternatives) if one.is_calm]
    for n in calm if plan.shock.is_nothing else ():
        yield (
            f"alternatives.{n}.is_calm",
            Text(zh="没有演练，也没有人缺岗：不适用", en="means nothing where nothing strikes"),
        )
    if calm and len(calm) == len(plan.alternatives) and not plan.shock.is_nothing:
        yield (
            f"alternatives.{calm[-1]}.is_calm",
            Text(zh="至少要有一个方案受冲击", en="must not be chosen for every alternative"),
        )


def _shock(shock: Shock, plan: Plan) -> Iterator[Fault]:
    yield from _between("strength", shock.strength, STRENGTH)
    yield from _between("absent", shock.absent, ABSENT)
    if len(shock.areas) > MOST_CHANGES:
        yield "areas", Text(zh=f"最多 {MOST_CHANGES} 项", en=f"must be at most {MOST_CHANGES}")
    for n, area in enumerate(shock.areas):
        yield from _filled(f"areas.{n}", area)
    if shock.drill is Drill.NONE and shock.neighbours_help:
        yield (
            "neighbours_help",
            Text(zh="没有演练时不适用", en="means nothing without a drill"),
        )
    yield from _part_period("", shock.from_on, shock.until_on, plan)


def _period(
    first: str, last: str, from_on: str, until_on: str, most: int = MOST_DAYS
) -> Iterator[Fault]:
    begin, end = day(from_on), day(until_on)
    known = [one for one in (begin, end) if one and YEARS[0] <= one.year <= YEARS[1]]
    for field, found in ((first, begin), (last, end)):
        if found not in known:
            yield (
                field,
                Text(
                    zh="应是 2000 至 2100 年的日期，如 2026-03-01",
                    en="must be a day from 2000 to 2100, such as 2026-03-01",
                ),
            )
    if len(known) == 2 and not 1 <= (known[1] - known[0]).days <= most:
        yield (
            last,
            Text(
                zh=f"期间须为 1 至 {most} 天，结束日不计入",
                en=f"must come 1 to {most} days after the beginning; the end is exclusive",
            ),
        )


def _part_period(prefix: str, from_on: str, until_on: str, plan: Plan) -> Iterator[Fault]:
    """Days within the plan's; empty is its own beginning or end."""
    if not from_on and not until_on:
        return  # all the plan's days, whose own faults are told once
    whole = day(plan.from_on), day(plan.until_on)
    first, last = f"{prefix}from_on", f"{prefix}until_on"
    begin, end = from_on or plan.from_on, until_on or plan.until_on
    faults = list(_period(first, last, begin, end))
    yield from faults
    begins, ends = day(begin), day(end)
    if faults or not (whole[0] and whole[1] and begins and ends):
        return
    outside = Text(zh="须在推演期间之内", en="must lie within the period")
    if begins < whole[0]:
        yield first, outside
    if ends > whole[1]:
        yield last, outside


def _between(field: str, value: float, bounds: tuple[float, float]) -> Iterator[Fault]:
    if not bounds[0] <= value <= bounds[1]:
        low, high = (f"{bound:g}" if bound < SEEDS[1] else f"{bound}" for bound in bounds)
        yield field, Text(zh=f"须在 {low} 与 {high} 之间", en=f"must be from {low} to {high}")


def _filled(field: str, words: str) -> Iterator[Fault]:
    if not words.strip():
        yield field, Text(zh="不能为空", en="must not be empty")
    elif len(words) > MOST_WORDS:
        yield field, _too_long()


def _too_long() -> Text:
    return Text(zh=f"最多 {MOST_WORDS} 字", en=f"must have at most {MOST_WORDS} characters")


def _duration(field: str, words: str) -> Iterator[Fault]:
    try:
        length = parse_duration(words)
    except ValueError:
        length = None
    if length is None or not length.amount:
        yield (
            field,
            Text(
                zh="应是时长，如 0.5h（小时）、4wh（工作小时）、7d（天）、5wd（工作日）、1mo（月）",
                en="must be a duration such as 0.5h, 4wh (working hours), 7d, 5wd or 1mo",
            ),
        )
