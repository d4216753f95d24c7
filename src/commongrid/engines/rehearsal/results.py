"""A result of nothing, with the shapes that a run counts into."""

from __future__ import annotations

import numpy as np

from commongrid.engines.rehearsal import clock
from commongrid.engines.rehearsal.draws import WAIT_BINS
from commongrid.engines.rehearsal.model import Habits, Ints, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.words import End, Status

LOG_COLUMNS = 5


def empty_result(tables: Tables, habits: Habits, staff: Staff, setting: Setting) -> Result:
    """A result of nothing, to be counted into; only the opening times are in it already."""
    sorts, slots = tables.sort_span.shape
    rows, pools, grids = len(tables.row_to), len(staff.pool_servers), staff.area.shape[1]
    units, tasks = len(staff.holder_base) + 1, len(habits.task_work)
    open_time, capacity = opening_times(staff, setting)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    return Result(
        events=0,
        raised=0,
        raised_by_sort=zeros(sorts),
        open_at_end=0,
        ended=zeros(sorts, len(End)),
        marked=zeros(sorts, tables.registers),
        claimed=zeros(sorts),
        claim_wait=zeros(sorts, WAIT_BINS),
        end_wait=zeros(sorts, WAIT_BINS),
        sort_kept=zeros(sorts),
        sort_late=zeros(sorts),
        grid_raised=zeros(grids),
        grid_kept=zeros(grids),
        grid_late=zeros(grids),
        unit_kept=zeros(units),
        unit_late=zeros(units),
        met=zeros(sorts, slots, len(Status)),
        met_wait=zeros(slots, WAIT_BINS),
        overdue=zeros(sorts, slots),
        taken=zeros(rows),
        refused=zeros(rows),
        pool_begun=zeros(pools),
        pool_waited=zeros(pools),
        task_wait=zeros(tasks, WAIT_BINS),
        pool_queue_area=zeros(pools),
        pool_longest=zeros(pools),
        pool_waiting=zeros(pools),
        pool_busy=zeros(pools),
        pool_worked=zeros(pools),
        pool_overload=zeros(pools),
        pool_open=open_time,
        pool_capacity=capacity,
        backlog=zeros(len(nights_of(tables, setting))),
        log=zeros(0, LOG_COLUMNS),
    )


def nights_of(tables: Tables, setting: Setting) -> Ints:
    """The midnights at which a run looks at what is open."""
    midnights = tables.calendar.midnights
    return midnights[(midnights > setting.begins_at) & (midnights <= setting.ends_at)]


def counted_span(setting: Setting) -> tuple[int, int]:
    """From when until when a run counts what passes in its pools."""
    begins = max(setting.begins_at, setting.counts_from)
    return begins, max(begins, min(setting.ends_at, setting.counts_until))


def open_between(staff: Staff, pool: int, begins: int, ends: int) -> int:
    """How much of a stretch a pool is open."""
    return int(open_by_calendar(staff, begins, ends)[staff.pool_calendar[pool]])


def open_by_calendar(staff: Staff, begins: int, ends: int) -> Ints:
    """How much of a stretch each calendar is open; the last is that of day and night."""
    worked = [clock.worked(hours, ends) - clock.worked(hours, begins) for hours in staff.calendars]
    return np.array([*worked, ends - begins], np.int64)


def opening_times(staff: Staff, setting: Setting) -> tuple[Ints, Ints]:
    """By pool: opening time while the run counts, and that times the servers."""
    begins, ends = counted_span(setting)
    open_time = open_by_calendar(staff, begins, ends)[staff.pool_calendar]  # -1: the last one
    capacity = open_time * staff.pool_servers
    for at, pool, by in zip(staff.change_at, staff.change_pool, staff.change_by, strict=True):
        if at < setting.ends_at:
            since = min(max(int(at), begins), ends)
            capacity[pool] += int(by) * open_between(staff, int(pool), since, ends)
    return open_time, capacity
