"""The compiled charter answers: which limits, which units, which steps."""

from __future__ import annotations

import pytest

from commongrid.charter.compiler import answer_limit, limits_for, propose_units
from commongrid.charter.schema import Kind, StateKind
from tests.support.flows import REAL, real
from tests.support.people import GRID

TOWN, SUMU = (real(name) for name in REAL)


def limits(code: str, *cases: str, compiled=SUMU) -> dict[str, str]:
    found = limits_for(code, frozenset(cases), compiled)
    return {row.milestone: str(row.duration) for row in found}


@pytest.mark.parametrize(
    ("code", "cases", "wanted"),
    [
        ("B02", (), {"repair": "3wd"}),
        ("C03", (), {"restore": "24h"}),
        ("C03", ("cold_and_frail",), {"temporary_help": "6h", "restore": "24h"}),
        ("A02", ("earth",), {"clear": "2wd"}),
        ("A02", ("waste",), {"clear": "4wh"}),
        ("D03", ("people_inside",), {"hand_over": "0h", "restore": "24h"}),
        ("H07", (), {}),
    ],
)
def test_limits_of_a_type_in_its_cases(code, cases, wanted):
    assert limits(code, *cases, compiled=TOWN) == wanted


def test_a_far_place_has_its_own_limits_and_an_interim_measure():
    near, far = limits("B03", "hamlet"), limits("B03", "remote")
    assert near == {"make_safe": "24h", "repair": "15d"}
    assert far == {"make_safe": "48h", "repair": "30d", "interim": "24h"}


def test_where_nobody_told_how_far_it_is_nothing_is_left_out():
    assert limits("B03") == {"make_safe": "24h", "repair": "15d", "interim": "24h"}


def test_a_type_whose_cases_nobody_told_has_a_limit_all_the_same():
    """Building waste or earth: while nobody said which, the first row stands."""
    assert limits("A02", compiled=TOWN) == {"clear": "4wh"}


def test_every_type_that_promises_something_promises_it_in_every_case():
    for compiled in (TOWN, SUMU):
        for code, rows in compiled.limits.items():
            for case in ("", *compiled.charter.cases):
                found = limits_for(code, frozenset({case}), compiled)
                names = [row.milestone for row in found]
                assert len(names) == len(set(names)), "one limit for a milestone"
                is_least = all(row.shape == "least" or row.milestone == "first_answer"
                               for row in rows)  # fmt: skip
                assert found or is_least, (code, case)


def test_the_first_answer_follows_the_class_and_a_danger_told():
    assert str(answer_limit("C02", frozenset(), "U2", TOWN)) == "24h"
    assert str(answer_limit("C02", frozenset({"danger"}), "U2", TOWN)) == "2h"
    assert answer_limit("G02", frozenset(), "UL", TOWN) is None


def test_units_are_proposed_leads_first():
    for compiled in (TOWN, SUMU):
        for code in compiled.charter.types:
            found = propose_units(code, GRID, compiled)
            parts = [duty.part for duty in found]
            assert parts == sorted(parts, key=lambda part: part != "lead")
            assert len({duty.unit for duty in found}) == len(found)
            assert {duty.unit for duty in found} <= set(compiled.charter.units)


def test_end_states_know_no_step_of_open_ones():
    for compiled in (TOWN, SUMU):
        for (flow, state), row in compiled.charter.states.items():
            actions = {step.action for step in compiled.transitions.get((flow, state), ())}
            if row.kind is StateKind.END:
                assert not actions & {"whistle", "supervise", "withdraw", "note"}
                assert compiled.is_end(flow, state)
            else:
                assert {"whistle", "supervise", "add_words"} <= actions
                assert not compiled.is_end(flow, state)


def test_words_for_what_the_charter_does_not_know_are_the_key_itself():
    assert TOWN.unit_name("nobody").zh == "nobody"
    assert TOWN.role_name("nobody").en == "nobody"
    assert TOWN.label("nothing").en == "nothing"
    assert TOWN.state(Kind.EVENT, "hung").name.zh == "挂账"


def test_parameters_are_read_in_their_own_unit():
    assert TOWN.number("callback_tries") == 3
    assert str(TOWN.duration("reopen_days")) == "30d"
    assert str(TOWN.duration("mediation_limit")) == "1mo"
    with pytest.raises(KeyError):
        TOWN.number("no_such_parameter")
