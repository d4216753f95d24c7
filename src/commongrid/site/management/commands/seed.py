"""``commongrid seed``: load the invented seed place; running it again changes nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from commongrid.bridges import board
from commongrid.site.management.base import HouseCommand
from commongrid.stories.seeding import load_seed

LOGINS = "demo_password"


class Command(HouseCommand):
    """Load the seed place."""

    help = "Load the invented seed place: divisions, charters, staff, matters at every state."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password of the demo accounts; a random one is made and kept otherwise."""
        parser.add_argument("--password", default="")

    def handle(self, **options: Any) -> None:
        """Load and say what came of it."""
        password = options["password"] or _kept_password()
        seeded = load_seed(at=timezone.now(), password=password, with_past=True)
        board.catch_up()
        board.publish_due_months(at=timezone.now())
        (settings.HOME / "demo").touch()
        self.stdout.write(
            f"seed place (invented): {seeded.places} grids, {seeded.staff} staff, "
            f"{seeded.matters} matters in {len(seeded.states)} states, {seeded.past} of the past"
        )


def _kept_password() -> str:
    """A password of this installation's own, so that no demo shares one with another."""
    path = settings.HOME / LOGINS
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}\n")
    return path.read_text().strip()
