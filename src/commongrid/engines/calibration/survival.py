"""Times of which some had not ended when they were last seen (right-censored).

A time that was still running at its last look counts among those at risk up to then and not
after. This is right as long as being looked at no longer has nothing to do with how long it would
have taken: a day on which all records stop has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
import numpy.typing as npt

from commongrid.engines.calibration.functions import Floats, log_beta, strongest

WEAKEST, STRONGEST = 1e-1, 1e6
BINS = 5  # with more, each span sees its own noise; slow cells then look like the others
FEWEST_FOR_TAIL = 5


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """The share still waiting after each time; before the first it is all.

    Shape: ``times`` rise, all at least 0; ``waiting`` falls from at most 1; as long as each other.
    ``seen_until``: beyond it the curve says nothing and stays where it is.
    Units: times as the caller's.
    """

    times: Floats
    waiting: Floats
    seen_until: float
    cases: int
    ended: int

    def longer_than(self, at: npt.ArrayLike) -> Floats:
        """The share that waits longer than these times."""
        place = np.searchsorted(self.times, np.asarray(at, np.float64), side="right")
        return np.asarray(np.concatenate([[1.0], self.waiting])[place], dtype=np.float64)

    def longer_or_at(self, at: npt.ArrayLike) -> Floats:
        """The share that waits at least these times."""
        place = np.searchsorted(self.times, np.asarray(at, np.float64), side="left")
        return np.asarray(np.concatenate([[1.0], self.waiting])[place], dtype=np.float64)

    def quantile(self, share: float) -> float:
        """The first time within which this share is done; infinite where it was never seen."""
        place = int(np.searchsorted(-self.waiting, share - 1 - 1e-12, side="left"))
        return float(self.times[place]) if place < len(self.times) else inf


def kaplan_meier(
    times: npt.ArrayLike, ended: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Curve:
    """The curve of some cases. ``ended``: false where it was still running at its time.

    What ends and what is last seen at one time: the endings come first. ``weights``: how much of
    a case each is; without them one.
    Source: Kaplan and Meier, JASA 53 (1958) 457-481. Cost: O(n log n).
    """
    length, is_end = _checked(times, ended)
    at = np.unique(length[is_end])
    deaths, at_risk = _looked_at(length, is_end, at, _weighed(weights, length))
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, np.minimum(deaths / at_risk, 1.0), 0.0)
    waiting = np.cumprod(1 - hazard, dtype=np.float64)
    last = float(length.max()) if len(length) else 0.0
    return Curve(at, waiting, last, len(length), int(is_end.sum()))


def worth_at(times: npt.ArrayLike, ended: npt.ArrayLike, at: float) -> float:
    """How many cases watched to the end would say as much about the share done by a time.

    Source: Greenwood's variance (1926), set equal to that of a plain share.
    """
    length, is_end = _checked(times, ended)
    when = np.unique(length[is_end & (length <= at)])
    deaths, at_risk = _looked_at(length, is_end, when, np.ones_like(length))
    left = np.maximum(at_risk - deaths, 1e-9)
    waiting = float(np.prod(left / at_risk)) if len(when) else 1.0
    spread = float(np.sum(deaths / (at_risk * left)))
    if not 0 < waiting < 1 or spread <= 0:
        return float((length >= at).sum() + is_end[length < at].sum())
    return (1 - waiting) / (waiting * spread)


def shrunk_curve(
    times: npt.ArrayLike,
    ended: npt.ArrayLike,
    group: Curve,
    strength: float,
    weights: npt.ArrayLike | None = None,
) -> Curve:
    """The curve of a thin cell drawn towards its group, as if ``strength`` of the group were in it.

    Without censoring this is the mixture of both by cases. With it, each looks at those still at
    risk: where the cell saw nothing any more, the group goes on alone.
    Shape: the cell's endings must be among the group's times (it is a part of it).
    Source: Susarla and Van Ryzin, JASA 71 (1976) 897-902, as hazards.
    """
    length, is_end = _checked(times, ended)
    deaths, at_risk = _looked_at(length, is_end, group.times, _weighed(weights, length))
    if not np.isin(length[is_end], group.times).all():
        raise ValueError("an ending that the group did not see")
    before = np.concatenate([[1.0], group.waiting[:-1]])
    hazard = _hazard(group)
    prior = strength * before
    with np.errstate(divide="ignore", invalid="ignore"):
        blended = np.where(prior + at_risk > 0, (prior * hazard + deaths) / (prior + at_risk), 0.0)
    waiting = np.cumprod(1 - np.clip(blended, 0.0, 1.0))
    return Curve(group.times, waiting, group.seen_until, len(length), int(is_end.sum()))


def curve_strength(cells: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]], group: Curve) -> float:
    """How alike the curves of a group's cells are: as if each had begun with so many cases.

    Estimated by the likelihood of what ended in each fifth of the group's curve, given who was
    at risk (beta-binomial, one for each).
    """
    edges = _edges(group)
    if len(cells) < 2 or len(edges) < 1:
        return STRONGEST
    looked = [_spans(*_checked(times, ended), edges) for times, ended in cells]
    deaths = np.array([one[0] for one in looked], np.float64)
    at_risk = np.array([one[1] for one in looked], np.float64)
    after = group.longer_than(edges)
    before = np.concatenate([[1.0], after[:-1]])
    is_drawn = (after > 0) & (after < before)
    d, n = deaths[:, is_drawn], at_risk[:, is_drawn]
    start, stays = before[is_drawn] - after[is_drawn], after[is_drawn]

    def likelihood(strength: float) -> float:
        a, b = strength * start, strength * stays
        return float(np.sum(log_beta(a + d, b + n - d) - log_beta(a, b)))

    return strongest(likelihood, WEAKEST, STRONGEST)


def mixed_curve(curves: Sequence[Curve], weights: npt.ArrayLike) -> Curve:
    """The curve of a mixture, by weights."""
    share = np.asarray(weights, np.float64) / np.sum(weights)
    times = np.unique(np.concatenate([curve.times for curve in curves]))
    waiting = sum(
        (w * curve.longer_than(times) for w, curve in zip(share, curves, strict=True)),
        start=np.zeros_like(times),
    )
    return Curve(
        times,
        waiting,
        max(curve.seen_until for curve in curves),
        sum(curve.cases for curve in curves),
        sum(curve.ended for curve in curves),
    )


def empirical_curve(draws: npt.ArrayLike) -> Curve:
    """The curve of simulated times; infinite ones never end."""
    length = np.asarray(draws, np.float64)
    is_end = np.isfinite(length)
    at, counts = np.unique(length[is_end], return_counts=True)
    waiting = 1 - np.cumsum(counts) / max(len(length), 1)
    return Curve(at, np.maximum(waiting, 0.0), inf, len(length), int(is_end.sum()))


def exponential_curve(mean: float, *, cases: int, knots: int = 2000) -> Curve:
    """An exponential distribution as steps fine enough for scoring; what is beyond 1 in knots
    is left waiting.
    """
    share = 1 - np.arange(1, knots) / knots
    return Curve(-mean * np.log(share), share, inf, cases, cases)


def tail_rate(times: npt.ArrayLike, ended: npt.ArrayLike) -> float:
    """Endings in a unit of time among the longest-running fifth, for what is beyond the last look.

    An assumption: that the rate stays what it was there. At least one ending is supposed, so that
    nothing waits for ever.
    """
    length, is_end = _checked(times, ended)
    if not len(length) or length.max() <= 0:
        return 0.0
    since = float(np.quantile(length, 0.8))
    if int(is_end[length > since].sum()) < FEWEST_FOR_TAIL:
        since = 0.0
    exposure = float(np.maximum(length - since, 0).sum())
    return max(int(is_end[length > since].sum()), 1) / max(exposure, 1e-9)


def with_tail(curve: Curve, rate: float, shares: npt.ArrayLike) -> Floats:
    """The times within which these shares are done; beyond the last look at a constant rate.

    Raises: ValueError where there is a rest and no rate.
    """
    wanted = np.asarray(shares, np.float64)
    left = float(curve.waiting[-1]) if len(curve.waiting) else 1.0
    place = np.searchsorted(-curve.waiting, wanted - 1 - 1e-12, side="left")
    is_seen = place < len(curve.times)
    found = np.zeros_like(wanted)
    found[is_seen] = curve.times[place[is_seen]]
    if (~is_seen).any():
        if rate <= 0:
            raise ValueError("some never ended, and no rate says how they go on")
        rest = np.maximum(1 - wanted[~is_seen], left * 1e-4)
        begin = max(curve.seen_until, float(curve.times[-1]) if len(curve.times) else 0.0)
        found[~is_seen] = begin + np.log(left / rest) / rate
    return np.maximum.accumulate(found)


def _checked(times: npt.ArrayLike, ended: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.bool_]]:
    length, is_end = np.asarray(times, np.float64), np.asarray(ended, np.bool_)
    if length.shape != is_end.shape or length.ndim != 1:
        raise ValueError("one flag a time")
    if len(length) and (not np.isfinite(length).all() or length.min() < 0):
        raise ValueError("times are finite and at least 0")
    return length, is_end


def _hazard(curve: Curve) -> Floats:
    before = np.concatenate([[1.0], curve.waiting[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(before > 0, 1 - curve.waiting / before, 0.0))


def _weighed(weights: npt.ArrayLike | None, length: Floats) -> Floats:
    return np.ones_like(length) if weights is None else np.asarray(weights, np.float64)


def _looked_at(
    length: Floats, is_end: npt.NDArray[np.bool_], at: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    """Endings at each time and those at risk right before it."""
    risk = weights.sum() - _below(length, weights, at, "left")
    deaths = _below(length[is_end], weights[is_end], at, "right")
    return deaths - _below(length[is_end], weights[is_end], at, "left"), risk


def _below(length: Floats, weights: Floats, at: Floats, side: Literal["left", "right"]) -> Floats:
    """The weight of all that lies below (or at) these times."""
    order = np.argsort(length, kind="stable")
    summed = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(summed[np.searchsorted(length[order], at, side=side)], dtype=np.float64)


def _edges(group: Curve) -> Floats:
    """Times that cut the group's curve into spans of about the same share."""
    found = [group.quantile(n / BINS) for n in range(1, BINS)]
    return np.unique(np.array([time for time in found if time < inf], np.float64))


def _spans(length: Floats, is_end: npt.NDArray[np.bool_], edges: Floats) -> tuple[Floats, Floats]:
    """Endings within each span, and those who were seen through it or ended in it.

    Who was last seen inside a span is left out of it: whether it would have ended is not known.
    """
    low = np.concatenate([[-1.0], edges[:-1]])
    ends, all_ = np.sort(length[is_end]), np.sort(length[~is_end])
    deaths = np.searchsorted(ends, edges, side="right") - np.searchsorted(ends, low, side="right")
    later = len(ends) - np.searchsorted(ends, edges, side="right")
    seen = len(all_) - np.searchsorted(all_, edges, side="left")
    return deaths.astype(float), (deaths + later + seen).astype(float)
