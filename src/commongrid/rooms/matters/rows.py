"""Rows to the rules' view of a matter, and back. The only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import (
    WORDS_KEPT,
    WORDS_SHOWN,
    WORDS_WAIT,
    MatterState,
    Pause,
    Pending,
    PromiseState,
    PromiseStatus,
)
from commongrid.charter.schema import Kind
from commongrid.kernel.worktime import LightTimes, light_times, parse_duration
from commongrid.ledger.face import new_row
from commongrid.rooms.matters.models import Matter, Promise

SAME = (
    "type_code",
    "state",
    "urgency",
    "unit",
    "offered_unit",
    "appointed",
    "first_receiver",
    "redone",
    "transfers",
    "hung",
    "obstacle",
    "callbacks",
    "raised_to",
    "claimed_at",
    "closed_at",
    "others_in_danger",
    "charter_key",
    "received_at",
    "path",
)


def state_of(row: Matter, promises: Iterable[Promise]) -> MatterState:
    """A matter row as ``decide`` reads it."""
    return MatterState(
        id=str(row.pk),
        kind=Kind(row.kind),
        type=row.type_code,
        cases=frozenset(row.cases),
        refused_by=tuple(row.refused_by),
        callback_at=tuple(map(datetime.fromisoformat, row.callback_at)),
        reminded_at=tuple(map(datetime.fromisoformat, row.reminded_at)),
        handlers=frozenset(row.handlers),
        handler_units=frozenset(row.handler_units),
        rated=bool(row.rating),
        shared=shared_of(row),
        leading=str(row.leading_id or ""),
        whistled=frozenset(row.whistled),
        in_charge=in_charge_of(row),
        pending=Pending(**row.pending) if row.pending else None,
        promises=tuple(promise_state(p) for p in promises),
        **{name: getattr(row, name) for name in SAME if name != "type_code"},
    )


def shared_of(row: Matter) -> str:
    """What became of the words their reporter shares; "" where they share none."""
    return (row.reading or WORDS_SHOWN) if row.is_shareable else ""


def in_charge_of(row: Matter) -> tuple[str, ...]:
    """The roles that alone read a matter and use area powers on it."""
    return tuple(filter(None, row.in_charge.split(";")))


def promise_state(row: Promise) -> PromiseState:
    return PromiseState(
        key=row.key,
        clock=row.clock,
        milestone=row.milestone,
        owner=row.owner,
        duration=parse_duration(row.duration) if row.duration else None,
        started_at=row.started_at,
        due_at=row.due_at,
        first_due_at=row.first_due_at,
        status=PromiseStatus(row.status),
        pauses=tuple(_pause(p) for p in row.pauses),
        set_due_at=row.set_due_at,
        met_at=row.met_at,
        extensions=row.extensions,
    )


def promise_row(state: PromiseState, matter: Matter) -> Promise:
    row = new_row(Promise, matter_id=matter.pk, key=state.key)
    copy_promise(state, row)
    return row


def copy_promise(state: PromiseState, row: Promise) -> None:
    row.clock, row.milestone, row.owner = state.clock, state.milestone, state.owner
    row.duration = str(state.duration) if state.duration else ""
    row.started_at, row.due_at = state.started_at, state.due_at
    row.first_due_at, row.set_due_at = state.first_due_at, state.set_due_at
    row.status, row.met_at, row.extensions = state.status.value, state.met_at, state.extensions
    row.pauses = [
        {
            "from": p.from_at.isoformat(),
            "until": p.until_at.isoformat() if p.until_at else None,
            "cause": p.cause,
        }
        for p in state.pauses
    ]


def write_state(after: MatterState, row: Matter, compiled: Compiled, at: datetime) -> None:
    """Put what the rules decided into the row (not saved), with the times lists sort by."""
    for name in SAME:
        setattr(row, name, after.type if name == "type_code" else getattr(after, name))
    row.cases = sorted(after.cases)
    row.in_charge = f";{';'.join(after.in_charge)};" if after.in_charge else ""
    row.refused_by = list(after.refused_by)
    row.callback_at = [moment.isoformat() for moment in after.callback_at]
    row.reminded_at = [moment.isoformat() for moment in after.reminded_at]
    row.handlers, row.handler_units = sorted(after.handlers), sorted(after.handler_units)
    row.leading_id = after.leading or None
    row.whistled = sorted(after.whistled)
    row.pending = asdict(after.pending) if after.pending else None
    row.reading = after.shared if after.shared in (WORDS_WAIT, WORDS_KEPT) else ""
    row.state_kind = compiled.state(after.kind, after.state).kind.value
    row.changed_at = at
    set_lights(after, row, compiled)


def set_lights(after: MatterState, row: Matter, compiled: Compiled) -> None:
    """The governing promise and its light times, repeated on the row for lists."""
    governing = governing_promise(after, compiled)
    row.paused_for = paused_for(after)
    row.due_at = governing.due_at if governing else None
    row.due_key = governing.key if governing else ""
    lights = promise_lights(governing, compiled) if governing else None
    row.blue_at = lights.blue_at if lights else None
    row.yellow_at = lights.yellow_at if lights else None
    row.red_at = lights.red_at if lights else None


def governing_promise(matter: MatterState, compiled: Compiled) -> PromiseState | None:
    """The open promise that is due first. Work claimed done waits for its check, not its limit."""
    if compiled.is_end(matter.kind, matter.state):
        return None
    running = [
        p
        for p in matter.promises
        if p.status is PromiseStatus.RUNNING
        and p.due_at is not None
        and not (matter.claimed_at is not None and p.clock == "finish")
    ]
    return min(running, key=lambda p: p.due_at, default=None)  # type: ignore[arg-type, return-value]


def paused_for(matter: MatterState) -> str:
    """For whom a finish clock stands still: person or office; empty while none does."""
    for p in matter.promises:
        if p.status is PromiseStatus.PAUSED and p.pauses:
            return p.pauses[-1].cause
    return ""


def promise_lights(p: PromiseState, compiled: Compiled) -> LightTimes | None:
    """When a promise turns blue, yellow and red; None while it stands still or is over."""
    if p.status is not PromiseStatus.RUNNING or p.due_at is None:
        return None
    if p.set_due_at is not None or p.duration is None:
        return _lights_to_date(p.started_at, p.due_at)
    spans = tuple((q.from_at, q.until_at) for q in p.pauses)
    shares, hours, over = light_settings(compiled)
    return light_times(
        p.started_at,
        p.duration,
        compiled.calendar,
        spans,
        shares=shares,
        hours_left=hours,
        hours_apply_over_h=over,
    )


def light_settings(compiled: Compiled) -> tuple[Any, Any, int]:
    """Shares and hours of blue, yellow and red as the charter sets them."""
    lights = compiled.charter.lights
    shares = tuple(lights[name].share for name in ("blue", "yellow", "red"))
    hours = tuple(lights[name].hours_left for name in ("yellow", "red"))
    parameters = compiled.charter.parameters
    over = parameters.get("lights_long_hours")
    return shares, hours, int(over.value) if over else 96


def _lights_to_date(start: datetime, due: datetime) -> LightTimes:
    """For a promised date: shares of the plain time to it."""
    length = due - start
    return LightTimes(
        blue_at=start + length * 0.5, yellow_at=start + length * 0.75, red_at=start + length * 0.9
    )


def _pause(value: dict[str, Any]) -> Pause:
    until = value["until"]
    return Pause(
        datetime.fromisoformat(value["from"]),
        datetime.fromisoformat(until) if until else None,
        value["cause"],
    )
