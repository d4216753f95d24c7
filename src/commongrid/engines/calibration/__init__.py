"""What a history says about rates, shares and times, and how sure it is. Knows nothing of matters.

- ``rates`` and ``shares``: counts and proportions with intervals, thin cells drawn towards their
  group as strongly as the group's own cells resemble each other (empirical Bayes).
- ``survival``: times of which some had not ended when last seen, shrunk in the same way.
- ``competing``: which of several things happened first.
- ``scoring``: how good a forecast of times and counts was.
"""

from commongrid.engines.calibration.competing import FirstOf, first_of
from commongrid.engines.calibration.rates import (
    Range,
    count_range,
    rate_range,
    rate_strength,
    shrunk_rate,
)
from commongrid.engines.calibration.scoring import (
    crps_until,
    mean_pit_share,
    pit,
    pit_share,
)
from commongrid.engines.calibration.shares import (
    share_range,
    share_strength,
    shrunk_shares,
)
from commongrid.engines.calibration.survival import (
    Curve,
    curve_strength,
    empirical_curve,
    exponential_curve,
    kaplan_meier,
    mixed_curve,
    shrunk_curve,
    tail_rate,
    with_tail,
    worth_at,
)

__all__ = [
    "Curve",
    "FirstOf",
    "Range",
    "count_range",
    "crps_until",
    "curve_strength",
    "empirical_curve",
    "exponential_curve",
    "first_of",
    "kaplan_meier",
    "mean_pit_share",
    "mixed_curve",
    "pit",
    "pit_share",
    "rate_range",
    "rate_strength",
    "share_range",
    "share_strength",
    "shrunk_curve",
    "shrunk_rate",
    "shrunk_shares",
    "tail_rate",
    "with_tail",
    "worth_at",
]
