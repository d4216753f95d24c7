"""Acts by what they are about: only those of rows that the reader was let to, asked in SQL.

A subject names its row as ``kind:uuid``. Whoever reads the newest acts of a whole house first and
asks then which are theirs finds too few of a small place; so the rows' own condition is asked of
each act on the way along the acts' index.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    Func,
    Model,
    OuterRef,
    QuerySet,
    UUIDField,
)

from commongrid.ledger.models import Act

_UUID_LENGTH = 36
_UUID = "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"
_FIELDS = ("subject", "action", "role", "at")


class IdIn(Func):
    """The id that a subject of this kind names, as the database keeps ids; NULL of another kind.

    SQLite keeps ids as 32 hexadecimals. PostgreSQL has a type that a text must fit: it is asked
    inside the CASE, so that a subject of another kind is never cast. The subject is a column.
    """

    arity = 1
    output_field = UUIDField()

    def __init__(self, subject: str | OuterRef, *, kind: str) -> None:
        super().__init__(subject)
        self.kind = _plain(kind)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """What stands after the colon, cast."""
        template = (
            f"CASE WHEN %(expressions)s ~ '^{self.kind}:{_UUID}$' "
            f"THEN substr(%(expressions)s, {len(self.kind) + 2})::uuid END"
        )
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The same without its dashes."""
        start = len(self.kind) + 2
        template = (
            f"CASE WHEN substr(%(expressions)s, 1, {start - 1}) = '{self.kind}:' "
            f"AND length(%(expressions)s) = {start - 1 + _UUID_LENGTH} "
            f"THEN replace(substr(%(expressions)s, {start}), '-', '') END"
        )
        return self.as_sql(compiler, connection, template=template, **more)


class NameIn(Func):
    """What a subject of these kinds names, up to the next colon; NULL of another kind."""

    arity = 1
    output_field: Any = CharField()
    _postgresql = (
        "CASE WHEN {kind} IN ({kinds}) AND strpos(%(expressions)s, ':') > 0 "
        "THEN split_part(%(expressions)s, ':', 2) END"
    )
    _sqlite = "CASE WHEN {kind} IN ({kinds}) THEN {name} END"

    def __init__(self, subject: str | OuterRef, *, kinds: Collection[str]) -> None:
        super().__init__(subject)
        self.kinds = ", ".join(f"'{_plain(kind)}'" for kind in kinds)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The second part between colons."""
        kind = "split_part(%(expressions)s, ':', 1)"
        template = self._postgresql.format(kind=kind, kinds=self.kinds)
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The same without a function that splits."""
        kind = "substr(%(expressions)s, 1, instr(%(expressions)s, ':') - 1)"
        rest = "substr(%(expressions)s, instr(%(expressions)s, ':') + 1)"
        name = f"substr({rest}, 1, instr({rest} || ':', ':') - 1)"
        template = self._sqlite.format(kind=kind, kinds=self.kinds, name=name)
        return self.as_sql(compiler, connection, template=template, **more)


class NumberIn(NameIn):
    """The same where rows have numbers; NULL where no number stands there."""

    output_field: Any = BigIntegerField()
    _postgresql = (
        "CASE WHEN {kind} IN ({kinds}) AND split_part(%(expressions)s, ':', 2) ~ '^[0-9]{{1,18}}$' "
        "THEN split_part(%(expressions)s, ':', 2)::bigint END"
    )
    _sqlite = (
        "CASE WHEN {kind} IN ({kinds}) AND {name} <> '' AND NOT {name} GLOB '*[^0-9]*' "
        "THEN CAST({name} AS INTEGER) END"
    )


class ByKind(Func):
    """A column to sort by, on SQLite without its index.

    It would walk every act of the time to save itself a sort; acts of few kinds are few. A plus
    before a column says that its index is of no use. PostgreSQL's planner knows.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The same with a plus."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


@dataclass(frozen=True, slots=True)
class SeenAct:
    """What a list made of acts needs of one: nobody's name. ``words`` only where asked for."""

    subject: str
    action: str
    role: str
    at: datetime
    words: str = ""

    @property
    def id(self) -> UUID:
        """The id its subject names. Raises: ValueError for a subject that names none."""
        return UUID(self.subject.partition(":")[2])


def is_about(kind: str, rows: QuerySet[Model, Any]) -> Exists:
    """A condition on acts: about one of the rows. Cost: a key looked up for each act."""
    return Exists(rows.order_by().filter(pk=IdIn(OuterRef("subject"), kind=kind)))


def is_named(
    kinds: Collection[str], rows: QuerySet[Model, Any], *, by: str, is_number: bool = False
) -> Exists:
    """A condition on acts: one of the rows is what the subject names by a ref, code or number."""
    name = (NumberIn if is_number else NameIn)(OuterRef("subject"), kinds=kinds)
    return Exists(rows.order_by().filter(**{by: name}))


def list_acts_within(
    kind: str, rows: QuerySet[Model, Any], *, actions: Collection[str], since: datetime,
    most: int, role: str = "", words: bool = False,
) -> tuple[SeenAct, ...]:  # fmt: skip
    """The newest acts of these kinds about any of the rows, newest first, as many as ``most``.

    ``rows``: narrowed to what the reader may see; ``role``: of who acted, "" for everybody.
    Cost: 1 statement along the acts of these kinds in that time, a key looked up for each.
    """
    acts = Act.objects.filter(action__in=actions, at__gte=since)
    if role:
        acts = acts.filter(role=role)
    found = acts.filter(is_about(kind, rows)).order_by(ByKind("at").desc(), "-id")
    return _seen(found[:most], words=words)


def list_acts_on(
    subjects: Collection[str], *, actions: Collection[str], since: datetime
) -> tuple[SeenAct, ...]:
    """Acts of these kinds on the subjects that came with words, oldest first. Cost: 1 statement."""
    acts = Act.objects.filter(subject__in=subjects, action__in=actions, at__gte=since)
    return _seen(acts.exclude(words="").order_by("id"), words=True)


def _plain(kind: str) -> str:
    if not re.fullmatch(r"[a-z_]+", kind):
        message = f"a kind of subject is a plain word, unlike {kind!r}"
        raise ValueError(message)
    return kind


def _seen(acts: QuerySet[Act], *, words: bool) -> tuple[SeenAct, ...]:
    fields = (*_FIELDS, "words") if words else _FIELDS
    return tuple(SeenAct(*row) for row in acts.values_list(*fields))
