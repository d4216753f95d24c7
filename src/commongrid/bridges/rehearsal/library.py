"""The library of charters: practice from elsewhere, put on a place so it can be rehearsed there.

What a source does not say stays the default and is marked a proposal; what cannot be said in
the words of a charter is a note, never a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from commongrid.bridges.rehearsal.plans import StaffChange
from commongrid.charter import Charter, Compiled, compile_charter, load_charter
from commongrid.charter.library import (
    Note,
    lay_on,
    list_library_folders,
    own_rows,
    read_notes,
)
from commongrid.charter.schema import Mark
from commongrid.kernel.text import Text

PREFIX = "library:"
"""How a plan names a charter of the library: ``library:<id>``."""


class LibraryError(ValueError):
    """A charter of the library that there is not."""


@dataclass(frozen=True, slots=True)
class PerPost:
    """So many people more at each post of a holder."""

    holder: str
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One charter of the library.

    ``marks`` counts its own rows by trust mark. ``staff``: other staffing to try beside its rules,
    a suggestion and never part of them. ``refused``: codes of the check it would not pass.
    """

    id: str
    name: Text
    note: Text
    marks: Mapping[Mark, int]
    takes: tuple[Note, ...]
    open: tuple[Note, ...]
    beyond: tuple[Note, ...]
    refused: tuple[Note, ...]
    staff: tuple[PerPost, ...]


def list_library(like: Compiled, root: Path | None = None) -> tuple[Entry, ...]:
    """All of it, by id. ``like``: any charter in force; entries do not depend on it."""
    root = root or settings.CHARTERS_DIR
    notes = read_notes(root)
    entries = []
    for folder in list_library_folders(root):
        mine = [note for note in notes if note.charter == folder.name]
        entries.append(_entry(_library(folder, like.charter), mine))
    return tuple(entries)


def load_library(id: str, like: Compiled, root: Path | None = None) -> Compiled:  # noqa: A002
    """The library's rules on the code, units, types and days of ``like``.

    Raises: LibraryError for an id the library has not; CharterError when it cannot be read.
    Cost: 0.2 s, once in a process.
    """
    folders = {path.name: path for path in list_library_folders(root or settings.CHARTERS_DIR)}
    name = id.removeprefix(PREFIX)
    if name not in folders:
        message = f"{name}: not in the library; there are: {', '.join(folders)}"
        raise LibraryError(message)
    return compile_charter(lay_on(_library(folders[name], like.charter), like.charter))


def staff_to_try(entry: Entry, staff: Mapping[tuple[str, str], int]) -> tuple[StaffChange, ...]:
    """An entry's other staffing for a place with these posts; a suggestion, to be labelled so."""
    posts = Counter(holder for holder, _ in staff)
    return tuple(
        StaffChange(holder=one.holder, change=one.change * posts[one.holder])
        for one in entry.staff
        if posts[one.holder]
    )


def _entry(library: Charter, notes: list[Note]) -> Entry:
    def about(word: str) -> tuple[Note, ...]:
        return tuple(note for note in notes if note.about == word)

    return Entry(
        id=library.charter_id,
        name=library.name,
        note=library.note,
        marks=Counter(row.mark for row in own_rows(library)),
        takes=about("takes"),
        open=about("open"),
        beyond=about("beyond"),
        refused=about("refused"),
        staff=tuple(_staff(note) for note in about("staff")),
    )


def _staff(note: Note) -> PerPost:
    holder, _, change = note.key.partition(":")
    return PerPost(holder, int(change))


@lru_cache(maxsize=32)
def _read(folder: Path, place: str, code_system: str, kind: str) -> Charter:
    header = {"place": place, "code_system": code_system, "kind_of_place": kind}
    return load_charter(folder, header)


def _library(folder: Path, place: Charter) -> Charter:
    return _read(folder, place.place, place.code_system, place.kind_of_place)
