"""``commongrid demo_logins``: who can log in to the seed place."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from commongrid.site.management.base import HouseCommand
from commongrid.site.management.commands.seed import LOGINS

SHOWN = (
    ("town-desk", "前台 desk (Mingren Subdistrict)"),
    ("town-dispatch", "派单员 dispatcher"),
    ("town-sanitation", "环卫 handling unit"),
    ("town-centre", "指挥中心 command centre; rehearsals"),
    ("town-check", "核查人 checker"),
    ("town-grid", "网格员 grid worker"),
    ("sumu-desk", "前台 desk (Aduqin Sumu)"),
    ("sumu-keeper", "章程管理 charter keeper"),
    ("town-supervise", "监督员 supervision"),
    ("sumu-watch", "嘎查监督委员会 village supervision committee"),
)


class Command(HouseCommand):
    """Print the demo logins."""

    help = "Print the demo logins of the seed place."

    def handle(self, **options: Any) -> None:
        """One line a login; the password stands in a file only its owner can read."""
        path = settings.HOME / LOGINS
        if not path.exists():
            message = "there is no seed place here; load it with: commongrid seed"
            raise CommandError(message)
        self.stdout.write(f"demo logins (invented people), password: {path.read_text().strip()}")
        for username, what in SHOWN:
            self.stdout.write(f"  {username:<16} {what}")
