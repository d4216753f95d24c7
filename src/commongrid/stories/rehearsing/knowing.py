"""The practice of a place kept for the day: reading a year of a place takes seconds, and more.

What is read ends at the last midnight, so it stays the same all day: unless an act of before comes
in late, other people are appointed, or another charter is in force. All that is in the key. The
files hold what a practice holds: counts, shares and times, nothing of a person.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from time import time as now_s

from django.conf import settings

from commongrid import __version__
from commongrid.bridges.rehearsal.plain import (
    PlainError,
    digest,
    practice_from_plain,
    practice_to_plain,
)
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.kernel import canon
from commongrid.ledger import face as ledger
from commongrid.rooms.places import face as places
from commongrid.stories.rehearsing.practising import assumed_of, practice_of

log = logging.getLogger(__name__)
FOLDER = "practices"
MOST_KEPT = 24
FRESH_S = 30.0
"""A reading that told nothing for so long was lost."""
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the practice of a place as of today is kept, and how far its reading is."""

    path: Path

    @property
    def reading(self) -> Path:
        return self.path.with_suffix(".reading")

    def is_filled(self) -> bool:
        return self.path.exists()

    def percent(self) -> int | None:
        """How far somebody is with reading it; None where nobody reads."""
        try:
            if now_s() - self.reading.stat().st_mtime > FRESH_S:
                return None
            return int(self.reading.read_text("ascii") or 0)
        except (OSError, ValueError):
            return None


def shelf_of(path: str, at: datetime) -> Shelf:
    """The shelf of a place. Raises: NoCharterError. Cost: some statements, no reading."""
    key, compiled = places.charter_in_force(path, at)
    today = datetime.combine(at.astimezone(compiled.calendar.zone), time(), compiled.calendar.zone)
    stands_on = [
        __version__, path, key, today.isoformat(), ledger.newest_hash(before=today),
        digest(assumed_of(path, at)),
    ]  # fmt: skip
    return Shelf(Path(settings.HOME) / FOLDER / f"{canon.digest(stands_on)[:32]}.json")


def practice_known(path: str, at: datetime) -> Practice:
    """The practice of a place as of today: from its shelf, or read and put there.

    Raises: NoCharterError. Cost: a third of a second, or as ``practice_of``.
    """
    shelf = shelf_of(path, at)
    with suppress(OSError, ValueError, PlainError):  # not there, or not whole
        return practice_from_plain(json.loads(shelf.path.read_text("utf-8")))
    practice = practice_of(path, at, progress=_teller(shelf))
    _put(shelf, practice)
    return practice


def _teller(shelf: Shelf) -> Told:
    """Writes how far it is beside the shelf."""

    def tell(percent: int) -> None:
        with suppress(OSError):  # nobody sees how far it is; that is all
            shelf.reading.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shelf.reading.write_text(str(percent), "ascii")

    tell(0)
    return tell


def _put(shelf: Shelf, practice: Practice) -> None:
    """Keep it, whole or not at all; the oldest make room."""
    try:
        shelf.reading.write_text(
            json.dumps(practice_to_plain(practice), ensure_ascii=False), "utf-8"
        )
        shelf.reading.replace(shelf.path)
        kept = sorted(shelf.path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in kept[:-MOST_KEPT]:
            file.unlink(missing_ok=True)
    except OSError as error:  # a full disk: it is read again the next time
        log.warning("a practice could not be kept: %s", type(error).__name__)
