"""Effects: what a step changes on a matter beside its state and its clocks."""

from __future__ import annotations

from datetime import timedelta

from commongrid.charter.effects import EFFECTS, apply_effects
from commongrid.charter.schema import Kind
from commongrid.charter.vocabulary import EFFECTS as WORDS
from tests.support.flows import AT, Story
from tests.support.people import REPORTER, staff

E, S = Kind.EVENT, Kind.SERVICE
LIVE = {
    "tell_person", "attach_note", "reveal", "answer_sorted", "hand_over_line", "open_mediation",
    "open_followup", "add_follower", "release_joined",
}  # fmt: skip


def test_every_word_has_a_meaning_or_belongs_to_the_live_system():
    assert set(EFFECTS) | LIVE == set(WORDS)
    assert not set(EFFECTS) & LIVE


def test_effects_of_the_live_system_change_no_rule():
    matter = Story(E).matter
    assert apply_effects(tuple(LIVE), matter, REPORTER, AT, {}) == matter


def test_an_offer_asks_and_a_taking_holds():
    story = Story(E).all("accept", "offer")
    asked = story.matter.offered_unit
    assert (bool(asked), story.matter.unit) == (True, "")
    story.do("take")
    assert (story.matter.unit, story.matter.offered_unit) == (asked, "")
    assert story.matter.handler_units == {asked}
    assert story.matter.handlers == {f"staff:handler-of-{asked}"}


def test_an_objection_is_kept_and_counts_a_transfer():
    story = Story(E).all("accept", "offer")
    asked = story.matter.offered_unit
    story.all("object", "send_elsewhere")
    assert story.matter.refused_by == (asked,)
    assert story.matter.transfers == 1
    assert not story.matter.offered_unit


def test_whoever_is_appointed_cannot_return_it():
    story = Story(E).all("accept", "offer", "object")
    story.do("appoint", unit="sanitation")
    assert (story.matter.unit, story.matter.appointed) == ("sanitation", True)


def test_callbacks_count_those_in_vain_in_a_row():
    story = Story(E, "A03").all("accept", "offer", "take", "claim_done")
    for result in ("not_reached", "not_reached", "partly", "not_reached"):
        story.do("callback", after=timedelta(days=2), callback_result=result)
    assert story.matter.callbacks == 1
    story.do("not_solved")
    story.do("claim_done")
    assert story.matter.callbacks == 0, "a new claim is asked about anew"


def test_the_reporter_is_nobody_s_handler():
    story = Story(E, "A03").all("accept", "offer", "take", "claim_done")
    assert REPORTER.key not in story.do("confirm").after.handlers


def test_the_first_receiver_stays_the_first():
    story = Story(S).all("accept")
    first = story.matter.first_receiver
    assert first
    changed = apply_effects(("keep_first_receiver",), story.matter, staff("other"), AT, {})
    assert changed.first_receiver == first


def test_rating_and_merging_leave_their_marks():
    story = Story(E, "A03").all("accept", "offer", "take", "claim_done", "confirm", "rate")
    assert story.matter.rated
    merged = Story(E).do("merge", leading="m-7").after
    assert (merged.leading, merged.state, merged.closed_at is not None) == ("m-7", "merged", True)
    parted = Story(E).all("merge", "unmerge").matter
    assert (parted.leading, parted.state, parted.closed_at) == ("", "reported", None)


def test_redone_and_hung_are_counted():
    story = Story(E, "A03").all("accept", "offer", "take")
    for _ in range(3):
        story.all("claim_done", "not_solved")
    assert story.matter.redone == 3
    story.do("raise_level", leader="deputy head of the subdistrict")
    assert story.matter.raised_to == "deputy head of the subdistrict"
    story.do("hang")
    assert story.matter.hung == 1
    assert story.matter.obstacle


def test_an_end_asks_nobody_any_more():
    """Withdrawn while a unit was asked and another was called: both are let go."""
    story = Story(E).all("accept", "offer", "whistle")
    story.do("withdraw")
    after = story.matter
    assert (after.offered_unit, after.whistled, after.closed_at) == ("", frozenset(), story.at)
