"""Lowering: a charter and a practice become the number tables of the rehearsal's engine.

See docs/explanation/rehearsal.md; ``words`` is the table of what becomes of each charter word.
"""

from commongrid.bridges.rehearsal.lowering.changes import ChangeError, apply_changes
from commongrid.bridges.rehearsal.lowering.index import Index
from commongrid.bridges.rehearsal.lowering.lower import Lowered, lower
from commongrid.bridges.rehearsal.lowering.numbers import Sort
from commongrid.bridges.rehearsal.lowering.staffing import Pool
from commongrid.bridges.rehearsal.lowering.words import UnknownWordError

__all__ = [
    "ChangeError",
    "Index",
    "Lowered",
    "Pool",
    "Sort",
    "UnknownWordError",
    "apply_changes",
    "lower",
]
