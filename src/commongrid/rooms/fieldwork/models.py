"""Rows of the fieldwork room: phones in service, what they sent, and pictures on their way."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons
from commongrid.rooms.fieldwork import personal as mine

DONE, REFUSED, CONFLICT = "done", "refused", "conflict"
RETURNED = (REFUSED, CONFLICT)


class PhoneRow(models.Model):
    """A phone that a grid worker put in service.

    Privacy: which official uses how many phones for the work, under a name of their own choice.
    Only a digest of what lets the phone in; never when it was used last, nor where it is.
    Retention: 183 days after it was taken out of service.
    """

    retention = "183 days after it was taken out of service"
    personal: ClassVar[Declared] = (mine.PHONE,)

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="phones"
    )
    label = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_act = models.UUIDField(unique=True, null=True, blank=True)
    why = models.CharField(max_length=20, blank=True)  # lost | handed_back

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, why="")
                | Q(revoked_at__isnull=False, why__in=["lost", "handed_back"]),
                name="fieldwork_phone_revoked_for_a_reason",
            ),
        ]


class IntentionRow(models.Model):
    """What was answered to one intention of a phone: once, for ever the same.

    The key is the command id, which follows from the phone's own number and the account: so the
    same intention from a second phone of one person, or from an exported file, is the same row.
    ``photos`` are the pictures it announced, each with whether it hangs on its matter by now.

    Privacy: ``made_at`` says when an official did one thing without signal; it stands for nothing
    else. The words of what was refused are sealed, bound to the row; the body itself is known by
    a keyed digest alone.
    Retention: 183 days; the words of what was refused 90 days after they were settled, and never
    longer than the row.
    """

    retention = "183 days; returned words 90 days after they were settled"
    personal: ClassVar[Declared] = (mine.RETURNED,)
    impersonal: ClassVar[Reasons] = {
        "phone": "the row of a phone",
        "say": "the rule and its sentence",
        "next": "what the form offers next",
        "now": "state of the matter",
        "photos": "digests of files",
    }

    id = models.UUIDField(primary_key=True)
    phone = models.ForeignKey(
        PhoneRow, null=True, on_delete=models.SET_NULL, related_name="intentions"
    )
    kind = models.CharField(max_length=10)  # raise | step
    action = models.CharField(max_length=60)  # of a step; the type of what was raised
    body = models.CharField(max_length=64)  # keyed digest of what was sent
    matter_id = models.UUIDField(null=True, blank=True)
    act_id = models.UUIDField(null=True, blank=True)
    verdict = models.CharField(max_length=10)
    rule = models.CharField(max_length=160, blank=True)
    say = models.JSONField(default=dict)
    next = models.JSONField(default=dict)
    now = models.JSONField(null=True, blank=True)  # how it stood, for a conflict
    ref = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    is_beside = models.BooleanField(default=False)
    photos = models.JSONField(default=list)
    made_at = models.DateTimeField()  # corrected by what the phone's clock was ahead
    made_said = models.DateTimeField()  # as the phone's clock had it
    received_at = models.DateTimeField()
    path = models.CharField(max_length=220, blank=True)  # of the place, for what was returned
    in_charge = models.CharField(max_length=200, blank=True)  # as on the matter
    sealed = models.BinaryField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_act = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["received_at"], name="fieldwork_received"),
            models.Index(
                fields=["act_id"], condition=Q(act_id__isnull=False), name="fieldwork_act"
            ),
            models.Index(
                fields=["path"],
                condition=Q(verdict__in=RETURNED),
                name="fieldwork_returned",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(verdict__in=["", DONE, REFUSED, CONFLICT]),
                name="fieldwork_verdict_is_known",
            ),
        ]


class FileRow(models.Model):
    """A picture or voice note on its way from a phone, known by the digest of its content.

    Privacy: what a grid worker photographed for a matter; nobody reads it here. Its pieces go
    as soon as it hangs on its matter.
    Retention: 7 days after its last piece came, when no intention wants it; pieces at once when
    it is attached.
    """

    retention = "7 days when nothing wants it; its pieces until it hangs on its matter"
    personal: ClassVar[Declared] = (mine.UPLOADER,)

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="field_files"
    )
    sha = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)  # photo | voice
    total = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    is_whole = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "sha"], name="fieldwork_file_once"),
            models.CheckConstraint(
                condition=Q(received__lte=models.F("total")), name="fieldwork_file_fits"
            ),
        ]


class PieceRow(models.Model):
    """A piece of a file, as it came: in the database, so that a crash keeps what was answered.

    Privacy: as the file. Retention: as the file; at once when the file is attached.
    """

    retention = "as the file it is a piece of"
    personal: ClassVar[Declared] = (mine.FILE,)
    impersonal: ClassVar[Reasons] = {
        "file": "the row it is a piece of",
    }

    file = models.ForeignKey(FileRow, on_delete=models.CASCADE, related_name="pieces")
    offset = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "offset"], name="fieldwork_piece_once"),
        ]


class HandoverRow(models.Model):
    """A grid changes hands, for good or while somebody is on leave.

    Privacy: which official hands which public post to which other one, and when each agreed; no
    cause of a leave is asked. What the two tell each other is about places and matters, shown to
    them and to the office, and erased 90 days after the handover is over.
    Retention: the row for ever, as the posts it made; the words 90 days after its end.
    """

    retention = "for ever; words 90 days after its end"
    personal: ClassVar[Declared] = (mine.HANDOVER,)

    id = models.UUIDField(primary_key=True)
    grid_code = models.CharField(max_length=20)
    grid_path = models.CharField(max_length=220, db_index=True)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    unit_key = models.CharField(max_length=60, blank=True)
    outgoing = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_given"
    )
    outgoing_post = models.PositiveBigIntegerField()
    incoming = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_taken"
    )
    beside = models.JSONField(default=list)  # who else worked in the grid when it was proposed
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)  # exclusive; of a cover
    basis = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_decided"
    )
    outgoing_agreed_at = models.DateTimeField(null=True, blank=True)
    incoming_agreed_at = models.DateTimeField(null=True, blank=True)
    outgoing_words = models.TextField(blank=True)
    incoming_words = models.TextField(blank=True)
    is_forced = models.BooleanField(default=False)  # the office went on without an end
    effect_at = models.DateTimeField(null=True, blank=True)
    incoming_post = models.PositiveBigIntegerField(null=True, blank=True)
    back_post = models.PositiveBigIntegerField(null=True, blank=True)
    eased = models.PositiveIntegerField(default=0)  # matters that were given the grace
    why = models.CharField(max_length=20, blank=True)  # why it lapsed
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["grid_path"],
                condition=Q(state__in=["proposed", "agreed", "covering"]),
                name="fieldwork_one_open_handover",
            ),
            models.CheckConstraint(
                condition=Q(kind="for_good", until_at__isnull=True)
                | Q(kind="leave_cover", until_at__gt=models.F("from_at")),
                name="fieldwork_cover_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(outgoing=models.F("incoming")), name="fieldwork_two_ends"
            ),
        ]


class BurdenRow(models.Model):
    """How long one form took, summed over all who filled it in one area in one week.

    The area is a community, or what is above it where it has too few grids: a grid has one worker,
    so nothing is summed by grid. ``squares`` is the sum of squared minutes, for the interval of the
    mean; which entry took how long is kept nowhere.

    Privacy: none of a person; a sum over an area of several grids and a week, without an author.
    Retention: 400 days, so that a year can be compared with the one before.
    """

    retention = "400 days"

    path = models.CharField(max_length=220)
    form = models.CharField(max_length=70)  # raise:<kind> or action:<action>
    week = models.DateField()  # its Monday
    cases = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    squares = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["path", "form", "week"], name="fieldwork_burden_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["week"], name="fieldwork_burden_week"),
        ]
