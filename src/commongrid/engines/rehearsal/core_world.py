"""The arrays a compiled run works on: tables, habits, staff, world and counts as named tuples.

numba reads named tuples of arrays, no dataclasses; here one becomes the other.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import fields
from typing import Any

import numpy as np

from commongrid.engines.rehearsal.model import Demand, Habits, Ints, Result, Staff, Tables

SCALARS = 9
NUMBERED, QUEUED, OPEN, EVENTS, LOGGED, PLANNED, USED, FREE, FAILED = range(SCALARS)
"""Places of the run's scalars. Queues have USED nodes; FREE is one given back, plus 1."""
NO_ROOM, ENDLESS = 1, 2
"""Why a run FAILED."""

_TABLES = [f.name for f in fields(Tables) if f.name not in ("calendar", "registers")]
_CLOCK = ["opens", "closes", "worked", "day_closes", "midnights", "months"]
T = namedtuple("T", _TABLES + _CLOCK)  # type: ignore[misc]
H = namedtuple("H", [f.name for f in fields(Habits)])  # type: ignore[misc]
S = namedtuple(  # type: ignore[misc]
    "S",
    "servers calendar order holder_base holder_level area travel change_at change_pool change_by "
    "from_ total_from opens closes worked",
)
D = namedtuple("D", "at key grid sort")
W = namedtuple(  # type: ignore[misc]
    "W",
    "scalars state sort raised_at visit place pool since share taken_at at_once registers status begun left due "
    "first_due met_at paused_at set_due occasions planned "
    "ended_count ended_slot ended_status ended_met "
    "busy waiting servers opening seen_at root "
    "h_at h_number h_kind h_life h_visit h_what "
    "q_lane q_age q_number q_life q_visit q_left q_right",
)
R = namedtuple("R", [f.name for f in fields(Result) if f.type == "Ints"])  # type: ignore[misc]


def tables_of(tables: Tables) -> Any:
    clock = [getattr(tables.calendar, name) for name in _CLOCK]
    return T(*(getattr(tables, name) for name in _TABLES), *clock)


def habits_of(habits: Habits) -> Any:
    return H(*(getattr(habits, f.name) for f in fields(Habits)))


def staff_of(staff: Staff) -> Any:
    counts = [len(calendar.opens) for calendar in staff.calendars]
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
    totals = starts + np.arange(len(starts))
    empty = np.zeros(0, np.int64)
    return S(
        staff.pool_servers,
        staff.pool_calendar,
        staff.pool_order,
        staff.holder_base,
        staff.holder_level,
        staff.area,
        staff.travel,
        staff.change_at,
        staff.change_pool,
        staff.change_by,
        starts,
        totals,
        np.concatenate([empty, *(c.opens for c in staff.calendars)]),
        np.concatenate([empty, *(c.closes for c in staff.calendars)]),
        np.concatenate([empty, *(c.worked for c in staff.calendars)]),
    )


def demand_of(demand: Demand) -> Any:
    return D(demand.at, demand.key, demand.grid, demand.sort)


def results_of(result: Result, log: Ints) -> Any:
    arrays = {name: getattr(result, name) for name in R._fields}
    return R(**{**arrays, "log": log})


def world_of(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, *, begins_at: int, room: int
) -> Any:
    """Empty arrays. ``room`` is how many events and waits may be planned at once."""
    matters, slots, pools = len(demand.at), tables.slots, len(staff.pool_servers)
    dues = int(np.diff(habits.due_from).max(initial=0))

    def zeros(*shape: int, fill: int = 0) -> Ints:
        return np.full(shape, fill, np.int64)

    def slotted() -> Ints:
        return zeros(matters, slots)

    scalars = zeros(SCALARS)
    return W(
        scalars,
        zeros(matters, fill=-1), demand.sort.copy(), demand.at.copy(),
        zeros(matters), zeros(matters), zeros(matters, fill=-1), zeros(matters), zeros(matters),
        zeros(matters, fill=-1), zeros(matters),
        zeros(matters, tables.registers),
        slotted(), slotted(), slotted(), slotted(), slotted(), slotted(), slotted(), slotted(),
        zeros(matters, max(habits.purposes, 1)), zeros(matters, max(dues, 1), fill=-1),
        zeros(1), zeros(64 * slots + 1), zeros(64 * slots + 1), zeros(64 * slots + 1),
        zeros(pools), zeros(pools), staff.pool_servers.copy(), zeros(pools),
        zeros(pools, fill=begins_at), zeros(pools, fill=-1),
        *(zeros(room) for _ in range(6)),
        *(zeros(room) for _ in range(5)), zeros(room, fill=-1), zeros(room, fill=-1),
    )  # fmt: skip
