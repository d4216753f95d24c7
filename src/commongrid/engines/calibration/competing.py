"""Which of several things happened first, and when, where some had not happened when last seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commongrid.engines.calibration.functions import Floats
from commongrid.engines.calibration.survival import Curve

FEWEST_LATER = 0.05  # of all endings; after fewer of them a share would be chance
STILL = -1  # the cause of those to whom nothing had happened yet


@dataclass(frozen=True, eq=False, slots=True)
class FirstOf:
    """For each kind the share to whom it happened first by each time.

    Shape: ``reached`` kinds x times; with ``waiting`` the columns add up to 1.
    """

    times: Floats
    waiting: Floats
    reached: Floats
    counts: npt.NDArray[np.int64]
    cases: int
    seen_until: float

    def shares(self) -> Floats:
        """The share of each kind among those it can be said of: by the last ending seen.

        Those still waiting then are supposed to go the way of the others. Nothing seen: zeros.
        """
        last = self.reached[:, -1] if len(self.times) else np.zeros(len(self.counts))
        whole = float(last.sum())
        return np.asarray(last / whole if whole > 0 else last, dtype=np.float64)

    def later_share(self, kind: int, after: npt.ArrayLike) -> Floats:
        """Of those to whom something happened after these times, the share of one kind.

        After the last ending seen: the share of all. It says what those still waiting wait for.
        """
        upto = np.searchsorted(self.times, np.asarray(after, np.float64), side="right")
        whole = self.shares()[kind]
        if not len(self.times):
            return np.full(upto.shape, whole)
        own = np.concatenate([[0.0], self.reached[kind]])
        all_of = np.concatenate([[0.0], self.reached.sum(axis=0)])
        left, rest = own[-1] - own[upto], all_of[-1] - all_of[upto]
        few = rest < FEWEST_LATER * all_of[-1]
        return np.asarray(np.where(few, whole, left / np.where(few, 1.0, rest)), dtype=np.float64)

    def curve_of(self, kind: int) -> Curve:
        """The times of those to whom this kind happened, as if all of them had been seen."""
        own = self.reached[kind]
        whole = float(own[-1]) if len(own) else 0.0
        steps = np.diff(np.concatenate([[0.0], own])) > 0
        waiting = 1 - own[steps] / whole if whole > 0 else own[steps]
        count = int(self.counts[kind])
        return Curve(self.times[steps], np.maximum(waiting, 0.0), self.seen_until, count, count)


def first_of(times: npt.ArrayLike, kinds: npt.ArrayLike, *, number: int) -> FirstOf:
    """The cumulative incidence of each kind (Aalen and Johansen's estimate).

    ``kinds``: from 0 up to ``number``, or STILL. Leaving those out to whom nothing happened yet
    would favour whatever happens fast.
    Source: Aalen and Johansen, Scand. J. Statist. 5 (1978) 141-150. Cost: O(n log n).
    """
    length, kind = np.asarray(times, np.float64), np.asarray(kinds, np.int64)
    if length.shape != kind.shape or (len(kind) and not -1 <= kind.min() <= kind.max() < number):
        raise ValueError("a kind for each time, among those there are")
    is_end = kind != STILL
    at, place = np.unique(length[is_end], return_inverse=True)
    by_kind = np.zeros((number, len(at)))
    np.add.at(by_kind, (kind[is_end], place), 1)
    at_risk = np.maximum(len(length) - np.searchsorted(np.sort(length), at, side="left"), 1)
    waiting = np.cumprod(1 - by_kind.sum(axis=0) / at_risk)
    before = np.concatenate([[1.0], waiting[:-1]]) if len(at) else waiting
    reached = np.cumsum(before * by_kind / at_risk, axis=1)
    last = float(length.max()) if len(length) else 0.0
    counts = by_kind.sum(axis=1).astype(np.int64)
    return FirstOf(at, waiting, reached, counts, len(length), last)
