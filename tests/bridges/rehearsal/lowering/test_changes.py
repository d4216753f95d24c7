"""What an alternative changes in a charter, and what it may not."""

from __future__ import annotations

import re

import pytest

from commongrid.bridges.rehearsal.lowering import ChangeError, apply_changes
from commongrid.bridges.rehearsal.plans import (
    Alternative,
    ClockChange,
    LimitChange,
    ParameterChange,
)
from commongrid.engines.rehearsal.words import Span
from tests.bridges.rehearsal.lowering.runs import lowered_of
from tests.support.flows import real

NAME = "keerqin-subdistrict"
HOUR = 3_600_000_000


def changed(**changes):
    return apply_changes(real(NAME), Alternative(name="other", **changes))


def limits(compiled, type_code):
    return {(r.milestone, r.case): str(r.duration) for r in compiled.limits[type_code]}


def test_nothing_changed_is_the_same_charter():
    assert changed() is real(NAME)


def test_a_limit_of_one_type_or_of_a_group():
    one = changed(limits=(LimitChange(type="B03", milestone="repair", duration="10wd"),))
    assert limits(one, "B03")["repair", ""] == "10wd"
    assert limits(one, "B02") == limits(real(NAME), "B02")
    group = changed(limits=(LimitChange(type="B*", milestone="repair", duration="3d"),))
    assert limits(group, "B03")["repair", ""] == limits(group, "B02")["repair", ""] == "3d"
    assert limits(group, "B03")["make_safe", ""] == limits(real(NAME), "B03")["make_safe", ""]


def test_a_clock_and_a_parameter():
    other = changed(
        clocks=(ClockChange(clock="objection", duration="2wd"),),
        parameters=(ParameterChange(name="redo_threshold", value="2"),),
    )
    assert str(other.clock("objection").duration) == "2wd"
    assert other.number("redo_threshold") == 2
    assert real(NAME).number("redo_threshold") == 3


def test_what_is_changed_reaches_the_tables():
    """The span of the clock changes, and nothing else of the rules."""
    before = lowered_of(real(NAME))
    after = lowered_of(changed(clocks=(ClockChange(clock="check", duration="7h"),)))
    slot = after.index.slot("check")
    spans = after.tables.sort_span[:, slot]
    assert set(after.tables.span_unit[spans]) == {Span.HOURS}
    assert set(after.tables.span_amount[spans]) == {7 * HOUR}
    assert before.index.slots == after.index.slots
    assert [r.rule for r in before.index.rows] == [r.rule for r in after.index.rows]


@pytest.mark.parametrize(("changes", "says"), [
    ({"limits": (LimitChange(type="B03", milestone="dance", duration="1d"),)}, "B03 dance"),
    ({"limits": (LimitChange(type="Q77", milestone="repair", duration="1d"),)}, "Q77 repair"),
    ({"limits": (LimitChange(type="B03", milestone="repair", duration="1d", case="fire"),)},
     "in the case fire"),
    ({"limits": (LimitChange(type="B03", milestone="repair", duration="soon"),)}, "soon"),
    ({"clocks": (ClockChange(clock="moon", duration="1d"),)}, "clock moon"),
    ({"clocks": (ClockChange(clock="answer", duration="1d"),)}, "class of urgency"),
    ({"parameters": (ParameterChange(name="luck", value="1"),)}, "parameter luck"),
    ({"parameters": (ParameterChange(name="redo_threshold", value="9"),)}, "passes the most"),
    ({"parameters": (ParameterChange(name="callback_tries", value="1"),)}, "passes the least"),
    ({"parameters": (ParameterChange(name="reopen_days", value="many"),)}, "no number"),
    ({"parameters": (ParameterChange(name="reopen_days", value="20.5"),)}, "whole number"),
    ({"parameters": (ParameterChange(name="mediation_limit", value="2mo"),)}, "the law"),
])  # fmt: skip
def test_what_a_charter_has_not_or_forbids_is_refused_by_name(changes, says):
    with pytest.raises(ChangeError, match=says) as caught:
        changed(**changes)
    (change,) = next(iter(changes.values()))
    assert hasattr(change, caught.value.column), "a field of the form"
    assert re.search("[\u4e00-\u9fff]", caught.value.rule.zh)
    assert not re.search("[\u4e00-\u9fff]", caught.value.rule.en)
