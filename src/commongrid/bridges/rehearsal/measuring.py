"""The measures of one run (measures.csv), read off what the engine counted.

Sums come first and shares are taken late, so that parts with few matters can be put together
before anything is divided. Nothing here knows a charter's words but what ``Reading`` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan

import numpy as np
import numpy.typing as npt

from commongrid.engines.rehearsal import Result
from commongrid.engines.rehearsal.draws import WAIT_BINS, bin_edge
from commongrid.engines.rehearsal.model import Ints
from commongrid.engines.rehearsal.words import End, Status

Floats = npt.NDArray[np.float64]
HOUR, MINUTE = 3_600_000_000, 60_000_000
FEW = 5
"""A grid with fewer matters judged in one run says nothing about that grid."""
WAITS = ("first_answer", "claim", "end")
_SECOND_BIN, _LAST_BIN = 144, 344
"""Bins of the waits that are kept: from a second to a year and a month."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """What of a run's numbers is what. Plain arrays: it goes to other processes.

    Shape: ``sort_part``, ``holder_part``, ``pool_part`` and ``grid_part`` say which line of
    ``types``, ``holders`` (pools too) and ``areas`` a sort, a holder, a pool and a grid count for.
    ``answer``: the slot of the first answer, -1 without. ``redone`` and ``escalated``: registers.
    """

    types: tuple[str, ...]
    holders: tuple[str, ...]
    areas: tuple[str, ...]
    sort_part: Ints
    holder_part: Ints
    pool_part: Ints
    grid_part: Ints
    answer: int
    redone: int
    escalated: int
    rounds: Ints  # pools of grid workers
    weeks: float
    longest_h: float  # from the first counted day to the end of the run


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """One run's measures.

    ``figures`` by measure id, NaN where nothing could be measured. ``*_counts`` are whole numbers
    by line: see ``TYPE_COUNTS``, ``UNIT_COUNTS``, ``GRID_COUNTS``. ``type_waits``: claims by type
    and bin. ``waits``: by kind, the share still waiting at ``wait_edges``.
    ``backlog``: open matters at the beginning of each day of the period and at its end.
    """

    figures: dict[str, float]
    type_counts: Ints
    type_waits: npt.NDArray[np.int32]
    unit_counts: Ints
    grid_counts: Ints
    waits: dict[str, Floats]
    backlog: Ints
    events: int
    counted: int


TYPE_COUNTS = (
    "raised",
    "kept",
    "late",
    "answered",
    "unanswered",
    "claimed",
    "redone",
    "escalated",
    "open",
)
UNIT_COUNTS = ("kept", "late", "worked", "overload", "begun")
GRID_COUNTS = ("raised", "kept", "late")


def measure(result: Result, reading: Reading, *, days: slice) -> Measured:
    """Everything that is told of one run. ``days``: the midnights of the period in ``backlog``."""
    types = _by_type(result, reading)
    claims = _kept_bins(result.claim_wait)
    by_type = _summed(claims, reading.sort_part, len(reading.types))
    backlog = result.backlog[days]
    total = dict(zip(TYPE_COUNTS, types.sum(axis=0).tolist(), strict=True))
    waits = claims.sum(axis=0)
    worked = result.pool_worked
    figures = {
        "answered_in_time": share(total["answered"], total["answered"] + total["unanswered"]),
        "solved_in_time": share(total["kept"], total["kept"] + total["late"]),
        "wait_median": wait_hours(waits, 0.5, total["open"], reading.longest_h),
        "wait_p90": wait_hours(waits, 0.9, total["open"], reading.longest_h),
        "redo": share(total["redone"], total["claimed"]),
        "backlog_end": float(backlog[-1]),
        "backlog_most": float(backlog.max()),
        "work_hours": float(worked.sum()) / HOUR,
        "overload_hours": float(result.pool_overload.sum()) / HOUR,
        "burden_grid": _burden(worked, reading),
        "worst_tenth": _worst_tenth(result),
        "escalated": float(total["escalated"]),
    }
    return Measured(
        figures=figures,
        type_counts=types,
        type_waits=by_type.astype(np.int32),
        unit_counts=_by_unit(result, reading),
        grid_counts=_by_grid(result, reading),
        waits=_waits(result, reading),
        backlog=backlog,
        events=result.events,
        counted=int(result.raised_by_sort.sum()),
    )


def share(part: float, whole: float) -> float:
    """A share, NaN of nothing."""
    return part / whole if whole else nan


def wait_edges() -> Floats:
    """Where the bins that are kept begin, in seconds, and where the last one ends."""
    return np.array([bin_edge(n) / 1e6 for n in range(_SECOND_BIN, _LAST_BIN + 1)])


def wait_hours(counts: Ints, level: float, still: int, longest_h: float) -> float:
    """The wait that this share of matters did not exceed, in hours; NaN of none.

    Who is ``still`` open waits longer than anybody; where they are so many that the level falls
    among them, it is the longest that could be seen. Within a bin (an eighth of an octave) waits
    are taken as evenly spread.
    """
    total = int(counts.sum()) + still
    if not total:
        return nan
    reached = np.cumsum(counts)
    if level * total > reached[-1]:
        return longest_h
    place = int(np.searchsorted(reached, level * total))
    before = int(reached[place - 1]) if place else 0
    edges = wait_edges()
    within = (level * total - before) / int(counts[place])
    return float(edges[place] + within * (edges[place + 1] - edges[place])) / 3600


def _kept_bins(histogram: Ints) -> Ints:
    """The bins from a second to a year; what lies beyond counts in the first and the last."""
    kept = histogram[..., _SECOND_BIN:_LAST_BIN].copy()
    kept[..., 0] += histogram[..., :_SECOND_BIN].sum(axis=-1)
    kept[..., -1] += histogram[..., _LAST_BIN:WAIT_BINS].sum(axis=-1)
    return kept


def _summed(values: Ints, part: Ints, parts: int) -> Ints:
    """Rows added up by the part they belong to."""
    total = np.zeros((parts, *values.shape[1:]), np.int64)
    np.add.at(total, part, values)
    return total


def _by_type(result: Result, reading: Reading) -> Ints:
    """Shape: types x TYPE_COUNTS."""
    nothing = np.zeros_like(result.claimed)
    kept, late = nothing, nothing
    if reading.answer >= 0:
        met = result.met[:, reading.answer]
        kept = met[:, Status.KEPT]
        late = met[:, Status.LATE] + met[:, Status.UNSOLVED] + result.overdue[:, reading.answer]
    columns = [
        result.raised_by_sort,
        result.sort_kept,
        result.sort_late,
        kept,
        late,
        result.claimed,
        result.marked[:, reading.redone],
        result.marked[:, reading.escalated],
        result.ended[:, End.OPEN],
    ]
    return _summed(np.stack(columns, axis=1), reading.sort_part, len(reading.types))


def _by_unit(result: Result, reading: Reading) -> Ints:
    """Shape: holders x UNIT_COUNTS. Posts are never told apart: a holder's pools are one line."""
    holders = len(reading.holders)
    pools = np.stack([result.pool_worked, result.pool_overload, result.pool_begun], axis=1)
    judged = np.stack([result.unit_kept[1:], result.unit_late[1:]], axis=1)
    of_holders = _summed(judged, reading.holder_part, holders)
    return np.concatenate([of_holders, _summed(pools, reading.pool_part, holders)], axis=1)


def _by_grid(result: Result, reading: Reading) -> Ints:
    """Shape: areas x GRID_COUNTS."""
    columns = np.stack([result.grid_raised, result.grid_kept, result.grid_late], axis=1)
    return _summed(columns, reading.grid_part, len(reading.areas))


def _burden(worked: Ints, reading: Reading) -> float:
    """Minutes of grid workers for each grid and week."""
    if not len(reading.rounds):
        return nan
    return float(worked[reading.rounds].sum()) / MINUTE / len(reading.grid_part) / reading.weeks


def _worst_tenth(result: Result) -> float:
    """The mean share in the tenth of the grids where it is lowest, among those with enough."""
    judged = result.grid_kept + result.grid_late
    told = judged >= FEW
    if not told.any():
        return nan
    shares = np.sort(result.grid_kept[told] / judged[told])
    return float(shares[: ceil(len(shares) / 10)].mean())


def _waits(result: Result, reading: Reading) -> dict[str, Floats]:
    """The share still waiting at each edge. Who still waits at the end of the run waits longer."""
    still = int(result.ended[:, End.OPEN].sum())
    found = {
        "claim": (_kept_bins(result.claim_wait.sum(axis=0)), still),
        "end": (_kept_bins(result.end_wait.sum(axis=0)), still),
    }
    if reading.answer >= 0:
        waiting = int(result.overdue[:, reading.answer].sum())
        found["first_answer"] = (_kept_bins(result.met_wait[reading.answer]), waiting)
    return {kind: _still_waiting(*found[kind]) for kind in WAITS if kind in found}


def _still_waiting(counts: Ints, more: int) -> Floats:
    total = int(counts.sum()) + more
    done = np.concatenate([[0], np.cumsum(counts)])
    return np.full(len(done), nan) if not total else 1 - done / total
