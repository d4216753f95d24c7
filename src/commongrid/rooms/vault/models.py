"""Rows of the vault room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons, official


class Erasure(models.Model):
    """Something of a person's was erased: what kind, how much, when; never what it said.

    ``subject`` is the SHA-256 of the name of what it belonged to (a matter's random number, a
    follower's receipt digest): whoever has the row again after a restore finds it by that.
    ``listed_at``: when it was written into the list beside the database (docs/adr/0036).

    Privacy: none; a digest of a random number, and counts.
    Retention: for ever, so that a backup of any age can be restored without bringing data back.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {"counts": "how many rows, files and words; numbers alone"}

    subject = models.CharField(max_length=64)
    what = models.CharField(max_length=20)
    counts = models.JSONField(default=dict)
    erased_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject"], name="vault_erased_subject"),
            models.Index(
                fields=["id"],
                condition=models.Q(listed_at__isnull=True),
                name="vault_erased_unlisted",
            ),
        ]


class Restriction(models.Model):
    """A person had their data locked: nobody opens them until it is lifted (PIPL art. 44, 47).

    Privacy: none; a digest of a random number. Retention: for ever, with the acts it rests on.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()

    subject = models.CharField(max_length=64)
    since_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(lifted_at__isnull=True),
                name="vault_restricted_once",
            ),
        ]


class Consent(models.Model):
    """Somebody agreed to something: to which words, how, until when, and when they took it back.

    ``subject`` names what it was given for (a matter, a subscription); ``text_hash`` the exact
    words in ``language``.

    Privacy: none by itself; whose it is follows from the subject alone, a random number.
    Retention: 3 years after it was withdrawn or ran out, as proof that there was one.
    """

    retention = "3 years after it was withdrawn or ran out"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "text_hash": "of words that everybody is shown",
        "language": "in which the words were shown",
        "given_by": "of a closed list",
    }

    subject = models.CharField(max_length=80)
    purpose = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    method = models.CharField(max_length=10)  # ticked | spoken | link
    given_by = models.CharField(max_length=10)  # self | other
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("given_at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["purpose", "given_at"], name="vault_consent_given"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["subject", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="vault_consent_once",
            ),
        ]


class Assessment(models.Model):
    """An impact assessment: of which sensitive purposes of which place, with what result.

    Privacy: which official made it; no words about any person. Retention: 3 years at the least
    (PIPL art. 56), and as long as a charter rests on it.
    """

    retention = "3 years at the least; as long as a charter rests on it"
    personal: ClassVar[Declared] = (official("made_by"),)
    impersonal: ClassVar[Reasons] = {
        "purposes": "keys of the charter's purposes",
        "findings": "about a kind of data, never about a person",
        "measures": "about a kind of data, never about a person",
    }

    ref = models.CharField(max_length=20, unique=True)
    path = models.CharField(max_length=220, db_index=True)
    purposes = models.JSONField()
    findings = models.TextField()  # is it lawful and needed, what could it do to people
    measures = models.TextField()  # what protects them
    is_allowed = models.BooleanField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-made_at", "id")


class Breach(models.Model):
    """Data got out, were lost or altered: what, whose, and when who was told.

    Privacy: which official wrote it; kinds and counts of data, never the data or the persons.
    Retention: 3 years after it was closed.
    """

    retention = "3 years after it was closed"
    personal: ClassVar[Declared] = (official("made_by"),)
    impersonal: ClassVar[Reasons] = {
        "what": "what happened to a kind of data; never a person",
        "kinds": "kinds of data",
        "measures": "what was done about it",
        "persons_how": "by what channel persons were told",
    }

    ref = models.CharField(max_length=20, unique=True)
    path = models.CharField(max_length=220, db_index=True)
    what = models.TextField()
    kinds = models.CharField(max_length=400)
    persons = models.PositiveIntegerField(null=True, blank=True)  # None: not known yet
    measures = models.TextField(blank=True)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()  # by when authority and persons are told
    authority_told_at = models.DateTimeField(null=True, blank=True)
    persons_told_at = models.DateTimeField(null=True, blank=True)
    persons_how = models.CharField(max_length=400, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=80)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-found_at", "id")
