"""Which steps only add something: told by the charter's flows, not by a list."""

import pytest

from commongrid.charter import compile_charter, load_charter
from commongrid.charter.effects import MOVING
from commongrid.charter.facts import is_fact
from commongrid.charter.schema import Kind
from tests.support.flows import CHARTERS


@pytest.fixture(scope="module")
def compiled():
    return compile_charter(load_charter(CHARTERS / "keerqin-subdistrict"))


@pytest.mark.parametrize(
    ("action", "is_one"),
    [
        ("note", True),
        ("milestone", True),
        ("answer", True),
        ("whistle", True),
        ("accept", False),
        ("solve_here", False),
        ("offer", False),
        ("take", False),
        ("claim_done", False),
        ("check_pass", False),
        ("raise", False),
        ("no_such_step", False),
    ],
)
def test_steps_of_events(compiled, action, is_one):
    assert is_fact(Kind.EVENT, action, compiled) is is_one


def test_it_is_asked_by_flow(compiled):
    """Where an emergency is found not solved it stays where it is; an event goes back."""
    assert is_fact(Kind.EMERGENCY, "not_solved", compiled)
    assert not is_fact(Kind.EVENT, "not_solved", compiled)


def test_no_fact_moves_state_or_unit(compiled):
    for row in compiled.charter.transitions:
        if is_fact(row.flow, row.action, compiled):
            assert row.to_state in ("=", row.from_state)
            assert not {name.partition(":")[0] for name in row.effects} & MOVING
