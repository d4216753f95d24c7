"""Overwriting what erased rows left behind in the files of the database.

SQLite overwrites what is deleted (``secure_delete``); what is left is the log of the last writes,
the search index, which keeps deleted words until its parts are merged, and room that lay free
before. PostgreSQL keeps old versions of rows until they are vacuumed, and their bytes until the
table is written anew. What is proven of it: docs/adr/0036.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from django.apps import apps
from django.db import connection

from commongrid.rooms.vault.declared import declared

INDEX = "matters_words"  # of the full-text search, on SQLite
# A table is written anew through a snapshot, and a snapshot reaches back to the oldest writer of
# the whole server: one in another database keeps our dead rows alive too.
HOLDERS_OF_THE_PAST = """
    SELECT (pg_snapshot_xmin(pg_current_snapshot()) <= %(now)s::text::xid8)::int
        + (SELECT count(*) FROM pg_stat_activity
           WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
               AND backend_xmin IS NOT NULL AND age(backend_xmin) >= age(%(now)s::text::xid8::xid))
        + (SELECT count(*) FROM pg_replication_slots
           WHERE xmin IS NOT NULL AND age(xmin) >= age(%(now)s::text::xid8::xid))
"""


def scrub(*, is_whole: bool = False, patience_s: float = 0) -> bool:
    """Overwrite the traces. ``is_whole`` writes every page anew: for a quiet hour.

    Returns whether nobody had begun before it and stayed for ``patience_s``, as a reader here or a
    writer in any database of the server: what they may still see, PostgreSQL leaves where it is,
    also in a table that it writes anew. Then it is to be done again later. Must run outside a
    transaction. Cost: the search index is merged; ``is_whole`` takes the time and the room of a
    copy of the database, and others wait.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _scrub_sqlite(cursor, is_whole=is_whole)
            return True
        is_alone = _is_alone_by(cursor, patience_s)
        _scrub_postgresql(cursor, is_whole=is_whole)
        return is_alone


def _scrub_sqlite(cursor: Any, *, is_whole: bool) -> None:
    cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")  # noqa: S608
    if is_whole:
        cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _scrub_postgresql(cursor: Any, *, is_whole: bool) -> None:
    for table in personal_tables():
        cursor.execute(f'VACUUM {"FULL " if is_whole else ""}"{table}"')


def _is_alone_by(cursor: Any, patience_s: float) -> bool:
    """Wait until nobody sees the database as it was before now; PostgreSQL's own cleaner counts.

    Counted are readers of this database, whoever writes anywhere on the same server, and copies
    that the server feeds. Needs the right to see what others are at: of the same role, or
    ``pg_read_all_stats``.
    """
    cursor.execute("SELECT pg_current_xact_id()::text")
    (now,) = cursor.fetchone()
    end = monotonic() + patience_s
    while True:
        cursor.execute(HOLDERS_OF_THE_PAST, {"now": now})
        (holders,) = cursor.fetchone()
        if not holders or monotonic() >= end:
            return not holders
        sleep(0.1)


def personal_tables() -> tuple[str, ...]:
    """The tables that hold personal data, as their rows declare."""
    labels = dict.fromkeys(line.where for line in declared())
    return tuple(apps.get_model(label)._meta.db_table for label in labels)
