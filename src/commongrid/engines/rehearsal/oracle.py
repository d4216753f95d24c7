"""The slow simulator: one event after the other, in plain Python, so that it can be read.

What it does is what ``core`` does; their results are equal to the last bit or one is wrong.
Cost: some ten thousand events a second.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

from commongrid.engines.rehearsal import clock
from commongrid.engines.rehearsal.checks import MOST_AT_ONCE, EndlessMatterError, check
from commongrid.engines.rehearsal.draws import LAG, draw, quantile, wait_bin
from commongrid.engines.rehearsal.model import Demand, Habits, Ints, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.oracle_rules import Matter, may, new_matter, take
from commongrid.engines.rehearsal.results import (
    LOG_COLUMNS,
    counted_span,
    empty_result,
    nights_of,
    open_between,
)
from commongrid.engines.rehearsal.words import (
    ASKED,
    CLAIMED_AT,
    ENDED_AT,
    HOLDER_ASKED,
    HOLDER_UNIT,
    NEVER,
    UNIT,
    End,
    Order,
    Slot,
    Status,
)

DONE, LAGGED, RIVAL, DUE, AGAIN, OPENING = range(6)
IDLE, WAITING, WORKING = range(3)
TASK_ROW = -1


@dataclass
class Life:
    """A matter in the run: where it is and what is planned for it."""

    number: int
    key: int
    grid: int
    matter: Matter
    is_counted: bool
    visit: int = 0
    place: int = IDLE
    pool: int = -1
    since: int = 0
    taken_at: int = NEVER
    at_once: int = 0  # rows taken in that instant
    was_claimed: bool = False
    was_late: bool = False  # a finish promise of it was met late or failed
    share: int = 0  # drawn with the work: which outcome it will have
    occasions: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    planned: dict[int, int] = field(default_factory=dict)  # due rows: the due time planned


@dataclass
class Pool:
    """One holder in one area: servers and who waits for them."""

    servers: int
    calendar: int
    order: int
    busy: int = 0
    waiting: int = 0
    queue: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    opening: int = 0  # the opening it was told to wait for
    seen_at: int = 0


class Run:
    """One replication. ``go`` runs it; the rest are its steps in the order they are needed."""

    def __init__(
        self, tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
    ) -> None:
        self.tables, self.habits, self.staff = tables, habits, staff
        self.demand, self.setting = demand, setting
        self.now = setting.begins_at
        self.lives: list[Life] = []
        self.pools = [
            Pool(int(servers), int(calendar), int(order), seen_at=setting.begins_at)
            for servers, calendar, order in zip(
                staff.pool_servers, staff.pool_calendar, staff.pool_order, strict=True
            )
        ]
        self.heap: list[tuple[int, int, int, int, int, int]] = []
        self.numbered = self.queued = self.open = self.events = 0
        self.log: list[tuple[int, int, int, int, int]] = []
        self.counted = counted_span(setting)
        self.result = empty_result(tables, habits, staff, setting)

    def go(self) -> Result:
        arrival, change, midnight = 0, 0, 0
        nights = nights_of(self.tables, self.setting)
        while True:
            at_change = _at(self.staff.change_at, change)
            at_arrival = _at(self.demand.at, arrival)
            at_event = self.heap[0][0] if self.heap else NEVER
            at = min(at_change, at_arrival, at_event)
            if at >= self.setting.ends_at:
                break
            while midnight < len(nights) and nights[midnight] <= at:
                self.result.backlog[midnight] = self.open
                midnight += 1
            self.now = at
            self.events += 1
            if at_change == at:
                self.change_staff(change)
                change += 1
            elif at_arrival == at:
                self.arrive(arrival)
                arrival += 1
            else:
                self.happen(heapq.heappop(self.heap))
        self.result.backlog[midnight:] = self.open
        return self.closed_result()

    def plan(self, at: int, kind: int, life: int, visit: int, what: int) -> None:
        heapq.heappush(self.heap, (at, self.numbered, kind, life, visit, what))
        self.numbered += 1

    # --- events

    def change_staff(self, change: int) -> None:
        pool = int(self.staff.change_pool[change])
        self.watch(pool)
        self.pools[pool].servers += int(self.staff.change_by[change])
        self.choose(pool)

    def arrive(self, arrival: int) -> None:
        demand = self.demand
        sort = int(demand.sort[arrival])
        life = Life(
            number=len(self.lives),
            key=int(demand.key[arrival]),
            grid=int(demand.grid[arrival]),
            matter=new_matter(self.tables, sort, self.now),
            is_counted=self.setting.counts_from <= self.now < self.setting.counts_until,
        )
        self.lives.append(life)
        self.open += 1
        self.result.raised_by_sort[sort] += life.is_counted
        self.result.grid_raised[life.grid] += life.is_counted
        self.try_row(life, int(self.habits.raise_row[sort]), is_task=False)

    def happen(self, event: tuple[int, int, int, int, int, int]) -> None:
        _, _, kind, number, visit, what = event
        if kind == OPENING:
            self.choose(what)
            return
        life = self.lives[number]
        is_here = life.visit == visit
        if kind == DONE:
            self.done(life, what, is_here=is_here)
        elif not is_here:
            return
        elif kind == LAGGED:
            self.finish_task(life)
        elif kind == RIVAL:
            self.try_row(life, int(self.habits.rival_row[what]), is_task=False)
        elif kind == AGAIN:
            self.enqueue(life)
        else:
            self.fall_due(life, what)

    def done(self, life: Life, pool: int, *, is_here: bool) -> None:
        self.watch(pool)
        self.pools[pool].busy -= 1
        if is_here:
            life.place = IDLE
            self.wait_or_finish(life)
        self.choose(pool)

    def wait_or_finish(self, life: Life) -> None:
        """After the work the matter may have to wait for parts or weather: nobody is kept."""
        task = self.task(life)
        lag = int(self.habits.task_lag[task])
        if lag < 0:
            self.finish_task(life)
            return
        purpose = int(self.habits.task_purpose[task])
        occasion = life.occasions[purpose] - 1  # that of the work
        word, _ = self.draw_of(life, purpose | LAG, occasion)
        length = quantile(self.habits.quantiles[lag], word)
        self.plan(self.now + length, LAGGED, life.number, life.visit, TASK_ROW)

    def fall_due(self, life: Life, due: int) -> None:
        promise = life.matter.promises[int(self.habits.due_slot[due])]
        if promise.status is not Status.RUNNING or self.now < promise.due:
            return
        if not self.try_row(life, int(self.habits.due_row[due]), is_task=False):
            again = self.now + int(self.habits.due_again[due])
            self.plan(again, DUE, life.number, life.visit, due)

    # --- tasks and rows

    def task(self, life: Life) -> int:
        return int(self.habits.task_at[life.matter.state, life.matter.sort])

    def finish_task(self, life: Life) -> None:
        """Try the outcome that was drawn, then the others in order."""
        task = self.task(life)
        first, last = self.habits.outcome_from[task], self.habits.outcome_from[task + 1]
        drawn = 0
        while drawn < last - first - 1 and life.share >= self.habits.outcome_until[first + drawn]:
            drawn += 1
        for turn in range(last - first):
            row = int(self.habits.outcome_row[first + (drawn + turn) % (last - first)])
            if self.try_row(life, row, is_task=True):
                return
        self.plan(
            self.now + int(self.habits.task_again[task]), AGAIN, life.number, life.visit, TASK_ROW
        )

    def draw(self, life: Life, purpose: int) -> tuple[int, int]:
        occasion = life.occasions[purpose]
        life.occasions[purpose] += 1
        return self.draw_of(life, purpose, occasion)

    def draw_of(self, life: Life, purpose: int, occasion: int) -> tuple[int, int]:
        return draw(self.setting.seed, self.setting.replication, life.key, purpose, occasion)

    def try_row(self, life: Life, row: int, *, is_task: bool) -> bool:
        tables, matter = self.tables, life.matter
        if not may(tables, matter, row, self.now):
            self.result.refused[row] += 1
            return False
        was_open = matter.state < 0 or tables.state_end[matter.state] == End.OPEN
        take(tables, matter, row, self.now)
        is_open = tables.state_end[matter.state] == End.OPEN
        self.open += int(is_open) - int(was_open)
        self.note(life, row)
        if tables.row_to[row] >= 0:
            self.visit(life)
        elif is_task:
            self.enqueue(life)
        self.plan_dues(life)
        return True

    def note(self, life: Life, row: int) -> None:
        result, matter = self.result, life.matter
        life.at_once = life.at_once + 1 if life.taken_at == self.now else 0
        life.taken_at = self.now
        if life.at_once >= MOST_AT_ONCE:
            raise EndlessMatterError(f"row {row} is taken again and again at {self.now}")
        result.taken[row] += 1
        life.was_claimed = life.was_claimed or matter.registers[CLAIMED_AT] != 0
        for slot, status, met_at in matter.ended:
            result.met[matter.sort, slot, status] += life.is_counted
            if status in (Status.KEPT, Status.LATE):
                result.met_wait[slot, wait_bin(met_at - matter.raised_at)] += life.is_counted
            if status in (Status.LATE, Status.UNSOLVED) and self.is_finish(slot):
                life.was_late = True
        if self.setting.is_logged:
            running = [
                promise.due
                for slot, promise in enumerate(matter.promises)
                if promise.status is Status.RUNNING and self.is_finish(slot)
            ]
            due = min(running, default=NEVER)
            self.log.append((self.now, life.number, row, matter.registers[UNIT], due))

    def is_finish(self, slot: int) -> bool:
        return bool(self.tables.slot_flags[slot] & Slot.FINISH)

    def visit(self, life: Life) -> None:
        self.leave_queue(life)
        life.visit += 1
        life.place = IDLE
        life.planned = {}
        self.enqueue(life)
        state = life.matter.state
        for rival in range(self.habits.rival_from[state], self.habits.rival_from[state + 1]):
            word, share = self.draw(life, int(self.habits.rival_purpose[rival]))
            if share < self.habits.rival_share[rival]:
                delay = quantile(self.habits.quantiles[self.habits.rival_delay[rival]], word)
                self.plan(self.now + delay, RIVAL, life.number, life.visit, rival)

    def plan_dues(self, life: Life) -> None:
        state = life.matter.state
        for due in range(self.habits.due_from[state], self.habits.due_from[state + 1]):
            promise = life.matter.promises[int(self.habits.due_slot[due])]
            if promise.status is Status.RUNNING and life.planned.get(due) != promise.due:
                life.planned[due] = promise.due
                self.plan(max(promise.due, self.now), DUE, life.number, life.visit, due)

    # --- queues

    def enqueue(self, life: Life) -> None:
        task = self.task(life)
        if task < 0:
            return
        number = self.pool_of(life, task)
        if number < 0:
            return
        pool = self.pools[number]
        self.watch(number)
        life.place, life.pool, life.since = WAITING, number, self.now
        lane, age = self.rank(life, pool.order)
        heapq.heappush(pool.queue, (lane, age, self.queued, life.number, life.visit))
        self.queued += 1
        pool.waiting += 1
        self.result.pool_longest[number] = max(self.result.pool_longest[number], pool.waiting)
        self.choose(number)

    def pool_of(self, life: Life, task: int) -> int:
        holder = int(self.habits.task_holder[task])
        if holder == HOLDER_UNIT:
            holder = life.matter.registers[UNIT] - 1
        elif holder == HOLDER_ASKED:
            holder = life.matter.registers[ASKED] - 1
        if holder < 0:
            return -1
        level = self.staff.holder_level[holder]
        return int(self.staff.holder_base[holder] + self.staff.area[level, life.grid])

    def rank(self, life: Life, order: int) -> tuple[int, int]:
        if order == Order.FIRST_COME:
            return 0, 0
        if order == Order.CLASS_AGE:
            return int(self.tables.sort_rank[life.matter.sort]), life.matter.raised_at
        running = [p.due for p in life.matter.promises if p.status is Status.RUNNING]
        return min(running, default=NEVER), life.matter.raised_at

    def leave_queue(self, life: Life) -> None:
        """Whoever leaves a state leaves its queue; the entry is dropped when it is met."""
        if life.place == WAITING:
            self.watch(life.pool)
            self.pools[life.pool].waiting -= 1
            self.result.pool_waited[life.pool] += self.now - life.since

    def watch(self, number: int) -> None:
        """Add up what has passed since it was last looked at: before anything in it changes."""
        pool = self.pools[number]
        self.result.pool_queue_area[number] += pool.waiting * (self.now - pool.seen_at)
        since, until = max(pool.seen_at, self.counted[0]), min(self.now, self.counted[1])
        if pool.waiting > 0 and pool.busy >= pool.servers and since < until:
            passed = open_between(self.staff, number, since, until)
            self.result.pool_overload[number] += passed
        pool.seen_at = self.now

    def choose(self, number: int) -> None:
        """Let free servers begin, while the pool is open and somebody waits."""
        pool = self.pools[number]
        while pool.busy < pool.servers and pool.waiting > 0:
            if not self.is_open(number):
                return
            entry = heapq.heappop(pool.queue)
            life = self.lives[entry[3]]
            if life.visit == entry[4] and life.place == WAITING:
                self.begin(life, number)

    def is_open(self, number: int) -> bool:
        """Whether it may begin now; else it is told at the next opening, once."""
        pool = self.pools[number]
        if pool.calendar < 0:
            return True
        calendar = self.staff.calendars[pool.calendar]
        if clock.is_open(calendar, self.now):
            return True
        opening = clock.next_opening(calendar, self.now)
        if pool.opening != opening:
            pool.opening = opening
            self.plan(opening, OPENING, -1, 0, number)
        return False

    def begin(self, life: Life, number: int) -> None:
        pool, task = self.pools[number], self.task(life)
        self.watch(number)
        pool.waiting -= 1
        pool.busy += 1
        waited = self.now - life.since
        self.result.pool_begun[number] += 1
        self.result.pool_waited[number] += waited
        self.result.task_wait[task, wait_bin(waited)] += 1
        life.place = WORKING
        word, life.share = self.draw(life, int(self.habits.task_purpose[task]))
        work = quantile(self.habits.quantiles[self.habits.task_work[task]], word)
        if self.habits.task_travels[task]:
            work += int(self.staff.travel[life.grid])
        if self.counted[0] <= self.now < self.counted[1]:
            self.result.pool_worked[number] += work
        self.plan(self.done_at(pool, work), DONE, life.number, life.visit, number)

    def done_at(self, pool: Pool, work: int) -> int:
        if pool.calendar < 0:
            return self.now + work
        if work == 0:
            return self.now
        calendar = self.staff.calendars[pool.calendar]
        return clock.reach_worked(calendar, clock.worked(calendar, self.now) + work)

    # --- the end

    def closed_result(self) -> Result:
        self.now = self.setting.ends_at
        left = np.zeros(len(self.pools), np.int64)
        for life in self.lives:
            if life.is_counted:
                self.settle(life)
            if life.place == WAITING:
                left[life.pool] += self.now - life.since
        for number, pool in enumerate(self.pools):
            self.watch(number)
            self.result.pool_waiting[number] = pool.waiting
            self.result.pool_busy[number] = pool.busy
        log = np.array(self.log, dtype=np.int64).reshape(-1, LOG_COLUMNS)
        result = replace(
            self.result,
            events=self.events,
            raised=len(self.lives),
            open_at_end=self.open,
            log=log,
        )
        check(result, self.tables, left)
        return result

    def settle(self, life: Life) -> None:
        """Count a matter as it stands at the end."""
        result, matter = self.result, life.matter
        sort, registers = matter.sort, matter.registers
        if matter.state >= 0:
            result.ended[sort, self.tables.state_end[matter.state]] += 1
        result.marked[sort] += np.array(registers) != 0
        result.claimed[sort] += life.was_claimed
        if registers[CLAIMED_AT]:
            result.claim_wait[sort, wait_bin(registers[CLAIMED_AT] - matter.raised_at)] += 1
        if registers[ENDED_AT]:
            result.end_wait[sort, wait_bin(registers[ENDED_AT] - matter.raised_at)] += 1
        is_late, is_kept, is_owed = life.was_late, False, False
        for slot, promise in enumerate(matter.promises):
            is_past = promise.status is Status.RUNNING and promise.due <= self.setting.ends_at
            result.overdue[sort, slot] += is_past
            if self.is_finish(slot):
                is_late = is_late or is_past
                is_kept = is_kept or promise.status is Status.KEPT
                is_owed = is_owed or promise.is_open
        unit = registers[UNIT]
        if is_late:
            result.sort_late[sort] += 1
            result.grid_late[life.grid] += 1
            result.unit_late[unit] += 1
        elif is_kept and not is_owed:
            result.sort_kept[sort] += 1
            result.grid_kept[life.grid] += 1
            result.unit_kept[unit] += 1


def simulate(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> Result:
    """Run one replication, slowly."""
    return Run(tables, habits, staff, demand, setting).go()


def _at(instants: Ints, place: int) -> int:
    return int(instants[place]) if place < len(instants) else NEVER
