"""One run in one array: every table, every matter and every count, at numbered places.

numba compiles a function over one array in a second; over a hundred arrays it took two minutes, and
counted references at each call. ``x[x[STATE] + m]`` is a matter's state; ``x[STATE + LONG]`` how many
there are; ``x[x[DUE] + m * x[DUE + WIDE] + slot]`` an entry of a table that wide.
Letters: T tables, H habits, S staff, D demand, W the world, R what is counted.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from commongrid.engines.rehearsal.model import Demand, Habits, Ints, Result, Staff, Tables
from commongrid.engines.rehearsal.words import Status

T_CANDIDATE = 0
T_CANDIDATE_FROM = 1
T_CLOSES = 2
T_DAY_CLOSES = 3
T_EFFECT_A = 4
T_EFFECT_B = 5
T_EFFECT_FROM = 6
T_EFFECT_OP = 7
T_GUARD_A = 8
T_GUARD_B = 9
T_GUARD_FROM = 10
T_GUARD_GROUP = 11
T_GUARD_OP = 12
T_MIDNIGHTS = 13
T_MONTHS = 14
T_OPENS = 15
T_ROW_BY_TIME = 16
T_ROW_TO = 17
T_SLOT_FLAGS = 18
T_SORT_FLAGS = 19
T_SORT_RANK = 20
T_SORT_SPAN = 21
T_SPAN_AMOUNT = 22
T_SPAN_UNIT = 23
T_STATE_END = 24
T_STEP_FROM = 25
T_STEP_MASK = 26
T_STEP_VERB = 27
T_WORKED = 28
H_DUE_AGAIN = 29
H_DUE_FROM = 30
H_DUE_ROW = 31
H_DUE_SLOT = 32
H_OUTCOME_FROM = 33
H_OUTCOME_ROW = 34
H_OUTCOME_UNTIL = 35
H_QUANTILES = 36
H_RAISE_ROW = 37
H_RIVAL_DELAY = 38
H_RIVAL_FROM = 39
H_RIVAL_PURPOSE = 40
H_RIVAL_ROW = 41
H_RIVAL_SHARE = 42
H_TASK_AGAIN = 43
H_TASK_AT = 44
H_TASK_HOLDER = 45
H_TASK_PURPOSE = 46
H_TASK_TRAVELS = 47
H_TASK_WORK = 48
S_AREA = 49
S_CALENDAR = 50
S_CHANGE_AT = 51
S_CHANGE_BY = 52
S_CHANGE_POOL = 53
S_CLOSES = 54
S_FROM = 55
S_HOLDER_BASE = 56
S_HOLDER_LEVEL = 57
S_NIGHTS = 58
S_OPENS = 59
S_ORDER = 60
S_TOTAL_FROM = 61
S_TRAVEL = 62
S_WORKED = 63
D_AT = 64
D_GRID = 65
D_KEY = 66
D_SORT = 67
W_AT_ONCE = 68
W_BEGUN = 69
W_BUSY = 70
W_DUE = 71
W_ENDED_COUNT = 72
W_ENDED_MET = 73
W_ENDED_SLOT = 74
W_ENDED_STATUS = 75
W_FIRST_DUE = 76
W_H_AT = 77
W_H_KIND = 78
W_H_LIFE = 79
W_H_NUMBER = 80
W_H_VISIT = 81
W_H_WHAT = 82
W_LEFT = 83
W_MET_AT = 84
W_OCCASIONS = 85
W_OPENING = 86
W_PAUSED_AT = 87
W_PLACE = 88
W_PLANNED = 89
W_POOL = 90
W_Q_AGE = 91
W_Q_LANE = 92
W_Q_LEFT = 93
W_Q_LIFE = 94
W_Q_NUMBER = 95
W_Q_RIGHT = 96
W_Q_VISIT = 97
W_RAISED_AT = 98
W_REGISTERS = 99
W_ROOT = 100
W_SCALARS = 101
W_SEEN_AT = 102
W_SERVERS = 103
W_SET_DUE = 104
W_SHARE = 105
W_SINCE = 106
W_SORT = 107
W_STATE = 108
W_STATUS = 109
W_TAKEN_AT = 110
W_VISIT = 111
W_WAITING = 112
R_BACKLOG = 113
R_ENDED = 114
R_GRID_LATE = 115
R_GRID_RAISED = 116
R_LOG = 117
R_MET = 118
R_MET_WAIT = 119
R_POOL_BEGUN = 120
R_POOL_LONGEST = 121
R_POOL_QUEUE_AREA = 122
R_POOL_WAIT = 123
R_POOL_WAITED = 124
R_POOL_WORKED = 125
R_RAISED_BY_SORT = 126
R_REFUSED = 127
R_TAKEN = 128
H_TASK_LAG = 129

LONG = 130
WIDE = 2 * LONG
HEAD = 3 * LONG
STATUSES = len(Status)

SCALARS = 9
NUMBERED, QUEUED, OPEN, EVENTS, LOGGED, PLANNED, USED, FREE, FAILED = range(SCALARS)
"""Places of the run's scalars. Queues have USED nodes; FREE is one given back, plus 1."""
NO_ROOM, ENDLESS = 1, 2
"""Why a run FAILED."""
PLACES = {
    name: place for name, place in globals().items() if name[1:2] == "_" and name[0] in "THSDWR"
}


def arrays_of(tables: Tables, habits: Habits, staff: Staff, demand: Demand) -> dict[str, Ints]:
    """What a run reads, by the names above."""
    calendars = staff.calendars
    counts = np.cumsum([0, *(len(calendar.opens) for calendar in calendars)])
    empty = np.zeros(0, np.int64)
    found = {f"T_{f.name}": getattr(tables, f.name) for f in fields(Tables)}
    found |= {f"T_{f.name}": getattr(tables.calendar, f.name) for f in fields(tables.calendar)}
    found |= {f"H_{f.name}": getattr(habits, f.name) for f in fields(Habits)}
    found |= {f"S_{f.name.removeprefix('pool_')}": getattr(staff, f.name) for f in fields(Staff)}
    found |= {f"D_{f.name}": getattr(demand, f.name) for f in fields(Demand)}
    found |= {
        "S_from": counts,
        "S_total_from": counts + np.arange(len(counts)),
        "S_opens": np.concatenate([empty, *(calendar.opens for calendar in calendars)]),
        "S_closes": np.concatenate([empty, *(calendar.closes for calendar in calendars)]),
        "S_worked": np.concatenate([empty, *(calendar.worked for calendar in calendars)]),
    }
    return {name.upper(): array for name, array in found.items() if name.upper() in PLACES}


def world_of(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, *, begins_at: int, room: int
) -> dict[str, Ints]:
    """Where everything stands before a run. ``room``: events and waits planned at once."""
    matters, slots, pools = len(demand.at), tables.slots, len(staff.pool_servers)
    found = {name: np.zeros(matters, np.int64) for name in PLACES if name[0] == "W"}
    by_slot = ("STATUS", "BEGUN", "LEFT", "DUE", "FIRST_DUE", "MET_AT", "PAUSED_AT", "SET_DUE")
    found |= {f"W_{name}": np.zeros((matters, slots), np.int64) for name in by_slot}
    for name in ("BUSY", "WAITING", "OPENING"):
        found[f"W_{name}"] = np.zeros(pools, np.int64)
    for name in found:
        if name[:4] in ("W_H_", "W_Q_"):
            found[name] = np.zeros(room, np.int64)
        elif name.startswith("W_ENDED"):
            found[name] = np.zeros(64 * slots + 1, np.int64)
    dues = int(np.diff(habits.due_from).max(initial=0))
    return found | {
        "W_SCALARS": np.zeros(SCALARS, np.int64),
        "W_SERVERS": staff.pool_servers,
        "W_SEEN_AT": np.full(pools, begins_at, np.int64),
        "W_ROOT": np.full(pools, -1, np.int64),
        "W_STATE": np.full(matters, -1, np.int64),
        "W_POOL": np.full(matters, -1, np.int64),
        "W_TAKEN_AT": np.full(matters, -1, np.int64),
        "W_SORT": demand.sort,
        "W_RAISED_AT": demand.at,
        "W_REGISTERS": np.zeros((matters, tables.registers), np.int64),
        "W_OCCASIONS": np.zeros((matters, max(habits.purposes, 1)), np.int64),
        "W_PLANNED": np.full((matters, max(dues, 1)), -1, np.int64),
    }


def counts_of(empty: Result, log: Ints) -> dict[str, Ints]:
    """What is counted; ``log`` in place of the empty one."""
    known = {f"R_{f.name}".upper(): getattr(empty, f.name) for f in fields(Result)}
    return {name: known[name] for name in PLACES if name[0] == "R"} | {"R_LOG": log}


def packed(parts: dict[str, Ints]) -> Ints:
    """All of it in one array. Raises: KeyError when a part is missing."""
    x = np.empty(HEAD + sum(parts[name].size for name in PLACES), np.int64)
    at = HEAD
    for name, place in PLACES.items():
        part = parts[name]
        x[place], x[place + LONG], x[place + WIDE] = at, part.shape[0], part.shape[-1]
        if part.ndim == 3:
            x[place + WIDE] = part.shape[1]
        x[at : at + part.size] = part.ravel()
        at += part.size
    return x


def part_of(x: Ints, name: str, like: tuple[int, ...]) -> Ints:
    """One part again, in its shape."""
    begins = int(x[PLACES[name]])
    size = int(np.prod(like))
    return x[begins : begins + size].reshape(like)
