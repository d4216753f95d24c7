"""The figures of a place that Prometheus scrapes. Counts only: no unit, no person, no place.

A scrape every few seconds must not burden the database: figures are kept for ``KEPT_S``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from commongrid import __version__
from commongrid.ledger.models import Act, Checkpoint, OutboxRow
from commongrid.rooms.matters import face as matters
from commongrid.site.metrics import gauges
from commongrid.site.notes import last_backup
from commongrid.site.rounds import last_round

KEPT_S = 10
Row = tuple[str, str, dict[str, str], float]


class Figures:
    """Collects the figures for one process."""

    def __init__(self) -> None:
        self._lock, self._rows, self._read_at = Lock(), tuple[Row, ...](), -1e9

    def collect(self) -> Iterator[Any]:
        """What prometheus_client asks for."""
        with self._lock:
            if monotonic() - self._read_at >= KEPT_S:
                self._rows, self._read_at = tuple(read_figures(timezone.now())), monotonic()
            rows = self._rows
        yield from gauges(iter(rows))

    def describe(self) -> tuple[()]:
        """Nothing is asked when the collector is registered."""
        return ()


def read_figures(at: datetime) -> Iterator[Row]:
    """Every figure; those of the database are left out while it is away."""
    yield "version_info", "Always 1; the version is its label.", {"version": __version__}, 1
    yield from _files(at)
    try:
        rows = [*_matters(at), *_ledger(at), *_outbox(at), *_database()]
        yield from rows
        is_up = 1
    except DatabaseProblem:
        is_up = 0
    yield "database_up", "1 when the database answered.", {}, is_up


def _files(at: datetime) -> Iterator[Row]:
    last, backup = last_round(), last_backup()
    if last is not None:
        age = (at - datetime.fromisoformat(last.at)).total_seconds()
        yield "ticker_age_seconds", "Since the ticker's last round began.", {}, age
        yield "ticker_round_seconds", "How long the ticker's last round took.", {}, last.took_s
        broke = float(bool(last.trouble))
        yield "ticker_trouble", "1 when the ticker's last round broke.", {}, broke
    if backup is not None:
        age = (at - backup.at).total_seconds()
        yield "backup_age_seconds", "Since the last backup ended well.", {}, age
    free = shutil.disk_usage(settings.HOME).free
    yield "disk_free_bytes", "Free room where COMMONGRID_HOME lies.", {}, free


def _matters(at: datetime) -> Iterator[Row]:
    totals = matters.count_totals(at=at)
    told = "Matters that are not at an end, by kind of state and light."
    for (kind, light), count in sorted(totals.by_light.items()):
        yield "matters_open", told, {"state_kind": kind.value, "light": light.value}, count
    yield "matters_ended", "Matters at an end.", {}, totals.ended
    overdue = "Promises that run and are past their due time."
    yield "promises_overdue", overdue, {}, totals.promises_overdue


def _ledger(at: datetime) -> Iterator[Row]:
    """Counted from the last checkpoint on: a whole count would read the whole ledger."""
    point = Checkpoint.objects.order_by("-last_act").first()
    newer = Act.objects.filter(id__gt=point.last_act if point else 0).count()
    acts = newer + (point.acts if point else 0)
    yield "ledger_acts", "Acts in the ledger.", {}, acts
    if point is not None:
        age = (at - point.made_at).total_seconds()
        yield "ledger_checkpoint_age_seconds", "Since the last checkpoint was sealed.", {}, age


def _outbox(at: datetime) -> Iterator[Row]:
    waiting = OutboxRow.objects.filter(delivered_at__isnull=True)
    seen = waiting.aggregate(n=Count("id"), oldest=Min("created_at"))
    yield "outbox_waiting", "Deliveries that wait.", {}, seen["n"]
    oldest = (at - seen["oldest"]).total_seconds() if seen["oldest"] else 0
    yield "outbox_oldest_seconds", "How long the oldest of them has waited.", {}, oldest


def _database() -> Iterator[Row]:
    asked = "SELECT pg_database_size(current_database())"
    if connection.vendor == "sqlite":
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        yield "database_bytes", "Size of the database.", {}, float(cursor.fetchone()[0])
