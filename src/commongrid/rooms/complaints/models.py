"""Rows of the complaints room. Who complained stands in a table that points to nothing."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons
from commongrid.rooms.complaints import personal as mine
from commongrid.rooms.complaints.domain.stages import About, Outcome, State


class SupervisionKey(models.Model):
    """A key pair of supervision: complaints about the platform's keepers are sealed to it.

    ``wrapped`` is the private key under a passphrase that is kept nowhere.

    Privacy: which official made it. Retention: while a complaint is sealed to it.
    """

    retention = "while a complaint is sealed to it"
    personal: ClassVar[Declared] = (mine.KEY_HOLDER,)
    impersonal: ClassVar[Reasons] = {"public": "half of a key pair; random"}

    path = models.CharField(max_length=220, db_index=True)
    public = models.BinaryField()
    wrapped = models.BinaryField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["path"], condition=Q(until_at__isnull=True), name="complaints_one_key"
            ),
        ]


class Complaint(models.Model):
    """One complaint: whom it is about in kind, at which level it is handled, by when.

    ``level_path`` and ``level_roles`` say who may handle it now; whoever has an interest is left
    out of every read (``reading.py``). ``powers``: the roles that stand outside the line. Who
    complained is in no column: the row of their identity is found by a keyed digest.

    Privacy: a digest of the receipt code; which officials handle it.
    Retention: words and receipt a year after the end; the counted facts for ever.
    """

    retention = "words a year after the end; counted facts for ever"
    personal: ClassVar[Declared] = (mine.RECEIPT, mine.HANDLERS)
    impersonal: ClassVar[Reasons] = {
        "own_public": "half of a key pair; random",
        "own_wrapped": "half of a key pair, wrapped by the receipt code",
    }

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=12, unique=True)
    receipt = models.CharField(max_length=64, unique=True, null=True, blank=True)
    place_path = models.CharField(max_length=220)
    about = models.CharField(max_length=14)
    matter_subject = models.CharField(max_length=80, blank=True)  # as the ledger names it
    level_path = models.CharField(max_length=220, blank=True, db_index=True)
    level_roles = models.CharField(max_length=200, blank=True)  # ;supervisor;
    powers = models.CharField(max_length=200)  # ;reviewer;supervisor;
    state = models.CharField(max_length=10)
    due_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="complaints_taken",
    )  # fmt: skip
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="complaints_reviewed",
    )  # fmt: skip
    sealed_to = models.ForeignKey(
        SupervisionKey, null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    own_public = models.BinaryField(null=True, blank=True)
    own_wrapped = models.BinaryField(null=True, blank=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    identity_erased_at = models.DateTimeField(null=True, blank=True)  # also where none was given
    words_erased_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=~Q(state=State.CLOSED),
                name="complaints_due",
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(words_erased_at__isnull=True),
                name="complaints_to_erase",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="complaints_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(about__in=[a.value for a in About]), name="complaints_about_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(o.value for o in Outcome)]),
                name="complaints_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(about=About.ADMINISTRATOR) | Q(sealed_to__isnull=False),
                name="complaints_about_keepers_are_sealed",
            ),
        ]


class Stage(models.Model):
    """A stage of a complaint with its date; the first date stays visible for ever.

    Privacy: none. Retention: with the complaint.
    """

    retention = "with the complaint"
    personal: ClassVar[Declared] = ()

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="stages")
    state = models.CharField(max_length=10)
    from_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("complaint_id", "id")


class Accused(models.Model):
    """A post of whoever a complaint is about: it and its line never read the complaint.

    Privacy: which official is complained of; shown to nobody but those who handle it.
    Retention: with the words of the complaint.
    """

    retention = "with the words of the complaint"
    personal: ClassVar[Declared] = (mine.ACCUSED,)

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="accused")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="complained_of",
    )  # fmt: skip
    role = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=220, db_index=True)
    unit = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("complaint_id", "id")


class SteppedOut(models.Model):
    """Somebody who stepped out of a complaint for an interest of their own; for good.

    Privacy: which official; the reason is neither asked nor kept.
    Retention: with the words of the complaint.
    """

    retention = "with the words of the complaint"
    personal: ClassVar[Declared] = (mine.STEPPED_OUT,)

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="stepped_out")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="complaints_left"
    )

    class Meta:
        ordering = ("complaint_id", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint", "account"], name="complaints_stepped_out_once"
            ),
        ]


class Entry(models.Model):
    """One turn of the dialogue, sealed. ``own`` is the complainant's copy where the first is closed
    to this machine.

    Privacy: what was said, sealed; which official said it, never which complainant.
    Retention: a year after the end.
    """

    retention = "a year after the end"
    personal: ClassVar[Declared] = (mine.WORDS, mine.AUTHOR)

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10)  # complaint | words | question | answer | review
    sealed = models.BinaryField()
    own = models.BinaryField(null=True, blank=True)
    by = models.CharField(max_length=80, blank=True)  # "" where the complainant speaks
    role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("complaint_id", "id")


class Identity(models.Model):
    """Who complained, where they said so: sealed under a key of its own, and pointing to nothing.

    ``mark`` is a keyed digest of the complaint's number. Without the key beside the database
    nobody can tell which complaint it belongs to. No time stands here: it would tell.

    Privacy: name, telephone and e-mail that the complainant chose to give, sealed.
    Retention: 30 days after the end of the complaint; at once when the person asks.
    """

    retention = "30 days after the end of the complaint; at once on request"
    personal: ClassVar[Declared] = (mine.IDENTITY,)
    impersonal: ClassVar[Reasons] = {"mark": "a keyed digest of a random number"}

    mark = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    may_open = models.BooleanField(default=False)
