"""Small notes in COMMONGRID_HOME: what monitors must be able to read when the database is away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

BACKUP_NOTE = "last_backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """When the last backup ended well, and how large it is. Not where it lies."""

    at: datetime
    size_bytes: int


def write_note(path: Path, plain: dict[str, Any]) -> None:
    """Keep a note; a reader finds the old one or the new one, never half of it."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(plain), "utf-8")
    draft.replace(path)


def note_backup(note: BackupNote) -> None:
    """Keep that a backup ended well."""
    plain = {"at": note.at.isoformat(), "size_bytes": note.size_bytes}
    write_note(_home() / BACKUP_NOTE, plain)


def last_backup() -> BackupNote | None:
    """The note of the last backup, or None when there is none that can be read."""
    try:
        plain = json.loads((_home() / BACKUP_NOTE).read_text("utf-8"))
        return BackupNote(
            at=datetime.fromisoformat(plain["at"]), size_bytes=int(plain["size_bytes"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _home() -> Path:
    home: Path = settings.HOME
    return home
