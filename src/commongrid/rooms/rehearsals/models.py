"""Rows of the rehearsals room: what is to be tried, what came of it, and proposed changes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons, official

STATES = ("asked", "running", "done", "cancelled", "failed")
PROPOSAL_STATES = ("draft", "adopted", "withdrawn")
REF_LENGTH = 12


class RehearsalRow(models.Model):
    """One rehearsal: the question, what it stands on, how far it is, and its report.

    Plan, practice and report are kept as the text their digests were taken of. ``lease`` and
    ``leased_until`` say which worker has it: a lease that ran out lets another one take it.

    Privacy: who of the staff asked. Everything else is counts, shares and times by type, unit and
    grid; nothing of a person, and small counts are drawn towards their group.
    Retention: 730 days after its end; for ever where a proposal rests on it.
    """

    retention = "730 days after its end; for ever where a proposal rests on it"
    personal: ClassVar[Declared] = (official("asked_by"),)
    impersonal: ClassVar[Reasons] = {
        "plan": "rules and seeds",
        "practice": "shares and times by type",
        "charters": "digests of texts",
        "report": "counts and times",
        "trouble": "a rule and its words",
    }

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=220)
    plan = models.TextField()
    plan_digest = models.CharField(max_length=64)
    practice = models.TextField()
    practice_digest = models.CharField(max_length=64)
    charters = models.JSONField()  # by alternative: key and digest of the text
    state = models.CharField(max_length=10, default="asked")
    done = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    report = models.TextField(blank=True)
    report_digest = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="rehearsals"
    )  # None: whoever looks after the server
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    trouble = models.JSONField(null=True, blank=True)  # rule, and why in words
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_path", "-asked_at"], name="rehearsals_of_place"),
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["asked", "running"]),
                name="rehearsals_waiting",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="rehearsals_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", report_digest__gt="") | ~Q(state="done"),
                name="rehearsals_done_has_a_report",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "running"], ended_at__isnull=True)
                | Q(state__in=["done", "cancelled", "failed"], ended_at__isnull=False),
                name="rehearsals_end_has_an_instant",
            ),
        ]


class ProposalRow(models.Model):
    """A change of a charter that somebody proposes, with the whole text it would become.

    Privacy: who of the staff proposed it, and the reason they gave. Retention: for ever when it
    was adopted; 730 days after it was withdrawn.
    """

    retention = "for ever when adopted; 730 days after it was withdrawn"
    personal: ClassVar[Declared] = (official("proposed_by"),)
    impersonal: ClassVar[Reasons] = {
        "changes": "limits and parameters",
        "plain": "rules: offices, never persons",
    }

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=220)
    base_key = models.CharField(max_length=120)
    changes = models.JSONField(default=dict)  # limits, clocks, parameters; {} for a whole text
    version = models.CharField(max_length=40)
    plain = models.TextField()  # the charter as it would be
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    rehearsal = models.ForeignKey(
        RehearsalRow, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    state = models.CharField(max_length=10, default="draft")
    adopted_key = models.CharField(max_length=120, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=PROPOSAL_STATES), name="rehearsals_proposal_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", ended_at__isnull=True)
                | Q(state__in=["adopted", "withdrawn"], ended_at__isnull=False),
                name="rehearsals_proposal_end_has_an_instant",
            ),
        ]
