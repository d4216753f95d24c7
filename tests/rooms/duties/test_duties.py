"""Proposed, heard, decided by somebody else, in force for a time, and visible afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act
from commongrid.rooms.duties import face as duties
from commongrid.rooms.duties.models import AdmissionRow, VoiceRow
from commongrid.rooms.vault.models import Erasure
from tests.rooms.duties import standing as s
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import appoint, make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
State = duties.State


@pytest.fixture
def keeper(db) -> Actor:
    f.a_place()
    return s.keeper()


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def acts(card):
    return list_acts(f"duty:{card.ref}")


def heard(keeper, **more):
    card = s.proposed(keeper, **more)
    s.said(s.worker(f"w-{card.ref.lower()}"), card)
    return card


def test_the_whole_way(keeper):
    card = s.proposed(keeper)
    assert (card.state, card.minutes_a_week, card.items) == (State.PROPOSED, 10, (s.ITEM,))
    s.said(s.worker(), card, said="可以,但只在雨后")
    s.said(s.worker("next", f.NEXT_GRID), card, is_for=False, said="标尺发了再说")
    done = s.decided(s.centre(), card)
    assert (done.state, done.votes_for, done.votes_against, done.asked) == (State.APPROVED, 1, 1, 2)
    assert set(done.words) == {"可以,但只在雨后", "标尺发了再说"}
    assert [act.action for act in acts(card)] == [
        *("propose_duty", "give_opinion", "give_opinion", "approve_duty"),
    ]
    assert verify().is_whole


COMMANDS = ("propose", "said", "approve", "refuse", "withdraw")


def run(name, people, card, **more):
    """One command, by who may give it."""
    keeper, worker, centre = people
    if name == "propose":
        return s.proposed(keeper, **more)
    if name == "said":
        return s.said(worker, card, **more)
    if name == "withdraw":
        given = {"at": s.AT, "command_id": new_id(), "reason": "不需要了", **more}
        return duties.withdraw_duty(actor=keeper, admission_id=card.id, **given)
    return s.decided(centre, card, is_approved=name == "approve", **more)


def before(name, keeper):
    """What stands before a command, and who gives it."""
    people = (keeper, s.worker(), s.centre())
    card = s.proposed(keeper) if name != "propose" else None
    if name == "approve":
        s.said(s.worker("other", f.NEXT_GRID), card)
    return people, card


@pytest.mark.parametrize("name", COMMANDS)
def test_done_twice_it_is_done_once_with_one_act(keeper, name):
    people, card = before(name, keeper)
    count, command_id = Act.objects.count(), new_id()
    first, again = (run(name, people, card, command_id=command_id) for _ in range(2))
    assert first == again
    assert Act.objects.count() == count + 1
    assert AdmissionRow.objects.count() == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_without_its_act_nothing_is_saved(keeper, name, monkeypatch):
    people, card = before(name, keeper)
    rows = list(AdmissionRow.objects.values())
    voices = VoiceRow.objects.count()

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.duties.commands.doing.record_act", broken)
    with pytest.raises(RuntimeError):
        run(name, people, card)
    assert list(AdmissionRow.objects.values()) == rows
    assert VoiceRow.objects.count() == voices


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("who", ["resident", "supervisor", "elsewhere", "setup"])
def test_nobody_else_may(keeper, name, who):
    _, card = before(name, keeper)
    roles = {"said": "grid_worker", "propose": "charter_keeper", "withdraw": "charter_keeper"}
    stranger = {
        "resident": f.RESIDENT,
        "supervisor": s.staff("sup", "supervisor"),
        "elsewhere": Actor("staff:999", hats=(Hat(roles.get(name, "centre"), s.OTHER_TOWN),)),
        "setup": f.SETUP,
    }[who]
    rule = {"propose": "propose_duty", "said": "give_opinion"}.get(name, "admit_duty")
    assert refused(run, name, (stranger,) * 3, card) == f"duties.{rule}"


def test_a_command_number_is_used_for_one_thing(keeper):
    command_id = new_id()
    card = s.proposed(keeper, command_id=command_id)
    other = s.staff("head", "township")
    assert refused(s.proposed, other, command_id=command_id) == "command.id_reused"
    assert refused(s.said, s.worker(), card, command_id=command_id) == "command.id_reused"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"basis": " "}, "duties.needs:basis"),
        ({"basis_kind": "wish"}, "duties.needs:basis"),
        ({"task": ""}, "duties.needs:task"),
        ({"reason": ""}, "duties.needs:reason"),
        ({"minutes_a_week": 0}, "duties.needs:minutes_a_week"),
        ({"valid_until": s.AT.date()}, "duties.needs:valid_until"),
        ({"valid_until": s.AT.date() + timedelta(days=366)}, "duties.long:valid_until"),
        ({"heard_days": 4}, "duties.short:heard_days"),
        ({"items": ("type:*",)}, "duties.item"),
        ({"items": ("photo A08",)}, "duties.item"),
        ({"items": ("type:A01",)}, "duties.asked_already"),
        ({"renews": "D-0000-0000"}, "duties.not_renewable"),
    ],
    ids=["basis", "kind", "task", "reason", "minutes", "past", "long", "short", "any", "shape",
         "old", "renews"],
)  # fmt: skip
def test_what_a_proposal_lacks_is_refused(keeper, more, rule):
    assert refused(s.proposed, keeper, **more) == rule
    assert AdmissionRow.objects.count() == 0


def test_everybody_is_heard_once_and_nobody_is_named(keeper):
    card, worker = s.proposed(keeper), s.worker()
    s.said(worker, card, is_for=False, said="每天都要填表")
    assert refused(s.said, worker, card) == "duties.heard_already"
    row = AdmissionRow.objects.get()
    assert (row.votes_for, row.votes_against) == (0, 1)
    (act,) = [act for act in acts(card) if act.action == "give_opinion"]
    assert act.actor == worker.key
    assert "against" not in str(act.after)
    assert "每天都要填表" not in f"{act.after} {act.words}"
    assert {field.name for field in VoiceRow._meta.fields} == {"id", "admission", "account"}


def test_the_order_of_the_words_tells_nothing(keeper):
    card = s.proposed(keeper)
    for number, words in enumerate(("丙", "甲", "乙")):
        s.said(s.worker(f"w{number}"), card, said=words)
    assert AdmissionRow.objects.get().words == sorted("甲乙丙")


def test_while_grids_are_asked_no_count_is_shown(keeper):
    card = s.said(s.worker(), s.proposed(keeper), said="好")
    found = duties.find_admission(card.ref, s.AT)
    assert (found.heard, found.words) == (0, ())


def test_once_decided_who_was_heard_is_forgotten(keeper):
    card = heard(keeper)
    assert VoiceRow.objects.count() == 1
    s.decided(s.centre(), card)
    assert VoiceRow.objects.count() == 0


def test_nobody_approves_their_own(keeper):
    centre = s.centre()
    card = heard(centre)
    for is_approved in (True, False):
        assert refused(s.decided, centre, card, is_approved) == "duties.same_person"
    assert s.decided(s.centre("second"), card).state is State.APPROVED


def test_who_proposes_is_not_heard_about_it(keeper):
    both = make_staff("both", "township", f.TOWN)
    appoint(both.id, "grid_worker", f.GRID)
    both = actor_of(both)
    card = s.proposed(both)
    assert duties.list_to_answer(both, s.AT) == ()
    assert refused(s.said, both, card) == "duties.own_proposal"
    s.said(s.worker("another", f.NEXT_GRID), card)
    assert s.decided(s.centre(), card, at=s.AT).asked == 1


def test_grids_have_their_time(keeper):
    card, worker = s.proposed(keeper), s.worker()
    s.worker("second", f.NEXT_GRID)
    s.said(worker, card)
    assert refused(s.decided, s.centre(), card, at=s.AT) == "duties.still_heard"
    assert refused(s.said, s.worker("late"), card, at=s.LATER) == "duties.heard_before"


def test_when_all_have_spoken_nobody_waits(keeper):
    card = heard(keeper)
    assert s.decided(s.centre(), card, at=s.AT).state is State.APPROVED


def test_silence_is_no_consent(keeper):
    s.worker()
    card = s.proposed(keeper)
    assert refused(s.decided, s.centre(), card) == "duties.unheard"
    assert s.decided(s.centre("other"), card, is_approved=False).state is State.REFUSED


def test_a_refusal_has_its_reason_and_stays_visible(keeper):
    card = heard(keeper)
    assert refused(s.decided, s.centre(), card, False, reason=" ") == "duties.needs:reason"
    s.decided(s.centre("c2"), card, False, reason="已有同类数据")
    (past,) = duties.list_past(f.TOWN, s.LATER)
    assert (past.state, past.decision) == (State.REFUSED, "已有同类数据")
    assert duties.admitted_for(f.TOWN, s.LATER).items == frozenset()


def test_over_the_budget_the_sum_is_said(keeper):
    first = heard(keeper, minutes_a_week=45)
    s.decided(s.centre(), first)
    card = heard(keeper, minutes_a_week=16, items=())
    with pytest.raises(Refused) as caught:
        s.decided(s.centre("c2"), card)
    verdict = caught.value.verdict
    assert verdict.rule == "duties.over_budget"
    for number in ("45", "16", "61", "60"):
        assert number in verdict.say.zh
        assert number in verdict.say.en
    assert duties.burden_of(f.TOWN, s.LATER) == duties.Burden(45, 60)
    withdrawn = duties.withdraw_duty(
        actor=keeper, at=s.LATER, command_id=new_id(), admission_id=first.id, reason="不再需要"
    )
    assert withdrawn.state is State.WITHDRAWN
    assert s.decided(s.centre("c3"), card).state is State.APPROVED


def test_grids_beside_each_other_do_not_share_a_week(keeper):
    s.decided(s.centre(), heard(keeper, minutes_a_week=40, place_code=f.GRID_CODE))
    there = s.proposed(keeper, minutes_a_week=40, items=(), place_code=f.NEXT_CODE)
    s.said(s.worker("there", f.NEXT_GRID), there)
    assert s.decided(s.centre("c2"), there).state is State.APPROVED
    assert duties.burden_of(f.TOWN, s.LATER).already == 40
    town = heard(keeper, minutes_a_week=21, items=())
    assert refused(s.decided, s.centre("c3"), town) == "duties.over_budget"


def test_it_ends_on_its_day_noted_or_not(keeper):
    card = heard(keeper)
    s.decided(s.centre(), card)
    over = s.AT + timedelta(days=201)
    assert duties.find_admission(card.ref, over).state is State.EXPIRED
    assert duties.admitted_for(f.TOWN, over).items == frozenset()
    assert [duties.expire_due(at=over) for _ in range(2)] == [1, 0]
    assert acts(card)[-1].action == "expire_duty"
    assert duties.list_past(f.TOWN, over)[0].ref == card.ref
    assert verify().is_whole


def test_the_round_notes_what_has_run_out(keeper):
    from commongrid.site.rounds import run_round

    card = heard(keeper)
    s.decided(s.centre(), card)
    run_round(s.AT + timedelta(days=201))
    assert acts(card)[-1].action == "expire_duty"
    assert AdmissionRow.objects.get().state == State.EXPIRED


def test_a_renewal_is_heard_and_decided_again(keeper):
    old = heard(keeper, minutes_a_week=40)
    s.decided(s.centre(), old)
    again = s.proposed(keeper, minutes_a_week=45, renews=old.ref)
    s.said(s.worker("again"), again)
    new = s.decided(s.centre("c2"), again)
    assert (new.state, new.renews_ref) == (State.APPROVED, old.ref)
    gone = duties.find_admission(old.ref, s.LATER)
    assert (gone.state, gone.ending) == (State.RENEWED, new.ref)
    assert duties.burden_of(f.TOWN, s.LATER).already == 45
    assert duties.admitted_for(f.TOWN, s.LATER).items == {s.ITEM}


def test_who_is_asked_finds_it_and_the_next_town_does_not(keeper):
    card, worker = s.proposed(keeper), s.worker()
    assert [one.ref for one in duties.list_to_answer(worker, s.AT)] == [card.ref]
    there = Actor("staff:998", hats=(Hat("grid_worker", f"{s.OTHER_TOWN}150502003001/"),))
    assert duties.list_to_answer(there, s.AT) == ()
    assert duties.list_for_staff(there, s.AT) == ()
    s.said(worker, card)
    assert duties.list_to_answer(worker, s.AT) == ()
    assert [one.ref for one in duties.list_for_staff(keeper, s.AT)] == [card.ref]


@pytest.mark.parametrize("how", ["refused", "withdrawn", "expired"])
def test_a_year_after_the_end_what_grids_said_is_gone_and_the_counts_stay(keeper, how):
    card = s.proposed(keeper)
    s.said(s.worker(), card, is_for=False, said="演示：表格够多了")
    end = s.LATER
    if how == "withdrawn":
        duties.withdraw_duty(
            actor=keeper, at=end, command_id=new_id(), admission_id=card.id, reason="x"
        )
    else:
        s.decided(s.centre(), card, is_approved=how == "expired")
    if how == "expired":
        end = s.AT + timedelta(days=201)
        assert duties.expire_due(at=end) == 1
    year = timedelta(days=365)
    assert AdmissionRow.objects.get().words
    assert duties.erase_expired(at=end + year - timedelta(seconds=1)) == 0
    assert duties.erase_expired(at=end + year) == 1
    assert duties.erase_expired(at=end + year) == 0
    row = AdmissionRow.objects.get()
    assert (row.words, row.votes_against, row.state) == ([], 1, how)
    assert Erasure.objects.get().counts == {"opinions": 1}
    assert "表格够多" not in str(list(Act.objects.values_list("words", "core")))
