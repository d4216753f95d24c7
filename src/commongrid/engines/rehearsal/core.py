"""The fast simulator: what ``oracle`` does, compiled over arrays.

Cost: some million events a second and core; about a kilobyte a matter raised.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from commongrid.engines.rehearsal.checks import MOST_AT_ONCE, EndlessMatterError, check
from commongrid.engines.rehearsal.core_draws import (
    compiled,
    draw,
    quantile,
    reach_worked,
    right,
    wait_bin,
    worked,
)
from commongrid.engines.rehearsal.core_queues import drop_first, plan, pop, push
from commongrid.engines.rehearsal.core_rules import KEPT, LATE, RUNNING, UNSOLVED, may, take
from commongrid.engines.rehearsal.core_world import (
    ENDLESS,
    EVENTS,
    FAILED,
    LOGGED,
    NO_ROOM,
    OPEN,
    PLANNED,
    demand_of,
    habits_of,
    results_of,
    staff_of,
    tables_of,
    world_of,
)
from commongrid.engines.rehearsal.model import Demand, Habits, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.results import empty_result
from commongrid.engines.rehearsal.words import (
    ASKED,
    HOLDER_ASKED,
    HOLDER_UNIT,
    NEVER,
    UNIT,
    Order,
)

DONE, RIVAL, DUE, AGAIN, OPENING = range(5)
IDLE, WAITING, WORKING = range(3)
FIRST_COME, CLASS_AGE = int(Order.FIRST_COME), int(Order.CLASS_AGE)
R_UNIT, R_ASKED = UNIT, ASKED


def simulate(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> Result:
    """Run one replication. A run that outgrows its room is run again with more: it is the same."""
    room = 4 * len(demand.at) + 1024
    while True:
        result = _try(tables, habits, staff, demand, setting, room)
        if result is not None:
            return result
        room *= 2


def _try(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting, room: int
) -> Result | None:
    empty = empty_result(tables, staff, setting)
    log = np.zeros((room * 4 if setting.is_logged else 0, 4), np.int64)
    w = world_of(tables, habits, staff, demand, begins_at=setting.begins_at, room=room)
    begins, ends = setting.begins_at, setting.ends_at
    midnights = tables.calendar.midnights
    nights = midnights[(midnights > begins) & (midnights <= ends)]
    run(
        tables_of(tables), habits_of(habits), staff_of(staff), demand_of(demand), w,
        results_of(empty, log), nights, ends, np.uint64(setting.seed), setting.replication,
    )  # fmt: skip
    if w.scalars[FAILED] == ENDLESS:
        raise EndlessMatterError("a matter takes row after row while no time passes")
    if w.scalars[FAILED] == NO_ROOM:
        return None
    left = np.zeros(len(staff.pool_servers), np.int64)
    is_waiting = w.place == WAITING
    np.add.at(left, w.pool[is_waiting], ends - w.since[is_waiting])
    raised = int(empty.raised_by_sort.sum())
    result = replace(
        empty,
        events=int(w.scalars[EVENTS]),
        raised=raised,
        open_at_end=int(w.scalars[OPEN]),
        pool_waiting=w.waiting,
        pool_busy=w.busy,
        log=log[: w.scalars[LOGGED]].copy(),
    )
    check(result, tables, left)
    return result


@compiled
def run(t, h, s, d, w, r, nights, ends_at, seed, replication):  # type: ignore[no-untyped-def]
    arrival, change, night = 0, 0, 0
    draws = (seed, replication)
    while w.scalars[FAILED] == 0:
        at_change = s.change_at[change] if change < len(s.change_at) else NEVER
        at_arrival = d.at[arrival] if arrival < len(d.at) else NEVER
        at_event = w.h_at[0] if w.scalars[PLANNED] > 0 else NEVER
        at = min(at_change, min(at_arrival, at_event))
        if at >= ends_at:
            break
        while night < len(nights) and nights[night] <= at:
            r.backlog[night] = w.scalars[OPEN]
            night += 1
        w.scalars[EVENTS] += 1
        if at_change == at:
            w.servers[s.change_pool[change]] += s.change_by[change]
            choose(t, h, s, d, w, r, draws, s.change_pool[change], at)
            change += 1
        elif at_arrival == at:
            w.scalars[OPEN] += 1
            r.raised_by_sort[d.sort[arrival]] += 1
            r.grid_raised[d.grid[arrival]] += 1
            row = h.raise_row[d.sort[arrival]]
            try_row(t, h, s, d, w, r, draws, arrival, row, False, at)
            arrival += 1
        else:
            kind, life, visit, what = w.h_kind[0], w.h_life[0], w.h_visit[0], w.h_what[0]
            drop_first(w)
            happen(t, h, s, d, w, r, draws, kind, life, visit, what, at)
    while night < len(nights):
        r.backlog[night] = w.scalars[OPEN]
        night += 1
    for pool in range(len(w.busy)):
        watch(w, r, pool, ends_at)
    for m in range(arrival):
        if w.state[m] >= 0:
            r.ended[w.sort[m], t.state_end[w.state[m]]] += 1


@compiled
def happen(t, h, s, d, w, r, draws, kind, m, visit, what, at):  # type: ignore[no-untyped-def]
    if kind == OPENING:
        choose(t, h, s, d, w, r, draws, what, at)
        return
    is_here = w.visit[m] == visit
    if kind == DONE:
        w.busy[what] -= 1
        if is_here:
            w.place[m] = IDLE
            finish_task(t, h, s, d, w, r, draws, m, at)
        choose(t, h, s, d, w, r, draws, what, at)
    elif not is_here:
        return
    elif kind == RIVAL:
        try_row(t, h, s, d, w, r, draws, m, h.rival_row[what], False, at)
    elif kind == AGAIN:
        enqueue(t, h, s, d, w, r, draws, m, at)
    else:
        slot = h.due_slot[what]
        if w.status[m, slot] == RUNNING and at >= w.due[m, slot]:
            if not try_row(t, h, s, d, w, r, draws, m, h.due_row[what], False, at):
                plan(w, at + h.due_again[what], DUE, m, w.visit[m], what)


@compiled
def finish_task(t, h, s, d, w, r, draws, m, at):  # type: ignore[no-untyped-def]
    task = h.task_at[w.state[m], w.sort[m]]
    first, count = h.outcome_from[task], h.outcome_from[task + 1] - h.outcome_from[task]
    drawn = 0
    while drawn < count - 1 and w.share[m] >= h.outcome_until[first + drawn]:
        drawn += 1
    for turn in range(count):
        row = h.outcome_row[first + (drawn + turn) % count]
        if try_row(t, h, s, d, w, r, draws, m, row, True, at):
            return
    plan(w, at + h.task_again[task], AGAIN, m, w.visit[m], -1)


@compiled
def drawn(h, d, w, draws, m, purpose):  # type: ignore[no-untyped-def]
    occasion = w.occasions[m, purpose]
    w.occasions[m, purpose] += 1
    return draw(draws[0], draws[1], d.key[m], purpose, occasion)


@compiled
def try_row(t, h, s, d, w, r, draws, m, row, is_task, at):  # type: ignore[no-untyped-def]
    if not may(t, w, m, row, at):
        r.refused[row] += 1
        return False
    was_open = w.state[m] < 0 or t.state_end[w.state[m]] == 0
    take(t, w, m, row, at)
    is_open = t.state_end[w.state[m]] == 0
    if was_open and not is_open:
        w.scalars[OPEN] -= 1
    elif is_open and not was_open:
        w.scalars[OPEN] += 1
    note(d, w, r, m, row, at)
    if t.row_to[row] >= 0:
        visit(t, h, s, d, w, r, draws, m, at)
    elif is_task:
        enqueue(t, h, s, d, w, r, draws, m, at)
    plan_dues(h, w, m, at)
    return True


@compiled
def note(d, w, r, m, row, at):  # type: ignore[no-untyped-def]
    w.at_once[m] = w.at_once[m] + 1 if w.taken_at[m] == at else 0
    w.taken_at[m] = at
    if w.at_once[m] >= MOST_AT_ONCE:
        w.scalars[FAILED] = ENDLESS
    r.taken[row] += 1
    for n in range(w.ended_count[0]):
        slot, status = w.ended_slot[n], w.ended_status[n]
        r.met[w.sort[m], slot, status] += 1
        if status == KEPT or status == LATE:
            r.met_wait[slot, wait_bin(w.ended_met[n] - w.raised_at[m])] += 1
        if status == LATE or status == UNSOLVED:
            r.grid_late[d.grid[m]] += 1
    if len(r.log) > 0:
        entry = w.scalars[LOGGED]
        if entry >= len(r.log):
            w.scalars[FAILED] = NO_ROOM
            return
        r.log[entry, 0], r.log[entry, 1] = at, m
        r.log[entry, 2], r.log[entry, 3] = row, w.registers[m, R_UNIT]
        w.scalars[LOGGED] += 1


@compiled
def visit(t, h, s, d, w, r, draws, m, at):  # type: ignore[no-untyped-def]
    if w.place[m] == WAITING:
        pool = w.pool[m]
        watch(w, r, pool, at)
        w.waiting[pool] -= 1
        r.pool_waited[pool] += at - w.since[m]
    w.visit[m] += 1
    w.place[m] = IDLE
    w.planned[m, :] = -1
    enqueue(t, h, s, d, w, r, draws, m, at)
    state = w.state[m]
    for rival in range(h.rival_from[state], h.rival_from[state + 1]):
        word, share = drawn(h, d, w, draws, m, h.rival_purpose[rival])
        if share < h.rival_share[rival]:
            delay = quantile(h.quantiles, h.rival_delay[rival], word)
            plan(w, at + delay, RIVAL, m, w.visit[m], rival)


@compiled
def plan_dues(h, w, m, at):  # type: ignore[no-untyped-def]
    first = h.due_from[w.state[m]]
    for row in range(first, h.due_from[w.state[m] + 1]):
        slot = h.due_slot[row]
        if w.status[m, slot] == RUNNING and w.planned[m, row - first] != w.due[m, slot]:
            w.planned[m, row - first] = w.due[m, slot]
            plan(w, max(w.due[m, slot], at), DUE, m, w.visit[m], row)


@compiled
def enqueue(t, h, s, d, w, r, draws, m, at):  # type: ignore[no-untyped-def]
    task = h.task_at[w.state[m], w.sort[m]]
    if task < 0:
        return
    holder = h.task_holder[task]
    if holder == HOLDER_UNIT:
        holder = w.registers[m, R_UNIT] - 1
    elif holder == HOLDER_ASKED:
        holder = w.registers[m, R_ASKED] - 1
    if holder < 0:
        return
    pool = s.holder_base[holder] + s.area[s.holder_level[holder], d.grid[m]]
    watch(w, r, pool, at)
    w.place[m], w.pool[m], w.since[m] = WAITING, pool, at
    lane, age = np.int64(0), np.int64(0)
    if s.order[pool] == CLASS_AGE:
        lane, age = t.sort_rank[w.sort[m]], w.raised_at[m]
    elif s.order[pool] != FIRST_COME:
        lane, age = np.int64(NEVER), w.raised_at[m]
        for slot in range(len(t.slot_flags)):
            if w.status[m, slot] == RUNNING:
                lane = min(lane, w.due[m, slot])
    push(w, pool, lane, age, m, w.visit[m])
    w.waiting[pool] += 1
    r.pool_longest[pool] = max(r.pool_longest[pool], w.waiting[pool])
    choose(t, h, s, d, w, r, draws, pool, at)


@compiled
def watch(w, r, pool, at):  # type: ignore[no-untyped-def]
    r.pool_queue_area[pool] += w.waiting[pool] * (at - w.seen_at[pool])
    w.seen_at[pool] = at


@compiled
def choose(t, h, s, d, w, r, draws, pool, at):  # type: ignore[no-untyped-def]
    while w.busy[pool] < w.servers[pool] and w.waiting[pool] > 0:
        if not is_open(s, w, pool, at):
            return
        m, entry_visit = pop(w, pool)
        if w.visit[m] == entry_visit and w.place[m] == WAITING:
            start_work(t, h, s, d, w, r, draws, m, pool, at)


@compiled
def is_open(s, w, pool, at):  # type: ignore[no-untyped-def]
    calendar = s.calendar[pool]
    if calendar < 0:
        return True
    first, last = s.from_[calendar], s.from_[calendar + 1]
    place = right(s.opens, first, last, at)
    if place > first and at < s.closes[place - 1]:
        return True
    opening = s.opens[place] if place < last else NEVER
    if w.opening[pool] != opening:
        w.opening[pool] = opening
        plan(w, opening, OPENING, -1, 0, pool)
    return False


@compiled
def start_work(t, h, s, d, w, r, draws, m, pool, at):  # type: ignore[no-untyped-def]
    task = h.task_at[w.state[m], w.sort[m]]
    watch(w, r, pool, at)
    w.waiting[pool] -= 1
    w.busy[pool] += 1
    waited = at - w.since[m]
    r.pool_begun[pool] += 1
    r.pool_waited[pool] += waited
    r.pool_wait[pool, wait_bin(waited)] += 1
    w.place[m] = WORKING
    word, w.share[m] = drawn(h, d, w, draws, m, h.task_purpose[task])
    work = quantile(h.quantiles, h.task_work[task], word)
    if h.task_travels[task] != 0:
        work += s.travel[d.grid[m]]
    r.pool_worked[pool] += work
    calendar, done_at = s.calendar[pool], at + work
    if calendar >= 0 and work > 0:
        first, last = s.from_[calendar], s.from_[calendar + 1]
        total = s.worked[s.total_from[calendar] : s.total_from[calendar + 1]]
        opens = s.opens[first:last]
        done_at = reach_worked(opens, total, worked(opens, s.closes[first:last], total, at) + work)
    plan(w, done_at, DONE, m, w.visit[m], pool)
