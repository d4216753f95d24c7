"""Checks of what is published by when, and of the list of small powers."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, SmallPower

PUBLISH = "publish_affairs"
FEWEST_STEPS = 2
LONGEST_DAYS = {"month": 31, "quarter": 92, "at_once": 31}
"""Later than this the next period would be over too, or "at once" would mean nothing."""
_DAYS = {"h": 1 / 24, "wh": 1.4 / 8, "d": 1.0, "wd": 1.4, "mo": 31.0}


def check_publications(charter: Charter) -> Iterator[Problem]:
    """Publications nobody may make, and ones that would be due after the next one."""
    is_held = any(row.power == PUBLISH for row in charter.powers)
    for key, row in charter.publications.items():
        if not is_held:
            yield lint_problem("publication_unheld", row.where, key, value=key)
        most = LONGEST_DAYS[row.every]
        days = float(row.within.amount) * _DAYS[row.within.unit]
        if days > most:
            values = {"value": str(row.within), "expected": str(most)}
            yield lint_problem("publication_too_late", row.where, key, **values)


def check_small_powers(charter: Charter) -> Iterator[Problem]:
    """Small powers without a way to follow, watched by their holder, or named twice."""
    names: dict[str, SmallPower] = {}
    for number, row in charter.small_powers.items():
        steps = dict(row.steps)
        if len(steps) < FEWEST_STEPS or len(steps) != len(row.steps):
            value = str(FEWEST_STEPS)
            yield lint_problem("small_power_without_steps", row.where, number, value=value)
        if _same(row.holder.zh, row.supervision.zh) or _same(row.holder.en, row.supervision.en):
            yield lint_problem("small_power_watches_itself", row.where, number, value=row.holder)
        known = names.setdefault(row.name.zh, row)
        if known is not row:
            yield lint_problem("small_power_twice", row.where, number, value=known.number)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
