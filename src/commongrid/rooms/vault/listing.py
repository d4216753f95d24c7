"""The list of erasures: one line each in a file beside the database, chained by digests.

A backup is a moment of the past: what was erased since is in it. The list is what a restore reads
to erase it again before anybody is let in. So it lies outside the database, is copied into every
later backup, and holds nothing of a person.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings

from commongrid.kernel.canon import canonical_json
from commongrid.rooms.vault.models import Erasure

NAME = "erasures"
GENESIS = "0" * 64


class BrokenListError(ValueError):
    """A list of erasures was altered, or is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: what was erased, how much and when. ``hash`` covers it and the line before."""

    subject: str
    what: str
    counts: dict[str, int]
    erased_at: str
    hash: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two lines the same erasure."""
        return self.subject, self.what, self.erased_at

    @property
    def at(self) -> datetime:
        """When it was erased."""
        return datetime.fromisoformat(self.erased_at)


def list_path() -> Path:
    """Where this place keeps its list."""
    home: Path = settings.HOME
    return home / NAME


def write_list(*, at: datetime) -> int:
    """Append what is not in the list yet; two processes at once write in turn. Returns how many.

    The file is on the disk before the rows are marked: what breaks off between is listed twice,
    which does no harm.
    """
    if not Erasure.objects.filter(listed_at__isnull=True).exists():
        return 0
    with _locked(list_path()) as file:
        rows = list(Erasure.objects.filter(listed_at__isnull=True).order_by("id"))
        head = _head(file)
        for row in rows:
            entry = _entry(row, head)
            file.write((json.dumps(asdict(entry), sort_keys=True) + "\n").encode())
            head = entry.hash
        file.flush()
        os.fsync(file.fileno())
        Erasure.objects.filter(pk__in=[row.pk for row in rows]).update(listed_at=at)
    return len(rows)


def has_erased_since(since: datetime | None) -> bool:
    """Whether anything was erased since then; ever, without a time."""
    rows = Erasure.objects.all() if since is None else Erasure.objects.filter(erased_at__gt=since)
    return rows.exists()


def read_list(path: Path) -> tuple[Entry, ...]:
    """The lines of a list, oldest first; none where there is no file.

    Raises: BrokenListError when a line was altered, left out or moved.
    """
    if not path.exists():
        return ()
    found, head = [], GENESIS
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            message = f"{path}: line {number} cannot be read"
            raise BrokenListError(message) from error
        if entry.hash != _hash(head, entry.subject, entry.what, entry.counts, entry.erased_at):
            message = f"{path}: line {number} is not what was written after the line before"
            raise BrokenListError(message)
        head = entry.hash
        found.append(entry)
    return tuple(found)


def take_over(entries: tuple[Entry, ...], *, at: datetime) -> int:
    """Note erasures of other lists (a backup's, a lost machine's) as this place's own.

    Afterwards the list beside the database names every erasure that any of them names. Returns how
    many this database did not know.
    """
    known = {_key(row) for row in Erasure.objects.all()}
    new = {entry.key: entry for entry in entries if entry.key not in known}
    Erasure.objects.bulk_create(
        Erasure(subject=one.subject, what=one.what, counts=one.counts, erased_at=one.at)
        for one in new.values()
    )
    listed = {entry.key for entry in read_list(list_path())}
    absent = [row.pk for row in Erasure.objects.all() if _key(row) not in listed]
    Erasure.objects.filter(pk__in=absent).update(listed_at=None)
    Erasure.objects.filter(listed_at=None).exclude(pk__in=absent).update(listed_at=at)
    write_list(at=at)
    return len(new)


def _key(row: Erasure) -> tuple[str, str, str]:
    return row.subject, row.what, row.erased_at.isoformat()


def _entry(row: Erasure, head: str) -> Entry:
    erased_at = row.erased_at.isoformat()
    return Entry(
        subject=row.subject, what=row.what, counts=row.counts, erased_at=erased_at,
        hash=_hash(head, row.subject, row.what, row.counts, erased_at),
    )  # fmt: skip


def _hash(head: str, subject: str, what: str, counts: dict[str, int], erased_at: str) -> str:
    said = {"subject": subject, "what": what, "counts": counts, "erased_at": erased_at}
    return sha256(f"{head}\n{canonical_json(said)}".encode()).hexdigest()


def _head(file: IO[bytes]) -> str:
    """The hash of the last whole line; a line that broke off is cut away."""
    file.seek(0)
    whole, head = 0, GENESIS
    for line in file:
        if not line.endswith(b"\n"):
            break
        whole += len(line)
        head = str(json.loads(line)["hash"])
    file.truncate(whole)
    file.seek(whole)
    return head


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
