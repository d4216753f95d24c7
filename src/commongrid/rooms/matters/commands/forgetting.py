"""What it means that a matter forgets: rows, index, files and the words of its acts together."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from commongrid.ledger.face import erase_words
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


def forget_contact(row: Matter) -> None:
    """Nobody can be reached about this matter any more, neither the reporter nor followers."""
    ContactRow.objects.filter(matter=row).delete()
    Follower.objects.filter(matter=row).update(sealed=None)
    OutsideLink.objects.filter(matter=row).update(contact_purpose="")


def forget_details(row: Matter) -> None:
    """Words, pictures, voice notes and the exact point go; the row is saved by the caller."""
    names = [*row.pictures.values_list("file", flat=True)]
    names += row.recordings.values_list("file", flat=True)
    files = [path_of(name) for name in names]
    SoundRow.objects.filter(matter=row).delete()
    PhotoRow.objects.filter(matter=row).delete()
    SearchWords.objects.filter(matter=row).delete()
    Offer.objects.filter(matter=row).update(words="")
    erase_words(f"matter:{row.pk}")
    row.text = row.address = row.proxy_note = row.obstacle = row.rating_words = ""
    row.answers, row.pending, row.photos, row.sounds = {}, None, 0, 0
    row.lon = row.lat = None  # the grid stays; the exact point has had its purpose
    transaction.on_commit(lambda: _unlink(files))


def seal_matter(row: Matter) -> None:
    """A matter found to be of a sealed type keeps what such a matter has from its first day."""
    forget_details(row)
    forget_contact(row)
    SearchWords.objects.create(matter=row, words=indexed_words(row.ref.replace("-", " "), "", ""))
    row.is_sealed, row.is_shareable = True, False


def _unlink(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
