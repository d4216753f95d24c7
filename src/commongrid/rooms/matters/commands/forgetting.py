"""What it means that a matter forgets: rows, index, files and the words of its acts together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from commongrid.ledger.face import count_acts, erase_words
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.models import (
    ContactRow,
    Follower,
    Matter,
    Offer,
    OutsideLink,
    PhotoRow,
    SearchWords,
    SoundRow,
)
from commongrid.rooms.vault import face as vault


def subject_of(row: Matter) -> str:
    """By what a matter is named in acts and in the list of erasures."""
    return f"matter:{row.pk}"


def forget_contact(row: Matter, *, at: datetime) -> dict[str, int]:
    """Nobody can be reached about this matter any more, neither the reporter nor followers.

    Returns how much there was.
    """
    followers = Follower.objects.filter(matter=row, sealed__isnull=False)
    purposes = OutsideLink.objects.filter(matter=row).exclude(contact_purpose="")
    counts = {
        "contact": ContactRow.objects.filter(matter=row).delete()[0],
        "followers": followers.update(sealed=None),
        "purposes": purposes.update(contact_purpose=""),
    }
    vault.note_erasure(subject=subject_of(row), what=vault.CONTACT, counts=counts, at=at)
    return counts


def forget_details(row: Matter, *, at: datetime) -> dict[str, int]:
    """Words, pictures, voice notes and the exact point go; the row is saved by the caller.

    Returns how much there was.
    """
    names = [*row.pictures.values_list("file", flat=True)]
    names += row.recordings.values_list("file", flat=True)
    files = [path_of(name) for name in names]
    counts = {
        "files": len(files),
        "voice_notes": SoundRow.objects.filter(matter=row).delete()[0],
        "pictures": PhotoRow.objects.filter(matter=row).delete()[0],
        "search": SearchWords.objects.filter(matter=row).delete()[0],
        "replies": Offer.objects.filter(matter=row).exclude(words="").update(words=""),
        "acts": erase_words(subject_of(row)),
        "fields": _empty(row),
    }
    vault.note_erasure(subject=subject_of(row), what=vault.WORDS, counts=counts, at=at)
    transaction.on_commit(lambda: unlink(files))
    return counts


def close_commitments(row: Matter, *, at: datetime) -> int:
    """Note that the salts of its leaves go; the act that says so takes them (ledger/log/closing).

    Returns how many acts there are.
    """
    count = count_acts(subject_of(row))
    vault.note_erasure(
        subject=subject_of(row), what=vault.COMMITMENTS, counts={"acts": count}, at=at
    )
    return count


def forget_point(row: Matter, *, at: datetime) -> dict[str, int]:
    """The exact point goes; the grid stays. The row is saved by the caller."""
    counts = {"point": int(row.lon is not None)}
    row.lon = row.lat = None
    vault.note_erasure(subject=subject_of(row), what=vault.POINT, counts=counts, at=at)
    return counts


def _empty(row: Matter) -> int:
    """Empty the fields of the row that hold words, or the point; how many held some."""
    words = ("text", "address", "proxy_note", "obstacle", "rating_words")
    full = sum(bool(getattr(row, name)) for name in words) + bool(row.answers)
    full += bool(row.pending) + (row.lon is not None)
    for name in words:
        setattr(row, name, "")
    row.answers, row.pending, row.photos, row.sounds = {}, None, 0, 0
    row.lon = row.lat = None  # the grid stays; the exact point has had its purpose
    return full


def seal_matter(row: Matter, *, at: datetime) -> None:
    """A matter found to be of a sealed type keeps what such a matter has from its first day."""
    forget_details(row, at=at)
    forget_contact(row, at=at)
    SearchWords.objects.create(matter=row, words=indexed_words(row.ref.replace("-", " "), "", ""))
    row.is_sealed, row.is_shareable = True, False


def unlink(files: list[Path]) -> None:
    """Remove files; one that is gone already is no trouble."""
    for path in files:
        path.unlink(missing_ok=True)
