"""A database condition: the path begins with a root. One meaning on every database.

Cost: a range scan of the column's index. SQLite compares bytes, so a range does it. PostgreSQL
orders text by language, where a range over "/" would be wrong; there it is LIKE with a fixed
beginning, served by a pattern index: Django makes one for ``db_index=True``, beside a plain one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.lookups import Lookup

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup  # generic for the type checker only

_BROAD = 3  # city, district, township: lists of these walk by time or light
_AFTER_SLASH = chr(ord("/") + 1)


class Within(_Lookup):
    """``Within(F("place_path"), "/1505/")``: true at the root and everywhere below it.

    Raises: ValueError for a root that is not closed by slashes, since "/15" would let in "/150".
    """

    lookup_name = "within"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: str) -> None:
        if not (rhs.startswith("/") and rhs.endswith("/")):
            message = f"a root begins and ends with a slash, unlike {rhs!r}"
            raise ValueError(message)
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Everything from the root up to, not including, what would follow its last slash."""
        column, params = self.process_lhs(compiler, connection)
        end = self.rhs[:-1] + _AFTER_SLASH
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, end)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same; without the index where the root is so high that it covers most rows.

        SQLite cannot tell how much a range covers and would sort a whole town to show a page. A
        plus before a column says that its index is of no use.
        """
        sql, params = self.as_sql(compiler, connection)
        if self.rhs.count("/") - 1 > _BROAD:
            return sql, params
        column, _ = self.process_lhs(compiler, connection)
        return sql.replace(f"({column} >=", f"(+{column} >=").replace(
            f"AND {column} <", f"AND +{column} <"
        ), params

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same by LIKE."""
        column, params = self.process_lhs(compiler, connection)
        literal = self.rhs.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} LIKE %s", (*params, literal + "%")


def is_within(field: str, root: str) -> Within:
    """The condition for a field of the queryset's model, or of one it points to."""
    return Within(F(field), root)


def within_any(field: str, roots: Iterable[str]) -> Q:
    """The condition for several roots; nothing lies within none."""
    found = Q(pk__in=())
    for root in roots:
        found |= Q(is_within(field, root))
    return found


class PassedBy(Within):
    """Within a place, asked of each row on the way along another index.

    What lies in one grid grows for ever. A list that walks what is open, or from the newest on, is
    done long before the path's index has given all of the grid. PostgreSQL's planner knows that.
    """

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same range; the plus says that the path's index is of no use."""
        column, _ = self.process_lhs(compiler, connection)
        sql, params = self.as_sql(compiler, connection)
        return sql.replace(column, f"+{column}"), params


def passed_by(field: str, root: str) -> PassedBy:
    """The condition for a field of the queryset's model."""
    return PassedBy(F(field), root)
