"""Each filter that says who reads what, taken away: the table or a probe catches every one."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.security.asking import faults_of, questions
from tests.security.mutants import MUTANTS, mutated
from tests.security.probes import PROBES
from tests.security.two_places import Standing

pytestmark = pytest.mark.usefixtures("db", "at_work")
OTHER_DATABASE = {
    "a place has no end": "postgresql",
    "a place has no beginning": "postgresql",
    "the text of another place": "sqlite",
}
"""Where a mutant's code is not run."""
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
    asked = tuple(questions(standing, is_for=lambda row: row.route == caught))
    assert asked, f"no row for {caught}"
    near = sorted(standing.people, key=lambda p: (p.role not in FIRST, p.where != "there"))
    return next(faults_of(standing, asked, near), "") != ""


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_stranger_gets_nothing_from_the_rooms(standing, name):
    assert not leaks(standing, f"probe:{name}")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_filter_taken_away_is_noticed(standing, mutant):
    if OTHER_DATABASE.get(mutant.name) == connection.vendor:
        pytest.skip(f"this code is not run on {connection.vendor}")
    with mutated(mutant):
        assert leaks(standing, mutant.caught), f"nobody notices: {mutant.name}"


def test_no_two_mutants_are_the_same():
    told = [(one.where, one.old, one.new) for one in MUTANTS]
    assert len(told) == len(set(told))
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
