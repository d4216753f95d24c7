"""The fast simulator: what ``oracle`` does, compiled over arrays.

Cost: some million events a second and core; about a kilobyte a matter raised.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from commongrid.engines.rehearsal import core_memory as k
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
from commongrid.engines.rehearsal.core_memory import (
    ENDLESS,
    EVENTS,
    FAILED,
    LOGGED,
    NO_ROOM,
    OPEN,
    PLANNED,
)
from commongrid.engines.rehearsal.core_queues import drop_first, plan, pop, push
from commongrid.engines.rehearsal.core_rules import KEPT, LATE, RUNNING, UNSOLVED, may, take
from commongrid.engines.rehearsal.draws import LAG
from commongrid.engines.rehearsal.model import Demand, Habits, Ints, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.results import empty_result
from commongrid.engines.rehearsal.words import ASKED, HOLDER_ASKED, HOLDER_UNIT, NEVER, UNIT, Order

DONE, LAGGED, RIVAL, DUE, AGAIN, OPENING = range(6)
IDLE, WAITING, WORKING = range(3)
FIRST_COME, CLASS_AGE = (int(Order.FIRST_COME), int(Order.CLASS_AGE))
R_UNIT, R_ASKED = (UNIT, ASKED)


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
    begins, ends = setting.begins_at, setting.ends_at
    midnights = tables.calendar.midnights
    log = np.zeros((room * 4 if setting.is_logged else 0, 4), np.int64)
    counts = k.counts_of(empty, log)
    x = k.packed(
        k.arrays_of(tables, habits, staff, demand)
        | k.world_of(tables, habits, staff, demand, begins_at=begins, room=room)
        | counts
        | {"S_NIGHTS": midnights[(midnights > begins) & (midnights <= ends)]}
    )
    run(x, ends, np.uint64(setting.seed), setting.replication)
    scalars = k.part_of(x, "W_SCALARS", (k.SCALARS,))
    if scalars[FAILED] == ENDLESS:
        raise EndlessMatterError("a matter takes row after row while no time passes")
    if scalars[FAILED] == NO_ROOM:
        return None
    found = {name: k.part_of(x, name, part.shape).copy() for name, part in counts.items()}
    return _result(x, empty, found, scalars, demand, setting, tables)


def _result(
    x: Ints,
    empty: Result,
    found: dict[str, Ints],
    scalars: Ints,
    demand: Demand,
    setting: Setting,
    tables: Tables,
) -> Result:
    matters, pools = (len(demand.at),), empty.pool_begun.shape
    place, pool = k.part_of(x, "W_PLACE", matters), k.part_of(x, "W_POOL", matters)
    left, is_waiting = np.zeros(pools, np.int64), place == WAITING
    since = k.part_of(x, "W_SINCE", matters)
    np.add.at(left, pool[is_waiting], setting.ends_at - since[is_waiting])
    counted = {name.removeprefix("R_").lower(): part for name, part in found.items()}
    result = replace(  # type: ignore[arg-type]
        empty,
        **{
            **counted,
            "events": int(scalars[EVENTS]),
            "raised": int(counted["raised_by_sort"].sum()),
            "open_at_end": int(scalars[OPEN]),
            "pool_waiting": k.part_of(x, "W_WAITING", pools).copy(),
            "pool_busy": k.part_of(x, "W_BUSY", pools).copy(),
            "log": counted["log"][: scalars[LOGGED]],
        },
    )
    check(result, tables, left)
    return result


@compiled
def run(x, ends_at, seed, replication):
    arrival, change, night = (0, 0, 0)
    draws = (seed, replication)
    while x[x[k.W_SCALARS] + FAILED] == 0:
        at_change = x[x[k.S_CHANGE_AT] + change] if change < x[k.S_CHANGE_AT + k.LONG] else NEVER
        at_arrival = x[x[k.D_AT] + arrival] if arrival < x[k.D_AT + k.LONG] else NEVER
        at_event = x[x[k.W_H_AT] + 0] if x[x[k.W_SCALARS] + PLANNED] > 0 else NEVER
        at = min(at_change, min(at_arrival, at_event))
        if at >= ends_at:
            break
        while night < x[k.S_NIGHTS + k.LONG] and x[x[k.S_NIGHTS] + night] <= at:
            x[x[k.R_BACKLOG] + night] = x[x[k.W_SCALARS] + OPEN]
            night += 1
        x[x[k.W_SCALARS] + EVENTS] += 1
        if at_change == at:
            x[x[k.W_SERVERS] + x[x[k.S_CHANGE_POOL] + change]] += x[x[k.S_CHANGE_BY] + change]
            choose(x, draws, x[x[k.S_CHANGE_POOL] + change], at)
            change += 1
        elif at_arrival == at:
            x[x[k.W_SCALARS] + OPEN] += 1
            x[x[k.R_RAISED_BY_SORT] + x[x[k.D_SORT] + arrival]] += 1
            x[x[k.R_GRID_RAISED] + x[x[k.D_GRID] + arrival]] += 1
            row = x[x[k.H_RAISE_ROW] + x[x[k.D_SORT] + arrival]]
            try_row(x, draws, arrival, row, False, at)
            arrival += 1
        else:
            kind, life, visit, what = (
                x[x[k.W_H_KIND] + 0],
                x[x[k.W_H_LIFE] + 0],
                x[x[k.W_H_VISIT] + 0],
                x[x[k.W_H_WHAT] + 0],
            )
            drop_first(x)
            happen(x, draws, kind, life, visit, what, at)
    while night < x[k.S_NIGHTS + k.LONG]:
        x[x[k.R_BACKLOG] + night] = x[x[k.W_SCALARS] + OPEN]
        night += 1
    for pool in range(x[k.W_BUSY + k.LONG]):
        watch(x, pool, ends_at)
    for m in range(arrival):
        if x[x[k.W_STATE] + m] >= 0:
            x[
                x[k.R_ENDED]
                + x[x[k.W_SORT] + m] * x[k.R_ENDED + k.WIDE]
                + x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]]
            ] += 1


@compiled
def happen(x, draws, kind, m, visit, what, at):
    if kind == OPENING:
        choose(x, draws, what, at)
        return
    is_here = x[x[k.W_VISIT] + m] == visit
    if kind == DONE:
        x[x[k.W_BUSY] + what] -= 1
        if is_here:
            x[x[k.W_PLACE] + m] = IDLE
            wait_or_finish(x, draws, m, at)
        choose(x, draws, what, at)
    elif not is_here:
        return
    elif kind == LAGGED:
        finish_task(x, draws, m, at)
    elif kind == RIVAL:
        try_row(x, draws, m, x[x[k.H_RIVAL_ROW] + what], False, at)
    elif kind == AGAIN:
        enqueue(x, draws, m, at)
    else:
        slot = x[x[k.H_DUE_SLOT] + what]
        if (
            x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == RUNNING
            and at >= x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot]
        ):
            if not try_row(x, draws, m, x[x[k.H_DUE_ROW] + what], False, at):
                plan(x, at + x[x[k.H_DUE_AGAIN] + what], DUE, m, x[x[k.W_VISIT] + m], what)


@compiled
def wait_or_finish(x, draws, m, at):
    task = x[x[k.H_TASK_AT] + x[x[k.W_STATE] + m] * x[k.H_TASK_AT + k.WIDE] + x[x[k.W_SORT] + m]]
    lag, purpose = x[x[k.H_TASK_LAG] + task], x[x[k.H_TASK_PURPOSE] + task]
    if lag < 0:
        finish_task(x, draws, m, at)
        return
    occasion = x[x[k.W_OCCASIONS] + m * x[k.W_OCCASIONS + k.WIDE] + purpose] - 1
    word, _ = draw(draws[0], draws[1], x[x[k.D_KEY] + m], purpose | LAG, occasion)
    plan(x, at + quantile(x, lag, word), LAGGED, m, x[x[k.W_VISIT] + m], -1)


@compiled
def finish_task(x, draws, m, at):
    task = x[x[k.H_TASK_AT] + x[x[k.W_STATE] + m] * x[k.H_TASK_AT + k.WIDE] + x[x[k.W_SORT] + m]]
    first, count = (
        x[x[k.H_OUTCOME_FROM] + task],
        x[x[k.H_OUTCOME_FROM] + task + 1] - x[x[k.H_OUTCOME_FROM] + task],
    )
    drawn = 0
    while drawn < count - 1 and x[x[k.W_SHARE] + m] >= x[x[k.H_OUTCOME_UNTIL] + first + drawn]:
        drawn += 1
    for turn in range(count):
        row = x[x[k.H_OUTCOME_ROW] + first + (drawn + turn) % count]
        if try_row(x, draws, m, row, True, at):
            return
    plan(x, at + x[x[k.H_TASK_AGAIN] + task], AGAIN, m, x[x[k.W_VISIT] + m], -1)


@compiled
def drawn(x, draws, m, purpose):
    occasion = x[x[k.W_OCCASIONS] + m * x[k.W_OCCASIONS + k.WIDE] + purpose]
    x[x[k.W_OCCASIONS] + m * x[k.W_OCCASIONS + k.WIDE] + purpose] += 1
    return draw(draws[0], draws[1], x[x[k.D_KEY] + m], purpose, occasion)


@compiled
def try_row(x, draws, m, row, is_task, at):
    if not may(x, m, row, at):
        x[x[k.R_REFUSED] + row] += 1
        return False
    was_open = x[x[k.W_STATE] + m] < 0 or x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]] == 0
    take(x, m, row, at)
    is_open = x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]] == 0
    if was_open and (not is_open):
        x[x[k.W_SCALARS] + OPEN] -= 1
    elif is_open and (not was_open):
        x[x[k.W_SCALARS] + OPEN] += 1
    note(x, m, row, at)
    if x[x[k.T_ROW_TO] + row] >= 0:
        visit(x, draws, m, at)
    elif is_task:
        enqueue(x, draws, m, at)
    plan_dues(x, m, at)
    return True


@compiled
def note(x, m, row, at):
    x[x[k.W_AT_ONCE] + m] = x[x[k.W_AT_ONCE] + m] + 1 if x[x[k.W_TAKEN_AT] + m] == at else 0
    x[x[k.W_TAKEN_AT] + m] = at
    if x[x[k.W_AT_ONCE] + m] >= MOST_AT_ONCE:
        x[x[k.W_SCALARS] + FAILED] = ENDLESS
    x[x[k.R_TAKEN] + row] += 1
    for n in range(x[x[k.W_ENDED_COUNT] + 0]):
        slot, status = (x[x[k.W_ENDED_SLOT] + n], x[x[k.W_ENDED_STATUS] + n])
        x[x[k.R_MET] + (x[x[k.W_SORT] + m] * x[k.R_MET + k.WIDE] + slot) * k.STATUSES + status] += 1
        if status == KEPT or status == LATE:
            x[
                x[k.R_MET_WAIT]
                + slot * x[k.R_MET_WAIT + k.WIDE]
                + wait_bin(x[x[k.W_ENDED_MET] + n] - x[x[k.W_RAISED_AT] + m])
            ] += 1
        if status == LATE or status == UNSOLVED:
            x[x[k.R_GRID_LATE] + x[x[k.D_GRID] + m]] += 1
    if x[k.R_LOG + k.LONG] > 0:
        entry = x[x[k.W_SCALARS] + LOGGED]
        if entry >= x[k.R_LOG + k.LONG]:
            x[x[k.W_SCALARS] + FAILED] = NO_ROOM
            return
        (
            x[x[k.R_LOG] + entry * x[k.R_LOG + k.WIDE] + 0],
            x[x[k.R_LOG] + entry * x[k.R_LOG + k.WIDE] + 1],
        ) = (at, m)
        (
            x[x[k.R_LOG] + entry * x[k.R_LOG + k.WIDE] + 2],
            x[x[k.R_LOG] + entry * x[k.R_LOG + k.WIDE] + 3],
        ) = (row, x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_UNIT])
        x[x[k.W_SCALARS] + LOGGED] += 1


@compiled
def visit(x, draws, m, at):
    if x[x[k.W_PLACE] + m] == WAITING:
        pool = x[x[k.W_POOL] + m]
        watch(x, pool, at)
        x[x[k.W_WAITING] + pool] -= 1
        x[x[k.R_POOL_WAITED] + pool] += at - x[x[k.W_SINCE] + m]
    x[x[k.W_VISIT] + m] += 1
    x[x[k.W_PLACE] + m] = IDLE
    for due in range(x[k.W_PLANNED + k.WIDE]):
        x[x[k.W_PLANNED] + m * x[k.W_PLANNED + k.WIDE] + due] = -1
    enqueue(x, draws, m, at)
    state = x[x[k.W_STATE] + m]
    for rival in range(x[x[k.H_RIVAL_FROM] + state], x[x[k.H_RIVAL_FROM] + state + 1]):
        word, share = drawn(x, draws, m, x[x[k.H_RIVAL_PURPOSE] + rival])
        if share < x[x[k.H_RIVAL_SHARE] + rival]:
            delay = quantile(x, x[x[k.H_RIVAL_DELAY] + rival], word)
            plan(x, at + delay, RIVAL, m, x[x[k.W_VISIT] + m], rival)


@compiled
def plan_dues(x, m, at):
    first = x[x[k.H_DUE_FROM] + x[x[k.W_STATE] + m]]
    for row in range(first, x[x[k.H_DUE_FROM] + x[x[k.W_STATE] + m] + 1]):
        slot = x[x[k.H_DUE_SLOT] + row]
        if (
            x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == RUNNING
            and x[x[k.W_PLANNED] + m * x[k.W_PLANNED + k.WIDE] + row - first]
            != x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot]
        ):
            x[x[k.W_PLANNED] + m * x[k.W_PLANNED + k.WIDE] + row - first] = x[
                x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot
            ]
            plan(
                x,
                max(x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot], at),
                DUE,
                m,
                x[x[k.W_VISIT] + m],
                row,
            )


@compiled
def enqueue(x, draws, m, at):
    task = x[x[k.H_TASK_AT] + x[x[k.W_STATE] + m] * x[k.H_TASK_AT + k.WIDE] + x[x[k.W_SORT] + m]]
    if task < 0:
        return
    holder = x[x[k.H_TASK_HOLDER] + task]
    if holder == HOLDER_UNIT:
        holder = x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_UNIT] - 1
    elif holder == HOLDER_ASKED:
        holder = x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ASKED] - 1
    if holder < 0:
        return
    pool = (
        x[x[k.S_HOLDER_BASE] + holder]
        + x[
            x[k.S_AREA]
            + x[x[k.S_HOLDER_LEVEL] + holder] * x[k.S_AREA + k.WIDE]
            + x[x[k.D_GRID] + m]
        ]
    )
    watch(x, pool, at)
    x[x[k.W_PLACE] + m], x[x[k.W_POOL] + m], x[x[k.W_SINCE] + m] = (WAITING, pool, at)
    lane, age = (np.int64(0), np.int64(0))
    if x[x[k.S_ORDER] + pool] == CLASS_AGE:
        lane, age = (x[x[k.T_SORT_RANK] + x[x[k.W_SORT] + m]], x[x[k.W_RAISED_AT] + m])
    elif x[x[k.S_ORDER] + pool] != FIRST_COME:
        lane, age = (np.int64(NEVER), x[x[k.W_RAISED_AT] + m])
        for slot in range(x[k.T_SLOT_FLAGS + k.LONG]):
            if x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == RUNNING:
                lane = min(lane, x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot])
    push(x, pool, lane, age, m, x[x[k.W_VISIT] + m])
    x[x[k.W_WAITING] + pool] += 1
    x[x[k.R_POOL_LONGEST] + pool] = max(x[x[k.R_POOL_LONGEST] + pool], x[x[k.W_WAITING] + pool])
    choose(x, draws, pool, at)


@compiled
def watch(x, pool, at):
    x[x[k.R_POOL_QUEUE_AREA] + pool] += x[x[k.W_WAITING] + pool] * (at - x[x[k.W_SEEN_AT] + pool])
    x[x[k.W_SEEN_AT] + pool] = at


@compiled
def choose(x, draws, pool, at):
    while x[x[k.W_BUSY] + pool] < x[x[k.W_SERVERS] + pool] and x[x[k.W_WAITING] + pool] > 0:
        if not is_open(x, pool, at):
            return
        m, entry_visit = pop(x, pool)
        if x[x[k.W_VISIT] + m] == entry_visit and x[x[k.W_PLACE] + m] == WAITING:
            start_work(x, draws, m, pool, at)


@compiled
def is_open(x, pool, at):
    calendar = x[x[k.S_CALENDAR] + pool]
    if calendar < 0:
        return True
    first, last = (x[x[k.S_FROM] + calendar], x[x[k.S_FROM] + calendar + 1])
    place = right(x, x[k.S_OPENS] + first, x[k.S_OPENS] + last, at) - x[k.S_OPENS]
    if place > first and at < x[x[k.S_CLOSES] + place - 1]:
        return True
    opening = x[x[k.S_OPENS] + place] if place < last else NEVER
    if x[x[k.W_OPENING] + pool] != opening:
        x[x[k.W_OPENING] + pool] = opening
        plan(x, opening, OPENING, -1, 0, pool)
    return False


@compiled
def start_work(x, draws, m, pool, at):
    task = x[x[k.H_TASK_AT] + x[x[k.W_STATE] + m] * x[k.H_TASK_AT + k.WIDE] + x[x[k.W_SORT] + m]]
    watch(x, pool, at)
    x[x[k.W_WAITING] + pool] -= 1
    x[x[k.W_BUSY] + pool] += 1
    waited = at - x[x[k.W_SINCE] + m]
    x[x[k.R_POOL_BEGUN] + pool] += 1
    x[x[k.R_POOL_WAITED] + pool] += waited
    x[x[k.R_POOL_WAIT] + pool * x[k.R_POOL_WAIT + k.WIDE] + wait_bin(waited)] += 1
    x[x[k.W_PLACE] + m] = WORKING
    word, x[x[k.W_SHARE] + m] = drawn(x, draws, m, x[x[k.H_TASK_PURPOSE] + task])
    work = quantile(x, x[x[k.H_TASK_WORK] + task], word)
    if x[x[k.H_TASK_TRAVELS] + task] != 0:
        work += x[x[k.S_TRAVEL] + x[x[k.D_GRID] + m]]
    x[x[k.R_POOL_WORKED] + pool] += work
    calendar, done_at = (x[x[k.S_CALENDAR] + pool], at + work)
    if calendar >= 0 and work > 0:
        first, last = (x[x[k.S_FROM] + calendar], x[x[k.S_FROM] + calendar + 1])
        total = x[k.S_WORKED] + x[x[k.S_TOTAL_FROM] + calendar]
        opens, closes = (x[k.S_OPENS] + first, x[k.S_CLOSES] + first)
        until = worked(x, opens, closes, total, last - first, at) + work
        done_at = reach_worked(x, opens, total, last - first, until)
    plan(x, done_at, DONE, m, x[x[k.W_VISIT] + m], pool)
