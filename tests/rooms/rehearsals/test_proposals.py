"""Proposals: a whole text, a reason, and a rehearsal only if it tried this very change."""

from __future__ import annotations

import pytest

from commongrid.charter import to_plain
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import ProposalRow
from tests.rooms.rehearsals import standing as s
from tests.rooms.rehearsals.standing import AT
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db):
    f.a_place()
    return s.keeper()


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def acts(card):
    return list_acts(f"proposal:{card.ref}")


def tried(actor, **more):
    s.asked(actor, **more)
    return s.finished(s.begun())


def attach(actor, card, ref, **more):
    given = {"at": AT, "command_id": new_id(), "proposal_id": card.id, **more}
    return rehearsals.attach_rehearsal(actor=actor, rehearsal_ref=ref, **given)


def withdraw(actor, card, **more):
    given = {"at": AT, "command_id": new_id(), "proposal_id": card.id, "reason": "另议", **more}
    return rehearsals.withdraw_proposal(actor=actor, **given)


def test_a_change_is_proposed_with_its_reason_and_once(keeper):
    command_id = new_id()
    card, again = (s.proposed(keeper, command_id=command_id) for _ in range(2))
    assert card == again
    assert (card.state, card.rehearsal_ref, card.version) == ("draft", "", "2026.9")
    (act,) = acts(card)
    assert (act.action, act.power) == ("propose_change", "propose_change")
    assert act.after["rehearsal"] == ""
    assert rehearsals.find_proposal(keeper, card.ref.lower(), AT) == card
    assert rehearsals.list_proposals(keeper, AT) == (card,)
    stranger = s.somebody("charter_keeper", s.OTHER_TOWN)
    assert rehearsals.find_proposal(stranger, card.ref, AT) is None


def test_it_rests_on_a_rehearsal_of_this_change(keeper):
    done = tried(keeper)
    card = attach(keeper, s.proposed(keeper), done.ref)
    assert (card.rehearsal_ref, card.report_digest) == (done.ref, done.report_digest)
    (act,) = (act for act in acts(card) if act.action == "attach_rehearsal")
    assert act.after == {"rehearsal": done.ref, "report": done.report_digest}
    assert s.proposed(keeper, rehearsal_ref=done.ref).rehearsal_ref == done.ref


def test_a_rehearsal_of_something_else_is_not_taken(keeper):
    done = tried(keeper)
    other = [{**s.LIMITS[0], "duration": "24h"}]
    wrong = s.proposed(keeper, changes={"limits": other})
    assert refused(attach, keeper, wrong, done.ref) == "rehearsal.other_change"
    whole = s.proposed(keeper, changes={})
    assert refused(attach, keeper, whole, done.ref) == "rehearsal.other_change"
    waiting = s.asked(keeper)
    card = s.proposed(keeper)
    assert refused(attach, keeper, card, waiting.ref) == "rehearsal.not_done"
    assert refused(attach, keeper, card, "R-0000-0000") == "rehearsal.none"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"reason": " "}, "rehearsal.needs:reason"),
        ({"reason": "x" * 401}, "rehearsal.long:reason"),
    ],
    ids=["none", "long"],
)
def test_a_reason_is_needed(keeper, more, rule):
    assert refused(s.proposed, keeper, **more) == rule
    assert refused(withdraw, keeper, s.proposed(keeper), **more) == rule


def test_what_changes_nothing_is_no_proposal(keeper):
    same = to_plain(f.town_charter())
    assert refused(s.proposed, keeper, plain=same) == "rehearsal.nothing_changed"


def test_withdrawn_is_over(keeper):
    card = s.proposed(keeper)
    command_id = new_id()
    for _ in range(2):
        assert withdraw(keeper, card, command_id=command_id).state == "withdrawn"
    assert refused(withdraw, keeper, card) == "rehearsal.not_draft"
    assert refused(attach, keeper, card, "R-0000-0000") == "rehearsal.not_draft"


@pytest.mark.parametrize("command", ["propose", "attach", "withdraw"])
def test_without_its_act_nothing_is_saved(keeper, monkeypatch, command):
    done = tried(keeper)
    card = s.proposed(keeper)
    before = list(ProposalRow.objects.values_list())

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.rehearsals.commands.doing.record_act", broken)
    do = {
        "propose": lambda: s.proposed(keeper), "attach": lambda: attach(keeper, card, done.ref),
        "withdraw": lambda: withdraw(keeper, card),
    }  # fmt: skip
    with pytest.raises(RuntimeError):
        do[command]()
    assert list(ProposalRow.objects.values_list()) == before


def test_strangers_neither_attach_nor_withdraw(keeper):
    done, card = tried(keeper), s.proposed(keeper)
    for stranger in (s.somebody("charter_keeper", s.OTHER_TOWN), s.somebody("desk", f.TOWN)):
        assert refused(withdraw, stranger, card) == "rehearsal.propose_change"
        assert refused(attach, stranger, card, done.ref) == "rehearsal.propose_change"
