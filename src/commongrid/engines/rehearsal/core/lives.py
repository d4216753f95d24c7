"""A matter's record from its arrival until nothing more can happen to it, compiled.

Records are used again: a year of a city raises millions of matters, and a tenth lives at once.
A life that is used again goes on counting its visits, so that no old event finds the new matter.
"""

from __future__ import annotations

from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.draws import wait_bin
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    claim_wait,
    clocks,
    demand_at,
    demand_grid,
    demand_key,
    demand_sort,
    end_wait,
    ended,
    ends,
    grids,
    lives,
    log,
    marked,
    met,
    met_wait,
    occasions,
    overdue,
    promises,
    registers,
    rows,
    sorts,
    states,
    units,
)
from commongrid.engines.rehearsal.core.promises import (
    FINISH,
    KEPT,
    LATE,
    NONE,
    RUNNING,
    UNSOLVED,
    is_owed,
)
from commongrid.engines.rehearsal.words import CLAIMED_AT, ENDED_AT, NEVER, UNIT

IDLE, WAITING, WORKING, GONE = range(4)
R_UNIT, R_CLAIMED_AT, R_ENDED_AT = UNIT, CLAIMED_AT, ENDED_AT


@inlined
def born(w: World, arrival: int) -> int:
    """The life of the next matter."""
    m = w.life_free
    if m >= 0:
        w.life_free = lives(w, m).number
    else:
        m = w.lives_used
        w.lives_used += 1
    life, at = lives(w, m), demand_at(w, arrival).n
    life.index, life.number, life.raised_at = m, arrival, at
    life.key, life.sort = demand_key(w, arrival).n, demand_sort(w, arrival).n
    life.grid, life.state, life.place, life.pool = demand_grid(w, arrival).n, -1, IDLE, -1
    life.visit += 1
    life.pending = life.at_once = life.was_claimed = life.was_late = 0
    life.taken_at = -1
    life.is_counted = 1 if w.counts_from <= at < w.counts_until else 0
    for place in range(sorts(w, life.sort).slots):
        promises(w, m, place).status = NONE
    for register in range(w.register_count):
        registers(w, m, register).n = 0
    for purpose in range(w.purposes):
        occasions(w, m, purpose).n = 0
    sorts(w, life.sort).raised += life.is_counted
    grids(w, life.grid).raised += life.is_counted
    return m


@compiled
def retire_if_over(w: World, m: int) -> None:
    """Where nobody works on it, waits for it or has planned anything, its record is free."""
    life = lives(w, m)
    if life.place == IDLE and life.pending == 0:
        settle(w, life)
        life.place, life.number = GONE, w.life_free
        w.life_free = m
        w.retired += 1


@inlined
def note_promises(w: World, life: Life, row: int) -> None:
    """Count the promises that ended in the row just taken, and see whether it was a claim."""
    has_effects = rows(w, row).effect_from < rows(w, row).effect_until
    if has_effects and registers(w, life.index, R_CLAIMED_AT).n != 0:
        life.was_claimed = 1
    for n in range(w.ends_now):
        noted, clock = ends(w, n), clocks(w, life.sort, ends(w, n).place)
        met(w, life.sort * w.slot_count + clock.slot, noted.status).n += life.is_counted
        if noted.status in (KEPT, LATE):
            met_wait(w, clock.slot, wait_bin(noted.met_at - life.raised_at)).n += life.is_counted
        if clock.flags & FINISH != 0 and (noted.status in (LATE, UNSOLVED)):
            life.was_late = 1


@compiled
def write_log(w: World, life: Life, row: int, at: int) -> None:
    """Write down a row that was taken."""
    due, n = NEVER, w.logged
    for place in range(sorts(w, life.sort).slots):
        promise = promises(w, life.index, place)
        if promise.status == RUNNING and clocks(w, life.sort, place).flags & FINISH != 0:
            due = min(due, promise.due)
    log(w, n, 0).n, log(w, n, 1).n, log(w, n, 2).n = at, life.number, row
    log(w, n, 3).n, log(w, n, 4).n = registers(w, life.index, R_UNIT).n, due
    w.logged += 1


@compiled
def settle(w: World, life: Life) -> None:
    """Count a matter as it stands at its end, or at that of the run."""
    if life.is_counted == 0:
        return
    m, sort = life.index, sorts(w, life.sort)
    if life.state >= 0:
        ended(w, life.sort, states(w, life.state).end).n += 1
    for register in range(w.register_count):
        if registers(w, m, register).n != 0:
            marked(w, life.sort, register).n += 1
    sort.claimed += life.was_claimed
    claimed_at, ended_at = registers(w, m, R_CLAIMED_AT).n, registers(w, m, R_ENDED_AT).n
    if claimed_at != 0:
        claim_wait(w, life.sort, wait_bin(claimed_at - life.raised_at)).n += 1
    if ended_at != 0:
        end_wait(w, life.sort, wait_bin(ended_at - life.raised_at)).n += 1
    judge(w, life)


@inlined
def judge(w: World, life: Life) -> None:
    """Whether the matter kept what finish promises it had: kept, late, or not known yet."""
    is_late, is_kept, are_owed = life.was_late != 0, False, False
    for place in range(sorts(w, life.sort).slots):
        promise, clock = promises(w, life.index, place), clocks(w, life.sort, place)
        is_past = promise.status == RUNNING and promise.due <= w.ends_at
        if is_past:
            overdue(w, life.sort, clock.slot).n += 1
        if clock.flags & FINISH != 0:
            is_late = is_late or is_past
            is_kept = is_kept or promise.status == KEPT
            are_owed = are_owed or is_owed(promise)
    sort, grid = sorts(w, life.sort), grids(w, life.grid)
    unit = units(w, registers(w, life.index, R_UNIT).n)
    if is_late:
        sort.late += 1
        grid.late += 1
        unit.late += 1
    elif is_kept and not are_owed:
        sort.kept += 1
        grid.kept += 1
        unit.kept += 1
