"""Rows of the duties room: something new that grids are asked, and who was heard about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commongrid.kernel.personal import Declared, Reasons, official
from commongrid.kernel.text import Text

STATES = ("proposed", "approved", "refused", "withdrawn", "renewed", "expired")
BASES = ("law", "list")
REF_LENGTH = 12


class AdmissionRow(models.Model):
    """A task, form or field for the grids of a place: proposed, decided, in force for a time.

    What the grids said is counted here, and their words stand in the order of the alphabet: who
    said what is written nowhere. ``valid_until`` is exclusive.

    Privacy: who of the staff proposed, decided and ended it; words of grid workers without their
    names. Retention: those words a year after the end; the rest for ever, also what was refused.
    """

    retention = "opinions a year after the end; what was refused or has expired stays visible"
    personal: ClassVar[Declared] = (
        official("proposed_by", "decided_by", "ended_by"),
        official(
            "words",
            what=Text(
                "网格员的意见，不写姓名", "what grid workers said to it, without their names"
            ),
            kept=Text(
                "被拒绝或到期后一年，之后只留计数",
                "a year after it was refused or ended, then counts alone",
            ),
        ),
    )
    impersonal: ClassVar[Reasons] = {"items": "keys of forms and fields"}

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=220, db_index=True)
    task = models.CharField(max_length=200)
    items = models.JSONField(default=list)
    basis_kind = models.CharField(max_length=4)
    basis = models.CharField(max_length=400)
    reason = models.CharField(max_length=400)
    minutes_a_week = models.PositiveSmallIntegerField()  # of one grid, estimated
    heard_until = models.DateTimeField()
    valid_until = models.DateField()
    state = models.CharField(max_length=10, default="proposed")
    asked = models.PositiveIntegerField(default=0)  # grid workers there were when it was decided
    votes_for = models.PositiveIntegerField(default=0)
    votes_against = models.PositiveIntegerField(default=0)
    words = models.JSONField(default=list)
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposed_duties"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=400, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=400, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="duties_state_is_known"),
            models.CheckConstraint(condition=Q(basis_kind__in=BASES), name="duties_basis_is_known"),
            models.CheckConstraint(
                condition=Q(basis__gt="") & Q(minutes_a_week__gte=1),
                name="duties_has_basis_and_burden",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="duties_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, decision__gt=""),
                name="duties_decided_by_somebody",
            ),
        ]


class VoiceRow(models.Model):
    """That a grid worker was heard, so that nobody is heard twice. Not what they said.

    Privacy: who of the grid workers gave an opinion. Retention: until it is decided or withdrawn.
    """

    retention = "until it is decided or withdrawn"
    personal: ClassVar[Declared] = (
        official(
            "account",
            what=Text("哪些网格员已经表达意见", "which grid workers have been heard"),
            kept=Text("到作出决定为止", "until it is decided"),
        ),
    )

    admission = models.ForeignKey(AdmissionRow, on_delete=models.CASCADE, related_name="voices")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["admission", "account"], name="duties_heard_once"),
        ]
