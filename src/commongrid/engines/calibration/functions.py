"""The few special functions that intervals need, in numpy: log gamma, two quantiles, a maximum."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SMALL = 1e-300
TERMS = 1000
HALVINGS = 200
SECTIONS = 18  # of a twenty-fourth of the range: to a few thousandths
CLOSE = 1e-9
GOLDEN = 0.6180339887498949
STIRLING_FROM = 8  # from here on five terms of Stirling's series are exact to 1e-12


def log_gamma(x: npt.ArrayLike) -> Floats:
    """The logarithm of the gamma function of positive numbers, to about 1e-12 of 1.

    Source: Abramowitz and Stegun 6.1.15 and 6.1.41.
    """
    given = np.asarray(x, dtype=np.float64)
    low = given < STIRLING_FROM
    small = np.where(low, given, 1.0)
    product = small.copy()
    for step in range(1, STIRLING_FROM):
        product = product * (small + step)
    shift = np.where(low, np.log(product), 0.0)
    at = np.where(low, given + STIRLING_FROM, given)
    inverse = 1 / at
    square = inverse * inverse
    series = 1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    whole = (at - 0.5) * np.log(at) - at + 0.9189385332046727 + inverse * series
    return np.asarray(whole - shift, dtype=np.float64)


def log_beta(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """The logarithm of the beta function."""
    left, right = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.asarray(log_gamma(left) + log_gamma(right) - log_gamma(left + right))


def gamma_share(shape: float, x: float) -> float:
    """The share of a gamma distribution (rate 1) up to ``x``.

    Source: Abramowitz and Stegun 6.5.29 and 6.5.31 (Lentz's method).
    """
    if x <= 0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for n in range(1, TERMS):
            term *= x / (shape + n)
            total += term
            if term < total * 1e-16:
                break
        return min(1.0, front * total)
    b = x + 1 - shape
    c, d = 1 / SMALL, 1 / b
    fraction = d
    for n in range(1, TERMS):
        a = -n * (n - shape)
        b += 2
        d = 1 / _not_zero(a * d + b)
        c = _not_zero(b + a / c)
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return max(0.0, 1 - front * fraction)


def beta_share(a: float, b: float, x: float) -> float:
    """The share of a beta distribution up to ``x``.

    Source: Abramowitz and Stegun 26.5.8 (Lentz's method), mirrored where it converges slowly.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _beta_fraction(b, a, 1 - x) / b
    return front * _beta_fraction(a, b, x) / a


@lru_cache(maxsize=4096)
def gamma_quantile(shape: float, rate: float, share: float) -> float:
    """The value below which a share of a gamma distribution lies."""
    if shape <= 0:
        return 0.0
    high = shape + 1
    while gamma_share(shape, high) < share:
        high *= 2
    return _bisect(lambda x: gamma_share(shape, x), share, high) / rate


@lru_cache(maxsize=4096)
def beta_quantile(a: float, b: float, share: float) -> float:
    """The value below which a share of a beta distribution lies."""
    if a <= 0 or b <= 0:
        return float(a > 0)
    return _bisect(lambda x: beta_share(a, b, x), share, 1.0)


def strongest(likelihood: Callable[[float], float], low: float, high: float) -> float:
    """Where a likelihood is highest, between two positive numbers, on a scale of logarithms.

    A coarse walk first: the likelihood may be flat far out, and is not always one hill.
    """
    walk = np.linspace(log(low), log(high), 25)
    values = [likelihood(exp(x)) for x in walk]
    best = int(np.argmax(values))
    left, right = walk[max(best - 1, 0)], walk[min(best + 1, len(walk) - 1)]
    a, b = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_a, at_b = likelihood(exp(a)), likelihood(exp(b))
    for _ in range(SECTIONS):
        if at_a < at_b:
            left, a, at_a = a, b, at_b
            b = left + GOLDEN * (right - left)
            at_b = likelihood(exp(b))
        else:
            right, b, at_b = b, a, at_a
            a = right - GOLDEN * (right - left)
            at_a = likelihood(exp(a))
    return exp((left + right) / 2)


def _beta_fraction(a: float, b: float, x: float) -> float:
    c = 1.0
    d = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for n in range(1, TERMS):
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        d = 1 / _not_zero(1 + even * d)
        c = _not_zero(1 + even / c)
        fraction *= c * d
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
        d = 1 / _not_zero(1 + odd * d)
        c = _not_zero(1 + odd / c)
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return fraction


def _not_zero(x: float) -> float:
    return x if abs(x) > SMALL else SMALL


def _bisect(share_at: Callable[[float], float], share: float, high: float) -> float:
    low = 0.0
    if share >= 1:
        return inf if high > 1 else high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if high - low <= CLOSE * high:
            break
        low, high = (middle, high) if share_at(middle) < share else (low, middle)
    return high
