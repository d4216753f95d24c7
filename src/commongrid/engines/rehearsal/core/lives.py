"""A matter's record from its arrival until nothing more can happen to it, compiled.

All of a matter lies in one block of cache lines: its life, registers, occasions, what is planned,
and its promises. Blocks are used again, the last one given back first: a year of a city raises
millions of matters, and a tenth lives at once. A life that is used again goes on counting its
visits, so that no old event finds the new matter.
"""

from __future__ import annotations

from commongrid.engines.rehearsal.core.bits import lowest
from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.draws import wait_bin
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    claim_wait,
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
    number_of,
    occasions,
    overdue,
    registers,
    rows,
    sorts,
    states,
    units,
)
from commongrid.engines.rehearsal.core.promises import (
    KEPT,
    LATE,
    UNSOLVED,
    first_due,
    owed,
    promise_of,
)
from commongrid.engines.rehearsal.words import CLAIMED_AT, ENDED_AT, UNIT

IDLE, WAITING, WORKING, GONE = range(4)
R_UNIT, R_CLAIMED_AT, R_ENDED_AT = UNIT, CLAIMED_AT, ENDED_AT


@inlined
def born(w: World, arrival: int) -> int:
    """The life of the next matter."""
    m = w.life_free
    if m >= 0:
        w.life_free = lives(w, m).number
    else:
        m = w.lives_used * w.life_lines
        w.lives_used += 1
    life, at = lives(w, m), demand_at(w, arrival).n
    life.number, life.raised_at = arrival, at
    life.key, life.sort = demand_key(w, arrival).n, demand_sort(w, arrival).n
    life.grid, life.state, life.place, life.pool = demand_grid(w, arrival).n, -1, IDLE, -1
    life.visit += 1
    life.pending = life.at_once = life.was_claimed = life.was_late = 0
    life.running = life.paused = life.kept = life.late = 0
    life.taken_at = -1
    life.is_counted = 1 if w.counts_from <= at < w.counts_until else 0
    for register in range(w.register_count):
        registers(w, life, register).n = 0
    for purpose in range(w.purposes):
        occasions(w, life, purpose).n = 0
    sorts(w, life.sort).raised += life.is_counted
    grids(w, life.grid).raised += life.is_counted
    return m


@inlined
def retire_if_over(w: World, life: Life) -> None:
    """Where nobody works on it, waits for it or has planned anything, its record is free."""
    if life.place == IDLE and life.pending == 0:
        settle(w, life)
        life.place, life.number = GONE, w.life_free
        w.life_free = number_of(w, life)
        w.retired += 1


@inlined
def note_promises(w: World, life: Life, row: int) -> None:
    """Count the promises that ended in the row just taken, and see whether it was a claim."""
    has_effects = rows(w, row).effect_from < rows(w, row).effect_until
    if has_effects and registers(w, life, R_CLAIMED_AT).n != 0:
        life.was_claimed = 1
    for n in range(w.ends_now):
        noted = ends(w, n)
        met(w, life.sort * w.slot_count + noted.slot, noted.status).n += life.is_counted
        if noted.status in (KEPT, LATE):
            met_wait(w, noted.slot, wait_bin(noted.met_at - life.raised_at)).n += life.is_counted
        is_finish = sorts(w, life.sort).finish >> noted.slot & 1 != 0
        if is_finish and noted.status in (LATE, UNSOLVED):
            life.was_late = 1


@compiled
def write_log(w: World, life: Life, row: int, at: int) -> None:
    """Write down a row that was taken."""
    due, n = first_due(w, life, sorts(w, life.sort).finish), w.logged
    log(w, n, 0).n, log(w, n, 1).n, log(w, n, 2).n = at, life.number, row
    log(w, n, 3).n, log(w, n, 4).n = registers(w, life, R_UNIT).n, due
    w.logged += 1


@inlined
def settle(w: World, life: Life) -> None:
    """Count a matter as it stands at its end, or at that of the run."""
    if life.is_counted == 0:
        return
    sort = sorts(w, life.sort)
    if life.state >= 0:
        ended(w, life.sort, states(w, life.state).end).n += 1
    for register in range(w.register_count):
        if registers(w, life, register).n != 0:
            marked(w, life.sort, register).n += 1
    sort.claimed += life.was_claimed
    claimed_at, ended_at = registers(w, life, R_CLAIMED_AT).n, registers(w, life, R_ENDED_AT).n
    if claimed_at != 0:
        claim_wait(w, life.sort, wait_bin(claimed_at - life.raised_at)).n += 1
    if ended_at != 0:
        end_wait(w, life.sort, wait_bin(ended_at - life.raised_at)).n += 1
    judge(w, life)


@inlined
def judge(w: World, life: Life) -> None:
    """Whether the matter kept what finish promises it had: kept, late, or not known yet."""
    finish = sorts(w, life.sort).finish
    is_late, left = life.was_late != 0, life.running
    while left != 0:
        slot = lowest(left)
        left &= left - 1
        if promise_of(w, life, slot).due <= w.ends_at:
            overdue(w, life.sort, slot).n += 1
            is_late = is_late or finish >> slot & 1 != 0
    sort, grid = sorts(w, life.sort), grids(w, life.grid)
    unit = units(w, registers(w, life, R_UNIT).n)
    if is_late:
        sort.late += 1
        grid.late += 1
        unit.late += 1
    elif life.kept & finish != 0 and owed(life) & finish == 0:
        sort.kept += 1
        grid.kept += 1
        unit.kept += 1
