"""Proposing and adopting: the act names the rehearsal, or says that there was none."""

from __future__ import annotations

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts
from commongrid.rooms.places import face as places
from commongrid.rooms.places.models import CharterVersion
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import ProposalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import working
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing import standing as s
from tests.stories.rehearsing.standing import AT, TOWN
from tests.support import factories as f
from tests.support.versions import AFTER_NEXT, IN_FORCE, NEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db, monkeypatch):
    monkeypatch.setattr(working, "rehearse", s.fake())
    f.a_place()
    return a_keeper()


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def propose(actor, **more):
    given = {
        "at": AT, "command_id": new_id(), "place_code": TOWN, "version": NEXT,
        "changes": s.plan()["alternatives"][1], "reason": "冬天等不起", **more,
    }  # fmt: skip
    return rehearsing.propose(actor=actor, **given)


def adopt(actor, card, **more):
    given = {"at": AT, "command_id": new_id(), "reason": "会议纪要 7 号(虚构)", **more}
    return rehearsing.adopt(actor=actor, ref=card.ref, **given)


def adoption():
    return [act for act in list_acts(f"charter:{TOWN}") if act.action == "adopt_charter"][-1]


def rehearsed(actor):
    s.asked(actor)
    return rehearsing.run_next(now=lambda: AT, beat_s=0)


def test_it_is_adopted_on_its_rehearsal(keeper):
    done = rehearsed(keeper)
    card = propose(keeper, rehearsal_ref=done.ref)
    adopted = adopt(keeper, card)
    assert adopted.key == f"keerqin-subdistrict@{NEXT}"
    assert (adopted.rehearsal, adopted.report_digest) == (done.ref, done.report_digest)
    after = adoption().after
    assert (after["rehearsal"], after["report"]) == (done.ref, done.report_digest)
    limits = places.charter_in_force(f.TOWN, AT)[1].limits["C03"]
    assert {str(row.duration) for row in limits if row.milestone == "restore"} == {"12h"}
    assert rehearsals.find_proposal(keeper, card.ref, AT).adopted_key == adopted.key


def test_without_one_it_asks_for_a_word_and_says_so(keeper):
    card = propose(keeper)
    assert refused(adopt, keeper, card) == "rehearsal.not_rehearsed"
    command_id = new_id()
    for _ in range(2):
        adopted = adopt(keeper, card, is_without=True, command_id=command_id)
    assert (adopted.rehearsal, adopted.report_digest) == ("", "")
    assert adoption().after["rehearsal"].startswith("none")
    assert CharterVersion.objects.count() == 2


def test_a_proposal_itself_can_be_rehearsed_and_then_attached(keeper):
    card = propose(keeper)
    plain = s.plan("")
    plain["alternatives"].append({"name": "it", "charter": f"{rehearsing.PROPOSAL}{card.ref}"})
    s.asked(keeper, plain)
    done = rehearsing.run_next(now=lambda: AT, beat_s=0)
    attached = rehearsals.attach_rehearsal(
        actor=keeper, at=AT, command_id=new_id(), proposal_id=card.id, rehearsal_ref=done.ref
    )
    assert attached.rehearsal_ref == done.ref


def test_who_may_propose_may_not_thereby_adopt(keeper):
    head = a_keeper("head", "township")
    card = propose(head)
    assert refused(adopt, head, card, is_without=True) == "place.adopt_charter"
    assert ProposalRow.objects.get().state == "draft"
    assert adopt(keeper, card, is_without=True)


def test_another_version_came_meanwhile(keeper):
    first, second = propose(keeper), propose(keeper, version=AFTER_NEXT, reason="另一份")
    adopt(keeper, first, is_without=True)
    assert refused(adopt, keeper, second, is_without=True) == "rehearsal.base_moved"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"version": " "}, "rehearsal.needs:version"),
        ({"version": IN_FORCE}, "rehearsal.version_used"),
        ({"reason": ""}, "rehearsal.needs:reason"),
    ],
    ids=["none", "used", "reason"],
)  # fmt: skip
def test_a_version_has_a_new_number_and_a_reason(keeper, more, rule):
    assert refused(propose, keeper, **more) == rule


@pytest.mark.parametrize("module", ["places.commands.acting", "rehearsals.commands.doing"])
def test_without_either_act_nothing_is_saved(keeper, monkeypatch, module):
    card = propose(keeper)

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(f"commongrid.rooms.{module}.record_act", broken)
    with pytest.raises(RuntimeError):
        adopt(keeper, card, is_without=True)
    assert CharterVersion.objects.count() == 1
    assert ProposalRow.objects.get().state == "draft"
