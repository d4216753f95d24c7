"""Rows of the ledger: acts, the heads of their chains, checkpoints and the outbox."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Basis, Declared, Personal, Reasons, official
from commongrid.kernel.text import Text

ACTOR = official("actor", what=Text("行使职权的人的内部编号", "an opaque key of who acted"))
WORDS = Personal(
    fields=("words", "salt"),
    what=Text(
        "办理中写下的话（链上只有加盐摘要）",
        "what was written in a step; chained by a salted digest",
    ),
    purpose=Text("说明做了什么、为什么", "to say what was done and why"),
    basis=Basis.RECORD,
    kept=Text(
        "与事项的文字一同删除，链条仍可验证",
        "erased with the matter's words; the chain stays whole",
    ),
    seen=Text(
        "办理和核查的人；标明公开的部分本人可见",
        "those in charge; the person reads the public part",
    ),
)


class AppendOnly(models.Model):
    """A row that is written once. Erasing free words is the one change an act allows."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only. Raises: TypeError for a row that is already there."""
        if not self._state.adding:
            self._refuse("changed")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Raises: TypeError, always."""
        self._refuse("deleted")

    def _refuse(self, what: str) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are append-only and cannot be {what}")


class Act(AppendOnly):
    """One exercise of authority: who, on which basis, why, and what it changed.

    ``core`` is the canonical JSON that the hash covers; the other columns repeat parts of it
    so that they can be searched, and ``verify`` compares them. Free words stay outside the
    hash behind a salted digest: erasing words and salt leaves the chain whole.

    Privacy: actor is an opaque key; ``words`` may hold what staff wrote about a matter.
    Retention: core for ever; words and salt are erased with the matter.
    """

    retention = "core for ever; words with the matter"
    personal: ClassVar[Declared] = (ACTOR, WORDS)
    impersonal: ClassVar[Reasons] = {
        "core": "facts of the act; its words only as a salted digest",
    }

    subject = models.CharField(max_length=80)
    position = models.PositiveIntegerField()  # 0, 1, 2 ... within the subject
    command_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    role = models.CharField(max_length=40, blank=True)
    power = models.CharField(max_length=60, blank=True)
    rule_id = models.CharField(max_length=120)
    charter_key = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    core = models.TextField()
    words = models.TextField(blank=True)
    salt = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "position"], name="act_one_per_position"),
        ]
        indexes = [
            models.Index(fields=["action", "at"], name="act_action_at"),
            models.Index(fields=["at"], name="act_at"),
        ]


class Chain(models.Model):
    """The head of one subject's acts, sealed with a key that is not in the database.

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"

    subject = models.CharField(max_length=80, primary_key=True)
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)


class Checkpoint(AppendOnly):
    """A sealed count and digest of all acts up to one row: shows the loss of whole chains.

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"

    last_act = models.PositiveBigIntegerField()
    acts = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    seal = models.CharField(max_length=64)


class OutboxRow(models.Model):
    """Something that happened and has to be told after the commit: to people, to programs.

    ``addressed_at``: when it was found out who is to be told; ``delivered_at``: when the last of
    them had been (docs/adr/0017).

    Privacy: ids and topics only, never contact data. Retention: 30 days after delivery.
    """

    retention = "30 days after delivery"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "payload": "ids and topics",
    }

    topic = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    command_id = models.UUIDField()
    created_at = models.DateTimeField()
    addressed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # A row is in one of them at a time.
            models.Index(
                fields=["addressed_at", "id"],
                condition=Q(delivered_at__isnull=True),
                name="outbox_open",
            ),
            models.Index(
                fields=["delivered_at"],
                condition=Q(delivered_at__isnull=False),
                name="outbox_delivered",
            ),
        ]


class Delivery(models.Model):
    """One outbox row on its way to one address of one receiver, and how often it was tried.

    ``next_at`` is when it may be tried (again); while somebody is at it, when their lease ends.

    Privacy: the address is an opaque key of the receiver, never an address of a person.
    Retention: with the outbox row; what cannot be delivered waits for a decision of staff.
    """

    retention = "with the outbox row, 30 days after delivery"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "address": "an opaque key of a receiver",
    }

    WAITING, DONE, DEAD = "waiting", "done", "dead"

    row = models.ForeignKey(OutboxRow, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.CharField(max_length=40)
    address = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80)  # repeats the row's: what keeps its order
    state = models.CharField(max_length=8, default=WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=60, blank=True)  # the kind of the last error, no words

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["row", "receiver", "address"], name="delivery_once_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "dead"]), name="delivery_state"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(
                fields=["receiver", "address", "subject", "state"], name="delivery_in_order"
            ),
        ]
