"""Findings: made by supervision, answered by the unit within a limit, judged by neither alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.face import FindingState
from commongrid.rooms.findings.models import FindingRow
from commongrid.rooms.vault.models import Erasure
from tests.rooms.findings import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
AFTER = f.AT + 30 * f.DAY


@pytest.fixture
def watcher(db):
    f.a_place()
    return s.hired("watcher", "supervisor", f.TOWN)


@pytest.fixture
def head(watcher):
    return s.hired("head", "head", f.TOWN, "sanitation")


def answer(who, card, at=f.AT + f.DAY, **more):
    given = {"command_id": f.new_id(), "text": "以后逐件写明。", **more}
    return findings.answer_finding(actor=who, at=at, finding_id=card.id, **given)


def settle(who, card, at=f.AT + 2 * f.DAY, *, is_accepted=True, **more):
    given = {"command_id": f.new_id(), "text": "看到了改正。", **more}
    return findings.settle_finding(
        actor=who, at=at, finding_id=card.id, is_accepted=is_accepted, **given
    )


def withdraw(who, card, at=f.AT + f.DAY, **more):
    given = {"command_id": f.new_id(), "text": "看错了。", **more}
    return findings.withdraw_finding(actor=who, at=at, finding_id=card.id, **given)


def refused(command, *args, **more):
    with pytest.raises(Refused) as error:
        command(*args, **more)
    return error.value.verdict.rule


def test_a_finding_is_an_act_with_an_answer_due_in_ten_working_days(watcher):
    card = s.made(watcher)
    assert card.state is FindingState.OPEN
    due = card.due_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (due.date() - f.AT.date()) == timedelta(days=14)
    (act,) = list_acts(f"finding:{card.ref}")
    assert (act.action, act.role, act.power) == ("make_finding", "supervisor", "make_finding")
    assert datetime.fromisoformat(act.after["due"]) == card.due_at


def test_it_is_answered_judged_and_settled_with_one_act_each(watcher, head):
    card = s.made(watcher)
    assert answer(head, card).state is FindingState.ANSWERED
    done = settle(watcher, card)
    assert (done.state, done.rounds, done.was_late) == (FindingState.SETTLED, 0, False)
    assert [act.action for act in list_acts(f"finding:{card.ref}")] == [
        "make_finding", "answer_finding", "accept_answer"
    ]  # fmt: skip


def test_an_answer_that_is_not_accepted_is_owed_anew(watcher, head):
    card = s.made(watcher)
    answer(head, card)
    again = settle(watcher, card, is_accepted=False, text="没有说怎么改。")
    assert (again.state, again.rounds) == (FindingState.OPEN, 1)
    assert again.due_at > card.due_at
    assert answer(head, card, f.AT + 3 * f.DAY).state is FindingState.ANSWERED


def test_a_late_answer_stays_late_and_is_listed_as_late_until_it_comes(watcher, head):
    card = s.made(watcher)
    assert [one.ref for one in findings.list_findings(watcher, AFTER, standing="late").cards] == [
        card.ref
    ]
    assert findings.list_findings(watcher, f.AT + f.DAY, standing="late").cards == ()
    done = answer(head, card, AFTER)
    assert done.was_late
    assert findings.count_findings(watcher, AFTER, standing="late") == 0
    assert settle(watcher, card, AFTER, is_accepted=False).was_late


@pytest.mark.parametrize(
    ("role", "path", "unit"),
    [
        ("desk", f.TOWN, ""), ("centre", f.TOWN, ""), ("head", f.TOWN, "sanitation"),
        ("supervisor", s.OTHER_TOWN, ""), ("village_watch", s.COMMUNITY, ""),
    ],
)  # fmt: skip
def test_others_make_no_finding_over_the_town(watcher, role, path, unit):
    assert refused(s.made, s.hired("other", role, path, unit)) == "oversight.make_finding"


def test_the_village_committee_makes_findings_over_its_village(watcher):
    village = s.hired("village", "village_watch", s.COMMUNITY)
    code = s.COMMUNITY.rstrip("/").rpartition("/")[2]
    card = s.made(village, place_code=code)
    assert findings.find_finding(village, card.ref, f.AT) == card
    assert findings.find_finding(watcher, card.ref, f.AT) == card


@pytest.mark.parametrize("unit", ["housing_bureau", ""])
def test_only_the_unit_answers(watcher, unit):
    card = s.made(watcher)
    role = "head" if unit else "desk"
    other = s.hired("other", role, f.TOWN, unit)
    assert refused(answer, other, card) == "oversight.answer_finding"
    assert refused(answer, watcher, card) == "oversight.answer_finding"
    assert findings.find_finding(other, card.ref, f.AT) is None


def test_who_holds_a_post_in_the_unit_does_not_judge_its_answer(watcher, head):
    card = s.made(watcher)
    answer(head, card)
    both = s.hired("both", "supervisor", f.TOWN)
    own = type(both)(both.key, (*both.hats, *head.hats))
    assert refused(settle, own, card) == "oversight.own_unit"
    assert refused(settle, head, card) == "oversight.make_finding"


def test_steps_out_of_turn_are_refused(watcher, head):
    card = s.made(watcher)
    assert refused(settle, watcher, card) == "oversight.not_answered"
    answer(head, card)
    assert refused(answer, head, card) == "oversight.not_open"
    settle(watcher, card)
    assert refused(withdraw, watcher, card) == "oversight.is_over"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"text": "  "}, "oversight.needs:text"),
        ({"text": "长" * 2001}, "oversight.long:text"),
        ({"unit": "nobody_knows"}, "oversight.needs:unit"),
        ({"matter_ref": "260310-XXXXX"}, "oversight.other_matter"),
    ],
    ids=["no-text", "long", "unit", "matter"],
)
def test_a_finding_has_words_a_known_unit_and_an_own_matter(watcher, more, rule):
    assert refused(s.made, watcher, **more) == rule


def test_a_finding_may_name_a_matter_but_none_that_is_kept_apart(watcher):
    own, apart = f.raised(), f.raised("I05")
    assert s.made(watcher, matter_ref=f" {own.ref.lower()} ").matter_id == own.id
    assert refused(s.made, watcher, matter_ref=apart.ref) == "oversight.other_matter"


def test_again_under_the_same_number_does_nothing_twice(watcher, head):
    number = f.new_id()
    card = s.made(watcher, command_id=number)
    once = s.snapshot()
    assert s.made(watcher, command_id=number) == card
    assert s.snapshot() == once
    number = f.new_id()
    answer(head, card, command_id=number)
    once = s.snapshot()
    answer(head, card, command_id=number)
    assert s.snapshot() == once
    assert refused(withdraw, watcher, card, command_id=number) == "command.id_reused"


@pytest.mark.parametrize("command", ["make", "answer", "accept", "reject", "withdraw"])
def test_without_its_act_nothing_is_saved(watcher, head, monkeypatch, command):
    card = s.made(watcher)
    if command in ("accept", "reject"):
        answer(head, card)
    before = s.snapshot()

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.findings.commands.doing.record_act", broken)
    do = {
        "make": lambda: s.made(watcher), "answer": lambda: answer(head, card),
        "accept": lambda: settle(watcher, card),
        "reject": lambda: settle(watcher, card, is_accepted=False),
        "withdraw": lambda: withdraw(watcher, card),
    }  # fmt: skip
    with pytest.raises(RuntimeError):
        do[command]()
    assert s.snapshot() == before


def test_five_years_after_its_end_the_words_are_gone_and_the_facts_stay(watcher, head):
    card, still_open = s.made(watcher), s.made(watcher)
    answer(head, card)
    ended = settle(watcher, card)
    assert ended.ended_at
    late = ended.ended_at + timedelta(days=1825)
    assert findings.erase_expired(at=late - timedelta(seconds=1)) == 0
    assert findings.erase_expired(at=late) == 1
    assert findings.erase_expired(at=late) == 0
    row = FindingRow.objects.get(ref=card.ref)
    assert (row.text, row.answer, row.verdict) == ("", "", "")
    assert (row.state, row.ended_at, row.unit) == ("settled", ended.ended_at, "sanitation")
    acts = list_acts(f"finding:{card.ref}")
    assert [act.words for act in acts] == ["", "", ""]
    assert verify().is_whole
    assert FindingRow.objects.get(ref=still_open.ref).text
    noted = Erasure.objects.get()
    assert (noted.what, noted.counts) == ("words", {"findings": 1, "acts": 3})
