"""Times of a practice as quantile tables of the engine, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from commongrid.bridges.rehearsal.practice import Known, Times
from commongrid.engines.rehearsal import quantile_table
from commongrid.engines.rehearsal.model import Ints

MICROS = 1_000_000
POINTS = 1024
MOST = (1 << 50) - 1
Part = tuple[float, tuple[float, ...], tuple[float, ...]]
"""A share, and the shares and quantiles of the times of that share."""
NOTHING: tuple[tuple[float, ...], tuple[float, ...]] = ((0.0, 1.0), (0.0, 0.0))


class TimeTables:
    """The quantile tables of one rehearsal."""

    def __init__(self) -> None:
        self.tables: list[Ints] = []
        self._places: dict[tuple[Part, ...], int] = {}

    def place(self, parts: Sequence[tuple[float, Times | None]]) -> int:
        """The table of a mixture: shares and the times each stands for; None takes no time."""
        whole = sum(share for share, _ in parts)
        if not whole:
            parts, whole = [(1.0, times) for _, times in parts], float(len(parts))
        key = tuple(
            (share / whole, *(NOTHING if times is None else (times.shares, times.quantiles)))
            for share, times in parts
        )
        key = tuple(sorted(key))
        if key not in self._places:
            self._places[key] = len(self.tables)
            self.tables.append(_table(key))
        return self._places[key]

    def constant(self, micros: int) -> int:
        """The table of one time, without spread."""
        seconds = micros / MICROS
        return self.place(
            [
                (
                    1.0,
                    Times(
                        shares=(0.0, 1.0),
                        quantiles=(seconds, seconds),
                        cases=0,
                        known=Known.ASSUMED,
                    ),
                )
            ]
        )


@lru_cache(maxsize=4096)
def _table(parts: tuple[Part, ...]) -> Ints:
    """A mixture, from points of each part; where there is one part it is exact."""
    if len(parts) == 1:
        _, shares, quantiles = parts[0]
        return quantile_table(lambda longer: _micros(np.interp(1 - longer, shares, quantiles)))
    levels = np.concatenate([(np.arange(POINTS) + 0.5) / POINTS, [1.0]])
    times = np.concatenate([np.interp(levels, shares, quantiles) for _, shares, quantiles in parts])
    weights = np.concatenate([np.full(len(levels), share / len(levels)) for share, _, _ in parts])
    order = np.argsort(times, kind="stable")
    times, reached = times[order], np.cumsum(weights[order])
    reached, last = reached / reached[-1], len(times) - 1
    return quantile_table(
        lambda longer: _micros(times[min(int(np.searchsorted(reached, 1 - longer)), last)])
    )


def _micros(seconds: float) -> float:
    return min(max(float(seconds), 0.0) * MICROS, MOST)
