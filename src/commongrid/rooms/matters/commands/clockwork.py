"""run_clock: the acts of time itself (silence, lapse, calling again), taken when they are due.

Which acts time may take is charter data: the steps whose power has system scope. Each is a
command like any other, with the clock as its actor and an act in the ledger.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK
from commongrid.charter.schema import Kind, Scope
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters.commands.acting import take_action
from commongrid.rooms.matters.models import Promise
from commongrid.rooms.places import face as places

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
    taken = 0
    for promise in due:
        compiled = places.get_charter(promise.matter.charter_key)
        kind, state = Kind(promise.matter.kind), promise.matter.state
        for action in steps_of_time(kind, state, promise.clock, compiled):
            taken += _try(promise, action, at)
    return taken


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


def _try(promise: Promise, action: str, at: datetime) -> int:
    command_id = uuid5(NAMESPACE, f"{promise.matter_id}/{promise.key}/{promise.due_at}/{action}")
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
