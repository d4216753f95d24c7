"""A share with what it rests on: counts, denominator, unknowns, and an interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; ``unknown`` are those of whom it cannot be said, outside ``whole``.

    Units: ``share``, ``low`` and ``high`` 0-1, None where ``whole`` is nothing.
    """

    part: int
    whole: int
    unknown: int
    share: float | None
    low: float | None
    high: float | None


def wilson_interval(part: int, whole: int, unknown: int = 0, *, z: float = Z95) -> Share:
    """A share with Wilson's interval: honest also near 0 and 1 and for few cases.

    Raises: ValueError unless 0 <= part <= whole.
    Source: Wilson, JASA 22 (1927) 209-212.
    Example:
        >>> share = wilson_interval(18, 20)
        >>> round(share.low, 3), round(share.high, 3)
        (0.699, 0.972)
    """
    if not 0 <= part <= whole or unknown < 0:
        message = f"{part} of {whole}, {unknown} unknown: not a share"
        raise ValueError(message)
    if whole == 0:
        return Share(part, whole, unknown, None, None, None)
    p, n = part / whole, whole
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # With nothing or all of it the bound is the share itself; rounding may pass it by a hair.
    low, high = max(0.0, min(p, middle - reach)), min(1.0, max(p, middle + reach))
    return Share(part, whole, unknown, p, low, high)
