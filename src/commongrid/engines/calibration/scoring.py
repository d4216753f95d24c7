"""How good a forecast was: of times, by the distance of whole distributions; of shares, by cover.

How what had not ended is scored. A case is scored on the span from 0 to ``until``, the time for
which it would have been watched WHATEVER happened to it: the integral over that span of
(F(t) - [ended by t])**2. A case that ended early and one that never did are scored on the same
span, so the score is proper: nobody gains by saying what they do not believe. Integrating to
infinity for those that ended and only to the last look for the others is not (Rindt et al. 2022).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from commongrid.engines.calibration.functions import Floats
from commongrid.engines.calibration.survival import Curve


def crps_until(curve: Curve, times: npt.ArrayLike, until: npt.ArrayLike) -> Floats:
    """The continuous ranked probability score of each case on its own span; less is better.

    ``times``: when it ended; infinite where it did not. Units: of the times.
    Source: Gneiting and Ranjan, JBES 29 (2011) 411-422, with the weight 1 up to ``until``.
    Cost: O((n + k) log k).
    """
    y, span = np.broadcast_arrays(np.asarray(times, float), np.asarray(until, float))
    knots = np.concatenate([[0.0], curve.times])
    done = 1 - np.concatenate([[1.0], curve.waiting])
    widths = np.diff(knots)
    before = np.concatenate([[0.0], np.cumsum(done[:-1] ** 2 * widths)])
    after = np.concatenate([[0.0], np.cumsum((1 - done[:-1]) ** 2 * widths)])

    def area(upto: Floats, whole: Floats, rate: Floats) -> Floats:
        place = np.searchsorted(knots, upto, side="right") - 1
        return np.asarray(whole[place] + rate[place] * (upto - knots[place]))

    met = np.minimum(y, span)
    early = area(met, before, done**2)
    late = area(span, after, (1 - done) ** 2) - area(met, after, (1 - done) ** 2)
    return np.asarray(early + late, dtype=np.float64)


def pit(curve: Curve, times: npt.ArrayLike, ended: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Between which shares of the forecast each case lies: a point for smooth forecasts, a span
    where the forecast has a step there or the case had not ended.
    """
    y, is_end = np.asarray(times, np.float64), np.asarray(ended, np.bool_)
    low = np.where(is_end, 1 - curve.longer_or_at(y), 1 - curve.longer_than(y))
    high = np.where(is_end, 1 - curve.longer_than(y), 1.0)
    # An ending where the forecast has no step at all, beyond its last one: anywhere in the rest.
    beyond = is_end & (y > (curve.times[-1] if len(curve.times) else -1.0))
    return low, np.where(beyond, 1.0, high)


def pit_share(low: Floats, high: Floats, first: float, last: float) -> Floats:
    """How much of each case's span lies between two shares: 0 to 1.

    Source: Czado, Gneiting and Held, Biometrics 65 (2009) 1254-1261, for steps.
    """
    width = high - low
    inside = np.clip(np.minimum(high, last) - np.maximum(low, first), 0.0, None)
    is_point = width <= 0
    on_it = ((low >= first) & (low <= last)).astype(float)
    return np.asarray(np.where(is_point, on_it, inside / np.where(is_point, 1.0, width)))


def mean_pit_share(low: Floats, high: Floats, first: float, last: float) -> float:
    """The share of cases between two shares of the forecast: right is ``last - first``."""
    return float(pit_share(low, high, first, last).mean()) if len(low) else float("nan")
