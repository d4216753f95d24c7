"""The ledger's face: one act per command, readable and checkable by anyone who may read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery

from commongrid.ledger.asking import Question, ask_both
from commongrid.ledger.bulk import BrokenChainError, record_chains
from commongrid.ledger.checking import (
    Finding,
    Report,
    make_checkpoint,
    make_checkpoint_if_due,
    verify,
)
from commongrid.ledger.delivery import (
    Delivered,
    DeliveryCard,
    Event,
    Receiver,
    ReceiverDownError,
    UndeliverableError,
    deliver_outbox,
    drop_deliveries,
    drop_delivery,
    erase_delivered,
    find_dead_letter,
    list_dead_letters,
    list_waiting,
    retry_delivery,
)
from commongrid.ledger.inserting import (
    NoTransactionError,
    insert_rows,
    new_row,
    prepare_rows,
)
from commongrid.ledger.models import Act, Chain
from commongrid.ledger.subjects import (
    SeenAct,
    is_about,
    is_named,
    list_acts_on,
    list_acts_within,
)
from commongrid.ledger.turns import in_turn
from commongrid.ledger.writing import (
    ActDraft,
    add_outbox,
    first_act_rows,
    outbox_row,
)
from commongrid.ledger.writing import record_act as _record_act

__all__ = [
    "ActCard",
    "ActDraft",
    "BrokenChainError",
    "Delivered",
    "DeliveryCard",
    "Event",
    "Finding",
    "NoTransactionError",
    "Question",
    "Receiver",
    "ReceiverDownError",
    "Report",
    "SeenAct",
    "UndeliverableError",
    "WalkedAct",
    "add_outbox",
    "ask_both",
    "count_acts",
    "count_acts_by",
    "deliver_outbox",
    "drop_deliveries",
    "drop_delivery",
    "erase_delivered",
    "erase_words",
    "find_act",
    "find_dead_letter",
    "first_act_rows",
    "in_turn",
    "insert_rows",
    "is_about",
    "is_named",
    "list_acts",
    "list_acts_on",
    "list_acts_within",
    "list_dead_letters",
    "list_last_acts",
    "list_recent_acts",
    "list_waiting",
    "make_checkpoint",
    "make_checkpoint_if_due",
    "new_row",
    "newest_hash",
    "outbox_row",
    "prepare_rows",
    "record_act",
    "record_chains",
    "retry_delivery",
    "used_ids",
    "verify",
    "walk_acts",
]

WALKED_A_GO = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ActCard:
    """An act as it is shown."""

    seq: int
    command_id: UUID
    subject: str
    position: int
    action: str
    actor: str
    role: str
    power: str
    rule_id: str
    charter_key: str
    at: datetime
    recorded_at: datetime
    words: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class WalkedAct:
    """What counting needs of an act: nobody's name and no words."""

    subject: str
    action: str
    role: str
    rule_id: str
    at: datetime
    core: str


def walk_acts(*, prefix: str, since: datetime, until: datetime) -> Iterator[WalkedAct]:
    """The acts of a time whose subject begins so, each subject's in their order.

    Cost: 1 statement, streamed: memory does not grow with the acts.
    """
    rows = Act.objects.filter(at__gte=since, at__lt=until, subject__startswith=prefix)
    fields = ("subject", "action", "role", "rule_id", "at", "core")
    for row in rows.order_by("id").values_list(*fields).iterator(WALKED_A_GO):
        yield WalkedAct(*row)


def record_act(draft: ActDraft) -> ActCard:
    """Append one act in the caller's transaction.

    Raises: NoTransactionError outside one, IntegrityError when the command id was used before.
    """
    return _card(_record_act(draft))


def find_act(command_id: UUID) -> ActCard | None:
    """The act a command left, or None: the way to see that a command was already done."""
    # Asked before every command and hardly ever answered with yes. Building the ORM's query
    # took a sixth of the time of raising a matter (tests/bench/bench_matters.py).
    wanted = Act._meta.get_field("command_id").get_db_prep_value(command_id, connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_act WHERE command_id = %s", [wanted])
        row = cursor.fetchone()
    return _card(Act.objects.get(pk=row[0])) if row else None


def used_ids(*command_ids: UUID) -> Question[frozenset[UUID]]:
    """Asks for those of the ids that commands were done under."""

    def read(found: list[Any]) -> frozenset[UUID]:
        return frozenset(one for one in command_ids if one in found or one.hex in found)

    marks = ",".join(["%s"] * len(command_ids))
    source = f"FROM ledger_act WHERE command_id IN ({marks})"
    return Question("command_id", source, command_ids, read)


def list_acts(subject: str) -> tuple[ActCard, ...]:
    """All acts of one subject, oldest first."""
    return tuple(map(_card, Act.objects.filter(subject=subject).order_by("position")))


def list_last_acts(subjects: Collection[str], *, most: int) -> dict[str, tuple[ActCard, ...]]:
    """The last acts of many subjects, newest first. Cost: 1 statement; so many rows a subject."""
    length = Chain.objects.filter(subject=OuterRef("subject")).values("length")[:1]
    rows = Act.objects.filter(subject__in=subjects, position__gte=Subquery(length) - most)
    found: dict[str, list[ActCard]] = defaultdict(list)
    for act in rows.order_by("subject", "-position"):
        found[act.subject].append(_card(act))
    return {subject: tuple(acts) for subject, acts in found.items()}


def list_recent_acts(*, limit: int = 50, before_seq: int | None = None) -> tuple[ActCard, ...]:
    """The newest acts of all subjects, newest first; ``before_seq`` pages on."""
    rows = Act.objects.order_by("-id")
    if before_seq is not None:
        rows = rows.filter(id__lt=before_seq)
    return tuple(map(_card, rows[:limit]))


def newest_hash(*, before: datetime) -> str:
    """The hash of the act recorded last among those dated before an instant; "" without any.

    What was read of that time before is still the same while this is. Cost: 1 statement, from the
    newest act back.
    """
    rows = Act.objects.filter(at__lt=before).order_by("-id").values_list("hash", flat=True)
    return rows.first() or ""


def count_acts(subject: str) -> int:
    """How many acts there are about a subject."""
    return Act.objects.filter(subject=subject).count()


def count_acts_by(actor: str, *, actions: Collection[str], since: datetime) -> int:
    """How often somebody did these things since then: to bound it, never to measure anybody.

    Cost: 1 statement over the acts of these kinds in that time.
    """
    return Act.objects.filter(action__in=actions, at__gt=since, actor=actor).count()


def erase_words(subject: str) -> int:
    """Erase the free words of a subject's acts; the chain stays whole. Returns acts touched."""
    return Act.objects.filter(subject=subject).exclude(words="").update(words="", salt="")


def _card(act: Act) -> ActCard:
    core = json.loads(act.core)
    return ActCard(
        seq=act.pk,
        command_id=act.command_id,
        subject=act.subject,
        position=act.position,
        action=act.action,
        actor=act.actor,
        role=act.role,
        power=act.power,
        rule_id=act.rule_id,
        charter_key=act.charter_key,
        at=act.at,
        recorded_at=act.recorded_at,
        words=act.words,
        before=core["before"],
        after=core["after"],
        hash=act.hash,
    )
