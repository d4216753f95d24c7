"""run_clock: the acts of time itself (silence, lapse, calling again), taken when they are due.

Which acts time may take is charter data: the steps whose power has system scope. Each is a
command like any other, with the clock as its actor and an act in the ledger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK
from commongrid.charter.schema import Kind, Scope
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters.commands.acting import take_action
from commongrid.rooms.matters.models import Promise
from commongrid.rooms.places import face as places

WAIT, REMIND, REMINDERS = "wait_person", "remind", "lapse_reminders"
NAMESPACE = UUID("6f4b3c0e-5f0a-4f7e-9a53-0c1d3f4e5a60")


def run_clock(*, at: datetime, limit: int = 500) -> int:
    """Take every step of time that is due. Returns how many were taken.

    Idempotent: a step's command id follows from the promise that ran out, so that two clocks
    running side by side do nothing twice.
    """
    due = (
        Promise.objects.filter(status="running", due_at__lte=at)
        .exclude(clock__in=("answer", "finish", "accept", "check"))
        .exclude(matter__state_kind="end")
        .select_related("matter")
        .order_by("due_at", "id")[:limit]
    )
    taken = remind_waiting(at=at, limit=limit)
    for promise in due:
        compiled = places.get_charter(promise.matter.charter_key)
        kind, state = Kind(promise.matter.kind), promise.matter.state
        for action in steps_of_time(kind, state, promise.clock, compiled):
            taken += _try(promise, action, at)
    return taken


def remind_waiting(*, at: datetime, limit: int = 500) -> int:
    """Remind the people who are waited for, as often as the charter says before it lapses.

    Reminders fall at equal distances in the wait, and a day apart at least: after a standstill of
    the clock nobody gets them all at once. Taken only where the charter gives time the step.
    """
    waiting = Promise.objects.filter(clock=WAIT, status="running", due_at__isnull=False)
    rows = waiting.exclude(matter__state_kind="end").select_related("matter")
    taken = 0
    for promise in rows.order_by("due_at", "id")[:limit]:
        compiled = places.get_charter(promise.matter.charter_key)
        if _may_remind(promise, compiled) and _is_reminder_due(promise, compiled, at):
            sent = len(promise.matter.reminded_at)
            taken += _try(promise, REMIND, at, mark=f"/{sent + 1}")
    return taken


def _may_remind(promise: Promise, compiled: Compiled) -> bool:
    rows = compiled.transitions.get((Kind(promise.matter.kind), promise.matter.state), ())
    return REMINDERS in compiled.charter.parameters and any(
        row.action == REMIND
        and "count_reminder" in row.effects
        and _is_of_time(row.power, compiled)
        for row in rows
    )


def _is_of_time(power: str, compiled: Compiled) -> bool:
    return any(row.scope is Scope.SYSTEM for row in compiled.powers.get(power, ()))


def _is_reminder_due(promise: Promise, compiled: Compiled, at: datetime) -> bool:
    assert promise.due_at is not None
    wanted = compiled.number(REMINDERS)
    sent = [datetime.fromisoformat(moment) for moment in promise.matter.reminded_at]
    if len({moment.astimezone(compiled.calendar.zone).date() for moment in sent}) >= wanted:
        return False
    share = min(len(sent) + 1, wanted) / (wanted + 1)
    planned = promise.started_at + (promise.due_at - promise.started_at) * share
    return at >= planned and (not sent or at - sent[-1] >= timedelta(days=1))


def steps_of_time(kind: Kind, state: str, clock: str, compiled: Compiled) -> tuple[str, ...]:
    """The actions that time takes from a state when this clock has run out.

    A step that time may take but that waits for no clock (a reminder) is not one of them: it would
    be taken whenever anything else ran out.
    """
    rows = compiled.transitions.get((kind, state), ())
    return tuple(
        row.action
        for row in rows
        if f"time_over:{clock}" in row.guards
        and any(p.scope is Scope.SYSTEM for p in compiled.powers.get(row.power, ()))
    )


def _try(promise: Promise, action: str, at: datetime, *, mark: str = "") -> int:
    named = f"{promise.matter_id}/{promise.key}/{promise.due_at}/{action}{mark}"
    command_id = uuid5(NAMESPACE, named)
    try:
        done = take_action(
            actor=CLOCK,
            at=at,
            command_id=command_id,
            matter_id=promise.matter_id,
            action=action,
            fields={},
        )
    except Refused:  # its own clock is not over yet
        return 0
    return 0 if done.is_replay else 1
