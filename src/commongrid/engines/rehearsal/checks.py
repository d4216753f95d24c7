"""What every run is held to: nothing is lost, and queues obey Little's law to the microsecond."""

from __future__ import annotations

import numpy as np

from commongrid.engines.rehearsal.model import (
    Demand,
    Habits,
    Ints,
    Result,
    Setting,
    Staff,
    Tables,
)
from commongrid.engines.rehearsal.words import HOLDER_ASKED, NEVER, End, Span


class LostMatterError(RuntimeError):
    """A run whose sums do not meet. Its figures are worth nothing and are not given."""


class EndlessMatterError(RuntimeError):
    """A matter that goes from state to state while no time passes."""


MOST_AT_ONCE = 64
"""Rows a matter may take in one instant."""


def check(result: Result, tables: Tables, waited_left: Ints) -> None:
    """Hold a run to its sums. ``waited_left``: by pool, what those still in a queue have waited.

    Raises: LostMatterError naming the sum.
    """
    counted = int(result.raised_by_sort.sum())
    judged = int(result.sort_kept.sum() + result.sort_late.sum())
    sums = {
        "raised by grid": (int(result.grid_raised.sum()), counted),
        "open or ended": (int(result.ended.sum()), counted),
        "kept or late by grid": (int(result.grid_kept.sum() + result.grid_late.sum()), judged),
        "kept or late by unit": (int(result.unit_kept.sum() + result.unit_late.sum()), judged),
        "wait histogram": (int(result.task_wait.sum()), int(result.pool_begun.sum())),
    }
    if counted == result.raised:
        sums["open"] = (int(result.ended[:, End.OPEN].sum()), result.open_at_end)
    for name, (found, wanted) in sums.items():
        if found != wanted:
            raise LostMatterError(f"{name}: {found} found, {wanted} wanted")
    if (result.pool_queue_area != result.pool_waited + waited_left).any():
        raise LostMatterError("Little's law: the area of a queue is not the sum of its waits")
    if (result.taken < 0).any() or len(result.taken) != len(tables.row_to):
        raise LostMatterError("rows taken: a count overflowed")


def check_input(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> None:
    """Refuse numbers that point outside: compiled code looks at no bounds.

    Raises: ValueError naming the field.
    """
    sorts, slots = tables.sort_span.shape
    states, rows, holders = len(tables.state_end), len(tables.row_to), len(staff.holder_base)
    pools, lists = len(staff.pool_servers), len(habits.quantiles)
    levels, grids = staff.area.shape
    purposes = max(habits.purposes, 1)
    within: dict[str, tuple[Ints, int, int]] = {
        "row_to": (tables.row_to, -1, states),
        "raise_row": (habits.raise_row, 0, rows),
        "a raising row's state": (tables.row_to[np.clip(habits.raise_row, 0, rows - 1)], 0, states),
        "sort_span": (tables.sort_span, -1, len(tables.span_unit)),
        "span_unit": (tables.span_unit, 0, len(Span)),
        "step_mask": (tables.step_mask, 0, 1 << slots),
        "candidate": (tables.candidate, 0, holders),
        "candidates of a sort": (np.diff(tables.candidate_from), 0, 63),
        "task_at": (habits.task_at, -1, len(habits.task_holder)),
        "task_holder": (habits.task_holder, HOLDER_ASKED, holders),
        "task_work": (habits.task_work, 0, lists),
        "task_lag": (habits.task_lag, -1, lists),
        "task_purpose": (habits.task_purpose, 0, purposes),
        "outcomes of a task": (np.diff(habits.outcome_from), 1, 1 << 30),
        "outcome_row": (habits.outcome_row, 0, rows),
        "rival_row": (habits.rival_row, 0, rows),
        "rival_delay": (habits.rival_delay, 0, lists),
        "rival_purpose": (habits.rival_purpose, 0, purposes),
        "due_slot": (habits.due_slot, 0, slots),
        "due_row": (habits.due_row, 0, rows),
        "due_again": (habits.due_again, 1, NEVER),
        "task_again": (habits.task_again, 1, NEVER),
        "pool_calendar": (staff.pool_calendar, -1, len(staff.calendars)),
        "holder_level": (staff.holder_level, 0, levels),
        "holder_base": (staff.holder_base, 0, pools),
        "area": (staff.area, 0, pools),
        "change_pool": (staff.change_pool, 0, pools),
        "demand.grid": (demand.grid, 0, grids),
        "demand.sort": (demand.sort, 0, sorts),
        "seed": (np.array([setting.seed >> 1]), 0, 1 << 63 - 1),
    }
    for name, (values, least, most) in within.items():
        if values.size and (values.min() < least or values.max() >= most):
            raise ValueError(
                f"{name} holds {values.min()}..{values.max()}, not {least}..{most - 1}"
            )
    lengths = {"raise_row": (len(habits.raise_row), sorts), "travel": (len(staff.travel), grids)}
    lengths |= {"task_at": (habits.task_at.size, states * sorts)}
    lengths |= {"rival_from": (len(habits.rival_from), states + 1)}
    lengths |= {"due_from": (len(habits.due_from), states + 1)}
    for name, (found, wanted) in lengths.items():
        if found != wanted:
            raise ValueError(f"{name} has {found} entries, not {wanted}")
    if (np.diff(demand.at) < 0).any() or (np.diff(staff.change_at) < 0).any():
        raise ValueError("what is raised and who comes and goes are sorted by instant")
