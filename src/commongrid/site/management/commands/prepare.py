"""``commongrid prepare``: bring the database and the static files up to date, then say hello."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """One process for all of it, so that a second start takes seconds."""

    help = "Migrate, collect static files, load the seed place into an empty database, say hello."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the words of the command line."""
        parser.add_argument("--address", default="http://127.0.0.1:8000")
        parser.add_argument("--no-seed", action="store_true")
        parser.add_argument("--quiet", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is needed and nothing else."""
        is_new = self._migrate()
        self._collect()
        if not options["no_seed"] and (is_new or self._open_mark().exists()):
            self._seed()
        if not options["quiet"]:
            self._greet(options["address"].rstrip("/"))

    def _migrate(self) -> bool:
        """Apply open migrations; tell whether the database was empty before."""
        executor = MigrationExecutor(connection)
        is_new = not executor.loader.applied_migrations
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("commongrid: bringing the database up to date")
            call_command("migrate", interactive=False, verbosity=0)
        return is_new

    def _collect(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        wanted = static_fingerprint()
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        self.stdout.write("commongrid: collecting static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted, encoding="ascii")

    def _open_mark(self) -> Path:
        """Name the mark of a seed that was begun and not finished; the next start goes on."""
        mark: Path = settings.HOME / "seeding"
        return mark

    def _seed(self) -> None:
        if "seed" not in get_commands():
            return
        self.stdout.write("commongrid: loading the seed place (invented people and matters)")
        self._open_mark().touch()
        call_command("seed")
        (settings.HOME / "demo").touch()
        self._open_mark().unlink()

    def _greet(self, address: str) -> None:
        self.stdout.write("")
        self.stdout.write(f"  residents   {address}/")
        self.stdout.write(f"  desk        {address}/desk/")
        self.stdout.write(f"  board       {address}/board/")
        self.stdout.write(f"  rehearsals  {address}/plan/")
        self.stdout.write(f"  programs    {address}/api/  {address}/open311/  {address}/ogc/")
        if (settings.HOME / "demo").exists() and "demo_logins" in get_commands():
            self.stdout.write("")
            call_command("demo_logins", stdout=self.stdout)
        self.stdout.write("")


def static_fingerprint() -> str:
    """Fingerprint of every static file there is: path, size and time of change."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            seen.update(f"{path}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return seen.hexdigest()
