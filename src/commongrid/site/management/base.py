"""What every command of the house has in common."""

from __future__ import annotations

from django.core.management.base import BaseCommand


class HouseCommand(BaseCommand):
    """A command that answers no page: it starts without loading the pages of all doors.

    Django's checks of a project load every address first, which took two thirds of the start of
    a command. They are run where something changes: by ``commongrid check`` and ``make check``.
    """

    requires_system_checks: list[str] = []
