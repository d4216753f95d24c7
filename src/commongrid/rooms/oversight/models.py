"""Rows of the oversight room: what is counted, counted, and published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commongrid.kernel.personal import Declared, Reasons

PATH_LENGTH = 220


class CountedMatter(models.Model):
    """What the acts of one matter say, as far as figures need it. Made from acts alone.

    Privacy: none beyond the matter's dates, type and grid; nobody's name, words or account.
    Retention: counted facts 5 years.
    """

    retention = "counted facts 5 years"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "answer": "how an answer was given, of a closed list",
    }

    matter = models.UUIDField(primary_key=True)
    place_code = models.CharField(max_length=20)
    path = models.CharField(max_length=PATH_LENGTH)
    type_code = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    charter_key = models.CharField(max_length=120)
    state = models.CharField(max_length=24)
    outcome = models.CharField(max_length=12)
    last_action = models.CharField(max_length=60)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, blank=True)
    answer_due_at = models.DateTimeField(null=True)
    answer_at = models.DateTimeField(null=True)
    finish_broken = models.BooleanField()
    finish_kept = models.BooleanField()
    finish_due_at = models.DateTimeField(null=True)
    redone = models.PositiveSmallIntegerField()
    hung = models.PositiveSmallIntegerField()
    acts = models.PositiveIntegerField()  # how many were read

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["received_at"], name="counted_received"),
            models.Index(fields=["place_code", "type_code", "solved_at"], name="counted_solved"),
        ]


class ReadingMark(models.Model):
    """How far the ledger was read.

    Privacy: none. Retention: one row, for ever.
    """

    retention = "one row, for ever"

    last_act = models.PositiveBigIntegerField(default=0)


class Publication(models.Model):
    """The figures of one month of one place, as they were published: once, and never again.

    A second publication of a month could be compared with the first, and the difference would
    show single matters (ADR 0016). So there is one row a month, and an act with its digest.

    Privacy: counts with small ones hidden. Retention: for ever.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "charters": "keys of charters",
        "tables": "counts, small ones hidden",
    }

    root_code = models.CharField(max_length=20)
    month = models.DateField()
    as_of = models.DateTimeField()
    least = models.PositiveSmallIntegerField()
    charters = models.JSONField()
    tables = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["root_code", "month"], name="published_once_a_month"),
        ]


class PublicationPart(models.Model):
    """What one page shows of a publication, cut out when it was made (``domain.parting``).

    Privacy: as the publication. Retention: for ever.
    """

    retention = "for ever, with the publication"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "content": "counts, small ones hidden",
    }

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    part = models.CharField(max_length=60)
    content = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "part"], name="published_part_once"),
        ]


class MonthCount(models.Model):
    """The exact counts behind a publication, by grid and type. Read by no page.

    Kept so that what was published can be proven from what was counted.

    Privacy: may be counts of one; shown to nobody. Retention: counted facts 5 years.
    """

    retention = "counted facts 5 years"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "counts": "counts by place and type; shown to nobody",
    }

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="counts")
    place_code = models.CharField(max_length=20)
    path = models.CharField(max_length=PATH_LENGTH)
    type_code = models.CharField(max_length=20)
    counts = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["publication", "place_code", "type_code"], name="counted_once"
            ),
        ]
