"""``commongrid restore BACKUP``: fill an empty place from a backup."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from commongrid.site.backups.manifest import BackupError
from commongrid.site.backups.restoring import restore_backup
from commongrid.site.backups.sealed import passphrase_in


class Command(BaseCommand):
    """Verify, refuse what is not empty, restore, and verify the ledger with the keys in place."""

    help = "Restore a backup into an empty place (never over anything), then verify the ledger."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and how it is opened."""
        parser.add_argument("backup", type=Path)
        parser.add_argument("--passphrase-file", type=Path)
        parser.add_argument("--without-keys", action="store_true")

    def handle(self, **options: Any) -> None:
        """Restore, then let a new process, which reads the keys anew, verify the ledger."""
        given = options["passphrase_file"]
        try:
            restored = restore_backup(
                options["backup"].resolve(),
                at=timezone.now(),
                passphrase=passphrase_in(given) if given else None,
                without_keys=options["without_keys"],
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        for line in restored.told:
            self.stdout.write(line)
        self.stdout.write(f"restored {sum(restored.manifest.tables.values())} rows")
        if options["without_keys"]:
            return
        words = [sys.executable, "-m", "commongrid", "ledger", "verify"]
        checked = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        self.stdout.write(checked.stdout.strip())
        if checked.returncode:
            message = f"the ledger of the restored place is not whole: {checked.stderr.strip()}"
            raise CommandError(message)
