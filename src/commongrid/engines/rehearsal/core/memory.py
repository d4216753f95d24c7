"""Where everything of a run lies: arrays of records, and how compiled code reads them.

Compiled functions are handed one record, the *world*: it knows where each array begins, how wide
it is, and the few numbers of the run itself. ``lives(w, m)`` is the record of life ``m``;
``lives(w, m).state = 3`` writes it; ``promises(w, m, n)`` is the n-th of its promises.

WHY not arrays as arguments: numba compiles some ten machine words for each array at each call, and
thirty arrays in forty functions take minutes. One address takes seconds, and arrays can grow
between two events without anybody noticing. There are no bounds checks, as in all compiled code.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numba
import numpy as np
from llvmlite import ir
from numba import types

from commongrid.engines.rehearsal.core.compiling import instruction
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
STATE = whole(i4=("end", "rival_from", "rival_until", "due_from", "due_until"))
ROW = whole("taken", "refused",
            i4=("to", "by_time", "guard_from", "guard_until", "effect_from", "effect_until",
                "step_from", "step_until"))  # fmt: skip
WORD = whole("a", "b", i4=("op", "group"))
SPAN = whole("unit", "amount")
SORT = whole("flags", "slots", "finish", "raised", "claimed", "kept", "late",
             i4=("rank", "raise_row", "candidate_from", "candidate_until"))  # fmt: skip
CLOCK = whole("amount", i4=("flags", "unit"))
TASK = whole("again", "purpose",
             i4=("holder", "work", "travels", "lag", "outcome_from", "outcome_until"))  # fmt: skip
OUTCOME = whole("row", "until")
RIVAL = whole("row", "share", "delay", "purpose")
DUE = whole("slot", "row", "again")
HOURS = whole("since", "until", "hints", "periods", "worked", "day_closes", "day_count",
              "midnights", "nights", "months")  # fmt: skip
PERIOD = whole("opens", "closes", "worked")
HINT = whole(i4=("periods", "day_closes", "midnights"))
_FIRST_LINE = whole("seen_at", "waited", "queue_area", "worked",
                    i4=("servers", "busy", "waiting", "first", "last", "begun", "longest"),
                    i2=("calendar", "order"))  # fmt: skip
_SECOND_LINE = whole("opening", "overload", *(f"rest_{n}" for n in range(6)))
POOL = np.dtype(_FIRST_LINE.descr + _SECOND_LINE.descr, align=True)  # two cache lines, one hot
HOLDER = whole("base", "level")
GRID = whole("raised", "kept", "late")
UNIT_COUNT = whole("kept", "late")
CHANGE = whole("at", "pool", "by")
LIFE = whole("raised_at", "since", "running", "paused", u4=("key", "share"),
             i4=("number", "grid", "visit", "pool"), i2=("sort", "state", "pending"),
             i1=("place", "is_counted"))  # fmt: skip
_REST_OF_LIFE = whole("taken_at", "kept", "late", i4=("after", "before", "node"),
                      i2=("at_once",), i1=("was_claimed", "was_late"))  # fmt: skip
LIFE = np.dtype(LIFE.descr + _REST_OF_LIFE.descr, align=True)  # the first cache line is the hot one
PROMISE = whole("status", "begun", "left", "due", "first_due", "met_at", "paused_at", "set_due")
EVENT = whole("at", i4=("number", "life", "visit", "what", "kind", "later"))  # two a cache line
STRETCH = whole(i4=("first",))
NODE = whole("lane", "age", i4=("number", "life", "left", "right"))
LINE = np.dtype("V64")
END = whole("slot", "status", "met_at")

CACHE_LINE = 64
SOON_HOLDS = 32
"""Places of the list of what comes next; the first one holds an event that never comes."""
HINT_BITS = 34
"""How long a stretch between two hints of a calendar is. Units: bits of microseconds; 4.8 hours."""

ARRAYS: dict[str, tuple[np.dtype[Any], str | int]] = {
    # the rules
    "states": (STATE, 1), "rows": (ROW, 1), "words": (WORD, 1), "spans": (SPAN, 1),
    "sorts": (SORT, 1), "clocks": (CLOCK, "places"), "candidates": (CELL, 1),
    "hours": (HOURS, 1), "periods": (PERIOD, 1), "hints": (HINT, 1), "instants": (CELL, 1),
    # habits
    "task_at": (SMALL, "sort_count"), "tasks": (TASK, 1), "outcomes": (OUTCOME, 1),
    "rivals": (RIVAL, 1), "dues": (DUE, 1), "quantiles": (CELL, KNOTS),
    # people and what is raised
    "pools": (POOL, 1), "holders": (HOLDER, 1), "areas": (SMALL, "levels"),
    "grids": (GRID, 1), "travels": (CELL, 1), "changes": (CHANGE, 1), "demand_at": (CELL, 1),
    "demand_key": (CELL, 1), "demand_grid": (CELL, 1), "demand_sort": (CELL, 1),
    "nights": (CELL, 1),
    # matters that live, and what is planned for them
    "lives": (LINE, "life_lines"), "ends": (END, 1), "near": (EVENT, 1), "soon": (EVENT, 1),
    "ring": (STRETCH, 1), "marks": (CELL, 1), "kept": (EVENT, 1), "nodes": (NODE, 1),
    # what is counted
    "ended": (CELL, len(End)), "marked": (CELL, "register_count"),
    "claim_wait": (CELL, WAIT_BINS), "end_wait": (CELL, WAIT_BINS), "units": (UNIT_COUNT, 1),
    "met": (CELL, len(Status)), "met_wait": (CELL, WAIT_BINS), "overdue": (CELL, "slot_count"),
    "task_wait": (CELL, WAIT_BINS), "backlog": (CELL, 1), "log": (CELL, LOG_COLUMNS),
}  # fmt: skip
"""What a run needs, with its records and its width: the second index runs over so many."""

WIDTHS = ("places", "sort_count", "levels", "register_count", "purposes", "dues_at_most",
          "slot_count", "life_lines")  # fmt: skip
PARTS = ("registers_at", "occasions_at", "planned_at", "promises_at")
"""Where in the block of a life its parts begin. Units: bytes."""
LENGTHS = (
    "arrivals",
    "changes_known",
    "nights_known",
    "pools_known",
    "lives_room",
    "near_room",
    "nodes_room",
    "log_room",
    "plans_at_once",
    "ring_mask",
    "ring_bits",
)
GIVEN = ("seed", "replication", "ends_at", "counts_from", "counts_until", "pools_from",
         "pools_until", "is_logged")  # fmt: skip
STANDS = ("arrival", "change", "night", "happened", "open", "numbered", "queued", "near_now",
          "soon_now", "ring_now", "ring_at", "kept_used", "kept_free", "lives_used",
          "life_free", "nodes_used", "node_free", "ends_now", "logged", "retired",
          "unchecked", "stopped")  # fmt: skip
"""How far the run is. ``life_free`` and ``node_free``: one given back, -1 for none.

``unchecked``: for how many more events there surely is room, so that nobody asks each time.
"""
WORLD = whole(*ARRAYS, *WIDTHS, *PARTS, *LENGTHS, *GIVEN, *STANDS)
OFFSETS = {name: 8 * place for place, name in enumerate(WORLD.names or ())}

_I64 = ir.IntType(64)


def _of_world(builder: Any, world: Any, field: str) -> Any:
    """Read where an array is, or how wide: it stays so while compiled code runs."""
    place = builder.add(builder.ptrtoint(world, _I64), _I64(OFFSETS[field]))
    read = builder.load(builder.inttoptr(place, _I64.as_pointer()))
    read.set_metadata("invariant.load", builder.module.add_metadata([]))
    return read


def _records(name: str, record: np.dtype[Any] | None = None, stride: int = 0) -> Any:
    """Make the function that finds a record of one array."""
    dtype, width = ARRAYS[name]
    found = numba.from_dtype(record or dtype)
    wide = 1 if stride else width

    def find(context: Any, builder: Any, _: Any, args: Any) -> Any:
        world, place = args[0], args[-1]
        if len(args) == 3:
            line = _of_world(builder, world, wide) if isinstance(wide, str) else _I64(wide)
            place = builder.add(builder.mul(args[1], line), place)
        offset = builder.mul(place, _I64(stride or dtype.itemsize))
        at = builder.add(_of_world(builder, world, name), offset)
        return builder.inttoptr(at, context.get_value_type(found))

    if wide == 1:

        @instruction
        def one(_: Any, world: Any, place: Any) -> Any:  # noqa: ARG001 - numba reads the names
            return found(world, types.int64), find

        return one

    @instruction
    def one_of_line(_: Any, world: Any, line: Any, place: Any) -> Any:  # noqa: ARG001
        return found(world, types.int64, types.int64), find

    return one_of_line


def _part_of_life(field: str, record: np.dtype[Any]) -> Any:
    """Make the function that finds a record in the block of a life."""
    found = numba.from_dtype(record)

    def find(context: Any, builder: Any, _: Any, args: Any) -> Any:
        begins = builder.add(builder.ptrtoint(args[1], _I64), _of_world(builder, args[0], field))
        at = builder.add(begins, builder.mul(args[2], _I64(record.itemsize)))
        return builder.inttoptr(at, context.get_value_type(found))

    @instruction
    def part(_: Any, world: Any, life: Any, place: Any) -> Any:  # noqa: ARG001
        return found(world, life, types.int64), find

    return part


@instruction
def number_of(_: Any, world: Any, life: Any) -> Any:
    """The number by which ``lives`` finds a life: its first line's."""

    def find(__: Any, builder: Any, ___: Any, args: Any) -> Any:
        begins = _of_world(builder, args[0], "lives")
        offset = builder.sub(builder.ptrtoint(args[1], _I64), begins)
        return builder.lshr(offset, _I64(CACHE_LINE.bit_length() - 1))

    return types.int64(world, life), find


@instruction
def fetch(_: Any, record: Any, line: Any) -> Any:  # noqa: ARG001
    """Ask for a cache line of a record, and go on: it will be there when it is needed."""

    def ask(__: Any, builder: Any, ___: Any, args: Any) -> Any:
        byte, small = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, small, small, small])
        name = "llvm.prefetch.p0i8"
        hint = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        offset = builder.mul(args[1], _I64(CACHE_LINE))
        at = builder.inttoptr(builder.add(builder.ptrtoint(args[0], _I64), offset), byte)
        builder.call(hint, [at, small(0), small(3), small(1)])
        return _I64(0)

    return types.int64(record, types.int64), ask


states, rows, words, spans = (_records(name) for name in ("states", "rows", "words", "spans"))
sorts, clocks, candidates = (_records(name) for name in ("sorts", "clocks", "candidates"))
hours, periods, hints = (_records(name) for name in ("hours", "periods", "hints"))
instants, task_at, tasks = (_records(name) for name in ("instants", "task_at", "tasks"))
outcomes, rivals, dues = (_records(name) for name in ("outcomes", "rivals", "dues"))
quantiles, pools, holders = (_records(name) for name in ("quantiles", "pools", "holders"))
areas, grids, travels = (_records(name) for name in ("areas", "grids", "travels"))
changes, nights = (_records(name) for name in ("changes", "nights"))
demand_at, demand_key = (_records(name) for name in ("demand_at", "demand_key"))
demand_grid, demand_sort = (_records(name) for name in ("demand_grid", "demand_sort"))
lives = _records("lives", LIFE, CACHE_LINE)
registers, planned = _part_of_life("registers_at", CELL), _part_of_life("planned_at", CELL)
occasions, promises = _part_of_life("occasions_at", SMALL), _part_of_life("promises_at", PROMISE)
ends, near, soon = (_records(name) for name in ("ends", "near", "soon"))
ring, marks = (_records(name) for name in ("ring", "marks"))
kept, nodes = (_records(name) for name in ("kept", "nodes"))
ended, marked, units = (_records(name) for name in ("ended", "marked", "units"))
claim_wait, end_wait = (_records(name) for name in ("claim_wait", "end_wait"))
met, met_wait, overdue = (_records(name) for name in ("met", "met_wait", "overdue"))
task_wait, backlog, log = (_records(name) for name in ("task_wait", "backlog", "log"))
