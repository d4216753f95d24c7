"""The fast simulator: what ``oracle`` does, compiled over records.

Cost: some million events a second and core; about a kilobyte for each matter that lives at once.
"""

from commongrid.engines.rehearsal.core.running import Board, simulate

__all__ = ["Board", "simulate"]
