"""The charter: rules of a place as data, and the one function that applies them.

Pure: no database, no page, no clock. ``decide`` is what the live system and the rehearsal share.
"""

from commongrid.charter.compiler import Compiled, compile_charter, limits_for, propose_units
from commongrid.charter.decide import choices, decide
from commongrid.charter.diff import Change, diff
from commongrid.charter.linter import lint
from commongrid.charter.loader import load_charter
from commongrid.charter.plain import from_plain, to_plain
from commongrid.charter.problems import CharterError, Problem
from commongrid.charter.schema import Charter
from commongrid.charter.sorting import SortAdvice, sort_request

__all__ = [
    "Change",
    "Charter",
    "CharterError",
    "Compiled",
    "Problem",
    "SortAdvice",
    "choices",
    "compile_charter",
    "decide",
    "diff",
    "from_plain",
    "limits_for",
    "lint",
    "load_charter",
    "propose_units",
    "sort_request",
    "to_plain",
]
