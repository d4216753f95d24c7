"""A result of nothing, with the shapes that a run counts into."""

from __future__ import annotations

import numpy as np

from commongrid.engines.rehearsal.draws import WAIT_BINS
from commongrid.engines.rehearsal.model import Ints, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.words import End, Status


def empty_result(tables: Tables, staff: Staff, setting: Setting) -> Result:
    """A result of nothing, to be counted into."""
    sorts, slots = tables.sort_span.shape
    rows, pools, grids = len(tables.row_to), len(staff.pool_servers), staff.area.shape[1]
    begins, ends = setting.begins_at, setting.ends_at
    midnights = tables.calendar.midnights
    nights = int(((midnights > begins) & (midnights <= ends)).sum())

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    return Result(
        events=0,
        raised=0,
        raised_by_sort=zeros(sorts),
        open_at_end=0,
        ended=zeros(sorts, len(End)),
        taken=zeros(rows),
        refused=zeros(rows),
        met=zeros(sorts, slots, len(Status)),
        met_wait=zeros(slots, WAIT_BINS),
        pool_begun=zeros(pools),
        pool_waited=zeros(pools),
        pool_wait=zeros(pools, WAIT_BINS),
        pool_worked=zeros(pools),
        pool_queue_area=zeros(pools),
        pool_longest=zeros(pools),
        pool_waiting=zeros(pools),
        pool_busy=zeros(pools),
        grid_raised=zeros(grids),
        grid_late=zeros(grids),
        backlog=zeros(nights),
        log=zeros(0, 4),
    )
