"""Guards: the conditions a transition names, each one small function.

A guard answers True or False; its sentence for the person stands in ``vocabulary``.
Source: reference matters sections 5.1 to 5.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from commongrid.charter.clocks import HANDOVER, end_of_day, grace_until, needs_grace
from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import (
    WORDS_KEPT,
    WORDS_SHOWN,
    WORDS_WAIT,
    Actor,
    MatterState,
    PromiseState,
)
from commongrid.charter.schema import Transition
from commongrid.charter.vocabulary import OR
from commongrid.kernel.worktime import due_at


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard may look at."""

    matter: MatterState
    actor: Actor
    at: datetime
    fields: Mapping[str, Any]
    transition: Transition
    compiled: Compiled

    def open_promises(self, clock: str) -> list[PromiseState]:
        return [p for p in self.matter.promises if p.clock == clock and p.is_open]

    def named_promises(self, clock: str) -> list[PromiseState]:
        """Open promises of a clock: those of the milestone the command names, or all."""
        named = self.fields.get("milestone")
        return [p for p in self.open_promises(clock) if not named or p.milestone == named]

    def day(self, name: str) -> datetime | None:
        value = self.fields.get(name)
        return end_of_day(value, self.compiled) if value else None


Guard = Callable[[Question, str], bool]
DANGERS = frozenset({"danger", "fire"})
"""Cases in which more people than the one who told it are at risk."""


def is_kept(guard: str, question: Question) -> bool:
    """Whether a guard, ``name`` or ``name:argument``, holds; of ``a or b`` one is enough."""
    return any(_is_met(part, question) for part in re.split(rf"{OR}|\|", guard))


def _is_met(guard: str, question: Question) -> bool:
    name, _, argument = guard.strip().partition(":")
    return GUARDS[name](question, argument)


def _before_expiry(q: Question, clock: str) -> bool:
    """Something of that name is owed, and its time is not over."""
    promises = q.named_promises(clock or "finish")
    return bool(promises) and all(p.due_at is None or q.at <= p.due_at for p in promises)


def _once(q: Question, _: str) -> bool:
    return all(p.extensions == 0 for p in q.named_promises("finish"))


def _max_same_length(q: Question, _: str) -> bool:
    """The new date is later than the old one, by at most the length of the limit again."""
    new_due = q.day("new_due_on")
    if new_due is None:
        return True
    for p in q.named_promises("finish"):
        if p.due_at is None:
            continue
        longest = None
        if p.duration is not None:
            longest = due_at(p.due_at, p.duration, q.compiled.calendar)
        if new_due <= p.due_at or (longest is not None and new_due > longest):
            return False
    return True


def _never_appointed(q: Question, _: str) -> bool:
    return not q.matter.appointed


def _has_unit(q: Question, _: str) -> bool:
    return bool(q.matter.unit)


def _other_unit(q: Question, _: str) -> bool:
    unit = q.fields.get("unit", "")
    return unit not in (q.matter.unit, q.matter.offered_unit, *q.matter.refused_by)


def _in_duty_list(q: Question, _: str) -> bool:
    duties = q.compiled.duties.get(q.matter.type, ())
    return q.fields.get("unit") in {duty.unit for duty in duties}


def _known_unit(q: Question, _: str) -> bool:
    named = {q.fields["unit"]} if q.fields.get("unit") else set(q.fields.get("units", ()))
    return named <= set(q.compiled.charter.units)


def _not_handler(q: Question, _: str) -> bool:
    """Neither the person who handled it nor anybody in the handling unit."""
    is_handler = q.actor.key in q.matter.handlers
    own_units = {hat.unit for hat in q.actor.hats if hat.unit}
    return not is_handler and not own_units & q.matter.handler_units


def _evidence(q: Question, _: str) -> bool:
    photos = q.fields.get("photos")  # how many; whatever else stands there proves nothing
    has_photos = isinstance(photos, int) and photos > 0
    if q.compiled.type(q.matter.type).proof == "photo":
        return has_photos
    return bool(q.fields.get("record") or q.fields.get("result") or has_photos)


def _milestone_open(q: Question, _: str) -> bool:
    named = q.fields.get("milestone")
    return any(p.milestone == named for p in q.open_promises("finish"))


def _all_milestones_met(q: Question, _: str) -> bool:
    return not q.open_promises("finish")


def _within(q: Question, argument: str) -> bool:
    parameter, _, since = argument.partition(":")
    began = q.matter.claimed_at if since == "claimed" else q.matter.closed_at
    if began is None:
        return False
    last = due_at(began, q.compiled.duration(parameter), q.compiled.calendar)
    return last is None or q.at <= last


def _once_rated(q: Question, _: str) -> bool:
    return not q.matter.rated


def _no_danger_to_others(q: Question, _: str) -> bool:
    return not q.matter.others_in_danger and not q.matter.cases & DANGERS


def _case(q: Question, field: str) -> bool:
    """The named field holds one of its declared choices, or one of the charter's cases."""
    spec = q.compiled.charter.fields.get(field)
    value = q.fields.get(field or "case")
    if spec is not None and spec.choices:
        return value in {key for key, _ in spec.choices}
    return value in q.compiled.charter.cases


def _urgent(q: Question, _: str) -> bool:
    """By class, by a danger told, or by a case in which the type is handed over at once."""
    at_once = {
        limit.case
        for limit in q.compiled.limits.get(q.matter.type, ())
        if limit.milestone == "hand_over" and limit.case
    }
    is_told = bool(q.matter.cases & (at_once | {"danger"}))
    return q.matter.urgency in ("U0", "U1") or is_told


def _confirmed_obstacle(q: Question, _: str) -> bool:
    return bool(q.fields.get("obstacle")) and bool(q.fields.get("obstacle_verified"))


def _review_by(q: Question, parameter: str) -> bool:
    review = q.day("review_on")
    if review is None:
        return True
    last = end_of_day(
        (q.at + timedelta(days=q.compiled.number(parameter)))
        .astimezone(q.compiled.calendar.zone)
        .date(),
        q.compiled,
    )
    return q.at < review <= last


def _due_soon(q: Question, _: str) -> bool:
    """A named date lies in the future."""
    days = [
        q.day(name)
        for name in ("new_due_on", "review_on", "reply_by", "next_news")
        if name in q.fields
    ]
    return all(day is None or day > q.at for day in days)


def _new_reason(q: Question, _: str) -> bool:
    """A second hanging needs an obstacle other than the last one."""
    obstacle = same_words(str(q.fields.get("obstacle") or q.fields.get("reason") or ""))
    return not q.matter.obstacle or obstacle != same_words(q.matter.obstacle)


def same_words(text: str) -> str:
    """Words without spacing and case, to see whether a reason only repeats another."""
    return "".join(text.lower().split())


def _redone_due(q: Question, parameter: str) -> bool:
    """Redone as often as the charter bears, without being solved."""
    return q.matter.redone >= q.compiled.number(parameter)


def _transfers_due(q: Question, parameter: str) -> bool:
    return q.matter.transfers >= q.compiled.number(parameter)


def _callbacks_failed(q: Question, parameters: str) -> bool:
    """Enough tries reached nobody: on different days, the last of them within the days set.

    A charter stored before there was a second parameter sets no days.
    """
    tries, _, within = parameters.partition(":")
    wanted = q.compiled.number(tries)
    days = _days(q.matter.callback_at, q)
    if len(days) < wanted:
        return False
    return not within or (days[-1] - days[-wanted]).days < q.compiled.number(within)


def _reminded(q: Question, parameter: str) -> bool:
    """Reminded on as many different days as the charter sets."""
    return len(_days(q.matter.reminded_at, q)) >= q.compiled.number(parameter)


def _days(moments: tuple[datetime, ...], q: Question) -> list[date]:
    """The days of the place on which something was done, each once."""
    return sorted({moment.astimezone(q.compiled.calendar.zone).date() for moment in moments})


def _time_over(q: Question, clock: str) -> bool:
    return any(p.due_at is not None and q.at >= p.due_at for p in q.open_promises(clock))


def _whistled(q: Question, _: str) -> bool:
    named = q.fields.get("unit")
    own = {hat.unit for hat in q.actor.hats if hat.unit}
    called = q.matter.whistled & own
    return named in called if named else bool(called)


def _not_self(q: Question, _: str) -> bool:
    return q.matter.id not in q.actor.owns


def _community_list(q: Question, _: str) -> bool:
    """Solved on the spot: no unit holds it and it is not an emergency."""
    return not q.matter.unit and q.matter.urgency != "U0"


def _accepted_type(q: Question, _: str) -> bool:
    """A type of this place. A matter keeps its kind, which has its flow; what ends as "not of this
    kind" goes on as another one; a part split off may be of any.
    """
    row = q.compiled.charter.types.get(q.fields.get("type", q.matter.type))
    if row is None:
        return False
    if "set_type" in q.transition.effects:
        return row.kind is q.matter.kind
    if q.compiled.is_end(q.matter.kind, q.transition.to_state):
        return row.kind is not q.matter.kind
    return True


def _no_unit(q: Question, _: str) -> bool:
    return not q.matter.unit


def _last_milestone(q: Question, _: str) -> bool:
    """The claim itself reaches the last open milestone; earlier ones have to be reached first."""
    return len(q.open_promises("finish")) <= 1


def _owed(q: Question, clock: str) -> bool:
    return bool(q.open_promises(clock))


def _after_limit(q: Question, _: str) -> bool:
    """Work is claimed done, or a promise to the person has run out."""
    owed = [*q.open_promises("finish"), *q.open_promises("answer")]
    is_over = any(p.due_at is not None and q.at >= p.due_at for p in owed)
    return is_over or q.matter.claimed_at is not None


def _no_offer_open(q: Question, _: str) -> bool:
    return not q.matter.offered_unit


def _words_hidden(q: Question, _: str) -> bool:
    return q.matter.shared in (WORDS_WAIT, WORDS_KEPT)


def _words_not_kept(q: Question, _: str) -> bool:
    return q.matter.shared in (WORDS_WAIT, WORDS_SHOWN)


def _falls_due(q: Question, parameter: str) -> bool:
    """Something of the post falls due within the grace, and nothing about it is urgent."""
    units = frozenset(hat.unit for hat in q.actor.hats if hat.unit)
    until = grace_until(q.at, q.compiled, parameter)
    owed = [*q.open_promises("finish"), *q.open_promises("answer")]
    is_urgent = q.matter.urgency in ("U0", "U1") or bool(q.matter.cases & DANGERS)
    return not is_urgent and any(needs_grace(p, units, q.at, until) for p in owed)


def _rested(q: Question, parameter: str) -> bool:
    """No handover gave it more time within so many days."""
    since = q.at - timedelta(days=q.compiled.number(parameter))
    pauses = (pause for p in q.matter.promises for pause in p.pauses)
    return not any(pause.cause == HANDOVER and pause.from_at > since for pause in pauses)


def _always(_: Question, __: str) -> bool:
    return True


GUARDS: Mapping[str, Guard] = {
    "before_expiry": _before_expiry,
    "once": _once,
    "max_same_length": _max_same_length,
    "never_appointed": _never_appointed,
    "has_unit": _has_unit,
    "other_unit": _other_unit,
    "not_same_unit": _other_unit,
    "in_duty_list": _in_duty_list,
    "known_unit": _known_unit,
    "not_handler": _not_handler,
    "second_person": _always,  # decide() itself asks the second person
    "evidence": _evidence,
    "milestone_open": _milestone_open,
    "all_milestones_met": _all_milestones_met,
    "within": _within,
    "once_rated": _once_rated,
    "no_danger_to_others": _no_danger_to_others,
    "case": _case,
    "urgent": _urgent,
    "confirmed_obstacle": _confirmed_obstacle,
    "review_by": _review_by,
    "future_date": _due_soon,
    "new_reason": _new_reason,
    "redone_at_least": _redone_due,
    "transfers_at_least": _transfers_due,
    "callbacks_failed": _callbacks_failed,
    "reminded": _reminded,
    "time_over": _time_over,
    "whistled": _whistled,
    "not_self": _not_self,
    "no_interest": _always,  # decide() asks it of everybody
    "words_hidden": _words_hidden,
    "words_not_kept": _words_not_kept,
    "community_list": _community_list,
    "no_offer_open": _no_offer_open,
    "no_unit": _no_unit,
    "last_milestone": _last_milestone,
    "owed": _owed,
    "after_limit": _after_limit,
    "accepted_type": _accepted_type,
    "falls_due": _falls_due,
    "rested": _rested,
}
