"""A mean with what it rests on: how many cases, and an interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
FEWEST = 2  # of one case nothing can be said about the spread


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of ``cases`` values; ``low`` and ``high`` its 95 % interval, never below nothing."""

    cases: int
    mean: float
    low: float
    high: float


def mean_interval(cases: int, total: float, squares: float) -> Mean | None:
    """The mean of values that are not negative, from their sum and the sum of their squares.

    None for fewer than two. Student's t, as if the cases were drawn independently.
    Raises: ValueError for sums that no values have.
    Example:
        >>> mean = mean_interval(5, 10, 24)
        >>> mean.mean, round(mean.low, 2), round(mean.high, 2)
        (2.0, 0.76, 3.24)
    """
    if cases < FEWEST:
        return None
    mean = total / cases
    spread = squares - total * mean
    if total < 0 or spread < -1e-9 * max(squares, 1.0):
        message = f"{cases} cases with sum {total} and squares {squares}"
        raise ValueError(message)
    reach = t95(cases - 1) * sqrt(max(spread, 0.0) / (cases - 1) / cases)
    return Mean(cases, mean, max(0.0, mean - reach), mean + reach)


def t95(freedom: int) -> float:
    """The 97.5 % point of Student's t; within 0.3 % from three degrees of freedom on.

    Source: the expansion of Abramowitz and Stegun, 26.7.5; exact below three.
    """
    exact = {1: 12.706204736, 2: 4.302652730}
    if freedom in exact:
        return exact[freedom]
    z, v = Z95, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )
