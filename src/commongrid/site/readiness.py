"""Whether requests may come: database, migrations, ticker, room on the disk.

Open to everybody, so it says which part is wrong and nothing about how it is built.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection

from commongrid.site import pages_system
from commongrid.site.rounds import last_round

LATE_AFTER = timedelta(minutes=5)
_migrated = Event()  # migrations are not taken back while a process runs: asked until true


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the house: ``is_ok`` and one word for a machine."""

    name: str
    is_ok: bool
    state: str


def read_parts(at: datetime) -> tuple[Part, ...]:
    """Every part. Cost: one statement once the migrations are known to be applied."""
    return (*_database(), _ticker(at), _disk())


def _database() -> tuple[Part, Part]:
    try:
        if not _migrated.is_set() and not pages_system.open_migrations():
            _migrated.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseProblem:
        return Part("database", is_ok=False, state="away"), Part(
            "migrations", is_ok=False, state="unknown"
        )
    is_done = _migrated.is_set()
    migrations = Part("migrations", is_ok=is_done, state="applied" if is_done else "open")
    return Part("database", is_ok=True, state="answers"), migrations


def _ticker(at: datetime) -> Part:
    last = last_round()
    if last is None:
        return Part("ticker", is_ok=False, state="never")
    is_late = at - datetime.fromisoformat(last.at) > LATE_AFTER
    return Part("ticker", is_ok=not is_late, state="late" if is_late else "runs")


def _disk() -> Part:
    try:
        free = shutil.disk_usage(settings.HOME).free
    except OSError:
        return Part("disk", is_ok=False, state="unknown")
    is_low = free < settings.MIN_FREE_MB * 1024 * 1024
    return Part("disk", is_ok=not is_low, state="low" if is_low else "enough")
