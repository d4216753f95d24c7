"""Rows of the transparency log. None holds what an act says; the salts open what the ledger holds.

The log's memory of what it signed last lies in a file beside the keys (memory.py), for these rows
can be altered by whoever may write to the database.
"""

from __future__ import annotations

from django.db import models


class Head(models.Model):
    """The one row that whoever appends holds on to: how far the log has come.

    ``mark``: every act up to this row number has its leaf, and none can appear any more.

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"

    size = models.PositiveBigIntegerField(default=0)
    mark = models.PositiveBigIntegerField(default=0)
    origin = models.CharField(max_length=200, blank=True)

    ONE = 1


class Leaf(models.Model):
    """One act in its place in the log. ``entry`` is public; act and salt are not.

    Privacy: none by itself; the salt opens the entry to whoever has the act.
    Retention: for ever; the salt until the person has the matter erased (closing.py).
    """

    retention = "for ever; the salt until the person has the matter erased"

    index = models.PositiveBigIntegerField(primary_key=True)
    act_id = models.PositiveBigIntegerField(unique=True)
    salt = models.BinaryField(max_length=32)
    entry = models.BinaryField(max_length=32)


class Tile(models.Model):
    """256 hashes of the tree, fewer at its right edge (C2SP tlog-tiles).

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "number"], name="tile_once"),
        ]


class SignedCheckpoint(models.Model):
    """Size and root of the log, signed. ``note`` is the note as the log signed it.

    Privacy: none. Retention: the last of each day for ever, the others 30 days.
    """

    retention = "the last of each day for ever, the others 30 days"

    origin = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size"], name="checkpoint_once_a_size"),
        ]


class Cosignature(models.Model):
    """The last signature of one witness under a checkpoint.

    Privacy: none; witnesses are houses, not persons. Retention: with the checkpoint.
    """

    retention = "with the checkpoint"

    checkpoint = models.ForeignKey(
        SignedCheckpoint, on_delete=models.CASCADE, related_name="cosignatures"
    )
    witness = models.CharField(max_length=200)
    line = models.CharField(max_length=400)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once"),
        ]


class Asking(models.Model):
    """How it went the last time a witness was asked. ``trouble`` is empty when it signed.

    Privacy: none. Retention: while the witness is in the settings.
    """

    retention = "while the witness is in the settings"

    witness = models.CharField(max_length=200, primary_key=True)
    size = models.PositiveBigIntegerField(default=0)  # the last it has cosigned
    asked_at = models.DateTimeField()
    trouble = models.CharField(max_length=40, blank=True)


class WitnessedLog(models.Model):
    """The last checkpoint of another house's log that this house cosigned.

    Privacy: none. Retention: for ever: it is what makes us a witness.
    """

    retention = "for ever: it is what makes us a witness"

    origin = models.CharField(max_length=200, primary_key=True)
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()
