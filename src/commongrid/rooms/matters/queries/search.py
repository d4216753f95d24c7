"""Full-text search with one meaning on both databases: the newest matters that hold the words.

A word may stand in a tenth of all matters. So a search walks its hits from the newest on and stops
when it has enough; matters the reader may not see or the filter leaves out are passed by on the
way. What it costs depends on how many are shown, not on how many there are.

Among what is open a common word would still pass by all that ended with it. There the open matters
lead, the newest first, and each is asked for the words.

On SQLite the words of the newest matters, up to 63, are not in the index yet: they are read
themselves, before the hits of the index, and so are those of open matters. It comes to the same:
words are kept as the index reads them, and an accent counts.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL

from commongrid.rooms.matters.domain.words import asked_phrases
from commongrid.rooms.matters.models import Matter, SearchWords

MOST_FOUND = 500
COMMON = 2_000  # a word in so many matters is common: fewer hits are asked faster than all
COUNTED = """SELECT COUNT(*) FROM
    (SELECT 1 FROM matters_words WHERE matters_words MATCH %s LIMIT %s) AS hits"""
SQLITE = """SELECT matter_id FROM (
    SELECT * FROM (SELECT s.matter_id, s.id FROM matters_searchwords s
        WHERE s.id > (SELECT upto FROM matters_words_upto) AND {held} AND EXISTS ({allowed})
        ORDER BY s.id DESC LIMIT %s)
    UNION ALL
    SELECT * FROM (SELECT s.matter_id, s.id FROM matters_words w
        CROSS JOIN matters_searchwords s ON s.id = w.rowid
        WHERE w.matters_words MATCH %s AND EXISTS ({allowed}) ORDER BY w.rowid DESC LIMIT %s)
    ) ORDER BY id DESC LIMIT %s"""
HELD = "instr(' ' || s.words || ' ', %s) > 0"
POSTGRESQL = """SELECT s.matter_id FROM matters_searchwords s
    WHERE s.vector @@ to_tsquery('simple', %s) AND EXISTS ({allowed})
    ORDER BY s.id DESC LIMIT %s"""


def newest_found(
    rows: QuerySet[Matter], query: str, most: int = MOST_FOUND, *, is_open: bool = False
) -> list[UUID]:
    """The newest of these matters that hold every phrase of a query, at most ``most``.

    A query without words finds nothing. A last word in Latin letters or digits may be a beginning
    ("lam" finds "lamp"). ``is_open`` says that the rows are narrowed to what has not ended.
    Cost: one statement, two where SQLite is asked among what is open.
    """
    phrases = asked_phrases(query)
    if not phrases:
        return []
    if is_open and _is_common(phrases):
        return _open_found(rows, phrases, most)
    # One matter at a time: the hits lead, and each is asked whether it is among the rows.
    this = RawSQL("s.matter_id", ())
    one = rows.order_by().filter(pk=this).values("pk")
    try:
        allowed, params = one.query.sql_with_params()
    except EmptyResultSet:  # a reader who may read nothing
        return []
    if connection.vendor == "sqlite":
        sql = SQLITE.format(allowed=allowed, held=" AND ".join([HELD] * len(phrases)))
        waiting = (*(_within(phrase) for phrase in phrases), *params, most)
        values = (*waiting, _match(phrases), *params, most, most)
    else:
        sql, values = POSTGRESQL.format(allowed=allowed), (_tsquery(phrases), *params, most)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()]


class _Holds(Func):
    """A text of words and spaces holds another one; SQLite."""

    template = "instr(' ' || %(expressions)s) > 0"
    arg_joiner = " || ' ', "
    output_field = BooleanField()


class _Matches(Func):
    """The words of a row match a query; PostgreSQL."""

    template = "vector @@ to_tsquery('simple', %(expressions)s)"
    output_field = BooleanField()


def _is_common(phrases: tuple[str, ...]) -> bool:
    if connection.vendor != "sqlite":
        return True  # its planner knows how common a word is, and chooses who leads
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, (_match(phrases), COMMON))
        return bool(cursor.fetchone()[0] >= COMMON)


def _open_found(rows: QuerySet[Matter], phrases: tuple[str, ...], most: int) -> list[UUID]:
    """The same, asking one open matter after the other for the words."""
    words = SearchWords.objects.filter(matter_id=OuterRef("pk"))
    if connection.vendor == "sqlite":
        for phrase in phrases:
            words = words.filter(_Holds(F("words"), Value(_within(phrase))))
    else:
        words = words.filter(_Matches(Value(_tsquery(phrases))))
    found = rows.filter(Exists(words)).order_by("-received_at", "pk")
    return list(found.values_list("pk", flat=True)[:most])


def _within(phrase: str) -> str:
    """What stands in the words of a matter, with a space around them, that holds a phrase."""
    return f" {phrase}" if _may_go_on(phrase) else f" {phrase} "


def _match(phrases: tuple[str, ...]) -> str:
    return " ".join(f'"{phrase}"' + ("*" if _may_go_on(phrase) else "") for phrase in phrases)


def _tsquery(phrases: tuple[str, ...]) -> str:
    return " & ".join(
        f"({' <-> '.join(phrase.split())}{':*' if _may_go_on(phrase) else ''})"
        for phrase in phrases
    )


def _may_go_on(phrase: str) -> bool:
    return phrase[-1].isascii()
