"""SQLite's search index brought up to date, as it is with every 64th matter."""

from __future__ import annotations

from django.db import connection

STATEMENTS = (
    """INSERT INTO matters_words(rowid, words) SELECT id, words FROM matters_searchwords
    WHERE id > (SELECT upto FROM matters_words_upto)""",
    "UPDATE matters_words_upto SET upto = (SELECT COALESCE(MAX(id), 0) FROM matters_searchwords)",
)


def index_words_now() -> None:
    """What the trigger of the index does with all words that wait. Nothing on PostgreSQL."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement)
