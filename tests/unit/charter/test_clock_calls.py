"""Clocks of those who are called: to take a matter, to come along, to answer supervision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.charter.clocks import end_of_day
from commongrid.charter.decide import decide
from commongrid.charter.matter import CLOCK, Command
from tests.support.flows import Story
from tests.unit.charter.clocking import DAY, KEPT, RUNNING, STOPPED, TOWN, E, X, due, handled

# --- objection and silence


def test_the_objection_clock_stops_by_an_answer():
    story = Story(E, "B03").all("accept", "offer")
    assert story.promise("objection").due_at == due(story.at, "1wd")
    story.do("object")
    assert story.promise("objection").status is KEPT
    finish = story.promise("finish:repair")
    assert finish.status is RUNNING, "an objection is no pause"


def test_silence_is_taken_for_yes_and_is_no_delay():
    story = Story(E, "B03").all("accept", "offer")
    asked, at = story.matter.offered_unit, story.promise("objection").due_at
    early = Command(action="lapse_objection", actor=CLOCK, at=at - timedelta(seconds=1))
    assert not decide(story.matter, early, TOWN).verdict.allowed
    story.do("lapse_objection", at=at)
    assert story.promise("objection").status is STOPPED
    assert (story.matter.state, story.matter.unit) == ("handling", asked)
    assert story.matter.handlers == frozenset(), "time is nobody's handler"


def test_a_second_offer_has_a_clock_of_its_own():
    story = Story(E, "B03").all("accept", "offer", "object", "send_elsewhere")
    assert story.matter.transfers == 1
    story.do("offer")
    assert story.promise("objection#2").started_at == story.at
    assert len(story.matter.refused_by) == 1
    assert story.matter.offered_unit not in story.matter.refused_by


# --- whistles


@pytest.mark.parametrize(("kind", "code", "limit"), [(E, "B03", "4wh"), (X, "B01", "0.5h")])
def test_each_unit_called_owes_its_own_answer(kind, code, limit):
    story = Story(kind, code)
    story.do("whistle", units=("housing_bureau", "urban_management"))
    assert story.matter.whistled == {"housing_bureau", "urban_management"}
    for unit in sorted(story.matter.whistled):
        promise = story.promise(f"whistle:{unit}")
        assert (promise.owner, promise.due_at) == (unit, due(story.at, limit))
    story.do("answer_whistle")
    assert story.promise("whistle:housing_bureau").status is KEPT
    assert story.promise("whistle:urban_management").status is RUNNING
    assert story.matter.whistled == {"urban_management"}
    assert "housing_bureau" in story.matter.handler_units


def test_a_unit_called_twice_owes_one_answer_at_a_time():
    story = Story(E, "B03")
    story.do("whistle", units=("housing_bureau",))
    first = story.promise("whistle:housing_bureau")
    story.do("whistle", units=("housing_bureau",), after=DAY)
    assert story.promise("whistle:housing_bureau") == first
    story.do("answer_whistle")
    story.do("whistle", units=("housing_bureau",), after=DAY)
    assert story.promise("whistle:housing_bureau#2").status is RUNNING


# --- supervision and calling again


def test_supervision_owes_a_reply_by_the_day_named_or_in_three_working_days():
    story = handled()
    story.do("supervise", reply_by="2026-03-20")
    assert story.promise("supervise").due_at == end_of_day("2026-03-20", TOWN)
    story.do("reply_supervision")
    story.do("supervise", reply_by="")
    assert story.promise("supervise#2").due_at == due(story.at, "3wd")


def test_an_emergency_line_is_called_again_while_nobody_answers():
    story = Story(X, "B01").all("hand_over")
    waits = story.promise("acknowledge")
    story.do("call_again", at=waits.due_at)
    assert story.promise("acknowledge").status is STOPPED
    assert story.promise("acknowledge#2").due_at > waits.due_at
    story.do("acknowledge")
    assert story.promise("acknowledge#2").status is KEPT
    assert story.matter.state == "acknowledged"
