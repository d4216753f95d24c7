"""Telling what happened: every address of every receiver gets each outbox row, in order.

Two short steps, so that a stop at any instant loses nothing (docs/adr/0017):

1. *Addressing*: each receiver says which of its addresses a row is for; one ``Delivery`` an
   address is saved in the same transaction that marks the row as addressed.
2. *Delivering*: a delivery is claimed for a while (its lease), handed over outside any
   transaction, and marked. A claim whose owner died is free again when the lease is over; what was
   handed over and not marked is handed over again under the same event id, which lets the receiver
   see that it has it already.

Of one subject an address never gets the second row before the first is done or dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from commongrid.ledger.models import Delivery, OutboxRow

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 14  # about a day and a half
KEPT = timedelta(days=30)
OPEN = (Delivery.WAITING, Delivery.DEAD)


class UndeliverableError(Exception):
    """The address will never take this one: no further try makes sense."""


class ReceiverDownError(Exception):
    """Nothing can be handed over by this receiver now, whatever the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, as a receiver gets it. ``id`` is the same at every try."""

    id: UUID
    topic: str
    subject: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who is told. ``deliver(event, address)`` returns when it is done and raises when it is not.

    ``addresses`` runs in a transaction and reads only; a receiver without it has the one address
    "". ``deliver`` runs outside one and must know an event that it has had already.
    """

    deliver: Callable[[Event, str], None]
    addresses: Callable[[Event], Iterable[str]] = lambda _: ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How a round of deliveries went."""

    addressed: int
    done: int
    failed: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCard:
    """A delivery as staff see it."""

    id: int
    receiver: str
    address: str
    topic: str
    subject: str
    state: str
    tries: int
    next_at: datetime
    ended_at: datetime | None
    trouble: str
    created_at: datetime


def deliver_outbox(
    *, at: datetime, receivers: Mapping[str, Receiver | Callable[[Event, str], None]], limit: int
) -> Delivered:
    """Address new rows and make the deliveries that are due, at most ``limit`` of each.

    An address that fails is left alone for the rest of the round, so that one that hangs holds
    up a round only once. A plain function is a receiver with one address.
    """
    known = {
        name: one if isinstance(one, Receiver) else Receiver(deliver=one)
        for name, one in receivers.items()
    }
    addressed = _address(at, known, limit)
    counts = {"done": 0, "failed": 0, "dead": 0}
    silent: set[tuple[str, str]] = set()
    for _ in range(limit):
        delivery = _next(at, known, silent)
        if delivery is None:
            break
        place = (delivery.receiver, delivery.address)
        if not _claimed(delivery, at):
            silent.add(place)  # another round is at it
            continue
        try:
            outcome = _hand_over(delivery, known[delivery.receiver], at)
        except ReceiverDownError:
            outcome = "failed"
            del known[delivery.receiver]
        counts[outcome] += 1
        if outcome != "done":
            silent.add(place)
    return Delivered(addressed=addressed, **counts)


def list_dead_letters(*, limit: int = 100) -> tuple[DeliveryCard, ...]:
    """Deliveries that were given up, newest first."""
    return _cards(Delivery.objects.filter(state=Delivery.DEAD).order_by("-ended_at", "-pk")[:limit])


def find_dead_letter(delivery_id: int) -> DeliveryCard | None:
    """One that was given up, or None. Cost: 1 statement."""
    cards = _cards(Delivery.objects.filter(pk=delivery_id, state=Delivery.DEAD))
    return cards[0] if cards else None


def list_waiting(*, limit: int = 100) -> tuple[DeliveryCard, ...]:
    """Deliveries that were tried and not yet made, the next one first."""
    rows = Delivery.objects.filter(state=Delivery.WAITING, tries__gt=0)
    return _cards(rows.order_by("next_at", "pk")[:limit])


def retry_delivery(delivery_id: int, *, at: datetime) -> bool:
    """Try a dead letter again, from the first try on. Later ones may have overtaken it."""
    rows = Delivery.objects.filter(pk=delivery_id, state=Delivery.DEAD)
    return bool(rows.update(state=Delivery.WAITING, tries=0, next_at=at, ended_at=None))


def drop_deliveries(receiver: str, address: str, *, at: datetime) -> int:
    """Let go of what an address has not had yet: it wants no more. Returns how many."""
    rows = Delivery.objects.filter(receiver=receiver, address=address, state__in=OPEN)
    with transaction.atomic():
        ids = list(rows.values_list("row_id", flat=True))
        gone = rows.delete()[0]
        _mark_delivered(OutboxRow.objects.filter(pk__in=ids), at)
    return gone


def drop_delivery(delivery_id: int, *, at: datetime) -> bool:
    """Let go of one dead letter: staff have told the receiver in another way, or need not."""
    with transaction.atomic():
        found = Delivery.objects.filter(pk=delivery_id, state=Delivery.DEAD).first()
        if found is None:
            return False
        row_id = found.row_id
        found.delete()
        _mark_delivered(OutboxRow.objects.filter(pk=row_id), at)
    return True


def erase_delivered(*, at: datetime) -> int:
    """Erase rows thirty days after everybody had them. Returns how many rows."""
    old = OutboxRow.objects.filter(delivered_at__lt=at - KEPT)
    return old.delete()[1].get(OutboxRow._meta.label, 0)


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: one minute, doubled each time, six hours at most."""
    return min(FIRST_WAIT * (1 << (min(tries, 20) - 1)), LONGEST_WAIT)


def _address(at: datetime, receivers: Mapping[str, Receiver], limit: int) -> int:
    """Find out whom new rows are for. The lock keeps two rounds from changing a subject's order."""
    count = 0
    while count < limit:
        with transaction.atomic():
            open_rows = OutboxRow.objects.select_for_update().filter(delivered_at=None)
            new = open_rows.filter(addressed_at=None)  # both, for the index names both
            rows = list(new.order_by("pk")[: min(100, limit - count)])
            for row in rows:
                _address_row(row, receivers, at)
        count += len(rows)
        if not rows:
            break
    return count


def _address_row(row: OutboxRow, receivers: Mapping[str, Receiver], at: datetime) -> None:
    event = event_of(row)
    deliveries = [
        Delivery(row=row, receiver=name, address=address, subject=row.subject, next_at=at)
        for name, receiver in receivers.items()
        for address in sorted(set(receiver.addresses(event)))
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    row.addressed_at = at
    row.delivered_at = None if deliveries else at
    row.save(update_fields=["addressed_at", "delivered_at"])


def event_of(row: OutboxRow) -> Event:
    """The row as receivers get it."""
    return Event(
        id=uuid5(row.command_id, str(row.pk)),  # one command may tell several things
        topic=row.topic,
        subject=row.subject,
        payload=row.payload,
        at=row.created_at,
    )


def _next(
    at: datetime, receivers: Mapping[str, Receiver], silent: set[tuple[str, str]]
) -> Delivery | None:
    """The first delivery that is due and whose turn it is."""
    due = _in_turn(Delivery.objects.filter(receiver__in=receivers, next_at__lte=at))
    for receiver, address in sorted(silent):
        due = due.exclude(receiver=receiver, address=address)
    return due.select_related("row").order_by("next_at", "row_id", "pk").first()


def _in_turn(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Waiting deliveries with no earlier one of their subject waiting at the same address."""
    earlier = Delivery.objects.filter(
        receiver=OuterRef("receiver"),
        address=OuterRef("address"),
        subject=OuterRef("subject"),
        state=Delivery.WAITING,
        row_id__lt=OuterRef("row_id"),
    )
    return rows.filter(state=Delivery.WAITING).filter(~Exists(earlier))


def _claimed(delivery: Delivery, at: datetime) -> bool:
    """Whether this round may hand it over: one statement decides between two that want to."""
    mine = _in_turn(Delivery.objects.filter(pk=delivery.pk, next_at__lte=at))
    return bool(mine.update(tries=F("tries") + 1, next_at=at + LEASE))


def _hand_over(delivery: Delivery, receiver: Receiver, at: datetime) -> str:
    tries = delivery.tries + 1
    try:
        receiver.deliver(event_of(delivery.row), delivery.address)
    except ReceiverDownError as error:
        _ended_badly(delivery, tries, at, error, is_last=tries >= MOST_TRIES)
        raise
    except UndeliverableError as error:
        return _ended_badly(delivery, tries, at, error, is_last=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again and shown
        return _ended_badly(delivery, tries, at, error, is_last=tries >= MOST_TRIES)
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.DONE, ended_at=at, trouble="")
        _mark_delivered(OutboxRow.objects.filter(pk=delivery.row_id), at)
    return "done"


def _ended_badly(
    delivery: Delivery, tries: int, at: datetime, error: Exception, *, is_last: bool
) -> str:
    """Keep the kind of the error only: its words may hold an address or what somebody wrote."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.WAITING, tries=tries)
    trouble = type(error).__name__[:60]
    if is_last:
        mine.update(state=Delivery.DEAD, ended_at=at, trouble=trouble)
        return "dead"
    mine.update(next_at=at + wait_after(tries), trouble=trouble)
    return "failed"


def _mark_delivered(rows: QuerySet[OutboxRow], at: datetime) -> None:
    """Rows that nobody waits for any more. A dead letter is waited for until staff decide."""
    still = Delivery.objects.filter(row=OuterRef("pk"), state__in=OPEN)
    done = rows.filter(delivered_at=None, addressed_at__isnull=False).filter(~Exists(still))
    done.update(delivered_at=at)


def _cards(rows: Iterable[Delivery]) -> tuple[DeliveryCard, ...]:
    rows = rows.select_related("row") if isinstance(rows, QuerySet) else rows
    return tuple(
        DeliveryCard(
            id=one.pk,
            receiver=one.receiver,
            address=one.address,
            topic=one.row.topic,
            subject=one.subject,
            state=one.state,
            tries=one.tries,
            next_at=one.next_at,
            ended_at=one.ended_at,
            trouble=one.trouble,
            created_at=one.row.created_at,
        )
        for one in rows
    )
