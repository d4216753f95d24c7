"""``commongrid restore BACKUP``: fill an empty place from a backup."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.rooms.vault import face as vault
from commongrid.site.backups.manifest import BackupError
from commongrid.site.backups.restoring import restore_backup
from commongrid.site.backups.sealed import passphrase_in
from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """Verify, refuse what is not empty, restore, and verify the ledger with the keys in place."""

    help = "Restore a backup into an empty place (never over anything), then verify the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and how it is opened."""
        parser.add_argument("backup", type=Path)
        parser.add_argument("--passphrase-file", type=Path)
        parser.add_argument("--without-keys", action="store_true")
        parser.add_argument(
            "--erasures", type=Path, action="append", default=[], metavar="LIST",
            help="the list of erasures of the lost machine or of a newer backup",
        )  # fmt: skip

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
        self._erase_again(options["erasures"])
        if options["without_keys"]:
            return
        self._run("the ledger of the restored place is not whole", "ledger", "verify")

    def _erase_again(self, lists: list[Path]) -> None:
        """What was erased since the backup was made goes again, before anybody is let in."""
        if not lists and not vault.list_path().exists():
            self.stdout.write(
                "no list of erasures is here but the backup's own: what was erased after it was "
                "made may be back. Give the newest list: commongrid erase --again --from LIST"
            )
        given = [word for path in lists for word in ("--from", str(path.resolve()))]
        self._run("erasing again failed; let nobody in", "erase", "--again", *given)

    def _run(self, trouble: str, *words: str) -> None:
        """A command in a process of its own: it reads the keys that were just put in place."""
        asked = [sys.executable, "-m", "commongrid", *words]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
        self.stdout.write(done.stdout.strip())
        if done.returncode:
            message = f"{trouble}: {done.stderr.strip()}"
            raise CommandError(message)
