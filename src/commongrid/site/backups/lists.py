"""Lists of erasures: this place's own, and the one a backup brought along."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from commongrid.rooms.vault import face as vault

OF_BACKUP = "erasures-of-backup"


def copy_list(folder: Path) -> None:
    """Put this place's list into a backup: the newest backup knows of all erasures before it."""
    if vault.list_path().exists():
        shutil.copy2(vault.list_path(), folder / vault.list_path().name)


def bring_list(folder: Path) -> None:
    """Lay the list of a backup beside this place's own."""
    home: Path = settings.HOME
    brought = folder / vault.list_path().name
    if brought.exists():
        shutil.copy2(brought, home / OF_BACKUP)


def lists_here(home: Path) -> list[Path]:
    """The lists that lie in the home."""
    return [path for path in (vault.list_path(), home / OF_BACKUP) if path.exists()]
