"""``commongrid erase``: erase again after a restore, and overwrite what erased rows left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.rooms.vault import face as vault
from commongrid.site.backups.lists import lists_here
from commongrid.site.management.base import HouseCommand
from commongrid.stories.erasing import erase_again

PATIENCE_S = 60.0  # for those who were reading before


class Command(HouseCommand):
    """What is erased stays erased: also in a place that a backup brought back."""

    help = "Erase again what a restored backup brought back (--again); overwrite traces (--scrub)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which of the two, and further lists of erasures."""
        parser.add_argument("--again", action="store_true", help="after a restore")
        parser.add_argument(
            "--from", dest="lists", type=Path, action="append", default=[], metavar="LIST",
            help="another list of erasures: of a newer backup, or of the machine that was lost",
        )  # fmt: skip
        parser.add_argument("--scrub", action="store_true", help="write the database anew")

    def handle(self, **options: Any) -> None:
        """Do what is asked; without anything asked, write the list of erasures."""
        for path in options["lists"]:
            if not path.exists():
                message = f"{path}: there is no such list of erasures"
                raise CommandError(message)
        if options["again"] or options["lists"]:
            self._again(options["lists"])
        if options["scrub"]:
            self._scrub()
        listed = vault.write_list(at=timezone.now())
        if listed:
            self.stdout.write(f"{listed} erasures added to {vault.list_path()}")

    def _scrub(self) -> None:
        if not vault.scrub(is_whole=True, patience_s=PATIENCE_S):
            message = (
                "somebody was reading the database all the while and may still see what was "
                "erased, so it was not all overwritten; run it again in a quieter hour"
            )
            raise CommandError(message)
        self.stdout.write("every page of the database is written anew; nothing erased is left")

    def _again(self, lists: list[Path]) -> None:
        home: Path = settings.HOME
        try:
            done = erase_again([*lists_here(home), *lists], at=timezone.now())
        except vault.BrokenListError as error:
            raise CommandError(str(error)) from error
        sessions = Session.objects.all().delete()[0]  # what was open then is not open now
        self.stdout.write(
            f"{done.listed} erasures read, {done.unknown} of them not known to the backup: "
            f"{done.came_back} erased again, {done.expired} more by their time, {sessions} sessions"
        )
