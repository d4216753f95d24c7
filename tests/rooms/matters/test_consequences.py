"""What a step brings with it: followers of a merged matter, appeals, parts, time's own steps."""

from __future__ import annotations

import pytest

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, Offer
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import appoint, make_account, make_staff
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR


def row(matter: face.Raised) -> Matter:
    return Matter.objects.get(pk=matter.id)


def merge(matter: face.Raised, leading: str, who: str | Actor = "desk") -> face.Done:
    return f.step(matter.id, who, "merge", NOW, leading=leading, reason="同一处")


# --- merging


def test_a_colleague_of_one_s_own_making_is_no_second_person():
    leading, other = f.raised(), f.raised()
    first = make_staff("first", "desk", f.TOWN)
    appoint(first.id, "appointing", f.TOWN)
    puppet, free = make_account("puppet"), make_staff("free", "desk", f.TOWN)
    appoint(puppet.id, "desk", f.TOWN, actor=actor_of(first))
    assert merge(other, leading.ref, actor_of(first)).is_proposal
    with pytest.raises(Refused) as caught:
        merge(other, leading.ref, actor_of(puppet))
    assert caught.value.verdict.rule == "people.made_by_first"
    assert merge(other, leading.ref, actor_of(free)).state == "merged"


def test_two_persons_merge_and_the_reporter_follows():
    leading, other = f.raised(), f.raised()
    code = face.follow_matter(
        actor=PUBLIC, at=NOW, command_id=new_id(), matter_id=other.id
    ).receipt_code
    assert merge(other, leading.ref).is_proposal
    assert row(other).state == "reported"
    assert merge(other, str(leading.id), "second_desk").state == "merged"
    assert str(row(other).leading_id) == str(leading.id)
    assert row(leading).follower_count == 2, "the reporter and who followed them"
    mine = face.reporter_of(other.id)
    own = face.get_own_matter(actor=mine, at=NOW, matter_id=other.id)
    assert (own.card.state, own.leading_ref) == ("merged", leading.ref)
    assert face.get_own_matter(actor=mine, at=NOW, matter_id=leading.id) is not None
    assert face.find_by_receipt(code)[0] == leading.id


def test_the_same_person_cannot_confirm_their_own_proposal():
    leading, other = f.raised(), f.raised()
    merge(other, leading.ref)
    with pytest.raises(Refused) as caught:
        merge(other, leading.ref)
    assert caught.value.verdict.rule == "event.reported.merge/second_person"
    assert row(other).state == "reported"


def test_nobody_confirms_a_merge_into_another_matter():
    first, second, other = f.raised(), f.raised(), f.raised()
    merge(other, first.ref)
    assert merge(other, second.ref, "second_desk").is_proposal, "a proposal of their own"
    assert row(other).state == "reported"
    assert merge(other, second.ref).state == "merged"
    assert row(other).leading_id == second.id


@pytest.mark.parametrize("leading", ["", "nothing", "260310-ZZZZZ", "\x00", "x" * 400])
def test_merging_needs_a_matter_to_merge_into(leading):
    matter = f.raised()
    before = f.dump()
    with pytest.raises(Refused) as caught:
        merge(matter, leading)
    assert caught.value.verdict.rule in (
        "merge/needs:leading",
        "event.reported.merge/needs:leading",
    )
    assert f.dump() == before


def test_a_matter_is_not_merged_into_itself_an_ended_one_or_another_kind():
    matter, ended, service = f.raised(), f.walked(*f.CLOSED), f.raised("F02")
    for leading in (matter, ended, service):
        with pytest.raises(Refused) as caught:
            merge(matter, leading.ref)
        assert caught.value.verdict.rule == "merge/needs:leading"


# --- appeals, parts, follow-ups


def test_an_appeal_opens_a_matter_of_its_own_that_the_person_reads():
    matter = f.walked(*f.CLOSED)
    f.step(matter.id, "reporter", "appeal", NOW, reason="没有解决,请复核")
    child = Matter.objects.get(parent_id=matter.id)
    assert (child.type_code, child.state, child.text) == ("I06", "reported", "没有解决,请复核")
    mine = face.reporter_of(matter.id)
    assert face.get_own_matter(actor=mine, at=NOW, matter_id=child.pk).text == "没有解决,请复核"
    page = face.get_own_matter(actor=mine, at=NOW, matter_id=matter.id)
    assert [ref for _, ref, _ in page.children] == [child.ref]
    assert verify().is_whole


def test_no_emergency_goes_on_as_an_ordinary_matter():
    matter = f.raised("B01", "井盖响")
    f.step(matter.id, "desk", "not_emergency", NOW, type="B03", reason="只是松动")
    assert row(matter).state == "not_emergency"
    child = Matter.objects.get(parent_id=matter.id)
    assert (child.kind, child.type_code, child.state) == ("event", "B03", "reported")


def test_what_is_opened_is_opened_once():
    matter = f.walked(*f.CLOSED)
    given = {
        "actor": face.reporter_of(matter.id), "at": NOW, "command_id": new_id(),
        "matter_id": matter.id, "action": "appeal", "fields": {"reason": "复核"},
    }  # fmt: skip
    face.take_action(**given)
    acts = Act.objects.count()
    assert face.take_action(**given).is_replay
    assert Act.objects.count() == acts
    assert Matter.objects.filter(parent_id=matter.id).count() == 1


# --- offers


def test_every_offer_keeps_its_answer():
    matter = f.walked(f.ACCEPT, f.OFFER)
    f.step(matter.id, "handler", "object", NOW, legal_basis="清单第三项", reason="不归我们")
    f.step(matter.id, "centre", "appoint", NOW, unit="sanitation", reason="指定")
    kept = list(Offer.objects.order_by("id").values_list("unit", "answer", "words"))
    assert kept == [
        ("sanitation", "objected", "清单第三项 不归我们"),
        ("sanitation", "appointed", ""),
    ]


def test_an_offer_that_nobody_answers_any_more_is_closed_with_the_matter():
    matter = f.walked(f.ACCEPT, f.OFFER)
    f.step(matter.id, "reporter", "withdraw", NOW)
    assert Offer.objects.get().answer == "withdrawn"
    assert row(matter).offered_unit == ""
    assert row(matter).closed_at == NOW


# --- time


def test_silence_takes_the_matter_when_the_time_to_object_is_over():
    matter = f.walked(f.ACCEPT, f.OFFER)
    due = row(matter).promises.get(clock="objection").due_at
    assert face.run_clock(at=due - f.HOUR) == 0
    assert face.run_clock(at=due) == 1
    found = row(matter)
    assert (found.state, found.unit) == ("handling", "sanitation")
    act = list_acts(f"matter:{matter.id}")[-1]
    assert (act.action, act.actor, act.role) == ("lapse_objection", "system:clock", "clock")
    acts = Act.objects.count()
    assert face.run_clock(at=due + f.DAY) == 0
    assert Act.objects.count() == acts


def waiting() -> face.Raised:
    matter = f.walked(
        ("desk", "accept", {}), ("desk", "assign", {"unit": "sanitation"}), type_code="F02"
    )
    f.step(matter.id, "handler", "wait_person", NOW, asked_for="户口本", ask_until_on="2026-03-20",
           ask_channel="上门")  # fmt: skip
    return matter


def test_a_service_lapses_when_nobody_answers_and_goes_on_at_a_word():
    matter = waiting()
    promise = row(matter).promises.get(clock="wait_person")
    due, third = promise.due_at, (promise.due_at - promise.started_at) / 3
    for number in (1, 2):  # two reminders, at equal distances
        assert face.run_clock(at=promise.started_at + number * third - f.HOUR) == 0
        for _ in range(2):
            face.run_clock(at=promise.started_at + number * third)
        acts = Act.objects.filter(subject=f"matter:{matter.id}", action="remind")
        assert [act.actor for act in acts] == ["system:clock"] * number
    assert face.run_clock(at=due) == 1
    assert row(matter).state == "lapsed"
    assert row(matter).closed_at == due
    f.step(matter.id, "reporter", "reopen", due + f.DAY)
    assert row(matter).state == "serving"
    assert row(matter).closed_at is None


def test_after_a_standstill_nobody_gets_all_reminders_at_once_and_nothing_lapses_unreminded():
    matter = waiting()
    late = row(matter).promises.get(clock="wait_person").due_at + 9 * f.DAY
    states = []
    for day in (0, 0, 1, 1, 2):
        face.run_clock(at=late + day * f.DAY)
        states.append((len(row(matter).reminded_at), row(matter).state))
    assert states[:2] == [(1, "waiting_person")] * 2
    assert states[2][0] == 2
    assert states[-1] == (2, "lapsed")


def test_another_clock_running_out_reminds_nobody():
    matter = waiting()
    township = f.somebody("20", f.Hat("township", f.TOWN))
    f.step(
        matter.id, township, "whistle", NOW, units=("housing_bureau",), need="人手", meet_at="东门"
    )
    acts = Act.objects.count()
    assert face.run_clock(at=NOW + 5 * f.DAY) == 0
    assert Act.objects.count() == acts


def test_an_emergency_line_is_called_again_each_time_its_time_is_over():
    matter = f.raised("B05")
    f.step(matter.id, "desk", "hand_over", NOW, line="119")
    first = row(matter).promises.get(key="acknowledge").due_at
    assert face.run_clock(at=first) == 1
    second = row(matter).promises.get(key="acknowledge#2").due_at
    assert second > first
    assert face.run_clock(at=second) == 1
    assert row(matter).state == "handed_over"
    f.step(matter.id, "desk", "acknowledge", second, taken_by="119 接警台")
    assert face.run_clock(at=second + f.DAY) == 0


def test_a_broken_ledger_stops_time_without_half_a_step(monkeypatch):
    matter = f.walked(f.ACCEPT, f.OFFER)
    due = row(matter).promises.get(clock="objection").due_at
    before = f.dump()

    def broken(draft: object) -> None:
        raise OSError("ledger")

    with monkeypatch.context() as patch:
        patch.setattr("commongrid.ledger.face._record_act", broken)
        with pytest.raises(OSError, match="ledger"):
            face.run_clock(at=due)
    assert f.dump() == before


def test_saying_that_there_is_a_picture_is_no_evidence():
    matter = f.walked(*f.HANDLED)
    with pytest.raises(Refused) as caught:
        f.step(matter.id, "handler", "claim_done", NOW, feedback="已清走。", photos=3)
    assert caught.value.verdict.rule == "event.handling.claim_done/evidence"
