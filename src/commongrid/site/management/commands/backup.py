"""``commongrid backup FOLDER``: a whole backup while the place runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from commongrid.site.backups.making import drop_old, make_backup, verify_backup
from commongrid.site.backups.manifest import BackupError
from commongrid.site.backups.sealed import passphrase_in
from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """Database, attachments and charters in one entry of a folder; keys only sealed."""

    help = "Back up database, attachments and charters while the place runs, and verify the copy."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, sealed or open, with keys or without, and how many to keep."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--passphrase-file", type=Path, help="seal it into one file")
        parser.add_argument("--with-keys", action="store_true", help="only together with sealing")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="remove older ones")

    def handle(self, **options: Any) -> None:
        """Make it, read it back, then let old ones go."""
        given = options["passphrase_file"]
        try:
            passphrase = passphrase_in(given) if given else None
            made = make_backup(
                options["folder"].resolve(),
                at=timezone.now(),  # in UTC
                passphrase=passphrase,
                with_keys=options["with_keys"],
            )
            verify_backup(made.path, passphrase)
        except (BackupError, OSError, DatabaseError, sqlite3.Error) as error:
            message = f"no backup was made: {error}"
            raise CommandError(message) from error
        rows = sum(made.manifest.tables.values())
        size_mb = made.manifest.size_bytes / 1_000_000
        self.stdout.write(f"{made.path}: {rows} rows, {size_mb:.1f} MB, read back and whole")
        if not options["with_keys"]:
            self.stdout.write("its keys are not in it: keep COMMONGRID_HOME/keys elsewhere, closed")
        for path in drop_old(options["folder"], keep=options["keep"]):
            self.stdout.write(f"removed {path.name}")
