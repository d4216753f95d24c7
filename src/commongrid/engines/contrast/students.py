"""Student's t: tails and quantiles, from the incomplete beta function.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.5.8 (the continued
fraction) and 26.7.1; Lentz's way of working it out.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p

_TINY = 1e-300
_CLOSE = 1e-16
_MOST_STEPS = 10_000


def t_beyond(value: float, freedom: int) -> float:
    """The share of Student's t beyond ``value`` on both sides together.

    Raises: ValueError without a degree of freedom.
    """
    if freedom < 1:
        message = f"{freedom} degrees of freedom: there must be at least one"
        raise ValueError(message)
    square = value * value
    return _beta_share(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(share: float, freedom: int) -> float:
    """The value that ``share`` of the distribution does not exceed in size (both sides).

    Precision: twelve digits. Cost: some 60 tails, kept.

    Raises: ValueError for a share outside 0 to 1.

    Example:
        >>> round(t_quantile(0.95, 9), 4)
        2.2622
    """
    if not 0 <= share < 1:
        message = f"share {share}: must be from 0 to less than 1"
        raise ValueError(message)
    beyond, low, high = 1 - share, 0.0, 1.0
    while t_beyond(high, freedom) > beyond:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if t_beyond(middle, freedom) > beyond else (low, middle)


def _beta_share(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function at ``x``; ``rest`` is 1 - x without its loss."""
    if x <= 0 or rest <= 0:
        return float(x > 0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * _log(x, rest) + b * _log(rest, x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(rest, b, a) / b


def _log(part: float, rest: float) -> float:
    """The logarithm of a part of one, from whichever of the two is known better."""
    return log1p(-rest) if rest < part else log(part)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE * 10:
            return value
    message = f"the beta function at {x}, {a}, {b} does not settle"
    raise ArithmeticError(message)


def _away(value: float) -> float:
    """Not zero: it is divided by."""
    return value if abs(value) > _TINY else _TINY
