"""Who waits for whom, and who begins work: the pools, compiled."""

from __future__ import annotations

from commongrid.engines.rehearsal.core.clock import after_work, next_opening, worked
from commongrid.engines.rehearsal.core.compiling import apart, inlined
from commongrid.engines.rehearsal.core.draws import draw_next, quantile, wait_bin
from commongrid.engines.rehearsal.core.events import DONE, LINES_FETCHED, OPENING, plan
from commongrid.engines.rehearsal.core.lives import WAITING, WORKING
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    areas,
    fetch,
    holders,
    hours,
    lives,
    nodes,
    number_of,
    pools,
    registers,
    soon,
    sorts,
    task_at,
    task_wait,
    tasks,
    travels,
)
from commongrid.engines.rehearsal.core.promises import first_due
from commongrid.engines.rehearsal.core.queues import FIRST_COME, line_up, pop, push, step_out
from commongrid.engines.rehearsal.words import ASKED, HOLDER_ASKED, HOLDER_UNIT, UNIT, Order

CLASS_AGE, ALL_SLOTS = int(Order.CLASS_AGE), -1
R_UNIT, R_ASKED, FOR_UNIT, FOR_ASKED = UNIT, ASKED, HOLDER_UNIT, HOLDER_ASKED


@inlined
def plan_for(w: World, life: Life, at: int, kind: int, what: int) -> None:
    """Plan an event of the visit a life is in. What lies after the end of the run never comes."""
    if at < w.ends_at:
        plan(w, at, kind, number_of(w, life), life.visit, what)
        life.pending += 1


@inlined
def task_of(w: World, life: Life) -> int:
    """The task of a matter where it stands, or -1."""
    return task_at(w, life.state, life.sort).n


@inlined
def enqueue(w: World, life: Life, at: int) -> None:
    """Let a matter wait for whoever's turn it is, if it is somebody's."""
    task = task_of(w, life)
    if task < 0:
        return
    holder = tasks(w, task).holder
    if holder == FOR_UNIT:
        holder = registers(w, life, R_UNIT).n - 1
    elif holder == FOR_ASKED:
        holder = registers(w, life, R_ASKED).n - 1
    if holder < 0:
        return
    served = holders(w, holder)
    p = served.base + areas(w, life.grid, served.level).n
    watch(w, p, at)
    life.place, life.pool, life.since = WAITING, p, at
    pool = pools(w, p)
    if pool.waiting == 0 and pool.busy < pool.servers and may_begin(w, p, at):
        pool.longest = max(pool.longest, 1)
        pool.waiting = 1
        begin_work(w, life, task, p, at)  # nobody is before it: it need not go through the queue
        return
    if pool.order == FIRST_COME:
        line_up(w, p, life)
    elif pool.order == CLASS_AGE:
        push(w, p, sorts(w, life.sort).rank, life)
    else:
        push(w, p, first_due(w, life, ALL_SLOTS), life)
    pool.waiting += 1
    pool.longest = max(pool.longest, pool.waiting)
    if pool.busy < pool.servers:
        choose_seldom(w, p, at)


@inlined
def leave_queue(w: World, life: Life, at: int) -> None:
    """Whoever leaves a state leaves its queue; a node is dropped when it is met."""
    if life.place == WAITING:
        pool = pools(w, life.pool)
        watch(w, life.pool, at)
        pool.waiting -= 1
        pool.waited += at - life.since
        life.node = -1
        if pool.order == FIRST_COME:
            step_out(w, life.pool, life)


@inlined
def watch(w: World, p: int, at: int) -> None:
    """Add up what has passed since it was last looked at: before anything in it changes."""
    pool = pools(w, p)
    waiting, seen_at = pool.waiting, pool.seen_at
    pool.seen_at = at
    # WHY added even where nobody waits: whether somebody does cannot be foreseen, and a wrong guess
    # costs the processor more than adding nothing
    pool.queue_area += waiting * max(at - seen_at, 0)
    is_over = (waiting > 0) & (pool.busy >= pool.servers)
    since, until = max(seen_at, w.pools_from), min(at, w.pools_until)
    if pool.calendar < 0:
        pool.overload += is_over * max(until - since, 0)
    elif is_over and since < until:
        of = hours(w, pool.calendar)
        pool.overload += worked(w, of, until) - worked(w, of, since)


@inlined
def choose(w: World, p: int, at: int) -> None:
    """Let free servers begin, while the pool is open and somebody waits; watched it is before."""
    pool = pools(w, p)
    while pool.busy < pool.servers and pool.waiting > 0:
        if not may_begin(w, p, at):
            return
        if pool.order == FIRST_COME:
            life = lives(w, pool.first)
            step_out(w, p, life)
            begin_work(w, life, task_of(w, life), p, at)
            continue
        place = pop(w, p)
        life = lives(w, nodes(w, place).life)
        if life.node == place and life.place == WAITING:
            begin_work(w, life, task_of(w, life), p, at)


@inlined
def may_begin(w: World, p: int, at: int) -> bool:
    """Whether the pool is open; else it is told at the next opening, once."""
    pool = pools(w, p)
    if pool.calendar < 0:
        return True
    opening = next_opening(w, pool.calendar, at)
    if opening == at:
        return True
    if pool.opening != opening:
        pool.opening = opening
        if opening < w.ends_at:
            plan(w, opening, OPENING, -1, 0, p)
    return False


@inlined
def begin_work(w: World, life: Life, turn: int, p: int, at: int) -> None:
    """Somebody begins with a matter of a task; the pool was watched until now."""
    pool, task = pools(w, p), tasks(w, turn)
    pool.waiting -= 1
    pool.busy += 1
    waited = at - life.since
    pool.begun += 1
    pool.waited += waited
    task_wait(w, turn, wait_bin(waited)).n += 1
    life.place = WORKING
    word, life.share = draw_next(w, life, task.purpose)
    work = quantile(w, task.work, word)
    if task.travels != 0:
        work += travels(w, life.grid).n
    if w.pools_from <= at < w.pools_until:
        pool.worked += work
    plan_for(w, life, done_at(w, pool.calendar, at, work), DONE, p)


choose_seldom, enqueue_seldom = apart(choose), apart(enqueue)


@inlined
def foresee(w: World) -> None:
    """Ask for what the event after this one will need, as far as it can be told."""
    if w.soon_now == 1:
        return
    event = soon(w, w.soon_now - 1)
    if event.kind != OPENING:
        grid = lives(w, event.life).grid
        fetch(travels(w, grid), 0)
        fetch(areas(w, grid, 0), 0)
        if event.kind != DONE:
            return
    pool = pools(w, event.what)
    first = max(pool.first, 0)  # where nobody waits it is somebody, which is cheaper than asking
    if pool.order != FIRST_COME:
        first = nodes(w, first).life
    for line in range(LINES_FETCHED):
        fetch(lives(w, first), line)


@inlined
def done_at(w: World, calendar: int, at: int, work: int) -> int:
    """When work begun now is done, over nights and holidays."""
    if calendar < 0 or work == 0:
        return at + work
    return after_work(w, hours(w, calendar), at, work)
