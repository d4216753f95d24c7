"""Full-text search with one meaning on both databases: the newest matters that hold the words.

A word may stand in a tenth of all matters. So a search walks its hits from the newest on and stops
when it has enough; matters the reader may not see or the filter leaves out are passed by on the
way. What it costs depends on how many are shown, not on how many there are.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from commongrid.rooms.matters.domain.words import asked_phrases
from commongrid.rooms.matters.models import Matter

MOST_FOUND = 2_000
SQLITE = """SELECT s.matter_id FROM matters_words w
    CROSS JOIN matters_searchwords s ON s.id = w.rowid
    WHERE w.matters_words MATCH %s AND EXISTS ({allowed}) ORDER BY w.rowid DESC LIMIT %s"""
POSTGRESQL = """SELECT s.matter_id FROM matters_searchwords s
    WHERE to_tsvector('simple', s.words) @@ to_tsquery('simple', %s) AND EXISTS ({allowed})
    ORDER BY s.id DESC LIMIT %s"""


def newest_found(rows: QuerySet[Matter], query: str, most: int = MOST_FOUND) -> list[UUID]:
    """The newest of these matters that hold every phrase of a query, at most ``most``.

    A query without words finds nothing. A last word in Latin letters or digits may be a beginning
    ("lam" finds "lamp"). Cost: one statement.
    """
    phrases = asked_phrases(query)
    if not phrases:
        return []
    # One matter at a time: the hits lead, and each is asked whether it is among the rows.
    this = RawSQL("s.matter_id", ())
    one = rows.order_by().filter(pk=this).values("pk")
    try:
        allowed, params = one.query.sql_with_params()
    except EmptyResultSet:  # a reader who may read nothing
        return []
    is_sqlite = connection.vendor == "sqlite"
    asked = (_match if is_sqlite else _tsquery)(phrases)
    sql = (SQLITE if is_sqlite else POSTGRESQL).format(allowed=allowed)
    with connection.cursor() as cursor:
        cursor.execute(sql, (asked, *params, most))
        return [key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()]


def _match(phrases: tuple[str, ...]) -> str:
    return " ".join(f'"{phrase}"' + ("*" if _may_go_on(phrase) else "") for phrase in phrases)


def _tsquery(phrases: tuple[str, ...]) -> str:
    return " & ".join(
        f"({' <-> '.join(phrase.split())}{':*' if _may_go_on(phrase) else ''})"
        for phrase in phrases
    )


def _may_go_on(phrase: str) -> bool:
    return phrase[-1].isascii()
