"""Restoring a backup into an empty place. Nothing that is there is ever overwritten."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from commongrid.site.backups import keys, rows, sealed
from commongrid.site.backups.lists import bring_list
from commongrid.site.backups.making import ATTACHMENTS, CHARTERS, verify_backup
from commongrid.site.backups.manifest import BackupError, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, and what the installer must know about it."""

    manifest: Manifest
    told: tuple[str, ...]


def restore_backup(
    path: Path, *, at: datetime, passphrase: bytes | None = None, without_keys: bool = False
) -> Restored:
    """Verify a backup, refuse a place that is not empty, and fill it.

    Raises: BackupError; the place is then as empty as it was, or says which part to remove.
    """
    if path.is_dir():
        return _restore(path, at, without_keys=without_keys)
    if passphrase is None:
        message = f"{path} is sealed: give --passphrase-file"
        raise BackupError(message)
    with tempfile.TemporaryDirectory(prefix="commongrid-restore-", dir=settings.HOME) as aside:
        inner = sealed.open_sealed(path, Path(aside), passphrase)
        return _restore(inner, at, without_keys=without_keys)


def _restore(folder: Path, at: datetime, *, without_keys: bool) -> Restored:
    manifest = verify_backup(folder)
    _refuse_unlike(manifest)
    told = _put_keys(folder, manifest, at, without_keys=without_keys)
    rows.put_rows(folder, manifest.migrations)
    if (folder / ATTACHMENTS).is_dir():
        shutil.copytree(folder / ATTACHMENTS, settings.MEDIA_ROOT, dirs_exist_ok=True)
    told += _put_charters(folder)
    bring_list(folder)
    call_command("migrate", interactive=False, verbosity=0)
    return Restored(manifest=manifest, told=tuple(told))


def _refuse_unlike(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        message = (
            f"this backup is of {manifest.vendor} and this place runs on {connection.vendor}; "
            "set DATABASE_URL to the same kind"
        )
        raise BackupError(message)
    if not rows.is_empty():
        message = "the database is not empty: restore never overwrites. Use an empty one"
        raise BackupError(message)
    attachments = Path(settings.MEDIA_ROOT)
    if attachments.is_dir() and any(attachments.iterdir()):
        message = f"{attachments} is not empty: restore never overwrites. Move it away"
        raise BackupError(message)


def _put_keys(folder: Path, manifest: Manifest, at: datetime, *, without_keys: bool) -> list[str]:
    """Bring the keys back where the backup has them; never lose those that are there."""
    here = keys.check_values()  # a backup from before one of these keys says nothing of it
    if manifest.keys and all(here.get(name) == value for name, value in manifest.keys.items()):
        return []
    if manifest.has_keys:
        home: Path = settings.HOME
        current = home / keys.FOLDER
        told = []
        if current.exists():  # made by this very start, or of another place: kept in any case
            aside = home / f"{keys.FOLDER}-before-{at:%Y%m%dT%H%M%SZ}"
            current.rename(aside)
            told.append(f"the keys that were here are kept in {aside}")
        shutil.copytree(folder / keys.FOLDER, current)
        current.chmod(0o700)
        return [*told, "the keys of the backup are in place"]
    if not without_keys:
        message = (
            "the keys of this backup are not here. Copy them into COMMONGRID_HOME/keys (or the "
            "environment) first; without them contact data cannot be read, receipts open nothing "
            "and the ledger's seals cannot be checked. --without-keys restores all the same"
        )
        raise BackupError(message)
    return ["restored without its keys: contact data, receipts and seals cannot be used"]


def _put_charters(folder: Path) -> list[str]:
    source, target = folder / CHARTERS, settings.CHARTERS_DIR
    if not source.is_dir():
        return []
    if not target.exists():
        shutil.copytree(source, target)
        return []
    aside: Path = settings.HOME / "charters-of-backup"
    if not aside.exists():
        shutil.copytree(source, aside)
    return [f"the charters of the backup are in {aside}; those in use were left as they are"]
