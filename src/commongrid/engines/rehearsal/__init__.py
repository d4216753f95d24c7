"""What would happen if: a discrete-event simulator of matters, rules and people at work.

It knows no charter, no place and no row: a bridge lowers them to ``Tables``, ``Habits``, ``Staff``
and ``Demand`` (docs/adr/0031, docs/explanation/rehearsal.md). ``core`` is fast and needs
numba; ``oracle.simulate`` is slow, obvious and gives the same result to the last bit.
"""

from commongrid.engines.rehearsal.checks import EndlessMatterError, LostMatterError
from commongrid.engines.rehearsal.draws import bin_edge, quantile_table, wait_bin
from commongrid.engines.rehearsal.model import (
    Calendar,
    Demand,
    Habits,
    Result,
    Setting,
    Shock,
    Staff,
    Tables,
)
from commongrid.engines.rehearsal.oracle import simulate as simulate_slowly

__all__ = [
    "Calendar",
    "Demand",
    "EndlessMatterError",
    "Habits",
    "LostMatterError",
    "Result",
    "Setting",
    "Shock",
    "Staff",
    "Tables",
    "bin_edge",
    "quantile_table",
    "simulate",
    "simulate_slowly",
    "wait_bin",
]


def simulate(
    tables: Tables, habits: Habits, staff: Staff, demand: Demand, setting: Setting
) -> Result:
    """Run one replication, compiled. Raises: ImportError where numba is not installed."""
    # numba takes half a second to load, and a house that never rehearses need not have it
    from commongrid.engines.rehearsal import core

    return core.simulate(tables, habits, staff, demand, setting)
