"""Impact assessments stand before new sensitive purposes; breaches have a clock and acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commongrid.charter.matter import Hat
from commongrid.charter.schema import Purpose
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.places import face as places
from commongrid.rooms.vault import face as vault
from commongrid.rooms.vault.models import Assessment, Breach
from tests.support import factories as f

pytestmark = pytest.mark.django_db
OFFICER = f.somebody("15", Hat("data_officer", f.TOWN))


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def changed(version="9.1", *, key="illness", sensitive=True):
    """The charter in force with one more purpose, and the question it is for."""
    book = f.town_charter()
    question = replace(book.questions[0], question=key)
    row = Purpose(
        where=question.where, source=question.source, mark=question.mark,
        valid_from=question.valid_from, key=key, purpose=Text("叫人", "to call help"),
        basis=Text("依据", "basis"), sensitive=sensitive,
    )  # fmt: skip
    return replace(
        book,
        version=version,
        questions=(*book.questions, question),
        purposes={**book.purposes, key: row},
    )


ASKED = "*:yes_no"  # the gate has its own tests: here every such question is admitted


def adopt(charter, pia_ref="", command_id=None):
    return places.adopt_charter(
        actor=f.SETUP, at=f.AT, command_id=command_id or new_id(), charter=charter, reason="test",
        pia_ref=pia_ref, admitted=places.Admitted(items=(f"question:B*/{ASKED}",)),
    )  # fmt: skip


def assess(purposes=("illness",), *, is_allowed=True, actor=OFFICER, path=f.TOWN, command_id=None):
    return vault.assess(
        actor=actor, at=f.AT, command_id=command_id or new_id(), path=path, purposes=purposes,
        findings="Needed to send an ambulance.", measures="Sealed; six months.",
        is_allowed=is_allowed,
    )  # fmt: skip


def test_a_new_sensitive_purpose_is_refused_without_its_assessment():
    with pytest.raises(Refused) as caught:
        adopt(changed())
    assert caught.value.verdict.rule.endswith("/assessment")
    assert "illness" in caught.value.verdict.say.en
    assert all(card.version != "9.1" for card in places.list_charters())


@pytest.mark.parametrize("kind", ["none", "of another purpose", "refused", "of another place"])
def test_an_assessment_that_does_not_cover_it_does_not_help(kind):
    refs = {
        "none": lambda: "IA-none",
        "of another purpose": lambda: assess(("income",)).ref,
        "refused": lambda: assess(is_allowed=False).ref,
        "of another place": lambda: (
            assess(path="/999/", actor=f.somebody("16", Hat("data_officer", "/999/"))).ref
        ),
    }
    with pytest.raises(Refused, match="assessment"):
        adopt(changed(), refs[kind]())


def test_with_it_the_charter_is_adopted_and_names_it():
    ref = assess().ref
    assert adopt(changed(), ref).pia_ref == ref
    assert ledger.list_acts(f"charter:{f.town_charter().place}")[-1].after["pia_ref"] == ref


def test_purposes_that_are_not_sensitive_or_not_new_need_none():
    assert adopt(changed("9.2", key="nickname", sensitive=False)).version == "9.2"
    assert adopt(replace(f.town_charter(), version="9.3")).version == "9.3"


def test_only_the_officer_of_the_place_assesses_and_once():
    with pytest.raises(Refused, match=r"vault\.who"):
        assess(actor=f.DESK)
    command_id = new_id()
    first, second = assess(command_id=command_id), assess(command_id=command_id)
    assert first.ref == second.ref
    assert Assessment.objects.count() == 1
    assert [act.action for act in ledger.list_acts(f"assessment:{first.ref}")] == ["assess"]
    with pytest.raises(Refused, match="assess/empty"):
        assess(())


def breach(**more):
    given = {
        "actor": OFFICER, "at": f.AT, "command_id": new_id(), "path": f.TOWN,
        "what": "A laptop with a backup was lost.", "kinds": "contact data, sealed",
        "persons": None, "found_at": f.AT - f.HOUR,
    }  # fmt: skip
    return vault.record_breach(**{**given, **more})


def step(ref, name, words="", at=f.AT, actor=OFFICER):
    return vault.step_breach(
        actor=actor, at=at, command_id=new_id(), ref=ref, step=name, words=words
    )


def test_a_breach_has_a_clock_until_everybody_is_told():
    made = breach()
    assert made.due_at == f.AT - f.HOUR + timedelta(hours=24)
    (late,) = vault.list_breaches(f.TOWN, at=f.AT + f.DAY)
    assert late.is_late
    step(made.ref, "tell_authority")
    with pytest.raises(Refused, match="breach/how"):
        step(made.ref, "tell_persons")
    step(made.ref, "tell_persons", "by letter")
    assert not vault.list_breaches(f.TOWN, at=f.AT + f.DAY)[0].is_late
    ended = step(made.ref, "close", "Keys were changed.")
    assert ended.closed_at == f.AT
    acts = [act.action for act in ledger.list_acts(f"breach:{made.ref}")]
    assert acts == ["record_breach", "tell_authority_breach", "tell_persons_breach", "close_breach"]


def test_it_does_not_end_before_and_nobody_else_goes_on_with_it():
    made = breach()
    with pytest.raises(Refused, match="breach/untold"):
        step(made.ref, "close", "done")
    with pytest.raises(Refused, match=r"vault\.who"):
        step(made.ref, "tell_authority", actor=f.DESK)
    with pytest.raises(Refused, match="breach/step"):
        step(made.ref, "forget")
    with pytest.raises(Refused, match="breach/empty"):
        breach(found_at=f.AT + f.HOUR)
    assert vault.list_breaches("/999/", at=f.AT) == ()


def test_nothing_is_kept_when_the_ledger_fails(monkeypatch):
    def broken(*_):
        raise RuntimeError("no ledger")

    monkeypatch.setattr("commongrid.rooms.vault.commands.answering.record_act", broken)
    for command in (breach, assess):
        with pytest.raises(RuntimeError):
            command()
    assert not Breach.objects.exists()
    assert not Assessment.objects.exists()
