"""Each filter that says who reads what, taken away: the table or a probe catches every one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.security.asking import Question, faults_of, questions
from tests.security.mutants import MUTANTS, NOT_RIGHTS, SCOPE
from tests.security.mutating import ROOMS, function_of, mutated
from tests.security.probes import PROBES as OLDER_PROBES
from tests.security.probes_young import YOUNG_PROBES
from tests.security.two_places import Standing

PROBES = {**OLDER_PROBES, **YOUNG_PROBES}

pytestmark = pytest.mark.usefixtures("db", "at_work")
OTHER_DATABASE = {
    "a place has no end": "postgresql",
    "a place has no beginning": "postgresql",
    "the text of another place": "sqlite",
}
"""Where a mutant's code is not run."""
ALSO_ON_POSTGRESQL = (
    SCOPE, ROOMS + "people.within:Within.as_sql", ROOMS + "people.within:Within.as_postgresql",
)  # fmt: skip
"""Filters whose SQL depends on the database; the others are taken away once, with SQLite."""
SOURCE = Path(__file__).parents[2] / "src" / "commongrid"
FIRST = ("handler", "desk", "supervisor", "data_officer")
"""Who ask before others do: most of what is lost they notice."""


def leaks(standing: Standing, caught: str) -> bool:
    """Whether the route of the table, or the probe, finds a fault."""
    kind, _, name = caught.partition(":")
    if kind == "probe":
        with transaction.atomic():
            found = PROBES[name](standing)
            transaction.set_rollback(True)
        return found
    is_two = kind == "two"
    route = name if is_two else caught
    asked = tuple(questions(standing, is_for=lambda row: row.route == route))
    assert asked, f"no row for {route}"
    if is_two:
        return _is_noticed_by_two(standing, asked)
    near = sorted(standing.people, key=lambda p: (p.role not in FIRST, p.where != "there"))
    return next(faults_of(standing, asked, near), "") != ""


def _is_noticed_by_two(standing: Standing, asked: tuple[Question, ...]) -> bool:
    with transaction.atomic():
        found = next(faults_of(standing, asked, standing.with_two_posts()), "")
        transaction.set_rollback(True)
    return found != ""


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_stranger_gets_nothing_from_the_rooms(standing, name):
    assert not leaks(standing, f"probe:{name}")


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(one, marks=() if one.where in ALSO_ON_POSTGRESQL else pytest.mark.once)
        for one in MUTANTS
    ],
    ids=lambda mutant: mutant.name,
)
def test_a_filter_taken_away_is_noticed(standing, mutant):
    if OTHER_DATABASE.get(mutant.name) == connection.vendor:
        pytest.skip(f"this code is not run on {connection.vendor}")
    with mutated(mutant):
        assert leaks(standing, mutant.caught), f"nobody notices: {mutant.name}"


def test_no_two_mutants_are_the_same():
    told = [(one.where, one.old, one.new) for one in MUTANTS]
    assert len(told) == len(set(told))
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)


# --- no filter without a mutant ------------------------------------------------------------------

FILTERS = frozenset(
    {"is_within", "passed_by", "readable", "is_readable", "scope_of", "narrowed", "reaches",
     "may_rehearse", "owns_or_follows", "live_link", "may_keep", "is_office", "contains",
     "areas_with", "within_any", "scope_over", "free_of_interest", "level_hat"}
)  # fmt: skip


def filtering() -> set[str]:
    """Functions of the rooms and doors that call one of the filters."""
    found = set()
    for storey in ("rooms", "doors"):
        for path in (SOURCE / storey).rglob("*.py"):
            module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
            found |= {f"{module}:{name}" for name in _callers(ast.parse(path.read_text("utf-8")))}
    return found


def _callers(tree: ast.AST, above: str = "") -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        name = f"{above}{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else above
        if isinstance(node, ast.FunctionDef) and _called(node) & FILTERS:
            yield name
        elif isinstance(node, ast.ClassDef):
            yield from _callers(node, f"{name}.")


def _called(function: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}


def test_every_filter_has_a_mutant_or_a_reason():
    known = {one.where.removeprefix("commongrid.") for one in MUTANTS} | set(NOT_RIGHTS)
    assert sorted(filtering() - known) == []


def test_every_reason_is_about_something_that_is_there():
    for where in NOT_RIGHTS:
        function_of(f"commongrid.{where}")
