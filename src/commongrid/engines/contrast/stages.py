"""How many runs: decided once, from the spread of the first ones.

Source: C. Stein, A Two-Sample Test for a Linear Hypothesis Whose Power is Independent of the
Variance, Annals of Mathematical Statistics 16 (1945). The number depends on the spread of the
first runs alone and that is independent of their mean, so the interval keeps its share exactly
for normal values - which looking after every run until the interval suits does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from commongrid.engines.contrast.paired import SHARE, Floats
from commongrid.engines.contrast.students import t_quantile


def needed(
    firsts: Sequence[float] | Floats, *, half: float, family: int = 1, share: float = SHARE
) -> int:
    """How many runs there have to be for this half interval, the first ones included.

    Raises: ValueError with fewer than two runs or a half interval that is not above zero.
    """
    runs = np.asarray(firsts, dtype=np.float64)
    if len(runs) < 2 or half <= 0:
        message = f"{len(runs)} runs and half interval {half}: two and more than zero are needed"
        raise ValueError(message)
    level = 1 - (1 - share) / family
    reach = t_quantile(level, len(runs) - 1) * float(runs.std(ddof=1)) / half
    return max(len(runs), ceil(reach * reach))
