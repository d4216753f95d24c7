"""note_erasure: what was erased, in the transaction that erases it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from commongrid.ledger.face import NoTransactionError
from commongrid.rooms.vault.listing import write_list
from commongrid.rooms.vault.models import Erasure

# What can be erased, and is erased again after a restore.
CONTACT = "contact"  # of a matter and of all who followed it
OWN_CONTACT = "own_contact"  # of the person who raised it
FOLLOWER = "follower"
WORDS = "words"
POINT = "point"
PHOTO = "photo"  # a picture as it was before a part of it was covered
SUBSCRIPTION = "subscription"
COMMITMENTS = "commitments"  # of the acts of a matter to the transparency log: their salts


def note_erasure(*, subject: str, what: str, counts: Mapping[str, int], at: datetime) -> None:
    """Note one erasure; it goes into the list beside the database after the commit.

    Nothing is noted where nothing was there. Raises: NoTransactionError outside a transaction.
    Cost: 1 statement.
    """
    if not any(counts.values()):
        return
    if not connection.in_atomic_block:
        raise NoTransactionError(what)
    Erasure.objects.create(
        subject=digest_of(subject), what=what, counts=dict(counts), erased_at=at
    )  # fmt: skip
    transaction.on_commit(lambda: write_list(at=at), robust=True)  # the next round writes it else


def digest_of(subject: str) -> str:
    """By what a subject is known in the list."""
    return sha256(f"commongrid erased|{subject}".encode()).hexdigest()
