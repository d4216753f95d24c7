"""How often something happens, with an interval: Poisson counts and gamma rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commongrid.engines.calibration.functions import (
    Floats,
    gamma_quantile,
    log_gamma,
    strongest,
)

WEAKEST, STRONGEST = 1e-2, 1e6
JEFFREYS = 0.5  # half a case: the interval then covers what it says also for nothing seen
LARGEST_COUNT = 10_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """A number with its interval. Units: the caller's."""

    value: float
    low: float
    high: float


def rate_range(count: float, exposure: float, *, level: float = 0.95, spread: float = 1.0) -> Range:
    """So many cases in so much exposure, with nothing known before.

    ``spread``: variance of the counts over their mean; above 1 the interval is that of as many
    fewer cases as days that differ tell less than days that are alike.
    Raises: ValueError without exposure.
    Source: Jeffreys' interval, see Brown, Cai and DasGupta, Statistica Sinica 13 (2003).
    """
    if exposure <= 0 or count < 0 or spread <= 0:
        message = f"{count} cases in {exposure}: not a rate"
        raise ValueError(message)
    worth = max(spread, 1.0)
    shape, rate = count / worth + JEFFREYS, exposure / worth
    tail = (1 - level) / 2
    low = gamma_quantile(shape, rate, tail) if count else 0.0
    return Range(count / exposure, low, gamma_quantile(shape, rate, 1 - tail))


def rate_strength(counts: npt.ArrayLike, exposures: npt.ArrayLike, mean: float) -> float:
    """How alike the rates of a group are: the shape of the gamma they seem drawn from.

    Large: all the same. Small: each for itself. Estimated by the likelihood of the counts
    (negative binomial) around the group's mean.
    """
    k, e = np.asarray(counts, np.float64), np.asarray(exposures, np.float64)
    if mean <= 0 or len(k) < 2:
        return STRONGEST

    def likelihood(shape: float) -> float:
        rate = shape / mean
        terms = log_gamma(shape + k) - log_gamma(shape) + shape * np.log(rate / (rate + e))
        return float(np.sum(terms - k * np.log(rate + e)))

    return strongest(likelihood, WEAKEST, STRONGEST)


def shrunk_rate(
    count: float, exposure: float, *, mean: float, strength: float, level: float = 0.95
) -> Range:
    """A rate drawn towards the group's mean: the posterior of a gamma of that strength."""
    shape, rate = strength + count, strength / mean + exposure
    tail = (1 - level) / 2
    low, high = gamma_quantile(shape, rate, tail), gamma_quantile(shape, rate, 1 - tail)
    return Range(shape / rate, low, high)


def count_range(mean: float, *, shape: float, level: float = 0.95) -> tuple[int, int]:
    """Between which counts a new count lies, when its own mean varies by a gamma of that shape.

    Shape: both ends belong to it; it holds at least ``level``. Source: negative binomial.
    Raises: ValueError for means too large to be summed.
    """
    if not 0 <= mean < LARGEST_COUNT:
        message = f"a mean count of {mean}"
        raise ValueError(message)
    if mean == 0:
        return 0, 0
    most = int(mean + 12 * np.sqrt(mean + mean * mean / shape) + 30)
    upto = np.cumsum(_count_shares(np.arange(most + 1), mean, shape))
    tail = (1 - level) / 2
    low = int(np.searchsorted(upto, tail, side="right"))
    high = int(np.searchsorted(upto, 1 - tail, side="left"))
    return low, min(high, most)


def _count_shares(counts: npt.NDArray[np.int64], mean: float, shape: float) -> Floats:
    n = counts.astype(np.float64)
    share = mean / (mean + shape)
    logs = log_gamma(n + shape) - log_gamma(shape) - log_gamma(n + 1)
    logs = logs - shape * np.log1p(mean / shape) + n * np.log(share)
    return np.asarray(np.exp(logs), dtype=np.float64)
