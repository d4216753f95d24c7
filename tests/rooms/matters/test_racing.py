"""Two equal commands at the same instant: one act, one matter, and the same answer twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter
from tests.support import factories as f

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
AT_ONCE = 4


@pytest.fixture(autouse=True)
def place(transactional_db: None) -> None:
    f.a_place()


def at_once(work: Callable[[], Any]) -> list[Any]:
    """The same call from several threads that start together."""
    gate, answers = threading.Barrier(AT_ONCE), []

    def run() -> None:
        try:
            gate.wait(timeout=20)
            answers.append(work())
        except Refused as refused:
            answers.append(refused.verdict)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == AT_ONCE
    return answers


def test_a_matter_is_raised_once():
    command_id, acts = new_id(), Act.objects.count()
    answers = at_once(
        lambda: face.raise_matter(
            actor=PUBLIC, at=f.AT, command_id=command_id, draft=f.draft(), contact=f.CONTACT,
            photos=[f.photo()],
        )
    )  # fmt: skip
    assert Act.objects.count() == acts + 1
    assert Matter.objects.count() == 1
    assert {a.receipt_code for a in answers} == {answers[0].receipt_code}
    assert sorted(a.is_replay for a in answers) == [False] + [True] * (AT_ONCE - 1)
    assert ledger.verify().is_whole


def test_a_step_is_taken_once_and_nobody_is_refused():
    matter = f.raised()
    command_id, acts = new_id(), Act.objects.count()
    answers = at_once(
        lambda: face.take_action(
            actor=f.DESK, at=f.AT, command_id=command_id, matter_id=matter.id, action="accept",
            fields={},
        )
    )  # fmt: skip
    assert Act.objects.count() == acts + 1
    assert [a.state for a in answers] == ["accepted"] * AT_ONCE
    assert Matter.objects.get().version == 2
    assert ledger.verify().is_whole


def test_of_two_different_steps_the_second_meets_what_the_first_left():
    """Two officers press at once, each with a command of their own: one is told it is done."""
    matter = f.raised()
    acts = Act.objects.count()
    answers = at_once(
        lambda: face.take_action(
            actor=f.DESK, at=f.AT, command_id=new_id(), matter_id=matter.id, action="accept",
            fields={},
        )
    )  # fmt: skip
    assert Act.objects.count() == acts + 1
    refused = [a for a in answers if not isinstance(a, face.Done)]
    assert len(refused) == AT_ONCE - 1
    assert {verdict.rule for verdict in refused} == {"event.accepted"}
    assert ledger.verify().is_whole


def test_a_follower_follows_once():
    matter = f.raised()
    command_id = new_id()
    answers = at_once(
        lambda: face.follow_matter(
            actor=PUBLIC, at=f.AT, command_id=command_id, matter_id=matter.id
        )
    )
    assert Matter.objects.get().follower_count == 1
    assert {a.receipt_code for a in answers} == {answers[0].receipt_code}


def test_time_running_twice_does_nothing_twice():
    matter = f.walked(f.ACCEPT, f.OFFER)
    acts = Act.objects.count()
    later = f.AT + 9 * f.DAY
    taken = at_once(lambda: face.run_clock(at=later))
    assert sum(taken) == 1
    assert Act.objects.count() == acts + 1
    assert Matter.objects.get(pk=matter.id).state == "handling"
