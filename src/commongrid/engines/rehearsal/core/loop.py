"""The event loop, compiled: what happens to whom, one instant after the other.

``oracle.Run`` does the same over objects, step by step under the same names.
"""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.checks import MOST_AT_ONCE
from commongrid.engines.rehearsal.core.compiling import apart, compiled, entry, inlined
from commongrid.engines.rehearsal.core.draws import draw_again, draw_next, quantile
from commongrid.engines.rehearsal.core.events import (
    AGAIN,
    DONE,
    DUE,
    LAGGED,
    OPENING,
    RIVAL,
    drop_first,
    is_heap_first,
    next_at,
)
from commongrid.engines.rehearsal.core.lives import (
    GONE,
    IDLE,
    born,
    note_promises,
    retire_if_over,
    settle,
    write_log,
)
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    backlog,
    changes,
    demand_at,
    dues,
    lives,
    near,
    nights,
    outcomes,
    planned,
    pools,
    rivals,
    rows,
    soon,
    sorts,
    states,
    tasks,
)
from commongrid.engines.rehearsal.core.pools import (
    choose,
    choose_seldom,
    enqueue,
    enqueue_seldom,
    foresee,
    leave_queue,
    plan_for,
    task_of,
    watch,
)
from commongrid.engines.rehearsal.core.promises import promise_of
from commongrid.engines.rehearsal.core.rules import may, take
from commongrid.engines.rehearsal.draws import LAG

GOING, NO_ROOM, ENDLESS, OVER = range(4)
"""Why a run ``stopped``. After NO_ROOM it goes on where it was, in larger arrays."""


@entry
def run(worlds: Any) -> None:
    """All that happens until an instant, or until an array has to grow."""
    w = worlds[0]
    while w.stopped == GOING:
        given = next_given(w)
        while True:
            at = next_at(w, given)
            if at >= given or w.unchecked == 0:
                break
            w.unchecked -= 1
            w.happened += 1
            happen(w, at)
        if w.unchecked == 0:
            take_stock(w)
        else:
            w.unchecked -= 1
            come(w, given)


@inlined
def next_given(w: World) -> int:
    """The next instant that was fixed before: a change, an arrival, a midnight or the end."""
    at = w.ends_at
    if w.change < w.changes_known:
        at = min(at, changes(w, w.change).at)
    if w.arrival < w.arrivals:
        at = min(at, demand_at(w, w.arrival).n)
    if w.night < w.nights_known:
        at = min(at, nights(w, w.night).n)
    return at


@inlined
def come(w: World, at: int) -> None:
    """What was fixed for an instant: midnights are noted before all, then staff, then matters."""
    while w.night < w.nights_known and nights(w, w.night).n <= at:
        backlog(w, w.night).n = w.open
        w.night += 1
    if at >= w.ends_at:
        close(w)
    elif w.change < w.changes_known and changes(w, w.change).at == at:
        w.happened += 1
        change_staff(w, at)
    elif w.arrival < w.arrivals and demand_at(w, w.arrival).n == at:
        w.happened += 1
        arrive(w, at)


@compiled
def take_stock(w: World) -> None:
    """How many events there is room for, whatever they plan, queue or log; or stop for more."""
    if w.stopped != GOING:
        return
    each = w.plans_at_once
    room = (w.near_room - 1 - w.near_now - w.ring_now) // each
    room = min(room, (w.nodes_room - w.nodes_used) >> 2)
    room = min(room, w.lives_room - (w.arrival - w.retired))
    if w.is_logged != 0:
        room = min(room, (w.log_room - w.logged) >> 2)
    w.unchecked = room
    if room <= 0:
        w.unchecked = 0
        w.stopped = NO_ROOM


@compiled
def close(w: World) -> None:
    """Settle every count at the end."""
    for pool in range(w.pools_known):
        watch(w, pool, w.ends_at)
    for number in range(w.lives_used):
        life = lives(w, number * w.life_lines)
        if life.place != GONE:
            settle(w, life)
    w.stopped = OVER


@compiled
def change_staff(w: World, at: int) -> None:
    """People come or go."""
    change = changes(w, w.change)
    w.change += 1
    watch(w, change.pool, at)
    pools(w, change.pool).servers += change.by
    choose_seldom(w, change.pool, at)


@inlined
def arrive(w: World, at: int) -> None:
    """A matter is raised."""
    m = born(w, w.arrival)
    w.arrival += 1
    w.open += 1
    try_row(w, lives(w, m), sorts(w, lives(w, m).sort).raise_row, 0, at)
    retire_if_over(w, lives(w, m))


@inlined
def happen(w: World, at: int) -> None:
    """What was planned happens, if it still may."""
    if is_heap_first(w):
        event = near(w, 0)
        kind, m, visit, what = event.kind, event.life, event.visit, event.what
        drop_first(w)
    else:
        w.soon_now -= 1
        event = soon(w, w.soon_now)
        kind, m, visit, what = event.kind, event.life, event.visit, event.what
    foresee(w)
    if kind == OPENING:
        watch(w, what, at)
        choose_seldom(w, what, at)
        return
    life = lives(w, m)
    is_here = life.visit == visit
    if is_here:
        life.pending -= 1
    if kind == DONE:
        watch(w, what, at)
        pools(w, what).busy -= 1
        if is_here:
            life.place = IDLE
            wait_or_finish(w, life, at)
        choose(w, what, at)
    elif is_here and kind == LAGGED:
        finish_seldom(w, life, task_of(w, life), at)
    elif is_here and kind == RIVAL:
        try_seldom(w, life, rivals(w, what).row, 0, at)
    elif is_here and kind == AGAIN:
        enqueue_seldom(w, life, at)
    elif is_here and kind == DUE:
        fall_due(w, life, what, at)
    retire_if_over(w, life)


@inlined
def fall_due(w: World, life: Life, due: int, at: int) -> None:
    """The clock's own row, if its promise is still owed and due."""
    slot = dues(w, due).slot
    if life.running >> slot & 1 == 0 or at < promise_of(w, life, slot).due:
        return
    if not try_seldom(w, life, dues(w, due).row, 0, at):
        plan_for(w, life, at + dues(w, due).again, DUE, due)


@inlined
def wait_or_finish(w: World, life: Life, at: int) -> None:
    """After the work the matter may have to wait for parts or weather: nobody is kept."""
    turn = task_of(w, life)
    task = tasks(w, turn)
    if task.lag < 0:
        finish_task(w, life, turn, at)
        return
    word, _ = draw_again(w, life, task.purpose, LAG)
    plan_for(w, life, at + quantile(w, task.lag, word), LAGGED, -1)


@inlined
def finish_task(w: World, life: Life, number: int, at: int) -> None:
    """Try the outcome that was drawn, then the others in order."""
    task = tasks(w, number)
    first, count, drawn = task.outcome_from, task.outcome_until - task.outcome_from, 0
    while drawn < count - 1 and life.share >= outcomes(w, first + drawn).until:
        drawn += 1
    for turn in range(drawn, drawn + count):
        place = turn if turn < count else turn - count
        if try_row(w, life, outcomes(w, first + place).row, 1, at):
            return
    plan_for(w, life, at + task.again, AGAIN, -1)


@inlined
def try_row(w: World, life: Life, row: int, is_task: int, at: int) -> bool:
    """Take a row if its guards let it; count it either way."""
    if not may(w, life, row, at):
        rows(w, row).refused += 1
        return False
    w.open += take(w, life, row, at)
    note(w, life, row, at)
    if rows(w, row).to >= 0:
        visit(w, life, at)
    elif is_task != 0:
        enqueue_seldom(w, life, at)
    plan_dues(w, life, at)
    return True


@inlined
def note(w: World, life: Life, row: int, at: int) -> None:
    """Count a row that was taken, and the promises that ended with it."""
    life.at_once = life.at_once + 1 if life.taken_at == at else 0
    life.taken_at = at
    if life.at_once >= MOST_AT_ONCE:
        w.stopped, w.unchecked = ENDLESS, 0
    rows(w, row).taken += 1
    note_promises(w, life, row)
    if w.is_logged != 0:
        write_log(w, life, row, at)


@inlined
def visit(w: World, life: Life, at: int) -> None:
    """Enter a state: what was planned in the one before is void."""
    leave_queue(w, life, at)
    life.visit += 1
    life.place, life.pending = IDLE, 0
    enqueue(w, life, at)
    state = states(w, life.state)
    for n in range(state.due_until - state.due_from):
        planned(w, life, n).n = -1
    for n in range(state.rival_from, state.rival_until):
        rival = rivals(w, n)
        word, share = draw_next(w, life, rival.purpose)
        if share < rival.share:
            plan_for(w, life, at + quantile(w, rival.delay, word), RIVAL, n)


@inlined
def plan_dues(w: World, life: Life, at: int) -> None:
    """Plan what happens when a promise runs out, unless that is planned already."""
    state = states(w, life.state)
    for n in range(state.due_from, state.due_until):
        slot = dues(w, n).slot
        if life.running >> slot & 1 == 0:
            continue
        due, known = promise_of(w, life, slot).due, planned(w, life, n - state.due_from)
        if known.n != due:
            known.n = due
            plan_for(w, life, max(due, at), DUE, n)


try_seldom, finish_seldom = apart(try_row), apart(finish_task)
