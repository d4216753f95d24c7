"""Plans, practices and reports survive being written as JSON, and bad ones are told apart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from commongrid.bridges.rehearsal import plain
from commongrid.bridges.rehearsal.plain import PlainError
from commongrid.bridges.rehearsal.plans import Alternative, Plan, Shock
from tests.support.rehearsal import sample_plan, sample_practice, sample_report


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False))


def faults(value: Any) -> dict[str, str]:
    with pytest.raises(PlainError) as caught:
        plain.plan_from_plain(value)
    assert all(rule.zh and rule.en for _, rule in caught.value.faults)
    return {field: rule.en for field, rule in caught.value.faults}


def given(**changed: Any) -> dict[str, Any]:
    return plain.plan_to_plain(sample_plan()) | changed


def test_a_plan_comes_back_as_it_was() -> None:
    plan = sample_plan()
    again = plain.plan_from_plain(through_json(plain.plan_to_plain(plan)))
    assert again == plan
    assert plain.digest(again) == plain.digest(plan)


def test_the_least_plan_needs_no_more_than_its_fields_without_default() -> None:
    least = {"place": "/1/", "from_on": "2026-01-01", "until_on": "2026-01-02"}
    plan = plain.plan_from_plain(least | {"alternatives": [{"name": "a"}]})
    assert plan == Plan(
        place="/1/",
        from_on="2026-01-01",
        until_on="2026-01-02",
        alternatives=(Alternative(name="a"),),
    )


def test_a_practice_and_a_report_come_back_as_they_were() -> None:
    practice, report = sample_practice(), sample_report()
    back = plain.practice_from_plain(through_json(plain.practice_to_plain(practice)))
    assert back == practice
    assert plain.digest(back) == plain.digest(practice)
    again = plain.report_from_plain(through_json(plain.report_to_plain(report)))
    assert again == report
    assert plain.report_digest(again) == report.digest


def test_a_whole_number_in_a_floats_place_is_the_same_plan() -> None:
    plan = replace(sample_plan(), demand=2)
    assert plain.digest(plan) == plain.digest(replace(plan, demand=2.0))
    assert plain.plan_from_plain(given(demand=2)) == replace(plan, demand=2.0)


def test_what_came_later_is_written_where_it_says_something() -> None:
    """What was kept before keeps its digest, and a number that is there comes back."""
    old = sample_plan()
    written = plain.plan_to_plain(old)
    assert "is_calm" not in written["alternatives"][0]
    calm = replace(old.alternatives[0], is_calm=True)
    new = replace(old, alternatives=(calm, *old.alternatives[1:]), shock=Shock(absent=0.1))
    assert plain.plan_to_plain(new)["alternatives"][0]["is_calm"] is True
    assert plain.plan_from_plain(plain.plan_to_plain(new)) == new


def test_the_digest_of_a_report_leaves_out_only_how_long_it_took() -> None:
    report = sample_report()
    assert plain.report_digest(replace(report, took_s=99.0)) == report.digest
    assert plain.report_digest(replace(report, events=1)) != report.digest
    assert plain.report_digest(replace(report, seed=1)) != report.digest


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": ""}, "place"),
        ({"place": 7}, "place"),
        ({"place": "a\0b"}, "place"),
        ({"place": "\ud800"}, "place"),
        ({"from_on": "2026-13-01"}, "from_on"),
        ({"from_on": "20260301"}, "from_on"),
        ({"from_on": "1999-12-31"}, "from_on"),
        ({"until_on": "2026-03-01"}, "until_on"),
        ({"until_on": "2028-03-02"}, "until_on"),
        ({"demand": 0.05}, "demand"),
        ({"demand": 21}, "demand"),
        ({"demand": True}, "demand"),
        ({"demand": "2"}, "demand"),
        ({"demand": float("nan")}, "demand"),
        ({"demand": 10**400}, "demand"),
        ({"least": 1}, "least"),
        ({"least": 61}, "least"),
        ({"most": 1001}, "most"),
        ({"most": 20.5}, "most"),
        ({"narrow": 0}, "narrow"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**53}, "seed"),
        ({"seed": True}, "seed"),
        ({"alternatives": []}, "alternatives"),
        ({"alternatives": "abc"}, "alternatives"),
        ({"alternatives": [{"name": str(n)} for n in range(7)]}, "alternatives"),
        ({"alternatives": [{"name": "a"}, {"name": "a"}]}, "alternatives.1.name"),
        ({"alternatives": [{}]}, "alternatives.0.name"),
        ({"alternatives": [{"name": " "}]}, "alternatives.0.name"),
        ({"alternatives": [3]}, "alternatives.0"),
        ({"alternatives": [{"name": "a", "order": "loudest"}]}, "alternatives.0.order"),
        ({"alternatives": [{"name": "a", "price": 1}]}, "alternatives.0.price"),
        ({"shock": {"drill": "war"}}, "shock.drill"),
        ({"shock": {"absent": 0.95}}, "shock.absent"),
        ({"shock": {"strength": 11}}, "shock.strength"),
        ({"shock": {"from_on": "2026-02-28"}}, "shock.from_on"),
        ({"shock": {"until_on": "2026-04-02"}}, "shock.until_on"),
        ({"shock": {"neighbours_help": True}}, "shock.neighbours_help"),
        ({"shock": {"neighbours_help": 1}}, "shock.neighbours_help"),
        ({"shock": None}, "shock"),
        ({"hour_cost": -1, "cost_source": "x"}, "hour_cost"),
        ({"hour_cost": 40, "cost_source": " "}, "cost_source"),
        ({"cost_source": "x" * 201}, "cost_source"),
        ({"alternatives": [{"name": "a", "is_calm": True}], "shock": {}}, "alternatives.0.is_calm"),
        (
            {"alternatives": [{"name": "a", "is_calm": True}], "shock": {"absent": 0.2}},
            "alternatives.0.is_calm",
        ),
        ({"note": "words"}, "note"),
        ({"wish": 1}, "wish"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_names_its_field(changed: dict[str, Any], field: str) -> None:
    plain_one = given(shock={}, alternatives=[{"name": "a"}])
    assert list(faults(plain_one | changed)) == [field]


@pytest.mark.parametrize(
    ("part", "row", "field"),
    [
        ("limits", {"type": "C02", "milestone": "restore", "duration": "12"}, "duration"),
        ("limits", {"type": "C02", "milestone": "restore", "duration": "0h"}, "duration"),
        ("limits", {"type": "", "milestone": "restore", "duration": "12h"}, "type"),
        ("clocks", {"clock": "accept", "duration": "1.5wd"}, "duration"),
        ("parameters", {"name": "", "value": "1"}, "name"),
        ("staff", {"holder": "grid_worker", "change": 1001}, "change"),
        ("staff", {"holder": "grid_worker", "change": 1, "from_on": "2025-01-01"}, "from_on"),
        ("staff", {"holder": "grid_worker", "change": 1, "from_on": "tomorrow"}, "from_on"),
    ],
)
def test_a_fault_in_a_change_names_its_row(part: str, row: dict[str, Any], field: str) -> None:
    wrong = given(alternatives=[{"name": "a"}, {"name": "b", part: [row]}])
    assert list(faults(wrong)) == [f"alternatives.1.{part}.0.{field}"]


def test_every_fault_is_told_at_once() -> None:
    found = faults(given(demand="many", most=None, seed="x"))
    assert set(found) == {"demand", "most", "seed"}
    assert set(faults(given(demand=99.0, narrow=9.0))) == {"demand", "narrow"}
    assert set(faults({})) == {"place", "from_on", "until_on", "alternatives"}
    assert faults([]) == {"": "must be an object with fields"}


def test_pairs_of_a_practice_are_read_strictly() -> None:
    good = plain.practice_to_plain(sample_practice())
    row = good["staff"][0]
    for staff, field in (
        ([row, row], "staff.1"),
        ([row[:2]], "staff.0"),
        ([[1, "a", 2]], "staff.0"),
        ({}, "staff"),
    ):
        with pytest.raises(PlainError) as caught:
            plain.practice_from_plain(good | {"staff": staff})
        assert caught.value.faults[0][0] == field
