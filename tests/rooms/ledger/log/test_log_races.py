"""Writers and sequencers at once, on real connections: none left out, none twice, one log."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from commongrid.ledger import face as ledger
from commongrid.ledger.log import face, sequencing
from commongrid.ledger.log.models import Head, Leaf
from commongrid.ledger.models import Act
from tests.rooms.ledger.test_acts import AT, draft

pytestmark = [pytest.mark.django_db(transaction=True)]
WRITERS, EACH, SEQUENCERS = 4, 25, 3
WAIT_S = 120


def in_threads(*works) -> None:
    errors: list[BaseException] = []

    def guarded(work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert not errors, errors


def write_one(subject: str) -> None:
    with ledger.in_turn(), transaction.atomic():
        ledger.record_act(draft(subject))


def assert_complete(acts: int) -> None:
    assert Act.objects.count() == acts
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(acts))
    assert set(Leaf.objects.values_list("act_id", flat=True)) == set(
        Act.objects.values_list("id", flat=True)
    )
    report = face.verify_log()
    assert report.is_whole, report.findings
    assert report.waiting == 0


def test_writers_and_sequencers_at_once():
    writing = threading.Event()

    def writer(number: int):
        def work() -> None:
            for one in range(EACH):
                write_one(f"matter:{number}-{one % 3}")

        return work

    def sequencer() -> None:
        while not writing.is_set():
            face.append_acts(batch=7)
            face.sign_checkpoint(at=AT)

    def end() -> None:
        in_threads(*(writer(number) for number in range(WRITERS)))
        writing.set()

    in_threads(end, *[sequencer] * SEQUENCERS)
    face.append_acts()
    face.sign_checkpoint(at=AT)
    assert_complete(WRITERS * EACH)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
def test_a_number_drawn_before_and_committed_after_is_not_left_out(monkeypatch):
    monkeypatch.setattr(sequencing, "LOOKS", 2)
    drawn, passed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            ledger.record_act(draft("matter:slow"))
            drawn.set()
            assert passed.wait(WAIT_S)

    def quick() -> None:
        assert drawn.wait(WAIT_S)
        write_one("matter:quick")
        assert face.append_acts() == 1
        assert Head.objects.get().mark == 0  # an open transaction holds a lower number
        passed.set()

    in_threads(slow, quick)
    assert face.append_acts() == 1
    ids = list(Act.objects.order_by("id").values_list("subject", flat=True))
    assert ids == ["matter:slow", "matter:quick"]
    in_log = [Act.objects.get(pk=leaf.act_id).subject for leaf in Leaf.objects.order_by("index")]
    assert in_log == ["matter:quick", "matter:slow"]
    assert Head.objects.get().mark == Act.objects.order_by("-id")[0].pk
    face.sign_checkpoint(at=AT)
    assert_complete(2)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
def test_nobody_who_writes_waits_for_the_sequencer():
    """The sequencer holds its head's row; an act is written meanwhile."""
    held, written = threading.Event(), threading.Event()

    def sequencer() -> None:
        with transaction.atomic():
            Head.objects.get_or_create(pk=Head.ONE)
            Head.objects.select_for_update().get(pk=Head.ONE)
            held.set()
            assert written.wait(WAIT_S)

    def writer() -> None:
        assert held.wait(WAIT_S)
        write_one("matter:1")
        written.set()

    in_threads(sequencer, writer)
    face.append_acts()
    face.sign_checkpoint(at=AT)
    assert_complete(1)
