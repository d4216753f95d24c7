"""Telling what happened: nobody is left out, nobody is told twice, and in order."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.ledger import delivery
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Delivery, OutboxRow

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def happen(subject: str = "matter:1", topic: str = "matter.accept") -> OutboxRow:
    with transaction.atomic():
        ledger.add_outbox(
            topic=topic, subject=subject, command_id=uuid4(), at=AT, payload={"state": "accepted"}
        )
    return OutboxRow.objects.order_by("-pk")[0]


class Killed(BaseException):
    """The process is gone: no handler runs."""


class Book:
    """A receiver of several addresses that keeps what it was handed, and may fail."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses or ("",)
        self.tries: list[tuple[str, UUID]] = []
        self.effects: dict[str, list[ledger.Event]] = defaultdict(list)
        self.trouble: list[BaseException | None] = []

    def deliver(self, event: ledger.Event, address: str) -> None:
        self.tries.append((address, event.id))
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None and not isinstance(trouble, Killed):
            raise trouble
        if event.id not in [known.id for known in self.effects[address]]:
            self.effects[address].append(event)
        if trouble is not None:
            raise trouble  # killed after the effect and before the mark

    def as_receiver(self) -> ledger.Receiver:
        return ledger.Receiver(deliver=self.deliver, addresses=lambda _: self.addresses)

    def heard(self, address: str = "") -> list[str]:
        return [event.subject for event in self.effects[address]]


def run(book: Book, at: datetime = AT, limit: int = 100) -> ledger.Delivered:
    return ledger.deliver_outbox(at=at, receivers={"book": book.as_receiver()}, limit=limit)


def test_every_address_gets_every_row_once_and_then_it_is_delivered():
    rows = [happen("matter:1"), happen("matter:2"), happen("matter:1")]
    book = Book("a", "b")
    assert run(book) == ledger.Delivered(addressed=3, done=6, failed=0, dead=0)
    assert book.heard("a") == book.heard("b") == ["matter:1", "matter:2", "matter:1"]
    assert OutboxRow.objects.filter(delivered_at=AT).count() == len(rows)
    assert run(book).done == 0
    assert len({event.id for event in book.effects["a"]}) == 3


def test_a_plain_function_is_a_receiver_with_one_address():
    happen()
    heard: list[str] = []
    ledger.deliver_outbox(
        at=AT, receivers={"ear": lambda event, _: heard.append(event.topic)}, limit=5
    )
    assert heard == ["matter.accept"]


def test_a_row_for_nobody_is_delivered_at_once():
    row = happen()
    ledger.deliver_outbox(
        at=AT,
        receivers={"none": ledger.Receiver(deliver=lambda *_: None, addresses=lambda _: ())},
        limit=5,
    )
    row.refresh_from_db()
    assert row.delivered_at == AT


def test_one_that_fails_waits_longer_each_time_and_holds_up_only_its_own_subject():
    happen("matter:1"), happen("matter:1"), happen("matter:2")
    book = Book()
    book.trouble = [ConnectionError("somebody@example.org")]
    assert run(book) == ledger.Delivered(addressed=3, done=0, failed=1, dead=0)
    assert run(book).done == 1  # the other subject; the first still waits
    assert book.heard() == ["matter:2"]
    assert run(book, AT + delivery.wait_after(1)).done == 2
    assert book.heard() == ["matter:2", "matter:1", "matter:1"]
    waits = [delivery.wait_after(tries) for tries in range(1, delivery.MOST_TRIES)]
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits[-1] == delivery.LONGEST_WAIT
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=2)


def test_what_went_wrong_is_kept_by_kind_and_never_by_words():
    happen()
    book = Book()
    book.trouble = [ConnectionError("zhang@example.org refused")]
    run(book)
    assert Delivery.objects.get().trouble == "ConnectionError"


def test_after_many_tries_it_is_a_dead_letter_that_staff_try_again_or_let_go():
    row, later = happen("matter:1"), happen("matter:1")
    book = Book()
    at = AT
    book.trouble = [OSError()] * delivery.MOST_TRIES
    for tries in range(1, delivery.MOST_TRIES + 1):
        outcome = run(book, at, limit=1)
        at += delivery.wait_after(tries)
    assert (outcome.dead, book.heard()) == (1, [])
    (letter,) = ledger.list_dead_letters()
    assert (letter.receiver, letter.tries, letter.trouble) == (
        "book",
        delivery.MOST_TRIES,
        "OSError",
    )
    run(book, at)
    assert len(book.heard()) == 1  # what came after it goes on
    for one in (row, later):
        one.refresh_from_db()
    assert (row.delivered_at, later.delivered_at) == (None, at)
    assert ledger.erase_delivered(at=at + timedelta(days=400)) == 1  # the dead one is kept
    assert ledger.retry_delivery(letter.id, at=at)
    assert not ledger.retry_delivery(letter.id, at=at)
    run(book, at)
    row.refresh_from_db()
    assert row.delivered_at == at
    happen()
    book.trouble = [ledger.UndeliverableError()]
    assert run(book, at).dead == 1
    (letter,) = ledger.list_dead_letters()
    assert ledger.drop_delivery(letter.id, at=at)
    assert not ledger.list_dead_letters()
    assert not OutboxRow.objects.filter(delivered_at=None).exists()


def test_an_address_that_wants_no_more_holds_nothing_up():
    happen()
    book = Book("a", "b")
    book.trouble = [OSError(), OSError()]
    run(book)
    assert ledger.drop_deliveries("book", "a", at=AT) == 1
    assert not OutboxRow.objects.filter(delivered_at=AT).exists()
    ledger.drop_deliveries("book", "b", at=AT)
    assert OutboxRow.objects.filter(delivered_at=AT).exists()


def test_a_receiver_that_is_down_is_asked_once_a_round():
    for number in range(5):
        happen(f"matter:{number}")
    book = Book("a", "b")
    book.trouble = [ledger.ReceiverDownError()] * 9
    assert run(book).failed == 1
    assert len(book.tries) == 1


def test_an_address_that_hangs_is_asked_once_a_round():
    for number in range(5):
        happen(f"matter:{number}")
    book = Book("a", "b")
    book.trouble = [TimeoutError()]
    outcome = run(book)
    assert (outcome.failed, outcome.done) == (1, 5)  # the other address had all five


def test_rows_are_kept_until_everybody_had_them_and_thirty_days_more():
    happen()
    waiting = happen()
    book = Book()
    book.trouble = [None, OSError()]
    run(book)
    month = AT + delivery.KEPT
    assert ledger.erase_delivered(at=month) == 0
    assert ledger.erase_delivered(at=month + timedelta(seconds=1)) == 1
    assert list(OutboxRow.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_whoever_was_killed_in_the_middle_is_followed_by_another_after_the_lease():
    happen()
    book = Book()
    book.trouble = [Killed()]
    with pytest.raises(Killed):
        run(book)
    assert run(book).done == 0  # it might still be at work
    assert run(book, AT + delivery.LEASE).done == 1
    assert len(book.tries) == 2
    assert book.tries[0] == book.tries[1]  # the same event id: once in effect
    assert book.heard() == ["matter:1"]


@contextmanager
def killed_at(statement: int | None) -> Iterator[None]:
    """The process dies at this statement, before it reaches the database."""
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == statement:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


TROUBLE = st.one_of(st.none(), st.just("fails"), st.just("dies"))


@settings(max_examples=60)
@given(
    subjects=st.lists(st.sampled_from("xyz"), min_size=1, max_size=6),
    rounds=st.lists(
        st.tuples(st.one_of(st.none(), st.integers(1, 40)), st.lists(TROUBLE, max_size=4)),
        max_size=6,
    ),
)
def test_whatever_dies_and_fails_each_address_has_each_event_once_in_effect(subjects, rounds):
    OutboxRow.objects.all().delete()
    written = [happen(subject) for subject in subjects]
    expected = [delivery.event_of(row).id for row in written]
    book, at = Book("a", "b"), AT
    for statement, troubles in rounds:
        kinds = {"fails": OSError, "dies": Killed}
        book.trouble = [kinds[one]() if one else None for one in troubles]
        try:
            with killed_at(statement):
                run(book, at)
        except Killed:
            pass
        at += timedelta(minutes=7)
    book.trouble = []
    for _ in range(len(subjects) + 2):
        at += delivery.LONGEST_WAIT
        run(book, at)
    for address in ("a", "b"):
        heard = [event.id for event in book.effects[address]]
        assert sorted(heard) == sorted(expected)
        for subject in set(subjects):
            mine = [event.id for event in book.effects[address] if event.subject == subject]
            ids = [delivery.event_of(row).id for row in written if row.subject == subject]
            assert mine == ids
    assert not OutboxRow.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_the_same_time_hand_over_each_event_once():
    for number in range(12):
        happen(f"matter:{number % 3}")
    book = Book("a", "b")
    lock = threading.Lock()
    plain = book.deliver

    def deliver(event: ledger.Event, address: str) -> None:
        with lock:
            plain(event, address)

    book.deliver = deliver
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            run(book)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run(book)
    assert len(book.tries) == len(set(book.tries)) == 24
    for address in ("a", "b"):
        for number in range(3):
            mine = [e for e in book.effects[address] if e.subject == f"matter:{number}"]
            assert [e.id for e in mine] == [
                delivery.event_of(row).id
                for row in OutboxRow.objects.filter(subject=f"matter:{number}").order_by("pk")
            ]
