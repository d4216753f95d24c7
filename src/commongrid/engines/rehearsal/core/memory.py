"""Where everything of a run lies: arrays of records, and how compiled code reads them.

Compiled functions are handed one record, the *world*: it knows where each array begins, how wide
it is, and the few numbers of the run itself. ``lives(w, m)`` is the record of life ``m``;
``lives(w, m).state = 3`` writes it; ``promises(w, m, n)`` is the n-th of its promises.

WHY not arrays as arguments: numba compiles some ten machine words for each array at each call, and
thirty arrays in forty functions take minutes. One address takes seconds, and arrays can grow
between two events without anybody noticing. There are no bounds checks, as in all compiled code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from commongrid.engines.rehearsal.draws import KNOTS, WAIT_BINS
from commongrid.engines.rehearsal.results import LOG_COLUMNS
from commongrid.engines.rehearsal.words import End, Status

World: TypeAlias = Any
Life: TypeAlias = Any
Promise: TypeAlias = Any
Hours: TypeAlias = Any
"""Records, as numba sees them; mypy knows no numba types."""


def whole(*names: str, **smaller: tuple[str, ...]) -> np.dtype[Any]:
    """A record of whole numbers: 64 bits each, those named by a smaller type smaller."""
    fields = [(name, "i8") for name in names]
    for kind, its in smaller.items():
        fields += [(name, kind) for name in its]
    return np.dtype(fields, align=True)


CELL = whole("n")
SMALL = whole(i4=("n",))
STATE = whole("end", "rival_from", "rival_until", "due_from", "due_until")
ROW = whole("to", "by_time", "guard_from", "guard_until", "effect_from", "effect_until",
            "step_from", "step_until", "taken", "refused")  # fmt: skip
WORD = whole("op", "group", "a", "b")
SPAN = whole("unit", "amount")
SORT = whole("flags", "rank", "raise_row", "candidate_from", "candidate_until", "slots", "raised",
             "claimed", "kept", "late")  # fmt: skip
CLOCK = whole("slot", "flags", "unit", "amount")
TASK = whole("holder", "work", "travels", "lag", "again", "purpose", "outcome_from",
             "outcome_until")  # fmt: skip
OUTCOME = whole("row", "until")
RIVAL = whole("row", "share", "delay", "purpose")
DUE = whole("slot", "row", "again")
HOURS = whole("opens", "closes", "worked", "periods", "day_closes", "day_count", "midnights",
              "nights", "months")  # fmt: skip
_FIRST_LINE = whole("seen_at", "waited", "queue_area", "worked",
                    i4=("servers", "calendar", "order", "busy", "waiting", "first", "begun",
                        "longest"))  # fmt: skip
_SECOND_LINE = whole("opening", "overload", *(f"rest_{n}" for n in range(6)))
POOL = np.dtype(_FIRST_LINE.descr + _SECOND_LINE.descr, align=True)  # two cache lines, one hot
HOLDER = whole("base", "level")
GRID = whole("travel", "raised", "kept", "late")
UNIT_COUNT = whole("kept", "late")
CHANGE = whole("at", "pool", "by")
LIFE = whole("raised_at", "since", "taken_at", u4=("key", "share"),
             i4=("number", "index", "grid", "visit", "pool"), i2=("sort", "state", "pending"),
             i1=("place", "at_once", "is_counted", "was_claimed", "was_late"))  # fmt: skip
PROMISE = whole("status", "begun", "left", "due", "first_due", "met_at", "paused_at", "set_due")
EVENT = whole("at", "number", i4=("life", "visit", "what", "kind"))
NODE = whole("lane", "age", "number", i4=("life", "visit", "left", "right"))
END = whole("place", "status", "met_at")

ARRAYS: dict[str, tuple[np.dtype[Any], str | int]] = {
    # the rules
    "states": (STATE, 1), "rows": (ROW, 1), "words": (WORD, 1), "spans": (SPAN, 1),
    "sorts": (SORT, 1), "clocks": (CLOCK, "places"), "candidates": (CELL, 1),
    "hours": (HOURS, 1), "instants": (CELL, 1),
    # habits
    "task_at": (CELL, "sort_count"), "tasks": (TASK, 1), "outcomes": (OUTCOME, 1),
    "rivals": (RIVAL, 1), "dues": (DUE, 1), "quantiles": (CELL, KNOTS),
    # people and what is raised
    "pools": (POOL, 1), "holders": (HOLDER, 1), "areas": (SMALL, "grid_count"),
    "grids": (GRID, 1), "changes": (CHANGE, 1), "demand_at": (CELL, 1), "demand_key": (CELL, 1),
    "demand_grid": (CELL, 1), "demand_sort": (CELL, 1), "nights": (CELL, 1),
    # matters that live, and what is planned for them
    "lives": (LIFE, 1), "promises": (PROMISE, "places"), "registers": (CELL, "register_count"),
    "occasions": (SMALL, "purposes"), "planned": (CELL, "dues_at_most"), "ends": (END, 1),
    "events": (EVENT, 1), "nodes": (NODE, 1),
    # what is counted
    "ended": (CELL, len(End)), "marked": (CELL, "register_count"),
    "claim_wait": (CELL, WAIT_BINS), "end_wait": (CELL, WAIT_BINS), "units": (UNIT_COUNT, 1),
    "met": (CELL, len(Status)), "met_wait": (CELL, WAIT_BINS), "overdue": (CELL, "slot_count"),
    "task_wait": (CELL, WAIT_BINS), "backlog": (CELL, 1), "log": (CELL, LOG_COLUMNS),
}  # fmt: skip
"""What a run needs, with its records and its width: the second index runs over so many."""

WIDTHS = ("places", "sort_count", "grid_count", "register_count", "purposes", "dues_at_most",
          "slot_count")  # fmt: skip
LENGTHS = ("arrivals", "changes_known", "nights_known", "pools_known", "lives_room", "events_room",
           "nodes_room", "log_room", "plans_at_once")  # fmt: skip
GIVEN = ("seed", "replication", "ends_at", "counts_from", "counts_until", "pools_from",
         "pools_until", "is_logged")  # fmt: skip
STANDS = ("arrival", "change", "night", "happened", "open", "numbered", "queued", "planned_now",
          "lives_used", "life_free", "nodes_used", "node_free", "ends_now", "logged", "retired",
          "stopped", "most_planned")  # fmt: skip
"""How far the run is. ``life_free`` and ``node_free``: one given back, -1 for none."""
WORLD = whole(*ARRAYS, *WIDTHS, *LENGTHS, *GIVEN, *STANDS)
OFFSETS = {name: 8 * place for place, name in enumerate(WORLD.names or ())}

_I64 = ir.IntType(64)


def _records(name: str) -> Callable[..., Any]:
    """Make the function that finds a record of one array."""
    dtype, width = ARRAYS[name]
    record = numba.from_dtype(dtype)

    def of_world(builder: Any, world: Any, field: str) -> Any:
        place = builder.add(builder.ptrtoint(world, _I64), _I64(OFFSETS[field]))
        return builder.load(builder.inttoptr(place, _I64.as_pointer()))

    def find(context: Any, builder: Any, _: Any, args: Any) -> Any:
        world, place = args[0], args[-1]
        if len(args) == 3:
            wide = of_world(builder, world, width) if isinstance(width, str) else _I64(width)
            place = builder.add(builder.mul(args[1], wide), place)
        offset = builder.mul(place, _I64(dtype.itemsize))
        at = builder.add(of_world(builder, world, name), offset)
        return builder.inttoptr(at, context.get_value_type(record))

    if width == 1:

        @intrinsic
        def one(_: Any, world: Any, place: Any) -> Any:  # noqa: ARG001 - numba reads the names
            return record(world, types.int64), find

        return one

    @intrinsic
    def one_of_line(_: Any, world: Any, line: Any, place: Any) -> Any:  # noqa: ARG001
        return record(world, types.int64, types.int64), find

    return one_of_line


states, rows, words, spans = (_records(name) for name in ("states", "rows", "words", "spans"))
sorts, clocks, candidates = (_records(name) for name in ("sorts", "clocks", "candidates"))
hours, instants = (_records(name) for name in ("hours", "instants"))
task_at, tasks, outcomes = (_records(name) for name in ("task_at", "tasks", "outcomes"))
rivals, dues, quantiles = (_records(name) for name in ("rivals", "dues", "quantiles"))
pools, holders, areas, grids = (_records(n) for n in ("pools", "holders", "areas", "grids"))
changes, nights = (_records(name) for name in ("changes", "nights"))
demand_at, demand_key = (_records(name) for name in ("demand_at", "demand_key"))
demand_grid, demand_sort = (_records(name) for name in ("demand_grid", "demand_sort"))
lives, promises, registers = (_records(name) for name in ("lives", "promises", "registers"))
occasions, planned, ends = (_records(name) for name in ("occasions", "planned", "ends"))
events, nodes = (_records(name) for name in ("events", "nodes"))
ended, marked, units = (_records(name) for name in ("ended", "marked", "units"))
claim_wait, end_wait = (_records(name) for name in ("claim_wait", "end_wait"))
met, met_wait, overdue = (_records(name) for name in ("met", "met_wait", "overdue"))
task_wait, backlog, log = (_records(name) for name in ("task_wait", "backlog", "log"))
