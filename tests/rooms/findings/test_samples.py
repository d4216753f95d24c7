"""Samples: nobody chooses the seed, and nobody re-checks their own work."""

from __future__ import annotations

from collections import Counter

import pytest

from commongrid.bridges.sampling import draw_sample, estimate_sample
from commongrid.charter.matter import Actor
from commongrid.engines import sampling
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.face import Found, SampleState
from tests.rooms.findings import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LATER = f.AT + 3 * f.DAY


@pytest.fixture
def watcher(db):
    f.a_place()
    return s.hired("watcher", "supervisor", f.TOWN)


@pytest.fixture
def reviewer(watcher):
    return s.hired("reviewer", "reviewer", f.TOWN)


@pytest.fixture
def card(watcher):
    s.closed(6)
    return s.announced(watcher)


def drawn(who, card, at=LATER, **more):
    return draw_sample(actor=who, at=at, sample_id=card.id, **{"command_id": f.new_id(), **more})


def recheck(who, card, ref, found=Found.SOLVED, **more):
    given = {"at": LATER, "command_id": f.new_id(), "how": "到现场看过。", **more}
    return findings.recheck_matter(
        actor=who, sample_id=card.id, matter_ref=ref, found=found, **given
    )


def refused(command, *args, **more):
    with pytest.raises(Refused) as error:
        command(*args, **more)
    return error.value.verdict.rule


def test_the_seed_is_announced_by_an_act_before_anything_is_drawn(card):
    (act,) = list_acts(f"sample:{card.ref}")
    assert act.after["seed"] == card.seed
    assert card.state is SampleState.ANNOUNCED
    assert card.draw_from > f.AT
    assert len(card.seed) == 64


def test_it_is_drawn_once_its_time_has_come_and_anybody_can_draw_it_again(watcher, card):
    assert refused(drawn, watcher, card, at=f.AT) == "oversight.too_early"
    done = drawn(watcher, card)
    assert done.state is SampleState.DRAWN
    assert len(done.drawn) == 4
    frame = findings.read_frame(done.id)
    again = sampling.draw(
        frame,
        Counter(one.stratum for one in done.drawn),
        sampling.seed_from(done.seed, done.chance),
    )
    assert {ref for refs in again.values() for ref in refs} == {one.ref for one in done.drawn}
    act = list_acts(f"sample:{card.ref}")[-1]
    assert act.after["frame"] == done.frame_digest
    assert refused(drawn, watcher, card) == "oversight.was_drawn"


def test_what_happens_after_the_announcement_changes_what_is_drawn(watcher, card):
    before = findings.chance_of(card)
    f.raised(at=f.AT + f.HOUR)
    assert findings.chance_of(card) != before
    settled = findings.chance_of(card)
    f.raised(at=card.draw_from + f.HOUR)
    assert findings.chance_of(card) == settled


def test_the_frame_is_what_was_closed_in_the_period_and_still_is(watcher, card):
    before, reopened = s.closed(1, at=f.AT - 18 * f.DAY)[0], s.closed(1, at=f.AT - 5 * f.DAY)[0]
    f.step(reopened.id, "reporter", "reopen", f.AT - 4 * f.DAY, reason="又来了")
    f.raised(at=f.AT - 3 * f.DAY)
    refs = {one.ref for one in findings.list_closed(card)}
    assert len(refs) == 6
    assert not refs & {before.ref, reopened.ref}


def test_by_community_the_strata_are_communities(watcher):
    s.closed(3)
    s.closed(3, grid_code=f.NEXT_CODE)
    done = drawn(watcher, s.announced(watcher, by="community"))
    assert sorted(done.strata.values()) == [3, 3]
    assert Counter(one.stratum for one in done.drawn) == dict.fromkeys(done.strata, 2)
    assert all(name.zh for key, name in done.names.items() if key in done.strata)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"until": f.AT + f.DAY}, "oversight.period"),
        ({"since": f.AT}, "oversight.period"),
        ({"since": f.AT - 400 * f.DAY}, "oversight.period"),
        ({"size": 0}, "oversight.size"),
        ({"size": 501}, "oversight.size"),
        ({"by": "person"}, "oversight.size"),
    ],
    ids=["future", "empty", "long", "none", "many", "by"],
)
def test_a_plan_that_does_not_fit_is_refused(watcher, more, rule):
    assert refused(s.announced, watcher, **more) == rule


def test_an_empty_period_gives_nothing_to_draw(watcher):
    assert refused(drawn, watcher, s.announced(watcher)) == "oversight.nothing_closed"


@pytest.mark.parametrize(
    ("role", "path"),
    [("desk", f.TOWN), ("village_watch", s.COMMUNITY), ("supervisor", s.OTHER_TOWN)],
)
def test_others_neither_plan_nor_draw_nor_re_check(watcher, card, role, path):
    other = s.hired("other", role, path)
    assert refused(s.announced, other) == "oversight.plan_sample"
    assert refused(drawn, other, card) == "oversight.plan_sample"
    done = drawn(watcher, card)
    assert refused(recheck, other, card, done.drawn[0].ref) == "oversight.recheck"
    assert findings.find_sample(other, card.ref, LATER) is None


def test_an_independent_look_is_kept_with_one_act(watcher, reviewer, card):
    one = drawn(watcher, card).drawn[0]
    done = recheck(reviewer, card, one.ref, Found.NOT_SOLVED)
    told = {each.ref: each.found for each in done.drawn}
    assert told[one.ref] is Found.NOT_SOLVED
    act = list_acts(f"sample:{card.ref}")[-1]
    assert (act.action, act.after) == ("recheck_matter", {"matter": one.ref, "found": "not-solved"})
    assert refused(recheck, reviewer, card, one.ref) == "oversight.was_checked"


def test_what_could_not_be_told_may_be_told_later(watcher, reviewer, card):
    one = drawn(watcher, card).drawn[0]
    recheck(reviewer, card, one.ref, Found.CANNOT_TELL)
    recheck(reviewer, card, one.ref, Found.SOLVED)


def test_who_had_a_hand_in_it_does_not_re_check(watcher, reviewer, card):
    one = drawn(watcher, card).drawn[0]
    in_unit = Actor(reviewer.key, (*reviewer.hats, f.Hat("handler", f.TOWN, "sanitation")))
    interested = Actor(reviewer.key, reviewer.hats, interests=frozenset({str(one.matter_id)}))
    for who in (in_unit, interested):
        assert refused(recheck, who, card, one.ref) == "oversight.independent"
    closer = Actor(f.HANDLER.key, reviewer.hats)
    assert refused(recheck, closer, card, one.ref) == "oversight.independent"
    assert refused(recheck, reviewer, card, "260101-NONE0") == "oversight.not_in_sample"


def test_the_estimate_says_what_is_known_and_what_is_not(watcher, reviewer, card):
    assert estimate_sample(card) is None
    done = drawn(watcher, card)
    first = estimate_sample(done)
    assert (first.share, first.waiting, first.low, first.high) == (None, 4, 0.0, 1.0)
    kinds = (Found.NOT_SOLVED, Found.SOLVED, Found.SOLVED, Found.CANNOT_TELL)
    for one, found in zip(done.drawn, kinds, strict=True):
        done = recheck(reviewer, card, one.ref, found)
    made = estimate_sample(done)
    assert (made.whole, made.drawn, made.told, made.false, made.open) == (6, 4, 3, 1, 1)
    assert made.share == pytest.approx(1 / 3)
    assert 1 / 6 <= made.low < made.share < made.high <= 4 / 6
    assert made.least <= made.low
    assert made.most >= made.high
    assert made.is_small


def test_again_under_the_same_number_does_nothing_twice(watcher, reviewer, card):
    draw, look = f.new_id(), f.new_id()
    done = drawn(watcher, card, command_id=draw)
    once = s.snapshot()
    assert drawn(watcher, card, command_id=draw) == done
    assert s.snapshot() == once
    ref = done.drawn[0].ref
    recheck(reviewer, card, ref, command_id=look)
    once = s.snapshot()
    recheck(reviewer, card, ref, command_id=look)
    assert s.snapshot() == once


@pytest.mark.parametrize("command", ["announce", "draw", "recheck"])
def test_without_its_act_nothing_is_saved(watcher, reviewer, card, monkeypatch, command):
    if command == "recheck":
        card = drawn(watcher, card)
    before = s.snapshot()

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.findings.commands.doing.record_act", broken)
    do = {
        "announce": lambda: s.announced(watcher), "draw": lambda: drawn(watcher, card),
        "recheck": lambda: recheck(reviewer, card, card.drawn[0].ref),
    }  # fmt: skip
    with pytest.raises(RuntimeError):
        do[command]()
    assert s.snapshot() == before


def test_after_five_years_a_sample_is_gone_and_its_acts_stay(watcher, reviewer, card):
    recheck(reviewer, card, drawn(watcher, card).drawn[0].ref)
    newer = s.announced(watcher, at=f.AT + 2 * f.DAY)
    assert findings.erase_expired(at=f.AT + 1825 * f.DAY) == 1
    assert findings.erase_expired(at=f.AT + 1825 * f.DAY) == 0
    assert [one.ref for one in findings.list_samples(watcher, LATER).cards] == [newer.ref]
    acts = list_acts(f"sample:{card.ref}")
    assert [act.words for act in acts] == ["", "", ""]  # how it was found out is in none of them
    assert verify().is_whole
