"""What clock steps do to the promises of a matter, compiled."""

from __future__ import annotations

from commongrid.engines.rehearsal.core.clock import begin, due_of, paused, resumed
from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import (
    Life,
    Promise,
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
def is_owed(promise: Promise) -> bool:
    """Whether a promise runs or pauses."""
    return promise.status in (RUNNING, PAUSED)


@inlined
def is_met(promise: Promise) -> bool:
    """Whether a promise was kept or met late."""
    return promise.status in (KEPT, LATE)


@compiled
def step(w: World, life: Life, verb: int, mask: int, at: int, claimed: int, by_time: bool) -> None:
    """One verb on every slot of a mask, in the order of the slots."""
    if verb == RESTART:
        restart(w, life, mask, at)
        return
    for place in range(sorts(w, life.sort).slots):
        if not mask >> clocks(w, life.sort, place).slot & 1:
            continue
        if is_owed(promises(w, life.index, place)):
            turn(w, life, verb, place, at, claimed, by_time)
            if verb in (MEET_FIRST, MOVE):
                return
        elif verb == START:
            start(w, life, place, at, False)


@inlined
def turn(w: World, life: Life, verb: int, place: int, at: int, claimed: int, by_time: bool) -> None:
    """What a verb does to a promise that is owed."""
    if verb in (MEET, MEET_FIRST):
        meet(w, life, place, at, claimed, by_time)
    elif verb == END:
        flags = clocks(w, life.sort, place).flags
        is_due = states(w, life.state).end == SOLVED or (claimed != 0 and flags & FINISH != 0)
        if is_due and flags & (FINISH | COUNTS) != 0:
            meet(w, life, place, at, claimed, by_time)
        else:
            end(w, life, place, STOPPED, at)
    elif verb == PAUSE:
        pause(w, life, place, at)
    elif verb == RESUME:
        resume(w, life, place, at)
    elif verb == MOVE:
        move(w, life, place)
    elif verb == FAIL:
        end(w, life, place, UNSOLVED, at)
    elif verb == DROP:
        end(w, life, place, STOPPED, at)


@inlined
def restart(w: World, life: Life, mask: int, at: int) -> None:
    """What is owed stops; then what was not met begins again, or all where all was met."""
    are_all_met = True
    for place in range(sorts(w, life.sort).slots):
        if mask >> clocks(w, life.sort, place).slot & 1:
            promise = promises(w, life.index, place)
            if is_owed(promise):
                end(w, life, place, STOPPED, at)
            are_all_met = are_all_met and is_met(promise)
    for place in range(sorts(w, life.sort).slots):
        is_meant = mask >> clocks(w, life.sort, place).slot & 1
        if is_meant and (are_all_met or not is_met(promises(w, life.index, place))):
            start(w, life, place, at, True)


@compiled
def start(w: World, life: Life, place: int, at: int, is_restart: bool) -> None:
    """Begin a promise, from now or from receipt."""
    clock, promise = clocks(w, life.sort, place), promises(w, life.index, place)
    is_from_receipt = clock.flags & RECEIPT != 0 or (clock.flags & FINISH != 0 and not is_restart)
    since = life.raised_at if is_from_receipt else at
    promise.begun, promise.left = begin(w, clock.unit, clock.amount, since)
    promise.due = due_of(w, clock.unit, promise.begun, promise.left)
    promise.first_due = promise.due
    promise.status = RUNNING
    promise.met_at = promise.paused_at = promise.set_due = 0


@compiled
def end(w: World, life: Life, place: int, status: int, met_at: int) -> None:
    """A promise ends. It is noted, for whoever counts after the row was taken."""
    promises(w, life.index, place).status = status
    noted = ends(w, w.ends_now)
    noted.place, noted.status, noted.met_at = place, status, met_at
    w.ends_now += 1


@compiled
def meet(w: World, life: Life, place: int, at: int, claimed: int, by_time: bool) -> None:
    """Meet a promise: kept, or late."""
    promise, flags = promises(w, life.index, place), clocks(w, life.sort, place).flags
    if by_time and flags & QUIET != 0:
        end(w, life, place, STOPPED, at)
        return
    resume(w, life, place, at)  # judged as if a pause ended now
    met_at = claimed if claimed != 0 and flags & FINISH != 0 else at
    promise.met_at = met_at
    end(w, life, place, LATE if met_at > promise.due else KEPT, met_at)


@inlined
def pause(w: World, life: Life, place: int, at: int) -> None:
    """Let the time of a running promise stand still."""
    promise, unit = promises(w, life.index, place), clocks(w, life.sort, place).unit
    if promise.status == RUNNING:
        promise.begun, promise.left = paused(w, unit, promise.begun, promise.left, at)
        promise.status, promise.paused_at, promise.due = PAUSED, at, NEVER


@compiled
def resume(w: World, life: Life, place: int, at: int) -> None:
    """Let the time of a paused promise go on."""
    promise, unit = promises(w, life.index, place), clocks(w, life.sort, place).unit
    if promise.status != PAUSED:
        return
    since = promise.paused_at
    promise.begun, promise.left = resumed(w, unit, promise.begun, promise.left, since, at)
    promise.status = RUNNING
    if promise.set_due != 0:
        promise.set_due += at - since
        promise.due = promise.set_due
    else:
        promise.due = due_of(w, unit, promise.begun, promise.left)


@inlined
def move(w: World, life: Life, place: int) -> None:
    """The promise gets its length once more, from when it would have been due."""
    promise, clock = promises(w, life.index, place), clocks(w, life.sort, place)
    if promise.status == RUNNING and promise.due != NEVER:
        begun, left = begin(w, clock.unit, clock.amount, promise.due)
        promise.set_due = promise.due = due_of(w, clock.unit, begun, left)
