"""What was asked, in words: the period, the shock, and what each alternative changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from commongrid.bridges.rehearsal.plans import Alternative, Drill, Plan, Shock, StaffChange
from commongrid.charter.compiler import Compiled
from commongrid.doors.planner import report_words as words
from commongrid.kernel.duration import parse_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One alternative: its letter, its name, its charter, and what it changes."""

    letter: str
    place: int
    name: str
    charter: str
    changes: tuple[str, ...]


def asked(plan: Plan, rules: Compiled | None) -> tuple[Asked, ...]:
    """All alternatives. ``rules`` gives codes their names; without it codes stay."""
    return tuple(
        Asked(
            letter=words.letter(place),
            place=place,
            name=row.name,
            charter=row.charter,
            changes=_changes(row, rules),
        )
        for place, row in enumerate(plan.alternatives)
    )


def shock_words(shock: Shock) -> str:
    """What struck all alternatives alike; empty where nothing did."""
    said = []
    if shock.drill is not Drill.NONE:
        said.append(drill_name(shock.drill))
    if shock.absent:
        said.append(gettext("%(share)s of all staff absent") % {"share": _percent(shock.absent)})
    if shock.strength != 1.0:
        said.append(gettext("strength times %(factor)s") % {"factor": f"{shock.strength:g}"})
    if shock.areas:
        count = len(shock.areas)
        said.append(
            ngettext("in %(n)s part of the place", "in %(n)s parts of the place", count)
            % {"n": count}
        )
    if shock.neighbours_help:
        said.append(gettext("neighbouring grids help"))
    if said and shock.from_on:
        said.append(period(shock.from_on, shock.until_on))
    return gettext(", ").join(said)


def drill_name(drill: Drill) -> str:
    return {
        Drill.NONE: gettext("no drill"),
        Drill.OUTBREAK: gettext("outbreak"),
        Drill.BLIZZARD: gettext("blizzard"),
        Drill.FLOOD: gettext("flood"),
        Drill.HEATING_FAILURE: gettext("heating failure"),
    }[drill]


def period(from_on: str, until_on: str) -> str:
    """First to last day, both said."""
    return gettext("%(first)s to %(last)s") % {
        "first": words.day(from_on),
        "last": words.last_day(until_on),
    }


def _changes(row: Alternative, rules: Compiled | None) -> tuple[str, ...]:
    said = [
        gettext("%(type)s, %(milestone)s: within %(limit)s")
        % {
            "type": _type(change.type, rules),
            "milestone": _named(rules, "milestones", change.milestone)
            + (f" ({_named(rules, 'cases', change.case)})" if change.case else ""),
            "limit": duration(change.duration),
        }
        for change in row.limits
    ]
    said += [
        gettext("%(clock)s: %(limit)s")
        % {"clock": _named(rules, "clocks", change.clock), "limit": duration(change.duration)}
        for change in row.clocks
    ]
    said += [
        gettext("%(name)s: %(value)s")
        % {"name": _named(rules, "parameters", change.name), "value": change.value}
        for change in row.parameters
    ]
    said += [_staff(change, rules) for change in row.staff]
    if row.order != "class_age":
        said.append(_order(row.order))
    if row.is_calm:
        said.append(gettext("ordinary days: nothing strikes it"))
    return tuple(said)


def _staff(change: StaffChange, rules: Compiled | None) -> str:
    count = abs(change.change)
    text = (
        ngettext("%(n)s more: %(who)s", "%(n)s more: %(who)s", count)
        if change.change > 0
        else ngettext("%(n)s fewer: %(who)s", "%(n)s fewer: %(who)s", count)
    )
    who = _named(rules, "units", change.holder)
    said = text % {
        "n": count,
        "who": who if who != change.holder else _named(rules, "roles", change.holder),
    }
    if change.from_on and change.until_on:
        said += f" ({period(change.from_on, change.until_on)})"
    return said


def _order(order: str) -> str:
    return {
        "first_come": gettext("who came first is served first"),
        "due": gettext("what falls due first is served first"),
    }.get(order, order)


def duration(text: str) -> str:
    """A duration of the charter in words; what is none stays as it is."""
    try:
        found = parse_duration(text)
    except ValueError:
        return text
    count, amount = max(1, round(float(found.amount))), f"{float(found.amount):g}"
    return {
        "h": ngettext("%(n)s hour", "%(n)s hours", count),
        "wh": ngettext("%(n)s working hour", "%(n)s working hours", count),
        "d": ngettext("%(n)s day", "%(n)s days", count),
        "wd": ngettext("%(n)s working day", "%(n)s working days", count),
        "mo": ngettext("%(n)s month", "%(n)s months", count),
    }[found.unit] % {"n": amount}


def _type(code: str, rules: Compiled | None) -> str:
    return gettext("all types") if code == "*" else _named(rules, "types", code)


def _named(rules: Compiled | None, table: str, key: str) -> str:
    """The charter's name of a key, or the key."""
    row = getattr(rules.charter, table, {}).get(key) if rules else None
    for field in ("name", "label"):
        name = getattr(row, field, None)
        if name is not None:
            return str(name.in_(words.language()))
    return key


def _percent(share: float) -> str:
    return words.amount(share, "share").text
