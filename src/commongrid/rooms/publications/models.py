"""Rows of the publications room: uses of power by month, and what bodies published."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from commongrid.kernel.personal import Basis, Declared, Personal, Reasons, official
from commongrid.kernel.text import Text

PATH_LENGTH = 220
TITLE_LENGTH, TEXT_LENGTH, FILE_NAME_LENGTH = 120, 8000, 80

KEPT_FOR_GOOD = Text("长期：依法建档", "for good: the law asks for an archive")
EVERYBODY = Text("所有人", "everybody")
PUBLISHED = Personal(
    fields=("title", "text"),
    what=Text(
        "公开的标题和文字，可能写有姓名；证件号、电话号被拒收",
        "title and text as published, which may name somebody; numbers of persons are refused",
    ),
    purpose=Text("村务、居务依法公开", "to publish the affairs of the village or community"),
    basis=Basis.DUTY,
    kept=KEPT_FOR_GOOD,
    seen=EVERYBODY,
)
FILE = Personal(
    fields=("content",),
    what=Text(
        "公开的图片或表格，可能写有姓名", "the picture or table published, which may name somebody"
    ),
    purpose=Text("村务、居务依法公开", "to publish the affairs of the village or community"),
    basis=Basis.DUTY,
    kept=KEPT_FOR_GOOD,
    seen=EVERYBODY,
)


class PowerMonth(models.Model):
    """How the powers of a place were used in one month, published once and never again.

    A second publication could be compared with the first (ADR 0016, 0040).

    Privacy: counts with small ones hidden; no person, no office by itself. Retention: for ever.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "charters": "keys of charters",
        "whole": "counts by power, small ones hidden",
    }

    root_code = models.CharField(max_length=20)
    month = models.DateField()
    as_of = models.DateTimeField()
    least = models.PositiveSmallIntegerField()
    charters = models.JSONField()
    whole = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["root_code", "month"], name="powers_once_a_month"),
        ]


class PowerPart(models.Model):
    """What was published of one power in one month: what its page reads.

    Privacy: as the month. Retention: for ever, with the month.
    """

    retention = "for ever, with the month"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "content": "counts of one power, small ones hidden",
    }

    month = models.ForeignKey(
        PowerMonth, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    power = models.CharField(max_length=60)
    content = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["month", "power"], name="power_part_once"),
        ]


class Affair(models.Model):
    """Something a village or community published for a period, or at once. Never changed.

    A mistake is put right by another publication that names this one.

    Privacy: who of the staff published it. Title, text and file are public by their nature; what
    looks like a number of a person is refused. Retention: for ever.
    """

    retention = "for ever: the law asks for an archive"
    personal: ClassVar[Declared] = (official("published_by"), PUBLISHED)
    impersonal: ClassVar[Reasons] = {
        "file_name": "a name made from the period",
        "file_kind": "one of two kinds of file",
        "rule": "a key of the charter",
        "period": "a month, a quarter or a day",
    }

    id = models.UUIDField(primary_key=True)
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=PATH_LENGTH)
    rule = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH)
    file_name = models.CharField(max_length=FILE_NAME_LENGTH, blank=True)
    file_kind = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="affairs"
    )  # None: whoever looks after the server
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected"
    )
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-published_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_path", "rule", "period"], name="affairs_of_a_period"),
            models.Index(fields=["-published_at"], name="affairs_newest"),
        ]


class AffairFile(models.Model):
    """The picture or table that goes with a publication, kept apart so that lists do not read it.

    Privacy: a picture was written anew without its hidden data. Retention: with the publication.
    """

    retention = "for ever, with the publication"
    personal: ClassVar[Declared] = (FILE,)

    affair = models.OneToOneField(
        Affair, on_delete=models.PROTECT, primary_key=True, related_name="file"
    )
    content = models.BinaryField()


class AffairReminder(models.Model):
    """That a publisher was reminded: once before a publication is due, once when it is late.

    Privacy: none. Retention: 400 days.
    """

    retention = "400 days"
    personal: ClassVar[Declared] = ()

    place_code = models.CharField(max_length=20)
    rule = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    about = models.CharField(max_length=8)  # soon | late
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place_code", "rule", "period", "about"], name="affair_reminded_once"
            ),
        ]
