"""What the check page says before anything runs: what is tried, on what it stands, how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commongrid.bridges.rehearsal.plans import Plan
from commongrid.bridges.rehearsal.practice import Estimate, Known, Practice, Times
from commongrid.charter import Compiled
from commongrid.doors.planner import report_question as question
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.planning import lang
from commongrid.stories import rehearsing

YEAR_DAYS = 365.25
STEPS_A_MATTER = 12
EVENTS_A_SECOND = 400_000  # of one small machine, with what it takes to start
START_S = 45.0
MOST_SOURCES = 12


@dataclass(frozen=True, slots=True)
class Stand:
    """One part of the practice: how many of its numbers were measured, drawn together, assumed."""

    name: str
    measured: int
    shrunk: int
    assumed: int


def checked(ready: rehearsing.Checked, rules: Compiled) -> dict[str, Any]:
    """The words of the check page: what is compared."""
    plan = ready.plan
    return {
        "asked": question.asked(plan, rules),
        "period": question.period(plan.from_on, plan.until_on),
        "shock": question.shock_words(plan.shock),
        "demand": "" if plan.demand == 1.0 else f"{plan.demand:g}",
        "cost": words.bare(plan.hour_cost, "money") if plan.hour_cost else "",
        "cost_source": plan.cost_source,
        "can_propose": any(one.limits or one.clocks or one.parameters for one in plan.alternatives),
    }


def known(plan: Plan, practice: Practice, rules: Compiled) -> dict[str, Any]:
    """The words of the part that has to be read first: what it stands on, and how long it takes."""
    days = (date.fromisoformat(plan.until_on) - date.fromisoformat(plan.from_on)).days
    matters = sum(one.a_year.value for one in practice.arrivals) * days / YEAR_DAYS * plan.demand
    return {
        "matters": words.count(round(matters)),
        "about": about_words(plan, matters),
        "stands": stands(practice),
        "known_from": practice.from_on,
        "known_period": question.period(practice.from_on, practice.until_on)
        if practice.from_on and practice.until_on
        else "",
        "staff": staff_words(practice, rules),
        "sources": sources(practice),
        "notes": [note.in_(lang()) for note in practice.notes],
    }


def about_words(plan: Plan, matters: float) -> str:
    """For how long about it runs, at the most."""
    events = matters * STEPS_A_MATTER * len(plan.alternatives) * plan.most
    seconds = START_S + events / EVENTS_A_SECOND
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return ngettext(
            "about %(n)s minute at the most", "about %(n)s minutes at the most", minutes
        ) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(n)s hour at the most", "about %(n)s hours at the most", hours) % {
        "n": hours
    }


def stands(practice: Practice) -> tuple[Stand, ...]:
    """How well each part of the practice is known."""
    flags = (share for one in practice.arrivals for share in one.flags.values())
    times = (time for step in practice.steps for time in (step.effort, step.lag) if time)
    return (
        _stand(_("How many matters of each type"), (one.a_year for one in practice.arrivals)),
        _stand(_("How many of them are urgent or dangerous"), flags),
        _stand(_("What is done next"), (step.share for step in practice.steps)),
        _stand(_("How long work and waiting take"), times),
    )


def staff_words(practice: Practice, rules: Compiled) -> tuple[tuple[str, int], ...]:
    """Persons by unit or role, summed over all places: no post stands alone."""
    found: Counter[str] = Counter()
    for (holder, _area), count in practice.staff.items():
        found[holder] += count
    return tuple((_holder(holder, rules), count) for holder, count in sorted(found.items()))


def sources(practice: Practice) -> tuple[str, ...]:
    """Whose figures stand where nothing was measured; the most used first."""
    numbers: list[Estimate | Times] = [one.a_year for one in practice.arrivals]
    numbers += [step.share for step in practice.steps]
    numbers += [time for step in practice.steps for time in (step.effort, step.lag) if time]
    found = Counter(n.source for n in numbers if n.known is Known.ASSUMED and n.source)
    return tuple(source for source, _count in found.most_common(MOST_SOURCES))


def _stand(name: str, numbers: Iterable[Estimate | Times]) -> Stand:
    count = Counter(number.known for number in numbers)
    return Stand(name, count[Known.MEASURED], count[Known.SHRUNK], count[Known.ASSUMED])


def _holder(code: str, rules: Compiled) -> str:
    role = rules.charter.roles.get(code)
    return (role.name if role else rules.unit_name(code)).in_(lang())
