"""Is it more, is it less, or is it not clear? Differences of runs on common demand.

Pairs of runs that met the same people are compared run by run; what all of them shared falls out
of the difference. How many runs are needed is decided once, from the spread of the first ones
(Stein's two stages), so that looking does not spoil the answer.
"""

from commongrid.engines.contrast.paired import Gain, Interval, Says, gain, interval, says
from commongrid.engines.contrast.stages import needed
from commongrid.engines.contrast.students import t_beyond, t_quantile

__all__ = [
    "Gain",
    "Interval",
    "Says",
    "gain",
    "interval",
    "needed",
    "says",
    "t_beyond",
    "t_quantile",
]
