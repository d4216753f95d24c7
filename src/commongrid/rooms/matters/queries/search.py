"""Full-text search as a database condition with one meaning on both databases."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.db.models.lookups import Lookup

from commongrid.rooms.matters.domain.words import asked_phrases
from commongrid.rooms.matters.models import SearchWords


class HasPhrase(Lookup):
    """``HasPhrase(F("words"), "井 盖")``: the words stand next to each other in the text.

    A last word in Latin letters or digits may be a beginning ("lam" finds "lamp").
    """

    lookup_name = "has_phrase"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        asked = f'"{self.rhs}"' + ("*" if _may_go_on(self.rhs) else "")
        sql = f"{table}.id IN (SELECT rowid FROM matters_words WHERE matters_words MATCH %s)"  # noqa: S608 - an alias of the ORM, no input
        return sql, (asked,)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        asked = " <-> ".join(self.rhs.split()) + (":*" if _may_go_on(self.rhs) else "")
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", (*params, asked)


def has_words(query: str) -> Q:
    """Matters that hold every phrase of a query; a query without words finds nothing.

    Cost: the word index is asked first and the matters by their keys, whatever their number.
    """
    phrases = asked_phrases(query)
    if not phrases:
        return Q(pk__in=[])
    found = SearchWords.objects.all()
    for phrase in phrases:
        found = found.filter(HasPhrase(F("words"), phrase))
    return Q(pk__in=found.order_by().values("matter_id"))


def _may_go_on(phrase: str) -> bool:
    return phrase[-1].isascii()
