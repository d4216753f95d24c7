"""The linter: what a readable charter says that should not be adopted.

A check is a function from a charter to problems. To add one: write it, give its code a wording,
list it here, and seed the mistake in ``tests/spec/test_linter.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from commongrid.charter.linter.asking import (
    check_lights,
    check_questions,
    check_sealed,
    check_sorting,
    check_words,
)
from commongrid.charter.linter.bounds import check_parameters
from commongrid.charter.linter.clocks import check_clocks, check_grace, check_moves
from commongrid.charter.linter.dates import check_calendar, check_dates
from commongrid.charter.linter.duties import check_duties, check_units
from commongrid.charter.linter.flows import check_flows
from commongrid.charter.linter.forbidden import check_forbidden
from commongrid.charter.linter.limits import check_cases, check_limits, check_marks, check_use
from commongrid.charter.linter.messages import check_messages
from commongrid.charter.linter.powers import check_ladder, check_powers
from commongrid.charter.linter.publishing import check_publications, check_small_powers
from commongrid.charter.linter.purposes import check_purposes
from commongrid.charter.linter.steps import check_steps
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter

__all__ = ["CHECKS", "lint"]

Check = Callable[[Charter], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    check_forbidden,
    check_purposes,
    check_flows,
    check_steps,
    check_clocks,
    check_moves,
    check_grace,
    check_powers,
    check_ladder,
    check_duties,
    check_units,
    check_limits,
    check_marks,
    check_cases,
    check_use,
    check_parameters,
    check_questions,
    check_sealed,
    check_sorting,
    check_lights,
    check_words,
    check_dates,
    check_calendar,
    check_messages,
    check_publications,
    check_small_powers,
)


def lint(charter: Charter) -> tuple[Problem, ...]:
    """Everything the checks find: errors first, then warnings, each by file and line."""
    found = dict.fromkeys(problem for check in CHECKS for problem in check(charter))
    return tuple(
        sorted(found, key=lambda p: (not p.is_error, p.where.file, p.where.line, p.code, p.key))
    )
