"""What clock steps do to the promises of a matter, compiled.

How promises stand is kept twice: in each as its ``status``, for whoever looks at one, and in four
sets of slots of the life, a bit each, so that what does not concern a step is not even looked at.
"""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.bits import lowest, ones
from commongrid.engines.rehearsal.core.clock import begin, due_of, paused, resumed
from commongrid.engines.rehearsal.core.compiling import inlined
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    clocks,
    ends,
    promises,
    sorts,
    states,
)
from commongrid.engines.rehearsal.words import NEVER, End, Slot, Status, Verb

START, MEET, MEET_FIRST, END, PAUSE, RESUME, RESTART, FAIL, DROP, MOVE = (int(v) for v in Verb)
NONE, RUNNING, PAUSED, KEPT, LATE, STOPPED, UNSOLVED = (int(status) for status in Status)
FINISH, COUNTS, QUIET, RECEIPT = (int(flag) for flag in Slot)
SOLVED = int(End.SOLVED)


@inlined
def owed(life: Life) -> int:
    """The slots whose promises run or pause."""
    return life.running | life.paused


@inlined
def place_of(w: World, life: Life, slot: int) -> int:
    """Where a sort has its promise of a slot that it has."""
    return ones(sorts(w, life.sort).slots & ((1 << slot) - 1))


@inlined
def promise_of(w: World, life: Life, slot: int) -> Any:
    """The promise of a slot that the sort has."""
    return promises(w, life, place_of(w, life, slot))


@inlined
def clock_of(w: World, life: Life, slot: int) -> Any:
    """What a slot that the sort has is wound to."""
    return clocks(w, life.sort, place_of(w, life, slot))


@inlined
def first_due(w: World, life: Life, slots: int) -> int:
    """When the first of those promises that run falls due, or NEVER."""
    due, left = NEVER, life.running & slots
    while left != 0:
        due = min(due, promise_of(w, life, lowest(left)).due)
        left &= left - 1
    return due


@inlined
def step(w: World, life: Life, verb: int, mask: int, at: int, claimed: int, by_time: int) -> None:
    """One verb on every slot of a mask, in the order of the slots."""
    if verb == RESTART:
        restart(w, life, mask, at)
        return
    if verb == START:
        start_all(w, life, mask & sorts(w, life.sort).slots & ~owed(life), at, 0)
        return
    left = mask & owed(life)
    while left != 0:
        turn(w, life, verb, lowest(left), at, claimed, by_time)
        if verb in (MEET_FIRST, MOVE):
            return
        left &= left - 1


@inlined
def turn(w: World, life: Life, verb: int, slot: int, at: int, claimed: int, by_time: int) -> None:
    """What a verb does to a promise that is owed."""
    if verb in (MEET, MEET_FIRST):
        meet(w, life, slot, at, claimed, by_time)
    elif verb == END:
        flags = clock_of(w, life, slot).flags
        is_due = states(w, life.state).end == SOLVED or (claimed != 0 and flags & FINISH != 0)
        if is_due and flags & (FINISH | COUNTS) != 0:
            meet(w, life, slot, at, claimed, by_time)
        else:
            end(w, life, slot, STOPPED, at)
    elif verb == PAUSE:
        pause(w, life, slot, at)
    elif verb == RESUME:
        resume(w, life, slot, at)
    elif verb == MOVE:
        move(w, life, slot)
    elif verb == FAIL:
        end(w, life, slot, UNSOLVED, at)
    elif verb == DROP:
        end(w, life, slot, STOPPED, at)


@inlined
def restart(w: World, life: Life, mask: int, at: int) -> None:
    """What is owed stops; then what was not met begins again, or all where all was met."""
    meant = mask & sorts(w, life.sort).slots
    left = meant & owed(life)
    while left != 0:
        end(w, life, lowest(left), STOPPED, at)
        left &= left - 1
    unmet = meant & ~(life.kept | life.late)
    start_all(w, life, unmet if unmet != 0 else meant, at, 1)


@inlined
def start_all(w: World, life: Life, slots: int, at: int, is_restart: int) -> None:
    """Begin the promises of some slots."""
    while slots != 0:
        start(w, life, lowest(slots), at, is_restart)
        slots &= slots - 1


@inlined
def start(w: World, life: Life, slot: int, at: int, is_restart: int) -> None:
    """Begin a promise, from now or from receipt."""
    clock, promise = clock_of(w, life, slot), promise_of(w, life, slot)
    is_from_receipt = clock.flags & RECEIPT != 0 or (clock.flags & FINISH != 0 and is_restart == 0)
    since = life.raised_at if is_from_receipt else at
    promise.begun, promise.left = begin(w, clock.unit, clock.amount, since)
    promise.due = due_of(w, clock.unit, promise.begun, promise.left)
    promise.first_due = promise.due
    promise.met_at = promise.paused_at = promise.set_due = 0
    stand(life, promise, slot, RUNNING)


@inlined
def stand(life: Life, promise: Any, slot: int, status: int) -> None:
    """Let a promise stand otherwise."""
    promise.status = status
    others = ~(1 << slot)
    life.running = (life.running & others) | (int(status == RUNNING) << slot)
    life.paused = (life.paused & others) | (int(status == PAUSED) << slot)
    life.kept = (life.kept & others) | (int(status == KEPT) << slot)
    life.late = (life.late & others) | (int(status == LATE) << slot)


@inlined
def end(w: World, life: Life, slot: int, status: int, met_at: int) -> None:
    """A promise ends. It is noted, for whoever counts after the row was taken."""
    stand(life, promise_of(w, life, slot), slot, status)
    noted = ends(w, w.ends_now)
    noted.slot, noted.status, noted.met_at = slot, status, met_at
    w.ends_now += 1


@inlined
def meet(w: World, life: Life, slot: int, at: int, claimed: int, by_time: int) -> None:
    """Meet a promise: kept, or late."""
    promise, flags = promise_of(w, life, slot), clock_of(w, life, slot).flags
    if by_time != 0 and flags & QUIET != 0:
        end(w, life, slot, STOPPED, at)
        return
    resume(w, life, slot, at)  # judged as if a pause ended now
    met_at = claimed if claimed != 0 and flags & FINISH != 0 else at
    promise.met_at = met_at
    end(w, life, slot, LATE if met_at > promise.due else KEPT, met_at)


@inlined
def pause(w: World, life: Life, slot: int, at: int) -> None:
    """Let the time of a running promise stand still."""
    promise, unit = promise_of(w, life, slot), clock_of(w, life, slot).unit
    if promise.status == RUNNING:
        promise.begun, promise.left = paused(w, unit, promise.begun, promise.left, at)
        promise.paused_at, promise.due = at, NEVER
        stand(life, promise, slot, PAUSED)


@inlined
def resume(w: World, life: Life, slot: int, at: int) -> None:
    """Let the time of a paused promise go on."""
    promise, unit = promise_of(w, life, slot), clock_of(w, life, slot).unit
    if promise.status != PAUSED:
        return
    since = promise.paused_at
    promise.begun, promise.left = resumed(w, unit, promise.begun, promise.left, since, at)
    stand(life, promise, slot, RUNNING)
    if promise.set_due != 0:
        promise.set_due += at - since
        promise.due = promise.set_due
    else:
        promise.due = due_of(w, unit, promise.begun, promise.left)


@inlined
def move(w: World, life: Life, slot: int) -> None:
    """The promise gets its length once more, from when it would have been due."""
    promise, clock = promise_of(w, life, slot), clock_of(w, life, slot)
    if promise.status == RUNNING and promise.due != NEVER:
        begun, left = begin(w, clock.unit, clock.amount, promise.due)
        promise.set_due = promise.due = due_of(w, clock.unit, begun, left)
