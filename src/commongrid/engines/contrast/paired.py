"""Means with intervals, what a difference says, and what common demand was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import sqrt

import numpy as np
import numpy.typing as npt

from commongrid.engines.contrast.students import t_quantile

Floats = npt.NDArray[np.float64]
SHARE = 0.95


class Says(IntEnum):
    """What an interval of differences says."""

    LESS = -1
    NOT_CLEAR = 0
    MORE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and what it may be. Units: those of the values."""

    mean: float
    low: float
    high: float

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What common demand was worth.

    Units: ``correlation`` of the runs from -1 to 1; ``times`` fewer runs than with demand of
    their own for the same interval: the ratio of the variances.
    """

    correlation: float
    times: float


def interval(
    values: Sequence[float] | Floats, *, first: int, family: int = 1, share: float = SHARE
) -> Interval:
    """The mean of the runs with its interval.

    ``first``: how many runs had been seen when it was decided how many there would be; their
    spread was looked at, so the interval stands on it (Stein 1945) and is never narrower than the
    plain one over all runs. ``family``: how many intervals are to hold together (Bonferroni).

    Raises: ValueError with fewer than two runs, or fewer runs than were first.

    Example:
        >>> round(interval([1.0, 2.0, 3.0], first=3).low, 3)
        -0.484
    """
    runs = np.asarray(values, dtype=np.float64)
    if not 2 <= first <= len(runs):
        message = f"{len(runs)} runs, {first} of them first: two are needed at least"
        raise ValueError(message)
    mean = float(runs.mean())
    level = 1 - (1 - share) / family
    spreads = {count: float(runs[:count].std(ddof=1)) for count in {first, len(runs)}}
    half = max(t_quantile(level, count - 1) * spread for count, spread in spreads.items())
    half /= sqrt(len(runs))
    return Interval(mean=mean, low=mean - half, high=mean + half)


def says(found: Interval) -> Says:
    """More or less when the interval lies on one side of zero; zero itself is not clear."""
    if found.low > 0:
        return Says.MORE
    return Says.LESS if found.high < 0 else Says.NOT_CLEAR


def gain(base: Sequence[float] | Floats, other: Sequence[float] | Floats) -> Gain | None:
    """What it was worth that both met the same people; nothing where one of them never varied."""
    one, two = np.asarray(base, np.float64), np.asarray(other, np.float64)
    apart = float(one.var(ddof=1) + two.var(ddof=1))
    paired = float((two - one).var(ddof=1))
    if min(one.var(), two.var(), paired) <= 0:
        return None
    together = float(np.cov(one, two)[0, 1] / sqrt(one.var(ddof=1) * two.var(ddof=1)))
    return Gain(correlation=together, times=apart / paired)
