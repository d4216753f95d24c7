"""``commongrid docs``: write the documents that are made from the source, or check them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commongrid.site.generated import documents
from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """Generated documents cannot go stale: `make check` compares them with the source."""

    help = "Write docs/reference from the source; --check fails when a file is not fresh."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the words of the command line."""
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--root", type=Path, default=settings.SOURCE_ROOT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare each document."""
        stale = []
        makers: dict[str, Callable[[], str]] = documents()
        for name, make in makers.items():
            path = options["root"] / name
            text = make()
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            if options["check"]:
                stale.append(name)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {name}")
        if stale:
            message = f"not fresh, run make docs: {', '.join(stale)}"
            raise CommandError(message)
        self.stdout.write(f"{len(makers)} generated documents are fresh")
