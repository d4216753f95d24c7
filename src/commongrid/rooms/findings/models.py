"""Rows of the findings room: what supervision found, and samples of closed matters."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Basis, Declared, Personal, Reasons, official
from commongrid.kernel.text import Text

FINDING_STATES = ("open", "answered", "settled", "withdrawn")
SAMPLE_STATES = ("announced", "drawn")
FOUND = ("solved", "not-solved", "cannot-tell")
REF_LENGTH = 12
PATH_LENGTH = 220
MADE_BY = official("made_by")
CHECKED_BY = official("checked_by", what=Text("复查的工作人员", "the official who re-checked"))
WORDS = Personal(
    fields=("text", "answer", "verdict"),
    what=Text(
        "监督意见、单位答复和认定的文字，可能让人认出某个人",
        "words of findings, answers and verdicts, by which somebody might be recognised",
    ),
    purpose=Text("说明发现了什么、怎样改", "to say what was found and what was changed"),
    basis=Basis.RECORD,
    kept=Text(
        "了结后五年，之后只留状态和日期", "5 years after the end, then states and dates alone"
    ),
    seen=Text("监督岗位和被提意见的单位", "supervision, and the unit it is about"),
)
HOW = Personal(
    fields=("how",),
    what=Text(
        "复查时怎样查明的文字，可能让人认出某个人",
        "words on how a re-check found it out, by which somebody might be recognised",
    ),
    purpose=Text("说明复查的依据", "to say what a re-check rests on"),
    basis=Basis.RECORD,
    kept=Text("抽样公布后五年", "5 years after the sample was announced"),
    seen=Text("监督岗位", "supervision"),
)


class FindingRow(models.Model):
    """Something supervision found in a process or a unit, and the answer it is owed.

    Privacy: who of supervision made it; words about processes and units, which may all the same
    let somebody be recognised. Retention: words 5 years after the end, the rest for ever.
    """

    retention = "words 5 years after the end; state, dates and counts for ever"
    personal: ClassVar[Declared] = (MADE_BY, WORDS)

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=PATH_LENGTH)
    unit = models.CharField(max_length=60)
    about = models.CharField(max_length=20)  # a list of this room, "sample", or "other"
    matter = models.UUIDField(null=True, blank=True)
    matter_ref = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, default="open")
    charter_key = models.CharField(max_length=120)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="findings"
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    was_late = models.BooleanField(default=False)
    verdict = models.TextField(blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_path", "-made_at"], name="findings_of_place"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="findings_answer_due"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=FINDING_STATES), name="findings_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered"], ended_at__isnull=True)
                | Q(state__in=["settled", "withdrawn"], ended_at__isnull=False),
                name="findings_end_has_an_instant",
            ),
        ]


class SampleRow(models.Model):
    """A random sample of closed matters, announced with its seed before it is drawn.

    Privacy: who of supervision planned it. The frame is numbers of matters by stratum.
    Retention: 5 years.
    """

    retention = "5 years"
    personal: ClassVar[Declared] = (MADE_BY,)
    impersonal: ClassVar[Reasons] = {
        "by": "what the strata are: kinds or communities",
        "frame": "numbers of matters and their stratum",
        "strata": "counts by stratum",
        "names": "names of kinds or communities",
    }

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=PATH_LENGTH)
    since = models.DateTimeField()
    until = models.DateTimeField()
    by = models.CharField(max_length=10)
    size = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    chance = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="announced")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="samples"
    )
    announced_at = models.DateTimeField()
    draw_from = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    frame = models.JSONField(default=list)
    strata = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    frame_digest = models.CharField(max_length=64, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-announced_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_path", "-announced_at"], name="samples_of_place"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=SAMPLE_STATES), name="samples_state_is_known"
            ),
        ]


class DrawnRow(models.Model):
    """A matter of a sample, and what somebody independent found.

    Privacy: who of supervision re-checked it; how it was found out, in their words.
    Retention: with the sample, 5 years.
    """

    retention = "with the sample, 5 years"
    personal: ClassVar[Declared] = (CHECKED_BY, HOW)

    sample = models.ForeignKey(SampleRow, on_delete=models.PROTECT, related_name="drawn")
    matter = models.UUIDField()
    matter_ref = models.CharField(max_length=20)
    stratum = models.CharField(max_length=40)
    found = models.CharField(max_length=12, blank=True)
    how = models.TextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="rechecks"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sample", "matter"], name="drawn_once"),
            models.CheckConstraint(
                condition=Q(found__in=["", *FOUND]), name="drawn_found_is_known"
            ),
        ]
