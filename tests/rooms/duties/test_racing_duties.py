"""At the same instant: two approvals for one week, the same command twice, the same voice twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import verify
from commongrid.rooms.duties import face as duties
from commongrid.rooms.duties.models import AdmissionRow
from tests.rooms.duties import standing as s
from tests.support import factories as f

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]


@pytest.fixture(autouse=True)
def place(transactional_db: None) -> None:
    f.a_place()


def together(*works: Callable[[], Any]) -> list[Any]:
    """The calls from threads that start together; a refusal is the rule."""
    gate, answers = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            answers.append(work())
        except Refused as refused:
            answers.append(refused.verdict.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == len(works)
    return answers


def heard(number: int) -> duties.AdmissionCard:
    card = s.proposed(s.staff(f"keeper{number}", "charter_keeper"), minutes_a_week=40, items=())
    s.said(s.worker(f"worker{number}"), card)
    return card


def test_a_week_has_room_for_one_of_two():
    cards = [heard(number) for number in range(3)]
    centres = [s.centre(f"centre{number}") for number in range(3)]
    answers = together(
        *(
            lambda centre=centre, card=card: s.decided(centre, card).state
            for centre, card in zip(centres, cards, strict=True)
        )
    )
    assert sorted(answers) == ["approved", "duties.over_budget", "duties.over_budget"]
    assert duties.burden_of(f.TOWN, s.LATER).already == 40
    assert verify().is_whole


def test_the_same_proposal_is_made_once():
    keeper, command_id = s.keeper(), new_id()
    answers = together(*[lambda: s.proposed(keeper, command_id=command_id)] * 4)
    assert answers == [answers[0]] * 4
    assert AdmissionRow.objects.count() == 1


def test_one_voice_is_one_voice():
    card, worker = s.proposed(s.keeper()), s.worker()
    answers = together(*[lambda: s.said(worker, card).ref] * 4)
    assert sorted(answers) == [card.ref, *["duties.heard_already"] * 3]
    assert AdmissionRow.objects.get().votes_for == 1
