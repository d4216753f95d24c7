"""What every run is held to: nothing is lost, and queues obey Little's law to the microsecond."""

from __future__ import annotations

from commongrid.engines.rehearsal.model import Ints, Result, Tables
from commongrid.engines.rehearsal.words import End


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
    sums = {
        "raised by sort": (int(result.raised_by_sort.sum()), result.raised),
        "raised by grid": (int(result.grid_raised.sum()), result.raised),
        "open or ended": (int(result.ended.sum()), result.raised),
        "open": (int(result.ended[:, End.OPEN].sum()), result.open_at_end),
        "wait histogram": (int(result.pool_wait.sum()), int(result.pool_begun.sum())),
    }
    for name, (found, wanted) in sums.items():
        if found != wanted:
            raise LostMatterError(f"{name}: {found} found, {wanted} wanted")
    if (result.pool_queue_area != result.pool_waited + waited_left).any():
        raise LostMatterError("Little's law: the area of a queue is not the sum of its waits")
    if (result.taken < 0).any() or len(result.taken) != len(tables.row_to):
        raise LostMatterError("rows taken: a count overflowed")
