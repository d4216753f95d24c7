"""What Python calls: a whole run, or one row after the other on a board."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from commongrid.engines.rehearsal.checks import (
    EndlessMatterError,
    LostMatterError,
    check,
    check_input,
)
from commongrid.engines.rehearsal.core.compiling import one_at_a_time
from commongrid.engines.rehearsal.core.lives import GONE, IDLE, WAITING, WORKING
from commongrid.engines.rehearsal.core.loop import ENDLESS, GOING, NO_ROOM, OVER, run
from commongrid.engines.rehearsal.core.memory import CELL, PROMISE, WORLD
from commongrid.engines.rehearsal.core.packing import Memory, memory_of
from commongrid.engines.rehearsal.core.stepping import BORN, MAY, TAKE, step_once
from commongrid.engines.rehearsal.model import Demand, Habits, Ints, Result, Setting, Staff, Tables
from commongrid.engines.rehearsal.results import LOG_COLUMNS, empty_result


def simulate(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> Result:
    """Run one replication.

    Raises: ValueError when a number points outside its table; EndlessMatterError; LostMatterError.
    """
    check_input(tables, habits, staff, demand, setting)
    memory = memory_of(tables, habits, staff, demand, setting)
    run_to_end(memory)
    result = counted(memory, empty_result(tables, habits, staff, setting))
    check(result, tables, waited_left(memory))
    check_lives(memory)
    return result


@cache
def get_ready() -> None:
    """Compile, or read what was compiled before: a world that is over is enough for it."""
    over = np.zeros(1, WORLD)
    over["stopped"] = OVER
    with one_at_a_time():
        run(over)


def run_to_end(memory: Memory) -> None:
    """Let it run, with more room whenever it needs some."""
    get_ready()
    world = memory.world
    while True:
        run(world)
        if world["stopped"][0] == ENDLESS:
            raise EndlessMatterError("a matter takes row after row while no time passes")
        if world["stopped"][0] != NO_ROOM:
            return
        memory.grow_where_short()
        world["stopped"] = GOING


def counted(memory: Memory, empty: Result) -> Result:
    """What a run counted, in the shapes of a result."""
    arrays, world = memory.arrays, memory.world[0]
    found: dict[str, Any] = {
        name: arrays[name].reshape(getattr(empty, name).shape)
        for name in ("ended", "marked", "claim_wait", "end_wait", "met", "met_wait", "overdue",
                     "task_wait", "backlog")
    }  # fmt: skip
    columns = {
        "sorts": ("raised_by_sort raised", "claimed claimed", "sort_kept kept", "sort_late late"),
        "grids": ("grid_raised raised", "grid_kept kept", "grid_late late"),
        "units": ("unit_kept kept", "unit_late late"),
        "rows": ("taken taken", "refused refused"),
        "pools": tuple(
            f"pool_{name} {name}"
            for name in ("begun", "waited", "queue_area", "longest", "waiting", "busy", "worked",
                         "overload")
        ),
    }  # fmt: skip
    for array, pairs in columns.items():
        for name, column in (pair.split() for pair in pairs):
            found[name] = arrays[array][column].copy()
    log = arrays["log"].view(np.int64).reshape(-1, LOG_COLUMNS)[: world["logged"]].copy()
    return replace(
        empty,
        **found,
        log=log,
        events=int(world["happened"]),
        raised=int(world["arrival"]),
        open_at_end=int(world["open"]),
    )


def waited_left(memory: Memory) -> Ints:
    """By pool, what those still in a queue have waited by the end."""
    known = memory.lives()
    waiting = known[known["place"] == WAITING]
    left = np.zeros(len(memory.arrays["pools"]), np.int64)
    np.add.at(left, waiting["pool"], memory.world["ends_at"][0] - waiting["since"])
    return left


def check_lives(memory: Memory) -> None:
    """Everybody who was raised is over, idle, in a queue or at work. Raises: LostMatterError."""
    world, pools = memory.world[0], memory.arrays["pools"]
    places = memory.lives()["place"]
    here = {place: int((places == place).sum()) for place in (IDLE, WAITING, WORKING, GONE)}
    alive = here[IDLE] + here[WAITING] + here[WORKING]
    if alive + world["retired"] != world["arrival"]:
        raise LostMatterError(f"{world['arrival']} raised, {alive} alive, {world['retired']} over")
    if here[WAITING] != pools["waiting"].sum():
        raise LostMatterError("those who wait are not those whom the queues count")
    if here[WORKING] > pools["busy"].sum():
        raise LostMatterError("more matters are worked on than servers are at work")


class Board:
    """One matter, moved by hand: what the compiled rules say and do, for a proof."""

    def __init__(
        self, tables: Tables, habits: Habits, staff: Staff, *, sort: int, raised_at: int
    ) -> None:
        one = np.array([raised_at], np.int64)
        people = Demand(at=one, key=one * 0, grid=one * 0, sort=one * 0 + sort)
        setting = Setting(seed=0, replication=0, begins_at=raised_at, ends_at=raised_at)
        self._memory = memory_of(tables, habits, staff, people, setting)
        self._slots = tables.slots
        step_once(self._memory.world, BORN, 0, 0)

    def may(self, row: int, at: int) -> bool:
        """Whether every group of the row's guards has one that holds."""
        return bool(step_once(self._memory.world, MAY, row, at))

    def take(self, row: int, at: int) -> None:
        """Take a row that may be taken."""
        step_once(self._memory.world, TAKE, row, at)

    @property
    def state(self) -> int:
        return int(self._memory.lives()["state"][0])

    @property
    def registers(self) -> list[int]:
        count = int(self._memory.world["register_count"][0])
        return [int(value) for value in self._memory.part("registers_at", CELL, count)["n"]]

    def promises(self) -> dict[int, dict[str, int]]:
        """By slot, for the slots this sort has: status, due, first_due, met_at and the rest."""
        memory = self._memory
        has = int(memory.arrays["sorts"]["slots"][memory.lives()["sort"][0]])
        slots = [slot for slot in range(self._slots) if has >> slot & 1]
        found = memory.part("promises_at", PROMISE, len(slots))
        return {
            slot: {name: int(promise[name]) for name in promise.dtype.names}
            for slot, promise in zip(slots, found, strict=True)
        }
