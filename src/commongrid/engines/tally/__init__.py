"""Counts that may be published: suppression by halving, intervals of shares, waiting times.

Four ideas, none of which knows what is counted:

- ``publish_tree`` shows the counts of a tree so that no number and no difference of numbers is
  small (ADR 0016); ``oracle`` attacks it by trying every table there could be.
- ``crossing_widths`` says how closely two published tables of the same things pin their inner
  cells.
- ``close_loops`` says what else to hide where counts follow from each other.
- ``wilson_interval`` and ``life_table`` state what shares and waiting times do not know.
"""

from commongrid.engines.tally.crossing import crossing_widths
from commongrid.engines.tally.halving import Branch, Cell, halve, is_safe, publish_tree
from commongrid.engines.tally.intervals import Share, wilson_interval
from commongrid.engines.tally.loops import Edge, close_loops
from commongrid.engines.tally.means import Mean, mean_interval
from commongrid.engines.tally.waiting import LifeTable, Step, life_table

__all__ = [
    "Branch",
    "Cell",
    "Edge",
    "LifeTable",
    "Mean",
    "Share",
    "Step",
    "close_loops",
    "crossing_widths",
    "halve",
    "is_safe",
    "life_table",
    "mean_interval",
    "publish_tree",
    "wilson_interval",
]
