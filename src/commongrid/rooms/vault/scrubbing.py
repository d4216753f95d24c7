"""Overwriting what erased rows left behind in the files of the database.

SQLite overwrites what is deleted (``secure_delete``); what is left is the log of the last writes,
the search index, which keeps deleted words until its parts are merged, and room that lay free
before. PostgreSQL keeps old versions of rows until they are vacuumed, and their bytes until the
table is written anew. What is proven of it: docs/adr/0036.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection

from commongrid.rooms.vault.declared import declared

INDEX = "matters_words"  # of the full-text search, on SQLite


def scrub(*, is_whole: bool = False) -> None:
    """Overwrite the traces. ``is_whole`` writes every page anew: for a quiet hour.

    Must run outside a transaction. Cost: the search index is merged; ``is_whole`` takes the time
    and the room of a copy of the database, and others wait.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _scrub_sqlite(cursor, is_whole=is_whole)
        else:
            _scrub_postgresql(cursor, is_whole=is_whole)


def _scrub_sqlite(cursor: Any, *, is_whole: bool) -> None:
    cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")  # noqa: S608
    if is_whole:
        cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _scrub_postgresql(cursor: Any, *, is_whole: bool) -> None:
    for table in personal_tables():
        cursor.execute(f'VACUUM {"FULL " if is_whole else ""}"{table}"')


def personal_tables() -> tuple[str, ...]:
    """The tables that hold personal data, as their rows declare."""
    labels = dict.fromkeys(line.where for line in declared())
    return tuple(apps.get_model(label)._meta.db_table for label in labels)
