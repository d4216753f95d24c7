"""``commongrid verify_backup BACKUP``: read a whole backup and compare it with its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commongrid.site.backups.making import verify_backup
from commongrid.site.backups.manifest import BackupError
from commongrid.site.backups.sealed import passphrase_in
from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """Find out today whether a backup can be restored, not on the day it is needed."""

    help = "Read a backup to its end and compare every file with its manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and how it is opened."""
        parser.add_argument("backup", type=Path)
        parser.add_argument("--passphrase-file", type=Path)

    def handle(self, **options: Any) -> None:
        """Read it."""
        given = options["passphrase_file"]
        try:
            passphrase = passphrase_in(given) if given else None
            manifest = verify_backup(options["backup"].resolve(), passphrase)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        told = f"{len(manifest.files)} files, {manifest.size_bytes} bytes, of {manifest.made_at}"
        self.stdout.write(f"whole: {told}")
