"""The same intention by several ways at one instant, and two phones at one matter."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import FileRow, IntentionRow
from commongrid.rooms.matters.models import Matter, PhotoRow
from commongrid.stories import syncing
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step, announced, one, sync
from tests.support import factories as f

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
AT_ONCE = 4
PICTURE = f.jpeg((10, 190, 90), size=(60, 40))
SHA = hashlib.sha256(PICTURE).hexdigest()
REPORTED = {"state": "reported", "unit": "", "place": f.GRID_CODE}


@pytest.fixture
def phones(transactional_db, settings, tmp_path) -> list[fieldwork.PhoneCard]:
    """Two phones of one account."""
    settings.MEDIA_ROOT = tmp_path
    f.a_place()
    account = crew.worker()
    return [crew.phone_of(account), crew.phone_of(account)]


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """The same call from several threads that start together; each gets its number."""
    gate, answers = threading.Barrier(AT_ONCE), []

    def run(number: int) -> None:
        try:
            gate.wait(timeout=20)
            answers.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == AT_ONCE
    return answers


def test_one_intention_by_two_phones_is_carried_out_once(phones):
    sent = a_raise()
    answers = at_once(lambda n: one(phones[n % 2], sent))
    assert sorted(a.verdict for a in answers) == ["already"] * (AT_ONCE - 1) + ["done"]
    assert len({(a.matter, a.receipt, a.ref) for a in answers}) == 1
    assert Matter.objects.count() == IntentionRow.objects.count() == 1
    assert ledger.verify().is_whole


def test_two_bodies_under_one_number_give_one_matter(phones):
    number = a_raise()["id"]
    answers = at_once(lambda n: one(phones[n % 2], a_raise(f"第{n}种", number=UUID(number))))
    rules = sorted((a.verdict, a.rule) for a in answers)
    assert rules == [("done", "raise")] + [("refused", "field.other_body")] * (AT_ONCE - 1)
    assert Matter.objects.count() == 1


def test_of_steps_on_one_base_one_is_done_and_the_others_are_in_conflict(phones):
    matter = f.raised().id
    answers = at_once(lambda n: one(phones[n % 2], a_step(matter, "accept", base=REPORTED)))
    assert sorted(a.verdict for a in answers) == ["conflict"] * (AT_ONCE - 1) + ["done"]
    assert Act.objects.filter(action="accept").count() == 1


def test_facts_at_once_are_all_kept(phones):
    matter = f.raised().id
    answers = at_once(lambda n: one(phones[n % 2], a_step(matter, "note", note=f"第{n}句")))
    assert {a.verdict for a in answers} == {"done"}
    assert Act.objects.filter(action="note").count() == AT_ONCE
    assert Matter.objects.get().version == 1 + AT_ONCE
    assert ledger.verify().is_whole


def test_batches_that_overlap_lose_and_repeat_nothing(phones):
    matter = f.raised().id
    batch = [a_step(matter, "note", note=str(n)) for n in range(6)]
    batch += [a_raise(f"第{n}件") for n in range(4)]
    answers = at_once(lambda n: sync(phones[n % 2], *(batch[n:] + batch[:n])))
    assert {a.verdict for found in answers for a in found} == {"done", "already"}
    assert Act.objects.filter(action="note").count() == 6
    assert Matter.objects.count() == 5
    assert ledger.verify().is_whole


def test_a_file_by_two_phones_is_attached_once(phones):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phones[0], sent)

    def put(n: int) -> bool:
        piece = syncing.Piece(number=UUID(sent["id"]), sha=SHA, kind="photo", total=len(PICTURE),
                              offset=0, content=PICTURE)  # fmt: skip
        return syncing.put_piece(phone=phones[n % 2], at=NOW, piece=piece).is_attached

    assert at_once(put) == [True] * AT_ONCE
    assert PhotoRow.objects.count() == 1
    assert FileRow.objects.count() == 0
    assert one(phones[0], sent).need == ()


def test_the_last_piece_and_its_intention_at_once_lose_nothing(phones):
    sent = a_raise(photos=[announced(SHA, PICTURE)])

    def work(n: int) -> Any:
        if n % 2:
            return one(phones[0], sent)
        piece = syncing.Piece(number=UUID(sent["id"]), sha=SHA, kind="photo", total=len(PICTURE),
                              offset=0, content=PICTURE)  # fmt: skip
        return syncing.put_piece(phone=phones[1], at=NOW, piece=piece)

    at_once(work)
    assert one(phones[0], sent).need == ()
    assert PhotoRow.objects.count() == 1


def test_a_batch_costs_what_it_says(phones, count_sql):
    one(phones[0], a_raise())  # warm
    matter = f.raised().id
    with count_sql(max=2 + 5 * 13):
        sync(phones[0], *(a_raise(f"第{n}件") for n in range(5)))
    with count_sql(max=2 + 5 * 14):
        sync(phones[0], *(a_step(matter, "note", note=str(n)) for n in range(5)))
