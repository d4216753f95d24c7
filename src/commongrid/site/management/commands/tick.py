"""``commongrid tick``: the acts of time. Silence, lapses, erasure, a daily checkpoint."""

from __future__ import annotations

import signal
import threading
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters

EVERY_S = 20
CHECKPOINT_EVERY = timedelta(days=1)


class Command(BaseCommand):
    """Take the steps of time that are due, once or in a loop."""

    help = "Take the steps of time that are due: silence, lapses, erasure, checkpoints."

    def add_arguments(self, parser: CommandParser) -> None:
        """Once by default; ``--loop`` until a signal comes."""
        parser.add_argument("--loop", action="store_true")
        parser.add_argument("--every", type=float, default=EVERY_S, metavar="SECONDS")

    def handle(self, **options: Any) -> None:
        """Tick; a database that is away for a while is tried again at the next tick."""
        if not options["loop"]:
            self.stdout.write(tick(timezone.now()))
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            try:
                close_old_connections()
                tick(timezone.now())
            except DatabaseError as error:
                self.stderr.write(f"tick: the database did not answer: {type(error).__name__}")
            stop.wait(options["every"])


def tick(at: datetime) -> str:
    """One round. Returns what was done, in words."""
    steps = matters.run_clock(at=at)
    erased = matters.erase_due(at=at)
    sealed = ledger.make_checkpoint_if_due(at=at, every=CHECKPOINT_EVERY)
    told = "new checkpoint" if sealed else "no checkpoint due"
    return f"{steps} steps of time, {erased} contact data erased, {told}"
