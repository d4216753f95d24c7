"""Merging and parting: lineage, followers and promises, whatever the order of steps."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger_face
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.matters import face
from commongrid.rooms.matters.commands import merging
from commongrid.rooms.matters.models import Follower, Joining, Matter, Promise
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
LATER = NOW + 2 * f.DAY


def row(matter: face.Raised | UUID) -> Matter:
    return Matter.objects.get(pk=getattr(matter, "id", matter))


def merge(matter: face.Raised, leading: face.Raised, at=NOW) -> face.Done:
    f.step(matter.id, "desk", "merge", at, leading=leading.ref, reason="同一处")
    return f.step(matter.id, "second_desk", "merge", at, leading=leading.ref, reason="同一处")


def unmerge(matter: face.Raised, at=LATER, who="desk") -> face.Done:
    return f.step(matter.id, who, "unmerge", at, reason="其实是另一处")


def follow(matter: face.Raised | UUID, contact: face.Contact | None = None) -> str:
    return face.follow_matter(
        actor=PUBLIC, at=NOW, command_id=new_id(), matter_id=getattr(matter, "id", matter),
        contact=contact,
    ).receipt_code  # fmt: skip


def open_promises(matter: face.Raised) -> dict[str, tuple[object, ...]]:
    owed = Promise.objects.filter(matter_id=matter.id, status="running")
    return {p.clock: (p.started_at, p.due_at, p.first_due_at, p.duration, p.owner) for p in owed}


def where(code: str) -> UUID:
    found = face.find_by_receipt(code)
    assert found is not None, "a receipt always finds its matter"
    assert face.get_own_matter(actor=found[1], at=LATER, matter_id=found[0]) is not None
    return found[0]


# --- undone, as if it had never been


def test_merged_and_parted_is_as_it_was():
    leading, other = f.raised(), f.raised()
    code, kept = follow(other), follow(leading)
    owed = open_promises(other)
    merge(other, leading)
    assert open_promises(other) == {}
    done = unmerge(other)
    assert done.state == "reported"
    assert "counts on" in done.told.en or "count on" in done.told.en
    assert open_promises(other) == owed, "the same start, limit and date as if never stopped"
    assert where(code) == other.id
    assert where(kept) == leading.id
    assert (row(other).follower_count, row(leading).follower_count) == (1, 1)
    assert (row(other).leading_id, row(other).closed_at) == (None, None)
    assert verify().is_whole


def test_limits_that_ran_out_meanwhile_are_overdue():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    unmerge(other, f.AT + 30 * f.DAY)
    assert row(other).due_at < f.AT + 30 * f.DAY
    page = face.get_matter(actor=f.DESK, at=f.AT + 30 * f.DAY, matter_id=other.id)
    assert page.card.light is face.Light.RED


def test_who_followed_the_leading_one_meanwhile_stays_there():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    code = follow(leading)
    unmerge(other)
    assert where(code) == leading.id
    assert row(leading).follower_count == 1


def test_the_reporter_may_say_that_it_is_not_the_same():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    with pytest.raises(Refused) as caught:
        f.step(other.id, face.reporter_of(leading.id), "unmerge", LATER, reason="不是")
    assert caught.value.verdict.rule == "event.merged.unmerge/who"
    assert unmerge(other, who="reporter").state == "reported"


def test_contact_data_of_a_follower_opens_wherever_they_are():
    leading, other = f.raised(), f.raised()
    code = follow(other, f.CONTACT)
    for step in (lambda: merge(other, leading), lambda: unmerge(other)):
        step()
        matter_id, actor = face.find_by_receipt(code)
        assert face.read_own_contact(actor=actor, matter_id=matter_id) == f.CONTACT


def test_a_leading_matter_that_was_closed_gives_back_what_was_merged_into_it():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    for who, action, fields in f.CLOSED:
        f.step(leading.id, who, action, LATER, **fields)
    assert unmerge(other, LATER + f.HOUR).state == "reported"


# --- the leading matter ends unlooked at

ENDS = {
    "withdraw": [("reporter", {})],
    "redirect": [("desk", {"redirect_case": "court", "answer_text": "请找法院"})],
    "advise_repetition": [
        (who, {"reason": "说过了", "answer_text": "上次已答复"}) for who in ("desk", "second_desk")
    ],
}


def end(matter_id: UUID, action: str, at=LATER) -> None:
    for who, fields in ENDS[action]:
        f.step(matter_id, who, action, at, **fields)


@pytest.mark.parametrize("action", sorted(ENDS))
def test_what_was_joined_goes_on_by_itself_when_the_leading_one_ends_unlooked_at(action):
    leading, one, other = f.raised(), f.raised(), f.raised()
    code, kept = follow(one), follow(leading)
    owed = {m.id: open_promises(m) for m in (one, other)}
    for joined in (one, other):
        merge(joined, leading)
    acts = Act.objects.count()
    end(leading.id, action)
    for joined in (one, other):
        assert (row(joined).state, row(joined).leading_id) == ("reported", None)
        assert open_promises(joined) == owed[joined.id], "time ran on meanwhile"
        act = list_acts(f"matter:{joined.id}")[-1]
        assert (act.actor, act.role, act.rule_id) == (
            "system:parting", "clock", "event.merged.unmerge",
        )  # fmt: skip
        own = face.get_own_matter(actor=face.reporter_of(joined.id), at=LATER, matter_id=joined.id)
        assert leading.ref in own.steps[-1].words["reason"].zh
    assert Act.objects.count() == acts + len(ENDS[action]) + 2, "one act for each"
    assert (where(code), where(kept)) == (one.id, leading.id)
    assert (row(leading).follower_count, row(one).follower_count) == (1, 1)
    assert row(leading).state_kind == "end"
    told = OutboxRow.objects.filter(topic="matter.unmerge").values_list("subject", flat=True)
    assert {f"matter:{one.id}", f"matter:{other.id}"} == set(told)
    assert verify().is_whole


def test_a_chain_gives_back_the_next_link_with_all_below_it():
    first, second, third = f.raised(), f.raised(), f.raised()
    code = follow(first)
    merge(first, second)
    merge(second, third)
    end(third.id, "withdraw")
    assert row(first).leading_id == second.id
    assert row(second).state == "reported"
    assert where(code) == second.id
    assert (row(second).follower_count, row(third).follower_count) == (2, 0)


def test_what_was_solved_or_handed_over_keeps_what_was_joined():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    for who, action, fields in f.CLOSED:
        f.step(leading.id, who, action, LATER, **fields)
    assert row(other).leading_id == leading.id


def test_a_repetition_only_proposed_lets_nothing_go():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    f.step(leading.id, "desk", "advise_repetition", LATER, reason="说过了", answer_text="已答复")
    assert row(other).leading_id == leading.id


def test_taking_back_again_with_the_same_command_changes_nothing():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    given = {
        "actor": face.reporter_of(leading.id), "at": LATER, "command_id": new_id(),
        "matter_id": leading.id, "action": "withdraw", "fields": {},
    }  # fmt: skip
    face.take_action(**given)
    before = f.dump()
    assert face.take_action(**given).is_replay
    assert f.dump() == before


def test_if_one_parting_is_not_written_nothing_ends(monkeypatch):
    leading, one, other = f.raised(), f.raised(), f.raised()
    for joined in (one, other):
        merge(joined, leading)
    before, written = f.dump(), []
    real = ledger_face._record_act

    def broken(draft):
        written.append(draft.action)
        if written == ["unmerge", "unmerge"]:
            raise OSError("ledger")
        return real(draft)

    with monkeypatch.context() as patch:
        patch.setattr("commongrid.ledger.face._record_act", broken)
        with pytest.raises(OSError, match="ledger"):
            end(leading.id, "withdraw")
    assert f.dump() == before


def test_a_matter_of_an_older_version_of_the_rules_stays_and_may_be_parted(monkeypatch):
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    monkeypatch.setattr(merging, "BY_ITSELF", PUBLIC)  # a version that gives time no such step
    end(leading.id, "withdraw")
    assert row(leading).state == "withdrawn"
    assert row(other).leading_id == leading.id
    assert unmerge(other, who="reporter").state == "reported"


# --- what cannot be


def test_a_proposal_is_judged_again_when_it_is_confirmed():
    one, other = f.raised(), f.raised()
    f.step(one.id, "desk", "merge", NOW, leading=other.ref, reason="同一处")
    f.step(other.id, "desk", "merge", NOW, leading=one.ref, reason="同一处")
    f.step(one.id, "second_desk", "merge", NOW)
    before = f.dump()
    with pytest.raises(Refused) as caught:
        f.step(other.id, "second_desk", "merge", NOW)
    assert caught.value.verdict.rule == "merge/needs:leading"
    assert f.dump() == before, "no two matters lead each other"


def test_what_is_kept_for_those_in_charge_is_merged_with_nothing_else():
    one, other = f.raised(), f.raised()
    Matter.objects.filter(pk=other.id).update(in_charge=";desk;")
    with pytest.raises(Refused) as caught:
        merge(one, other)
    assert caught.value.verdict.rule == "merge/needs:leading"
    assert "kept" in caught.value.verdict.say.en


def test_parting_is_for_the_desk_and_what_was_merged():
    leading, other = f.raised(), f.raised()
    for who, rule in (("desk", "event.reported"), ("desk", "event.reported")):
        with pytest.raises(Refused) as caught:
            unmerge(other, who=who)
        assert caught.value.verdict.rule == rule
    merge(other, leading)
    for who in ("worker", "handler", "next_worker"):
        with pytest.raises(Refused) as caught:
            unmerge(other, who=who)
        assert caught.value.verdict.rule == "event.merged.unmerge/who"


# --- one act, replay, all or nothing


def test_parting_is_one_act_and_a_replay_is_harmless():
    leading, other = f.raised(), f.raised()
    merge(other, leading)
    given = {
        "actor": f.DESK, "at": LATER, "command_id": new_id(), "matter_id": other.id,
        "action": "unmerge", "fields": {"reason": "另一处"},
    }  # fmt: skip
    acts = Act.objects.count()
    face.take_action(**given)
    before = f.dump()
    assert face.take_action(**given).is_replay
    assert f.dump() == before
    assert Act.objects.count() == acts + 1
    act = list_acts(f"matter:{other.id}")[-1]
    assert (act.before["leading"], act.after["leading"]) == (str(leading.id), "")


@pytest.mark.parametrize("step", [merge, unmerge])
def test_a_broken_ledger_saves_nothing(step, monkeypatch):
    leading, other = f.raised(), f.raised()
    follow(other)
    if step is merge:
        f.step(other.id, "desk", "merge", NOW, leading=leading.ref, reason="同一处")
    else:
        merge(other, leading)
    before = f.dump()

    def broken(draft: object) -> None:
        raise OSError("ledger")

    with monkeypatch.context() as patch:
        patch.setattr("commongrid.ledger.face._record_act", broken)
        with pytest.raises(OSError, match="ledger"):
            if step is merge:
                f.step(other.id, "second_desk", "merge", NOW, leading=leading.ref, reason="同一处")
            else:
                unmerge(other)
    assert f.dump() == before


# --- lineage


def test_chains_tell_where_it_goes_on_and_part_link_by_link():
    first, second, third = f.raised(), f.raised(), f.raised()
    code = follow(first)
    merge(first, second)
    merge(second, third)
    assert where(code) == third.id
    assert row(third).follower_count == 3, "one follower and two who raised it"
    mine = face.reporter_of(first.id)
    own = face.get_own_matter(actor=mine, at=LATER, matter_id=first.id)
    assert (own.leading_ref, own.lineage.end_ref) == (second.ref, third.ref)
    assert own.lineage.end_plain.en.startswith("Received")
    assert face.get_own_matter(actor=mine, at=LATER, matter_id=third.id).lineage.came_from
    staff = face.get_matter(actor=f.DESK, at=LATER, matter_id=third.id)
    assert [step.ref for step in staff.lineage.leads] == [second.ref]
    assert staff.lineage.lead_count == 1
    unmerge(second)
    assert where(code) == second.id
    assert (row(second).follower_count, row(third).follower_count) == (2, 0)
    unmerge(first)
    assert where(code) == first.id
    both = face.get_matter(actor=f.DESK, at=LATER, matter_id=second.id).lineage
    assert [(s.ref, s.parted_at) for s in both.led_by] == [(third.ref, LATER)]
    assert [(s.ref, s.parted_at) for s in both.leads] == [(first.ref, LATER)]


def test_the_middle_of_a_chain_gives_back_the_lowest_alone():
    first, second, third = f.raised(), f.raised(), f.raised()
    codes = {m.id: follow(m) for m in (first, second, third)}
    merge(first, second)
    merge(second, third)
    unmerge(first)
    assert {m: where(code) for m, code in codes.items()} == {
        first.id: first.id, second.id: third.id, third.id: third.id,
    }  # fmt: skip
    assert row(third).follower_count == 3


def test_a_follower_is_told_by_which_matter_they_came():
    leading, other = f.raised(), f.raised()
    code = follow(other)
    merge(other, leading)
    matter_id, actor = face.find_by_receipt(code)
    page = face.get_own_matter(actor=actor, at=LATER, matter_id=matter_id)
    assert (page.card.ref, page.lineage.came_from) == (leading.ref, other.ref)
    assert page.lineage.leads == (), "others' matters are only counted"


# --- whatever happens


def end_of(matter_id: UUID) -> UUID:
    seen = []
    while (leading := row(matter_id).leading_id) is not None:
        assert matter_id not in seen, "a circle"
        seen.append(matter_id)
        matter_id = leading
    return matter_id


def check(codes: dict[str, UUID], matters: list[face.Raised]) -> None:
    for code, chosen in codes.items():
        assert where(code) == end_of(chosen)
    assert Follower.objects.count() == len(codes), "no follower is lost"
    ends = [end_of(m.id) for m in matters]
    for matter, end in zip(matters, ends, strict=True):
        mine = face.reporter_of(matter.id)
        page = face.get_own_matter(actor=mine, at=LATER, matter_id=matter.id)
        assert page.lineage.end_id == (end if end != matter.id else None)
        if end == matter.id:
            followers = sum(where(code) == end for code in codes)
            assert row(matter).follower_count == followers + ends.count(end) - 1
            assert Joining.objects.filter(matter_id=matter.id, parted_at=None).count() == 0
        else:
            assert page.lineage.led_by[-1].parted_at is None
            assert face.get_own_matter(actor=mine, at=LATER, matter_id=end) is not None


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_merged_and_parted_nobody_is_lost(seed):
    chance = random.Random(seed)
    matters = [f.raised() for _ in range(5)]
    owed = {m.id: open_promises(m) for m in matters}
    codes: dict[str, UUID] = {}
    for _ in range(14):
        one, other = chance.sample(matters, 2)
        move = chance.choice(("merge", "merge", "merge", "unmerge", "follow", "follow", "end"))
        try:
            if move == "merge":
                merge(one, other)
            elif move == "unmerge":
                unmerge(one)
            elif move == "end":
                end(one.id, chance.choice(tuple(ENDS)))
                assert not Matter.objects.filter(leading=one.id).exists()
            else:
                codes[follow(one)] = one.id
        except Refused:
            continue
        check(codes, matters)
    for matter in reversed(matters):
        if row(matter).leading_id:
            unmerge(matter)
    check(codes, matters)
    for matter in matters:
        if row(matter).state != "reported":
            assert open_promises(matter) == {}, "it ended, by its own step"
            assert row(matter).state in ("withdrawn", "redirected")
        else:
            assert open_promises(matter) == owed[matter.id]
        assert row(matter).follower_count == list(codes.values()).count(matter.id)
    assert verify().is_whole
