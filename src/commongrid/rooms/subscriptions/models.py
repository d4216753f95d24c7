"""Rows of the subscriptions room: who asked to be told, and what staff were reminded of."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons
from commongrid.rooms.subscriptions import personal as mine

PATH_LENGTH = 220
STAFF = "staff"
AUDIENCES = ("subscriber", "reporter", STAFF)


class Subscription(models.Model):
    """Somebody asked for mail about a matter or a place; told only after they confirmed it.

    A member of staff asks for the reminders their appointments see (``account_id``).

    ``digest`` knows the address and what it follows again without telling either; ``asker`` the
    address alone, so that nobody can be flooded with questions to confirm.

    Privacy: a mail address, sealed under a key outside the database and bound to this row.
    Retention: two days unless confirmed; erased at once when it is stopped, thirty days after the
    matter ends, after a year, and when a member of staff holds no appointment any more.
    """

    retention = "until stopped, a year at most; two days unless confirmed"
    personal: ClassVar[Declared] = (mine.ADDRESS,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=12)
    matter_id = models.UUIDField(null=True, blank=True, db_index=True)
    account_id = models.BigIntegerField(null=True, blank=True, unique=True)  # staff alone
    path = models.CharField(max_length=PATH_LENGTH, blank=True, db_index=True)
    type_code = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    asker = models.CharField(max_length=64, db_index=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    until_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(audience__in=AUDIENCES), name="subscription_audience"
            ),
            models.CheckConstraint(
                condition=Q(matter_id__isnull=False) | ~Q(path=""),
                name="subscription_is_about_something",
            ),
        ]


class Webhook(models.Model):
    """A program that is told what anybody may read, signed with a secret of its own.

    Privacy: none; the address of a program. Retention: until it is removed; its acts for ever.
    """

    retention = "until removed"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "name": "of a program",
        "sealed": "the secret of a program",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    path = models.CharField(max_length=PATH_LENGTH)
    type_code = models.CharField(max_length=20, blank=True)
    key_id = models.CharField(max_length=12, unique=True)
    sealed = models.BinaryField()  # the secret
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]


class Notice(models.Model):
    """A unit was reminded that a promise comes due: once a matter and light.

    Privacy: none; about a unit, never a person. Retention: 30 days after the matter's end.
    """

    retention = "30 days after the matter's end"

    matter_id = models.UUIDField()
    ref = models.CharField(max_length=20)
    type_code = models.CharField(max_length=20)
    charter_key = models.CharField(max_length=120)
    unit = models.CharField(max_length=60)
    path = models.CharField(max_length=PATH_LENGTH)
    light = models.CharField(max_length=8)
    roles = models.CharField(max_length=200)  # ";handler;head;": who sees it, as the charter says
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter_id", "light"], name="notice_once_a_light"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "made_at"], name="notice_unit"),
            models.Index(fields=["made_at"], name="notice_made"),
        ]
