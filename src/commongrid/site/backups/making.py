"""Making a backup while the place runs, and letting old ones go."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from commongrid import __version__
from commongrid.site.backups import keys, rows, sealed
from commongrid.site.backups.lists import copy_list
from commongrid.site.backups.manifest import (
    NAME,
    BackupError,
    Manifest,
    verify_files,
    write_manifest,
)
from commongrid.site.notes import BackupNote, note_backup

PREFIX, SEALED, PARTIAL = "commongrid-", ".cgb", ".partial"
ATTACHMENTS, CHARTERS = "attachments", "charters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that ended well."""

    path: Path
    manifest: Manifest


def make_backup(
    folder: Path, *, at: datetime, passphrase: bytes | None = None, with_keys: bool = False
) -> Made:
    """Write a backup into a new entry of ``folder``; it gets its name when it is whole.

    The database is taken first: a picture is written before its row, so every row of that moment
    finds its file. Pictures written later are left out; those erased meanwhile stay erased.

    Raises: BackupError when keys would lie open beside the data, or the target is inside the home.
    """
    if with_keys and passphrase is None:
        message = "keys go into a backup only when it is sealed: give --passphrase-file too"
        raise BackupError(message)
    _refuse_home(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{PREFIX}{at:%Y%m%dT%H%M%SZ}"
    with tempfile.TemporaryDirectory(prefix=f"{name}-", suffix=PARTIAL, dir=folder) as aside:
        inner = Path(aside) / "backup"
        inner.mkdir(mode=0o700)
        manifest = _fill(inner, at, with_keys=with_keys)
        if passphrase is None:
            target = folder / name
            inner.rename(target)
        else:
            target = folder / f"{name}{SEALED}"
            closed = Path(aside) / "sealed"
            sealed.seal_folder(inner, closed, passphrase)
            closed.rename(target)
    with suppress(OSError):  # the home may be full, which makes the backup no less whole
        note_backup(BackupNote(at=at, size_bytes=manifest.size_bytes))
    return Made(path=target, manifest=manifest)


def _refuse_home(folder: Path) -> None:
    home: Path = settings.HOME
    if folder.resolve().is_relative_to(home):
        message = f"{folder} lies in COMMONGRID_HOME: what destroys the one destroys the other"
        raise BackupError(message)


def _fill(inner: Path, at: datetime, *, with_keys: bool) -> Manifest:
    tables, migrations = rows.take_rows(inner)
    taken_at = datetime.now(at.tzinfo).timestamp()
    _copy_older(Path(settings.MEDIA_ROOT), inner / ATTACHMENTS, taken_at)
    if settings.CHARTERS_DIR.is_dir():
        shutil.copytree(settings.CHARTERS_DIR, inner / CHARTERS)
    copy_list(inner)
    if with_keys:
        keys.write_keys(inner)
    return write_manifest(
        inner,
        Manifest(
            made_at=at.isoformat(),
            version=__version__,
            vendor=connection.vendor,
            tables=tables,
            migrations=migrations,
            keys=keys.check_values(),
            has_keys=with_keys,
        ),
    )


def _copy_older(source: Path, target: Path, until: float) -> None:
    """Copy the files that were there at a moment; one that is erased meanwhile stays erased."""
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        try:
            if not path.is_file() or path.stat().st_mtime > until:
                continue
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(path, copy)
        except FileNotFoundError:
            continue


def verify_backup(path: Path, passphrase: bytes | None = None) -> Manifest:
    """Read a whole backup and compare it with its manifest. Raises: BackupError."""
    if path.is_dir():
        manifest = verify_files(path)
        if manifest.vendor == "sqlite":
            tables, migrations = rows.read_sqlite(path / rows.FILE)
            if (tables, migrations) != (manifest.tables, manifest.migrations):
                message = "the copied database differs from what the manifest says"
                raise BackupError(message)
        return manifest
    if passphrase is None:
        message = f"{path} is sealed: give --passphrase-file"
        raise BackupError(message)
    with tempfile.TemporaryDirectory(prefix="commongrid-verify-", dir=path.parent) as aside:
        return verify_backup(sealed.open_sealed(path, Path(aside), passphrase))


def drop_old(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` backups of a folder; what is not one is left alone."""
    made = sorted(
        path
        for path in folder.glob(f"{PREFIX}*")
        if path.name.endswith(SEALED) or (path / NAME).is_file()
    )
    old = made[:-keep] if keep > 0 else []
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return old
