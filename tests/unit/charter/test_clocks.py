"""What each step does to what is owed: starts, ends, new types, cases and dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commongrid.charter.clocks import end_of_day
from commongrid.charter.compiler import limits_for
from commongrid.charter.decide import decide
from commongrid.charter.matter import CLOCK, Command
from tests.support.flows import AT, Story
from tests.support.people import REPORTER, staff
from tests.unit.charter.clocking import (
    DAY,
    KEPT,
    LATE,
    RUNNING,
    STOPPED,
    TOWN,
    UNSOLVED,
    D,
    E,
    due,
    handled,
)

# --- from receipt


def test_accept_and_answer_run_from_receipt():
    story = Story(E, "B03")
    assert story.owed() == {"accept", "answer"}
    assert story.promise("accept").due_at == due(AT, "2wh")
    assert story.promise("answer").due_at == due(AT, "7d")  # class U3


def test_finish_runs_from_receipt_however_late_it_is_accepted():
    story = Story(E, "B03")
    story.do("accept", after=timedelta(hours=5))
    for limit in limits_for("B03", frozenset(), TOWN):
        promise = story.promise(f"finish:{limit.milestone}")
        assert promise.started_at == AT
        assert promise.due_at == promise.first_due_at == due(AT, str(limit.duration))
    assert story.promise("accept").status is LATE
    assert story.promise("accept").met_at == AT + timedelta(hours=5)


def test_accepted_in_time_is_kept():
    story = Story(E, "B03").all("accept")
    assert story.promise("accept").status is KEPT


def test_a_class_by_statute_has_no_clock_for_the_answer():
    assert "answer" not in Story(D, "G02").owed()


def test_what_is_owed_belongs_to_whoever_holds_it():
    story = Story(E, "B03").all("accept")
    assert {p.owner for p in story.matter.promises if p.clock == "finish"} == {"unit"}
    story.all("offer", "take")
    unit = story.matter.unit
    assert {p.owner for p in story.matter.promises if p.is_open} == {unit}


# --- milestones


def test_milestones_stop_one_by_one():
    story = handled()
    story.do("milestone", milestone="make_safe")
    assert story.promise("finish:make_safe").status is KEPT
    assert story.promise("finish:repair").status is RUNNING
    late = due(AT, "15d") + timedelta(hours=1)
    story.do("milestone", milestone="repair", at=late)
    assert story.promise("finish:repair").status is LATE
    assert story.promise("finish:repair").met_at == late


def test_the_answer_is_met_by_an_answer_and_by_nothing_less():
    story = handled()
    story.do("milestone", milestone="make_safe")
    assert story.promise("answer").status is RUNNING
    story.do("answer")
    assert story.promise("answer").status is KEPT


# --- hung, not solved, closed


def test_hanging_counts_as_not_solved_and_the_review_starts_the_clock_anew():
    story = handled()
    story.do("milestone", milestone="make_safe")
    story.do("hang", review_on="2026-05-20")
    assert story.promise("finish:repair").status is UNSOLVED
    assert story.promise("finish:make_safe").status is KEPT
    review = story.promise("review")
    assert review.due_at == end_of_day("2026-05-20", TOWN)
    assert review.owner == "centre"
    story.do("review_release", after=10 * DAY)
    assert story.promise("review").status is KEPT
    again = story.promise("finish:repair#2")
    assert again.started_at == story.at
    assert again.due_at == due(story.at, "15d")
    assert story.promise("finish:repair").status is UNSOLVED, "it stays in the count"
    assert story.matter.promise("finish:make_safe#2") is None, "what was reached stays reached"


def test_hanging_again_needs_a_new_reason_and_restarts_the_review():
    story = handled()
    story.do("hang")
    first = story.promise("review")
    story.do("review_keep", after=2 * DAY, obstacle="frost in the ground")
    assert story.promise("review").status is STOPPED
    assert story.promise("review#2").status is RUNNING
    assert story.promise("review").first_due_at == first.first_due_at
    assert story.matter.hung == 2


def test_not_solved_keeps_the_time_that_was_used():
    story = handled("A03")
    before = story.promise("finish:clear").due_at
    story.all("claim_done", "not_solved")
    found = story.promise("finish:clear")
    assert (found.status, found.due_at, found.first_due_at) == (RUNNING, before, before)
    assert story.promise("check").status is KEPT
    assert story.matter.claimed_at is None
    assert story.matter.redone == 1
    story.do("claim_done", at=before + timedelta(hours=1))
    story.do("confirm")
    assert story.promise("finish:clear").status is LATE


def test_closing_judges_by_the_day_it_was_claimed():
    """A check that takes long does not make the work late."""
    story = handled("A03")
    claimed = story.promise("finish:clear").due_at
    story.do("claim_done", at=claimed)
    story.do("check_pass", at=claimed + 9 * DAY)
    found = story.promise("finish:clear")
    assert (found.status, found.met_at) == (KEPT, claimed)
    assert story.promise("check").status is LATE
    assert story.promise("answer").status is KEPT


def test_claimed_too_late_is_late_however_soon_it_is_confirmed():
    story = handled("A03")
    over = story.promise("finish:clear").due_at + timedelta(seconds=1)
    story.do("claim_done", at=over)
    story.do("confirm", after=timedelta(seconds=1))
    assert story.promise("finish:clear").status is LATE


@pytest.mark.parametrize("end", ["confirm", "withdraw", "cannot_confirm"])
def test_at_the_end_nothing_is_owed(end):
    story = handled("A03")
    story.do("claim_done")
    if end == "cannot_confirm":
        for _ in range(3):
            story.do("callback", after=3 * DAY, callback_result="not_reached")
    story.do(end)
    assert story.owed() == set()
    assert story.matter.closed_at == story.at


def test_reopening_owes_everything_again_from_now():
    story = handled("B03")
    story.do("milestone", milestone="make_safe")
    story.all("claim_done", "confirm")
    story.do("reopen", after=5 * DAY)
    assert story.owed() >= {"finish:make_safe#2", "finish:repair#2"}
    assert story.promise("finish:repair#2").started_at == story.at
    assert (story.matter.closed_at, story.matter.claimed_at) == (None, None)


def test_withdrawing_before_work_was_claimed_stops_without_a_verdict():
    story = handled("A03")
    story.do("withdraw")
    assert {p.status for p in story.matter.promises if p.clock == "finish"} == {STOPPED}


def test_a_merged_matter_leaves_its_clocks_to_the_leading_one():
    story = Story(E, "A03")
    story.do("merge")
    assert story.owed() == set()
    assert {p.status for p in story.matter.promises} == {STOPPED}
    assert story.matter.leading == "m-3"


def test_a_matter_that_is_parted_owes_again_as_if_it_had_never_been_merged():
    story = Story(E, "A03")
    before = {p.clock: p for p in story.matter.promises}
    story.do("merge")
    story.do("unmerge", after=timedelta(days=3))
    assert (story.matter.state, story.matter.leading) == ("reported", "")
    assert story.owed() == {"answer#2", "accept#2"}
    for p in story.matter.promises:
        if p.is_open:
            was = before[p.clock]
            assert (p.started_at, p.due_at, p.duration) == (
                was.started_at,
                was.due_at,
                was.duration,
            )
            assert p.first_due_at == was.first_due_at
    assert {p.status for p in story.matter.promises if not p.is_open} == {STOPPED}


def test_merged_and_parted_twice_runs_each_clock_once():
    story = Story(E, "A03").all("merge", "unmerge", "merge", "unmerge")
    assert story.owed() == {"answer#3", "accept#3"}


# --- new types and cases


def test_a_new_type_brings_its_class_and_its_limits_from_receipt():
    story = Story(E, "B03").all("accept")
    first = story.promise("answer").first_due_at
    story.do("retype", type="A06")  # burning: two hours
    assert story.matter.urgency == "U1"
    assert story.promise("answer").due_at == due(AT, "2h")
    assert story.promise("answer").first_due_at == first
    assert story.promise("finish:repair").status is STOPPED
    assert story.promise("finish:make_safe").status is STOPPED
    stop = story.promise("finish:stop")
    assert (stop.started_at, stop.due_at) == (AT, due(AT, "2h"))


def test_a_case_told_later_narrows_what_is_owed_already():
    story = Story(E, "C02").all("accept")
    assert story.promise("answer").due_at == due(AT, "24h")
    story.do("set_case", case="danger")
    assert story.promise("answer").due_at == due(AT, "2h")
    assert story.promise("answer").first_due_at == due(AT, "24h")


def test_a_case_told_later_adds_its_own_milestone():
    story = Story(E, "C03").all("accept")
    assert "finish:temporary_help" not in story.owed()
    story.do("set_case", case="cold_and_frail")
    help_ = story.promise("finish:temporary_help")
    assert (help_.started_at, help_.due_at) == (AT, due(AT, "6h"))


def test_a_new_type_before_acceptance_starts_no_milestone():
    story = Story(E, "B03").all("retype")
    assert not [p for p in story.matter.promises if p.clock == "finish"]


# --- days


def test_a_promised_day_ends_with_its_office_hours_or_at_its_last_minute():
    assert end_of_day("2026-03-10", TOWN) == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    sunday = end_of_day("2026-03-15", TOWN)
    assert sunday.astimezone(TOWN.calendar.zone).strftime("%d %H:%M:%S") == "15 23:59:59"
    exact = datetime(2026, 3, 10, 3, 7, tzinfo=UTC)
    assert end_of_day(exact, TOWN) == end_of_day(exact.isoformat(), TOWN) == exact


@pytest.mark.parametrize("day", ["soon", "2026-13-40", "2026-03-10T09:00:00", 20260310, ["x"]])
def test_a_day_that_cannot_be_read_is_asked_for_again(day):
    story = handled()
    fields = {"milestone": "repair", "new_due_on": day, "reason": "frost"}
    actor = staff("head", unit=story.matter.unit)
    verdict = decide(
        story.matter, Command(action="extend", actor=actor, at=story.at, fields=fields), TOWN
    ).verdict
    assert verdict.rule == "event.handling.extend/needs:new_due_on"
    assert verdict.say.zh
    assert verdict.say.en


def test_a_promise_never_starts_twice():
    story = Story(E, "B03")
    twice = replace(story.matter, state="")
    command = Command(action="raise", actor=CLOCK, at=AT + DAY, fields={})
    after = decide(twice, replace(command, actor=REPORTER), TOWN).after
    assert [p.key for p in after.promises] == [p.key for p in story.matter.promises]
