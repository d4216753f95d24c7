"""One run as pictures: how many matters are open, and how many late, by grid and step of time."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from commongrid.bridges.rehearsal.reports import Replay
from commongrid.engines.rehearsal.model import Ints
from commongrid.engines.rehearsal.words import End

MOST_MATTERS = 60_000
"""Above so many in one run not all of it is logged, for the log would take more than the run: of
the first days only, in a run that ends there.
"""
MOST_STEPS = 400
MOST_CELLS = 60_000
STEPS_S = (3600, 2 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400)


def step_seconds(begins_at: int, ends_at: int, areas: int) -> int:
    """The shortest step with which the pictures do not become too many."""
    seconds = (ends_at - begins_at) / 1e6
    most = min(MOST_STEPS, MOST_CELLS // max(areas, 1))
    fitting = (step for step in STEPS_S if seconds / step <= most)
    return next(fitting, ceil(seconds / max(most, 1) / 86_400) * 86_400)


def replay(
    log: Ints,
    *,
    row_to: Ints,
    state_end: Ints,
    grid: Ints,
    areas: Sequence[str],
    begins_at: int,
    ends_at: int,
) -> Replay:
    """The pictures of one logged run, from ``begins_at`` until ``ends_at``.

    ``grid``: by matter, in the order of arrival, which of ``areas`` it lies in. A matter is late
    in a picture when the first of its running finish promises was due before.
    """
    step_s = step_seconds(begins_at, ends_at, len(areas))
    step = step_s * 1_000_000
    steps = ceil((ends_at - begins_at) / step)
    order = np.lexsort((np.arange(len(log)), log[:, 1]))
    at, matter, row, due = (log[order, column] for column in (0, 1, 2, 4))
    is_open = _is_open(row_to[row], state_end)
    until = np.append(at[1:], ends_at)
    until[np.append(matter[1:] != matter[:-1], True)] = ends_at
    place = grid[matter]

    def pictures(since: Ints, end: Ints) -> tuple[tuple[int, ...], ...]:
        first = np.clip(-((begins_at - since) // step), 0, steps)
        last = np.clip(-((begins_at - end) // step), 0, steps)
        counts = np.zeros((steps + 1, len(areas)), np.int64)
        shown = is_open & (end > since)
        np.add.at(counts, (first[shown], place[shown]), 1)
        np.add.at(counts, (last[shown], place[shown]), -1)
        return tuple(tuple(row) for row in np.cumsum(counts[:-1], axis=0).tolist())

    return Replay(
        begins_at=begins_at,
        step_s=step_s,
        grids=tuple(areas),
        open=pictures(at, until),
        late=pictures(np.maximum(at, np.minimum(due, ends_at)), until),
    )


def _is_open(to: Ints, state_end: Ints) -> np.ndarray:
    """Whether each entry leaves its matter open; a row that stays keeps the state before it."""
    moves = np.where(to >= 0, np.arange(len(to)), 0)
    last = np.maximum.accumulate(moves)  # every matter begins with a row that moves
    return np.asarray(state_end[to[last]] == End.OPEN)
