"""Sorting before dispatch: danger first, whole words, and never a trap for an ordinary request."""

from __future__ import annotations

import pytest

from commongrid.charter.schema import SortingRule
from commongrid.charter.sorting import sort_request
from tests.support.flows import REAL, real

TOWN = real(REAL[0])


def sorted_as(text: str, type_code: str = "A01", *, is_repeat: bool = False, **answers: str):
    return sort_request(
        text=text, type_code=type_code, answers=answers, compiled=TOWN, is_repeat=is_repeat
    )


@pytest.mark.parametrize(
    ("text", "type_code", "rule", "line"),
    [
        ("楼道里有煤气味", "A01", "gas", "119"),
        ("There is a smell of gas in the stairwell", "A01", "gas", "119"),
        ("", "C04", "gas_type", "119"),
        ("白毛风里车走不了,两个人被困", "B03", "blizzard_words", "110"),
        ("孩子落水了", "A04", "trapped", "119"),
        ("草垛着火了", "A06", "fire", "119"),
        ("老人晕倒在路边", "F05", "acute", "120"),
        ("邻居家有家暴", "H02", "home_violence", "110"),
        ("有人持刀", "E01", "crime", "110"),
        ("路口发生车祸", "B03", "traffic", "122"),
        ("对判决不服", "H06", "court", ""),
        ("请帮我开假证明", "F02", "unlawful", ""),
    ],
)
def test_what_is_told_goes_the_right_way(text, type_code, rule, line):
    advice = sorted_as(text, type_code)
    assert advice is not None
    assert advice.rule == rule
    assert advice.because
    assert advice.answer.zh
    assert advice.answer.en
    assert not line or line in advice.line


@pytest.mark.parametrize(
    "text",
    [
        "垃圾桶两天没清",
        "The lamp firefly street is out",
        "火锅店油烟扰民",
        "消防通道堵塞",
        "",
        "煤气罐怎么换?",
    ],
)
def test_an_ordinary_request_is_left_alone(text):
    assert sorted_as(text) is None


def test_danger_outweighs_a_later_rule():
    advice = sorted_as("法院已受理,可是现在着火了")
    assert advice.rule == "fire"


def test_an_answer_counts_as_a_word_does():
    assert sorted_as("电梯停了", "D03", people_inside="yes").rule == "trapped_type"
    assert sorted_as("电梯停了", "D03", people_inside="no") is None


def test_a_repetition_shows_the_progress():
    assert sorted_as("垃圾桶两天没清", is_repeat=True).outcome == "progress"


def test_the_person_reads_what_made_the_rule_speak():
    assert sorted_as("我家草垛着火了").because == "着火"


def test_an_unknown_condition_is_a_mistake_of_the_charter():
    rule = TOWN.charter.sorting[0]
    changed = {name: getattr(rule, name) for name in SortingRule.__dataclass_fields__}
    odd = SortingRule(**{**changed, "when": "moon:full"})
    from dataclasses import replace

    compiled = replace(TOWN, charter=replace(TOWN.charter, sorting=(odd,)))
    with pytest.raises(ValueError, match="moon"):
        sort_request(text="x", type_code="A01", answers={}, compiled=compiled)
