"""What a charter asks of grids, and what a new version asks beyond the old one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commongrid.charter.demands import (
    added_demands,
    demands_of,
    has_gate,
    is_item,
    item_words,
    uncovered,
)
from tests.support.factories import town_charter

CHARTER = town_charter()
STEP = next(row for row in CHARTER.transitions if row.action == "claim_done")


def with_step(**more):
    others = tuple(row for row in CHARTER.transitions if row is not STEP)
    return replace(CHARTER, transitions=(*others, replace(STEP, **more)))


def test_every_key_has_the_shape_that_can_be_admitted():
    keys = demands_of(CHARTER)
    assert [key for key in keys if not is_item(key)] == []
    assert {key.partition(":")[0] for key in keys} >= {
        "type", "photo", "question", "step", "field"
    }  # fmt: skip
    assert has_gate(CHARTER)


def test_the_same_text_adds_nothing():
    assert added_demands(CHARTER, CHARTER) == frozenset()


def test_a_field_of_a_step_of_the_grid_is_new():
    more = with_step(needs=(*STEP.needs, "plan"))
    assert added_demands(CHARTER, more) == {f"field:{STEP.flow.value}.claim_done/plan:text!"}


def test_a_step_that_only_offices_take_asks_nothing_of_grids():
    offices = [
        row for row in CHARTER.transitions if row.power == "dispatch" or row.action == "offer"
    ]
    assert offices
    step = offices[0]
    others = tuple(row for row in CHARTER.transitions if row is not step)
    more = replace(CHARTER, transitions=(*others, replace(step, needs=(*step.needs, "plan"))))
    assert added_demands(CHARTER, more) == frozenset()


def test_a_power_newly_given_to_the_grid_brings_its_steps():
    like = next(row for row in CHARTER.powers if row.power == "offer")
    more = replace(CHARTER, powers=(*CHARTER.powers, replace(like, role="grid_worker")))
    assert any(key.startswith("step:") for key in added_demands(CHARTER, more))


def test_a_role_moved_to_the_town_on_paper_stays_the_grid_s():
    role = replace(CHARTER.roles["grid_branch"], level="village")
    more = with_step(needs=(*STEP.needs, "plan"))
    like = next(row for row in CHARTER.powers if row.power == "offer")
    moved = replace(
        more, roles={**more.roles, "grid_branch": role},
        powers=(*more.powers, replace(like, role="grid_branch")),
    )  # fmt: skip
    keys = added_demands(CHARTER, moved)
    assert any(key.startswith("step:event.offer") for key in keys)


def test_a_unit_of_the_grid_that_is_given_a_type_is_a_new_duty():
    unit = next(iter(CHARTER.units.values()))
    team = replace(unit, unit="grid_team", level="grid")
    duty = replace(CHARTER.duties[0], unit="grid_team")
    more = replace(
        CHARTER, units={**CHARTER.units, "grid_team": team}, duties=(*CHARTER.duties, duty)
    )
    assert added_demands(CHARTER, more) == {f"duty:{duty.type}/grid_team"}


def test_a_photo_that_is_asked_for_is_new_where_it_was_optional():
    code = next(code for code, row in CHARTER.types.items() if row.photo == "optional")
    row = replace(CHARTER.types[code], photo="asked")
    more = replace(CHARTER, types={**CHARTER.types, code: row})
    assert added_demands(CHARTER, more) == {f"photo:{code}!"}
    assert added_demands(more, CHARTER) == frozenset()


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("type:A08", True),
        ("type:A*", False),
        ("photo:*!", True),
        ("question:*/deep:text", True),
        ("question:A08/*:text", False),
        ("step:event.*", False),
        ("field:event.take/note:text", True),
        ("duty:A08/grid_team", True),
        ("anything", False),
        ("type:A08\ntype:A09", False),
    ],
)
def test_what_an_item_is(key, is_one):
    assert is_item(key) is is_one


def test_no_group_covers_a_whole_type():
    keys = {"type:A08", "photo:A08!", "question:A08/deep:text"}
    assert uncovered(keys, {"photo:*!", "question:A*/deep:text"}) == ("type:A08",)


def test_items_are_told_in_both_languages():
    words = item_words("question:A02/is_earth:yes_no!", CHARTER)
    assert "建筑垃圾" in words.zh
    assert "must be answered" in words.en
