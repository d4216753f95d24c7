"""Which of several things, in which share: counts drawn towards the group where they are few."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from commongrid.engines.calibration.functions import Floats, beta_quantile, log_gamma, strongest
from commongrid.engines.calibration.rates import JEFFREYS, Range

WEAKEST, STRONGEST = 1e-2, 1e6


def share_strength(counts: npt.ArrayLike, base: npt.ArrayLike) -> float:
    """How alike the shares of a group's cells are: as if each had begun with so many cases.

    Shape: ``counts`` cells x kinds, ``base`` the group's shares. Estimated by the likelihood
    of the counts (Dirichlet-multinomial) around the group.
    """
    k, p = np.asarray(counts, np.float64), np.asarray(base, np.float64)
    k, p = k[:, p > 0], p[p > 0]
    whole = k.sum(axis=1)
    k, whole = k[whole > 0], whole[whole > 0]
    if len(k) < 2 or len(p) < 2:
        return STRONGEST

    def likelihood(strength: float) -> float:
        own = log_gamma(strength * p + k) - log_gamma(strength * p)
        return float(own.sum() + np.sum(log_gamma(strength) - log_gamma(strength + whole)))

    return strongest(likelihood, WEAKEST, STRONGEST)


def shrunk_shares(counts: npt.ArrayLike, base: npt.ArrayLike, strength: float) -> Floats:
    """The shares of one cell, drawn towards the group's. They add up to 1 if the base does."""
    k, p = np.asarray(counts, np.float64), np.asarray(base, np.float64)
    return np.asarray((k + strength * p) / (k.sum() + strength), dtype=np.float64)


def share_range(
    part: float, whole: float, *, base: float = 0.5, strength: float = 0.0, level: float = 0.95
) -> Range:
    """A share with its interval: beta, drawn towards ``base`` as if by ``strength`` more cases.

    Without strength it is Jeffreys' interval. Raises: ValueError unless 0 <= part <= whole.
    """
    if not 0 <= part <= whole or whole + strength <= 0:
        message = f"{part} of {whole}: not a share"
        raise ValueError(message)
    inside, outside = part + strength * base, whole - part + strength * (1 - base)
    tail = (1 - level) / 2
    low = beta_quantile(inside + JEFFREYS, outside + JEFFREYS, tail) if inside > 0 else 0.0
    high = beta_quantile(inside + JEFFREYS, outside + JEFFREYS, 1 - tail) if outside > 0 else 1.0
    value = inside / (whole + strength)
    return Range(value, min(low, value), max(high, value))
