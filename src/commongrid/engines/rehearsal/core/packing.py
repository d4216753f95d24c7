"""From tables to records and back: the world before a run, and its room to grow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from commongrid.engines.rehearsal.core import memory as k
from commongrid.engines.rehearsal.model import (
    Calendar,
    Demand,
    Habits,
    Ints,
    Setting,
    Staff,
    Tables,
)
from commongrid.engines.rehearsal.results import counted_span, nights_of
from commongrid.engines.rehearsal.words import NEVER, Slot

Records = npt.NDArray[Any]
GROWING = {
    "lives": "lives_room", "near": "near_room", "kept": "near_room", "nodes": "nodes_room",
    "log": "log_room",
}  # fmt: skip
"""Arrays that have a line for each of something, and which of the world's rooms that is."""
ROOM_AT_FIRST = 1024
RING_TURNS, RING_LEAST, RING_MOST = 3, 15, 20
"""How often the ring goes round in a run, and its fewest and most stretches. Units: bits."""
END_OF_TIME = np.iinfo(np.int64).max


class Memory:
    """The arrays of one run. ``world`` knows their addresses: they live as long as this does."""

    def __init__(self, arrays: Mapping[str, Records], numbers: Mapping[str, int]) -> None:
        self.arrays: dict[str, Records] = {}
        self.world: Records = np.zeros(1, k.WORLD)
        for name, number in numbers.items():
            self.world[name] = number
        for name, array in arrays.items():
            self.put(name, array)
        for name in set(GROWING.values()):
            self.grow(name, ROOM_AT_FIRST)

    def put(self, name: str, array: Records) -> None:
        """Let compiled code find an array, in place of one it knew. Raises: TypeError."""
        dtype, _ = k.ARRAYS[name]
        if array.dtype.itemsize != dtype.itemsize or not array.flags.c_contiguous:
            raise TypeError(f"{name} is not an array of its records")
        self.arrays[name] = array
        self.world[name] = array.ctypes.data

    def width(self, name: str) -> int:
        """How many records of an array make a line."""
        width = k.ARRAYS[name][1]
        return int(self.world[width][0]) if isinstance(width, str) else width

    def grow(self, room: str, least: int) -> None:
        """Make room for twice as many as there are, or for ``least``."""
        lines = max(least, 2 * int(self.world[room][0]))
        for name in (name for name, its in GROWING.items() if its == room):
            before = self.arrays.get(name, np.zeros(0, k.ARRAYS[name][0]))
            larger = _aligned(lines * self.width(name), k.ARRAYS[name][0])
            larger[: len(before)] = before
            self.put(name, larger)
        self.world[room] = lines

    def grow_where_short(self) -> None:
        """Make room after a run stopped for want of it."""
        w = self.world[0]
        planned = 1 + w["near_now"] + w["ring_now"] + w["plans_at_once"]
        if planned > w["near_room"]:
            self.grow("near_room", int(planned))
        if w["nodes_used"] + 4 > w["nodes_room"]:
            self.grow("nodes_room", 0)
        if w["life_free"] < 0 and w["lives_used"] >= w["lives_room"]:
            self.grow("lives_room", 0)
        if w["is_logged"] and w["logged"] + 4 > w["log_room"]:
            self.grow("log_room", 0)

    def lives(self) -> Records:
        """Every life there was room for so far, and nothing of its block behind it."""
        w = self.world[0]
        block = int(w["life_lines"]) * k.CACHE_LINE
        blocks = self.arrays["lives"].view(np.uint8).reshape(-1, block)[: w["lives_used"]]
        return blocks[:, : k.LIFE.itemsize].view(k.LIFE)[:, 0]

    def part(self, name: str, record: np.dtype[Any], count: int) -> Records:
        """A part of the first life's block."""
        begins = int(self.world[name][0])
        return self.arrays["lives"].view(np.uint8)[begins:][: count * record.itemsize].view(record)

    def size(self) -> int:
        """Units: bytes."""
        return sum(array.nbytes for array in self.arrays.values())


def memory_of(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> Memory:
    """Everything as it stands before a run."""
    clocks, places = _clocks(tables)
    nights = nights_of(tables, setting)
    arrays = _described(tables, habits, staff, demand) | {
        "clocks": clocks,
        "pools": _pools(staff, setting),
        "nights": _cells(nights),
    }
    steps = int(np.diff(tables.step_from).max(initial=0))
    arrays["ends"] = np.zeros(max(steps * places, 1), k.END)
    numbers = _numbers(tables, habits, staff, setting) | {
        "places": places,
        "arrivals": len(demand.at),
        "nights_known": len(nights),
        "pools_known": len(arrays["pools"]),
    }
    numbers |= _block(places, tables.registers, numbers["purposes"], numbers["dues_at_most"])
    numbers |= _ring(demand)
    arrays["soon"] = _aligned(k.SOON_HOLDS, k.EVENT)
    arrays["soon"]["at"][0] = NEVER
    arrays["ring"] = np.zeros(numbers["ring_mask"] + 1, k.STRETCH)
    arrays["marks"] = np.zeros((numbers["ring_mask"] // 64) + 1, k.CELL)
    sorts, tasks = len(tables.sort_rank), len(habits.task_work)
    arrays |= _counts(sorts, tables.slots, tasks, tables, staff, len(nights))
    memory = Memory(arrays, numbers)
    memory.grow("near_room", numbers["plans_at_once"] + ROOM_AT_FIRST)
    return memory


def _described(tables: Tables, habits: Habits, staff: Staff, demand: Demand) -> dict[str, Records]:
    """What the model says, as records: nothing of it changes in a run but the grids' places."""
    words, rows = _rows(tables)
    return {
        "states": _states(tables, habits),
        "rows": rows,
        "words": words,
        "spans": _filled(k.SPAN, unit=tables.span_unit, amount=tables.span_amount),
        "sorts": _sorts(tables, habits),
        "candidates": _cells(tables.candidate),
        **_hours([tables.calendar, *staff.calendars]),
        "task_at": np.ascontiguousarray(habits.task_at, dtype=np.int32).ravel(),
        "tasks": _tasks(habits),
        "outcomes": _filled(k.OUTCOME, row=habits.outcome_row, until=habits.outcome_until),
        "rivals": _prefixed(k.RIVAL, habits, "rival"),
        "dues": _prefixed(k.DUE, habits, "due"),
        "quantiles": _cells(habits.quantiles),
        "holders": _prefixed(k.HOLDER, staff, "holder"),
        "areas": np.ascontiguousarray(staff.area.T, dtype=np.int32).ravel(),
        "grids": _aligned(len(staff.travel), k.GRID),
        "travels": _cells(staff.travel),
        "changes": _prefixed(k.CHANGE, staff, "change"),
        "demand_at": _cells(demand.at),
        "demand_key": _cells(demand.key),
        "demand_grid": _cells(demand.grid),
        "demand_sort": _cells(demand.sort),
    }


def _numbers(tables: Tables, habits: Habits, staff: Staff, setting: Setting) -> dict[str, int]:
    """The scalars of a run: sizes, its seed and its bounds, and where its lists begin."""
    dues = int(np.diff(habits.due_from).max(initial=0))
    rivals = int(np.diff(habits.rival_from).max(initial=0))
    begins, until = counted_span(setting)
    return {
        "sort_count": len(tables.sort_rank),
        "levels": len(staff.area),
        "register_count": tables.registers,
        "purposes": max(habits.purposes, 1),
        "dues_at_most": max(dues, 1),
        "slot_count": tables.slots,
        "changes_known": len(staff.change_at),
        "plans_at_once": _most_servers(staff) + rivals + dues + 8,
        "seed": setting.seed - (1 << 64) if setting.seed >> 63 else setting.seed,
        "replication": setting.replication,
        "ends_at": setting.ends_at,
        "counts_from": setting.counts_from,
        "counts_until": setting.counts_until,
        "pools_from": begins,
        "pools_until": until,
        "is_logged": int(setting.is_logged),
        "kept_used": 1,  # none is named 0
        "soon_now": 1,  # its first one never comes
        "life_free": -1,
        "node_free": -1,
    }


def _aligned(count: int, dtype: np.dtype[Any]) -> Records:
    """Zeros that begin with a cache line: a record of 64 bytes is then one line, not two."""
    raw = np.zeros(count * dtype.itemsize + k.CACHE_LINE, np.uint8)
    begins = -raw.ctypes.data % k.CACHE_LINE
    return raw[begins : begins + count * dtype.itemsize].view(dtype)


def _filled(dtype: np.dtype[Any], **columns: Ints) -> Records:
    """Records from columns of one length; what is not named is 0."""
    records = _aligned(len(next(iter(columns.values()))), dtype)
    for name, column in columns.items():
        records[name] = column
    return records


def _prefixed(dtype: np.dtype[Any], source: object, prefix: str) -> Records:
    """Records whose every field is a column ``prefix_field`` of the source."""
    return _filled(
        dtype, **{name: getattr(source, f"{prefix}_{name}") for name in dtype.names or ()}
    )


def _joined(parts: list[Records]) -> Records:
    """Records one after the other; as plain bytes, or numpy compares their fields for long."""
    dtype = parts[0].dtype
    return np.concatenate([part.view(np.uint8) for part in parts]).view(dtype)


def _cells(values: Ints) -> Records:
    return np.ascontiguousarray(values, dtype=np.int64).ravel()


def _states(tables: Tables, habits: Habits) -> Records:
    return _filled(
        k.STATE,
        end=tables.state_end,
        rival_from=habits.rival_from[:-1],
        rival_until=habits.rival_from[1:],
        due_from=habits.due_from[:-1],
        due_until=habits.due_from[1:],
    )


def _rows(tables: Tables) -> tuple[Records, Records]:
    """Guards, effects and steps lie in one list of words, in this order."""
    guards = _filled(
        k.WORD,
        op=tables.guard_op,
        group=tables.guard_group,
        a=tables.guard_a,
        b=tables.guard_b,
    )
    effects = _filled(k.WORD, op=tables.effect_op, a=tables.effect_a, b=tables.effect_b)
    steps = _filled(k.WORD, op=tables.step_verb, a=tables.step_mask)
    after_guards, after_effects = len(guards), len(guards) + len(effects)
    rows = _filled(
        k.ROW,
        to=tables.row_to,
        by_time=tables.row_by_time,
        guard_from=tables.guard_from[:-1],
        guard_until=tables.guard_from[1:],
        effect_from=tables.effect_from[:-1] + after_guards,
        effect_until=tables.effect_from[1:] + after_guards,
        step_from=tables.step_from[:-1] + after_effects,
        step_until=tables.step_from[1:] + after_effects,
    )
    return _joined([guards, effects, steps]), rows


def _sorts(tables: Tables, habits: Habits) -> Records:
    has, bits = tables.sort_span >= 0, 1 << np.arange(tables.slots, dtype=np.int64)
    return _filled(
        k.SORT,
        flags=tables.sort_flags,
        rank=tables.sort_rank,
        raise_row=habits.raise_row,
        candidate_from=tables.candidate_from[:-1],
        candidate_until=tables.candidate_from[1:],
        slots=has @ bits,
        finish=(has & (tables.slot_flags & Slot.FINISH != 0)) @ bits,
    )


def _clocks(tables: Tables) -> tuple[Records, int]:
    """By sort the promises it has, in the order of the slots, and how many one has at most."""
    known = [np.flatnonzero(line >= 0) for line in tables.sort_span]
    places = max([len(slots) for slots in known], default=0)
    clocks = np.zeros((len(known), places), k.CLOCK)
    for sort, slots in enumerate(known):
        line, span = clocks[sort, : len(slots)], tables.sort_span[sort, slots]
        line["flags"] = tables.slot_flags[slots]
        line["unit"], line["amount"] = tables.span_unit[span], tables.span_amount[span]
    return clocks.ravel(), places


def _tasks(habits: Habits) -> Records:
    names = ("holder", "work", "travels", "lag", "again", "purpose")
    return _filled(
        k.TASK,
        **{name: getattr(habits, f"task_{name}") for name in names},
        outcome_from=habits.outcome_from[:-1],
        outcome_until=habits.outcome_from[1:],
    )


def _block(places: int, registers: int, purposes: int, dues: int) -> dict[str, int]:
    """Where the parts of a matter lie: what is used most first, promises in lines of their own."""
    occasions_at = k.LIFE.itemsize
    registers_at = -(-(occasions_at + purposes * k.SMALL.itemsize) // 8) * 8
    planned_at = registers_at + registers * k.CELL.itemsize
    lines = -(-(planned_at + dues * k.CELL.itemsize) // k.CACHE_LINE)
    return {
        "registers_at": registers_at,
        "occasions_at": occasions_at,
        "planned_at": planned_at,
        "promises_at": lines * k.CACHE_LINE,
        "life_lines": lines + places,
    }


def _ring(demand: Demand) -> dict[str, int]:
    """A stretch is about as long as from one matter to the next: a guess is enough."""
    matters = len(demand.at)
    span = int(demand.at[-1] - demand.at[0]) if matters else 0
    bits = max(span // max(matters, 1), 1).bit_length()
    size = 1 << min(max(matters.bit_length() - RING_TURNS, RING_LEAST), RING_MOST)
    first = int(demand.at[0]) if matters else 0
    return {"ring_bits": bits, "ring_mask": size - 1, "ring_at": first >> bits}


def _hours(calendars: list[Calendar]) -> dict[str, Records]:
    """Calendars as places in lists of periods and instants: the rules' first, then of pools.

    Behind the last of each stands one that never comes, so that whoever counts need not look.
    """
    hours = np.zeros(len(calendars), k.HOURS)
    periods: list[Records] = []
    hints: list[Records] = []
    instants: list[Records] = []
    for of, calendar in zip(hours, calendars, strict=True):
        of["periods"], of["worked"] = sum(map(len, periods)), calendar.worked[-1]
        of["day_count"], of["nights"] = len(calendar.day_closes), len(calendar.midnights)
        of["hints"] = sum(map(len, hints))
        endless = np.append(calendar.opens, NEVER), np.append(calendar.closes, NEVER)
        periods.append(
            _filled(k.PERIOD, opens=endless[0], closes=endless[1], worked=calendar.worked)
        )
        for name in ("day_closes", "midnights", "months"):
            of[name] = sum(map(len, instants))
            part = _cells(getattr(calendar, name))
            instants.append(part if name == "months" else np.append(part, END_OF_TIME))
        of["since"], of["until"], found = _hints(calendar)
        hints.append(found)
    return {
        "hours": hours,
        "periods": _joined(periods),
        "hints": _joined(hints),
        "instants": np.concatenate(instants),
    }


def _hints(calendar: Calendar) -> tuple[int, int, Records]:
    """From when until when there are hints, and for each stretch what had passed when it began."""
    known = (calendar.opens, calendar.day_closes, calendar.midnights)
    ends = [int(instants[place]) for instants in known if len(instants) for place in (0, -1)]
    since, until = min(ends, default=0), max(ends, default=0)
    begins = since + (np.arange(((until - since) >> k.HINT_BITS) + 1) << k.HINT_BITS)
    counts = [np.searchsorted(instants, begins, side="left") for instants in known]
    return (
        since,
        until,
        _filled(k.HINT, periods=counts[0], day_closes=counts[1], midnights=counts[2]),
    )


def _pools(staff: Staff, setting: Setting) -> Records:
    pools = _filled(k.POOL, servers=staff.pool_servers, order=staff.pool_order)
    calendars = staff.pool_calendar
    pools["calendar"] = np.where(calendars < 0, -1, calendars + 1)  # the rules' own is first
    pools["first"] = pools["last"] = -1
    pools["seen_at"] = setting.begins_at
    return pools


def _most_servers(staff: Staff) -> int:
    """How many can begin at once in one pool at any time."""
    added = np.maximum(staff.change_by, 0)
    return int(staff.pool_servers.max(initial=0) + added.sum())


def _counts(
    sorts: int, slots: int, tasks: int, tables: Tables, staff: Staff, nights: int
) -> dict[str, Records]:
    """Counts of nothing."""
    units = len(staff.holder_base) + 1
    lines = {
        "ended": sorts, "claim_wait": sorts, "end_wait": sorts, "met": sorts * slots,
        "met_wait": slots, "task_wait": tasks,
    }  # fmt: skip
    counts = {name: np.zeros(n * int(k.ARRAYS[name][1]), np.int64) for name, n in lines.items()}
    return counts | {
        "marked": np.zeros(sorts * tables.registers, np.int64),
        "overdue": np.zeros(sorts * slots, np.int64),
        "backlog": np.zeros(nights, np.int64),
        "units": np.zeros(units, k.UNIT_COUNT),
    }
