"""Clocks that stand still while somebody waits, and dates that are moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.charter.clocks import end_of_day
from commongrid.charter.decide import decide
from commongrid.charter.matter import CLOCK, Command
from commongrid.kernel.worktime import due_at
from tests.support.flows import AT, Story
from tests.support.people import staff
from tests.unit.charter.clocking import (
    DAY,
    KEPT,
    PAUSED,
    RUNNING,
    STOPPED,
    TOWN,
    due,
    handled,
    served,
)

# --- pauses


@pytest.mark.parametrize(
    ("action", "cause"), [("wait_person", "person"), ("wait_office", "office")]
)
def test_waiting_stands_the_finish_clock_still(action, cause):
    story = served()
    key = next(k for k in story.owed() if k.startswith("finish"))
    before = story.promise(key).due_at
    story.do(action)
    began = story.at
    paused = story.promise(key)
    assert (paused.status, paused.due_at) == (PAUSED, None)
    assert paused.first_due_at == before
    assert paused.pauses[-1].cause == cause
    assert story.promise("answer").due_at is not None, "the answer is owed all the same"
    story.do("resume", after=timedelta(days=4))
    resumed = story.promise(key)
    assert resumed.status is RUNNING
    assert (resumed.pauses[-1].from_at, resumed.pauses[-1].until_at) == (began, story.at)
    spans = [(began, story.at)]
    assert resumed.due_at == due_at(AT, resumed.duration, TOWN.calendar, spans)
    assert resumed.due_at > before
    assert resumed.first_due_at == before


def test_two_pauses_add_up():
    story = served()
    key = next(k for k in story.owed() if k.startswith("finish"))
    spans = []
    for action in ("wait_person", "wait_office"):
        story.do(action)
        began = story.at
        story.do("resume", after=timedelta(days=2))
        spans.append((began, story.at))
    found = story.promise(key)
    assert len(found.pauses) == 2
    assert found.due_at == due_at(AT, found.duration, TOWN.calendar, spans)


def test_waiting_for_the_person_ends_by_itself_and_goes_on_at_a_word():
    story = served()
    key = next(k for k in story.owed() if k.startswith("finish"))
    story.do("wait_person")
    waits = story.promise("wait_person")
    assert waits.due_at == due(story.at, "30d")
    early = Command(action="lapse", actor=CLOCK, at=waits.due_at - timedelta(seconds=1))
    assert not decide(story.matter, early, TOWN).verdict.allowed
    for _ in range(2):  # the charter's lapse_reminders
        unreminded = Command(action="lapse", actor=CLOCK, at=waits.due_at)
        assert not decide(story.matter, unreminded, TOWN).verdict.allowed
        story.do("remind", after=DAY)
    story.do("lapse", at=waits.due_at)
    assert story.owed() == set()
    assert story.promise(key).status is STOPPED, "nobody failed: nobody answered"
    story.do("reopen", after=DAY)
    again = story.promise(f"{key}#2")
    assert again.started_at == story.at
    assert again.status is RUNNING
    assert story.matter.closed_at is None


def test_the_waiting_clock_stops_when_the_person_answers():
    story = served()
    story.all("wait_person", "resume")
    assert story.promise("wait_person").status in (KEPT, STOPPED)
    story.do("wait_person")
    assert story.promise("wait_person#2").status is RUNNING


def test_whoever_withdraws_while_waiting_leaves_nothing_owed():
    story = served()
    story.all("wait_person", "withdraw")
    assert story.owed() == set()
    assert story.matter.closed_at == story.at


# --- extensions


def test_an_extension_moves_one_milestone_and_keeps_the_first_date():
    story = handled()
    first, other = story.promise("finish:repair").due_at, story.promise("finish:make_safe")
    new = first + timedelta(days=5)
    story.do("extend", milestone="repair", new_due_on=new.date().isoformat())
    moved = story.promise("finish:repair")
    assert moved.due_at == end_of_day(new.date(), TOWN)
    assert moved.first_due_at == first
    assert moved.extensions == 1
    assert story.promise("finish:make_safe") == other


@pytest.mark.parametrize(
    ("days", "allowed"), [(-1, False), (0, False), (1, True), (14, True), (17, False)]
)
def test_an_extension_is_at_most_as_long_as_the_limit(days, allowed):
    """Fifteen days may become thirty, and a date that is no later is no extension."""
    story = handled()
    first = story.promise("finish:repair").due_at
    day = (first + timedelta(days=days)).astimezone(TOWN.calendar.zone).date() - DAY
    taken = _extend(story, day.isoformat())
    assert taken is allowed


def _extend(story: Story, new_due_on: str) -> bool:
    fields = {"milestone": "repair", "new_due_on": new_due_on, "reason": "frost"}
    actor = staff("head", unit=story.matter.unit)
    command = Command(action="extend", actor=actor, at=story.at, fields=fields)
    return decide(story.matter, command, TOWN).verdict.allowed


def test_an_extended_promise_is_judged_by_its_new_date():
    story = handled()
    story.do("milestone", milestone="make_safe")
    first = story.promise("finish:repair").due_at
    story.do("extend", milestone="repair", new_due_on=(first + 3 * DAY).isoformat())
    story.do("claim_done", at=first + 2 * DAY)
    story.do("confirm")
    assert story.promise("finish:repair").status is KEPT


def test_a_pause_moves_a_promised_date_by_its_length():
    story = served()
    key = next(k for k in story.owed() if k.startswith("finish"))
    milestone = key.partition(":")[2]
    promised = story.promise(key).due_at + timedelta(hours=3)
    story.do("extend", milestone=milestone, new_due_on=promised.isoformat())
    story.do("wait_office")
    began = story.at
    story.do("resume", after=timedelta(days=3))
    assert story.promise(key).due_at == promised + (story.at - began)
