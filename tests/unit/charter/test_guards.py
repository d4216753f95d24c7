"""Each guard refuses with its own sentence, and lets pass what it is there to let pass.

The passing case is the shortest real walk to the step; the refusing one differs in one thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from commongrid.charter.decide import FIELD_GUARDS, decide
from commongrid.charter.guards import GUARDS, Question, is_kept
from commongrid.charter.matter import Hat, Pause
from commongrid.charter.schema import Kind
from commongrid.charter.vocabulary import GUARDS as WORDS
from commongrid.charter.vocabulary import alternatives, guard_text, word_name
from tests.support.flows import Walk, fields_for, real, row_name, rows_of, walks
from tests.support.people import GRID, REPORTER, staff

CHARTER = "kezuohouqi-township"
E, S, X = Kind.EVENT, Kind.SERVICE, Kind.EMERGENCY
Change = Callable[[Walk], Walk]


def fields(**changed: Any) -> Change:
    return lambda walk: replace(
        walk, command=replace(walk.command, fields={**walk.command.fields, **changed})
    )


def matter(**changed: Any) -> Change:
    return lambda walk: replace(walk, matter=replace(walk.matter, **changed))


def tries(*days: float) -> Change:
    """Tries that reached nobody, so many days after the matter was received."""
    return lambda walk: replace(
        walk, matter=replace(walk.matter, callback_at=_moments(walk, days), callbacks=len(days))
    )


def reminders(*days: float) -> Change:
    return lambda walk: replace(walk, matter=replace(walk.matter, reminded_at=_moments(walk, days)))


def _moments(walk: Walk, days: tuple[float, ...]) -> tuple[datetime, ...]:
    return tuple(walk.matter.received_at + timedelta(days=day) for day in days)


def later(**by: float) -> Change:
    return lambda walk: replace(
        walk, command=replace(walk.command, at=walk.command.at + timedelta(**by))
    )


def by_the_handler(walk: Walk) -> Walk:
    return replace(walk, matter=replace(walk.matter, handlers=frozenset({walk.command.actor.key})))


def by_the_unit(walk: Walk) -> Walk:
    """Another person of the unit that handled it: not the handler, but in the handler's line."""
    held = replace(walk.matter, handler_units=frozenset({"sanitation"}))
    checker = staff("checker", unit="sanitation")
    return replace(walk, matter=held, command=replace(walk.command, actor=checker))


def extended(walk: Walk) -> Walk:
    promises = tuple(replace(p, extensions=1) for p in walk.matter.promises)
    return replace(walk, matter=replace(walk.matter, promises=promises))


def for_another_post(walk: Walk) -> Walk:
    actor = replace(walk.command.actor, hats=(Hat("grid_worker", GRID, "volunteers"),))
    return replace(walk, command=replace(walk.command, actor=actor))


def graced(days: float) -> Change:
    """The matter was given the grace of a handover so many days ago."""

    def change(walk: Walk) -> Walk:
        begin = walk.command.at - timedelta(days=days)
        pause = Pause(begin, begin + timedelta(hours=8), "handover")
        promises = tuple(replace(p, pauses=(*p.pauses, pause)) for p in walk.matter.promises)
        return replace(walk, matter=replace(walk.matter, promises=promises))

    return change


def too_far(walk: Walk) -> Walk:
    """A day past twice the limit; both are counted on the calendar."""
    named = walk.command.fields["milestone"]
    due = next(p.due_at for p in walk.matter.promises if p.milestone == named)
    return fields(new_due_on=(due + timedelta(days=40)).isoformat())(walk)


def one_more_milestone(walk: Walk) -> Walk:
    """The walk a step back: the milestone that was reached is open still."""
    reopened = tuple(
        replace(p, status=type(p.status).RUNNING, met_at=None) if p.clock == "finish" else p
        for p in walk.matter.promises
    )
    assert sum(p.clock == "finish" for p in reopened) > 1
    return replace(walk, matter=replace(walk.matter, promises=reopened))


def no_promise(clock: str) -> Change:
    def change(walk: Walk) -> Walk:
        left = tuple(p for p in walk.matter.promises if p.clock != clock)
        return replace(walk, matter=replace(walk.matter, promises=left))

    return change


def early(walk: Walk) -> Walk:
    return replace(walk, command=replace(walk.command, at=walk.matter.received_at))


def to_the_same_unit(walk: Walk) -> Walk:
    unit = walk.command.fields["unit"]
    return replace(walk, matter=replace(walk.matter, refused_by=(unit,)))


def in_the_past(walk: Walk) -> Walk:
    return fields(reply_by=(walk.command.at - timedelta(days=2)).date().isoformat())(walk)


@dataclass(frozen=True)
class Case:
    """A guard, the step it is tried on, and the one thing that makes it refuse."""

    guard: str
    kind: Kind
    action: str
    change: Change
    note: str = ""


CASES = (
    Case("before_expiry", E, "extend", later(days=400)),
    Case("before_expiry", E, "extend", fields(milestone="not_owed"), "not owed here"),
    Case("before_expiry", E, "object", later(days=10)),
    Case("once", E, "extend", extended),
    Case("max_same_length", E, "extend", too_far),
    Case("max_same_length", S, "extend", fields(new_due_on="2026-03-10"), "no later than it was"),
    Case("future_date", E, "supervise", in_the_past),
    Case("never_appointed", E, "object", matter(appointed=True)),
    Case("not_same_unit", E, "offer", to_the_same_unit),
    Case("other_unit", E, "send_elsewhere", to_the_same_unit),
    Case("known_unit", E, "appoint", fields(unit="no_such_unit")),
    Case("known_unit", E, "whistle", fields(units=("township_government", "no_such_unit"))),
    Case("in_duty_list", E, "offer", fields(unit="civil_affairs")),
    Case("last_milestone", E, "claim_done", one_more_milestone),
    Case("owed", E, "reply_supervision", no_promise("supervise")),
    Case("after_limit", E, "callback", early),
    Case("not_handler", E, "check_pass", by_the_handler, "the person"),
    Case("not_handler", E, "check_pass", by_the_unit, "the unit"),
    Case("not_handler", S, "callback", by_the_handler),
    Case("evidence", E, "claim_done", fields(photos=0), "a type that asks for a photo"),
    Case("evidence", S, "serve", fields(record="", photos=0), "a type that asks for a record"),
    Case("milestone_open", E, "milestone", fields(milestone="not_owed")),
    Case("all_milestones_met", X, "check_pass", one_more_milestone),
    Case("words_hidden", E, "publish_words", matter(shared="shown"), "shown already"),
    Case("words_hidden", E, "publish_words", matter(shared=""), "none shared"),
    Case("words_not_kept", E, "keep_back", matter(shared="kept"), "kept already"),
    Case("words_not_kept", E, "keep_back", matter(shared=""), "none shared"),
    Case("within", E, "reopen", later(days=31)),
    Case("within", E, "rate", later(days=15)),
    Case("once_rated", S, "rate", matter(rated=True)),
    Case("no_danger_to_others", E, "withdraw", matter(others_in_danger=True)),
    Case("no_danger_to_others", E, "withdraw", matter(cases=frozenset({"danger"})), "told"),
    Case("case", E, "redirect", lambda walk: walk),
    Case("urgent", E, "hand_over", matter(cases=frozenset())),
    Case("confirmed_obstacle", E, "hang", fields(obstacle_verified=False)),
    Case("review_by", E, "hang", fields(review_on="2026-12-24"), "too late"),
    Case("review_by", E, "hang", fields(review_on="2026-03-01"), "over already"),
    Case("review_by", S, "wait_office", fields(review_on="2026-03-25"), "news within a week"),
    Case("new_reason", E, "hang", matter(obstacle=" OBSTACLE 1"), "the same words"),
    Case("redone_at_least", E, "raise_level", matter(redone=2, transfers=2)),
    Case("callbacks_failed", E, "cannot_confirm", tries(0, 1), "too few"),
    Case("callbacks_failed", E, "cannot_confirm", tries(0, 0.1, 0.2), "all on one day"),
    Case("callbacks_failed", E, "cannot_confirm", tries(0, 1, 7), "over more days than are set"),
    Case("reminded", S, "lapse", reminders(0), "once"),
    Case("reminded", S, "lapse", reminders(0, 0.1), "twice on one day"),
    Case("time_over", E, "lapse_objection", early),
    Case("time_over", S, "lapse", early),
    Case("time_over", X, "call_again", early),
    Case("community_list", E, "solve_here", matter(urgency="U0")),
    Case("falls_due", E, "ease_handover", later(days=-2), "not so soon"),
    Case("falls_due", E, "ease_handover", later(days=60), "late stays late"),
    Case("falls_due", E, "ease_handover", matter(urgency="U1"), "urgent"),
    Case("falls_due", S, "ease_handover", for_another_post, "owed by another unit"),
    Case("rested", E, "ease_handover", graced(29), "a month has not passed"),
    Case("accepted_type", E, "retype", fields(type="F01"), "another kind has another flow"),
    Case("accepted_type", E, "retype", fields(type="Z99"), "no such type"),
    Case("accepted_type", X, "not_emergency", fields(type="J01"), "an alarm again"),
)  # fmt: skip


def walk_for(case: Case) -> Walk:
    compiled = real(CHARTER)
    found = walks(CHARTER, case.kind)
    for row in rows_of(compiled, case.kind):
        guards = {word_name(part) for cell in row.guards for part in alternatives(cell)}
        if row.action == case.action and case.guard in guards:
            return found[row_name(row)]
    message = f"no step {case.action} with {case.guard}"
    raise AssertionError(message)


def cell_of(case: Case, walk: Walk) -> str:
    return next(
        cell
        for cell in walk.row.guards
        if case.guard in {word_name(part) for part in alternatives(cell)}
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.guard}-{c.action}-{c.note}".strip("-"))
def test_a_guard_refuses_with_its_own_sentence(case):
    walk, compiled = walk_for(case), real(CHARTER)
    assert decide(walk.matter, walk.command, compiled).verdict.allowed, "the walk itself passes"
    if case.guard == "case":
        assert_choice_is_asked_for(walk)
        return
    changed = case.change(walk)
    decision = decide(changed.matter, changed.command, compiled)
    assert decision.after is None
    cell = cell_of(case, walk)
    assert decision.verdict.rule == f"{walk.row.rule_id}/{cell}"
    assert decision.verdict.say == guard_text(cell)
    assert WORDS[case.guard].rule.zh in decision.verdict.say.zh
    assert WORDS[case.guard].rule.en in decision.verdict.say.en


def assert_choice_is_asked_for(walk: Walk) -> None:
    """``case`` guards a field that has choices of its own: both say that it must be one."""
    compiled = real(CHARTER)
    wrong = {**walk.command.fields, "redirect_case": "nothing"}
    verdict = walk.take(compiled, fields=wrong).verdict
    assert verdict.rule == f"{walk.row.rule_id}/needs:redirect_case"
    asked = Question(walk.matter, walk.command.actor, walk.command.at, wrong, walk.row, compiled)
    assert not is_kept("case:redirect_case", asked)
    right = replace(asked, fields=walk.command.fields)
    assert is_kept("case:redirect_case", right)
    assert is_kept("case:case", replace(asked, fields={"case": "danger"}))
    assert not is_kept("case:case", replace(asked, fields={"case": "no_such_case"}))


def question(**changed: Any) -> Question:
    walk = walk_for(Case("evidence", E, "claim_done", lambda w: w))
    compiled = real(CHARTER)
    state = replace(walk.matter, **changed)
    at = walk.command.at
    return Question(
        state, walk.command.actor, at, fields_for(walk.row, state, at, compiled), walk.row, compiled
    )


def test_whoever_solves_on_the_spot_has_a_line_too():
    walk = walk_for(Case("community_list", E, "solve_here", lambda w: w))
    actor = staff("grid_worker", unit="gacha_committee")
    after = walk.take(real(CHARTER), actor=actor).after
    assert after.handlers == {actor.key}
    assert after.handler_units == {"gacha_committee"}


def test_guards_that_choose_between_two_rows():
    """With a unit a redone matter goes back to it, without one back to be sent: never neither."""
    assert is_kept("has_unit", question(unit="sanitation"))
    assert not is_kept("has_unit", question(unit=""))
    assert is_kept("no_unit", question(unit=""))
    assert not is_kept("no_unit", question(unit="sanitation"))


def test_an_open_offer_is_seen():
    assert is_kept("no_offer_open", question(offered_unit=""))
    assert not is_kept("no_offer_open", question(offered_unit="sanitation"))


def test_whoever_raised_it_may_be_kept_from_a_step():
    assert is_kept("not_self", question())
    assert not is_kept("not_self", replace(question(), actor=REPORTER))


def test_a_unit_answers_only_the_whistle_that_called_it():
    walk = walk_for(Case("whistled", E, "answer_whistle", lambda w: w))
    compiled = real(CHARTER)
    called = min(walk.matter.whistled)
    for unit, allowed in ((called, True), ("civil_affairs", False)):
        actor = staff("handler", unit=unit)
        asked = Question(walk.matter, actor, walk.command.at, {}, walk.row, compiled)
        assert is_kept("whistled", asked) is allowed
    for unit, allowed in ((called, True), ("civil_affairs", False)):
        actor = staff("handler", unit=called)
        asked = Question(walk.matter, actor, walk.command.at, {"unit": unit}, walk.row, compiled)
        assert is_kept("whistled", asked) is allowed


def test_of_two_alternatives_one_is_enough():
    cell = "redone_at_least:redo_threshold or transfers_at_least:transfer_threshold"
    assert is_kept(cell, question(redone=3))
    assert is_kept(cell, question(transfers=3))
    assert not is_kept(cell, question(redone=2, transfers=2))
    assert is_kept("redone_at_least:redo_threshold", question(redone=3))
    assert not is_kept("transfers_at_least:transfer_threshold", question(redone=3))


def test_handing_over_is_urgent_by_class_by_danger_and_by_the_type_own_case():
    assert is_kept("urgent", question(urgency="U0"))
    assert is_kept("urgent", question(urgency="U1"))
    assert not is_kept("urgent", question(urgency="U3"))
    assert is_kept("urgent", question(urgency="U3", cases=frozenset({"danger"})))
    assert is_kept("urgent", question(type="D03", cases=frozenset({"people_inside"})))
    assert not is_kept("urgent", question(type="D03", urgency="U2", cases=frozenset({"acute"})))


def test_a_part_split_off_may_be_of_any_kind():
    walk = walk_for(Case("accepted_type", E, "split", lambda w: w))
    for code in ("B03", "F01", "H01", "J01"):
        decision = fields(type=code)(walk)
        assert decide(decision.matter, decision.command, real(CHARTER)).verdict.allowed, code


def test_every_word_has_a_meaning_and_every_meaning_a_word():
    assert set(GUARDS) == set(WORDS)
    assert set(GUARDS) >= FIELD_GUARDS


def test_every_word_is_tried_here():
    own = {"has_unit", "no_unit", "no_offer_open", "not_self", "whistled", "transfers_at_least"}
    elsewhere = {"second_person", "no_interest"}  # decide() asks them itself: test_flows
    assert {case.guard for case in CASES} | own | elsewhere == set(WORDS)
