"""``commongrid tick``: the acts of time. Silence, lapses, erasure, a daily checkpoint."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commongrid.site.management.base import HouseCommand
from commongrid.site.rounds import note_trouble, run_round

EVERY_S = 20


class Command(HouseCommand):
    """Take the steps of time that are due, once or in a loop."""

    help = "Take the steps of time that are due: silence, lapses, erasure, checkpoints."

    def add_arguments(self, parser: CommandParser) -> None:
        """Once by default; ``--loop`` until a signal comes."""
        parser.add_argument("--loop", action="store_true")
        parser.add_argument("--every", type=float, default=EVERY_S, metavar="SECONDS")

    def handle(self, **options: Any) -> None:
        """Tick; a database that is away for a while is tried again at the next tick."""
        if not options["loop"]:
            self.stdout.write(run_round(timezone.now()).words)
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            at = timezone.now()
            try:
                close_old_connections()
                run_round(at)
            except DatabaseError as error:
                note_trouble(at, error)
                self.stderr.write(f"tick: the database did not answer: {type(error).__name__}")
            stop.wait(options["every"])
