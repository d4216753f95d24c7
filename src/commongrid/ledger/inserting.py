"""Rows to INSERTs: the rows that the ORM would save, by statements made once for each kind of row.

Raising a matter writes seven kinds of rows. Saving each through the ORM asks every field of every
row what it is and builds the same SQL again, which took a third of the time of the whole command
(ADR 0023). Here the statement and the list of fields that need translating are kept per kind; what
a field writes is the field's own answer, and constraints stay where they are, in the database.

Rows of several kinds go in one statement (``joining.py``); where that is all there is to write, it
needs no BEGIN and COMMIT.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from sqlite3 import Cursor
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from commongrid.ledger.joining import Joined, join, make_ready
from commongrid.ledger.turns import written_through

Row = TypeVar("Row", bound=models.Model)
Prepare = Callable[[Any, Any], Any]
_PLAIN = frozenset(  # written as they are on both databases
    {
        models.BooleanField,
        models.CharField,
        models.FloatField,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
    }
)


class NoTransactionError(RuntimeError):
    """A row was to be written outside a transaction: the change and its act could part."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What an INSERT of one kind of row looks like on one database."""

    read: Callable[[dict[str, Any]], tuple[Any, ...]]  # all values of a row, in one go
    prepare: tuple[tuple[int, Prepare], ...]  # by place: only fields that need translating
    head: str
    line: str


@dataclass(frozen=True, slots=True)
class _Blank:
    """A row before anything is said about it."""

    held: dict[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]  # a list of its own for each row


def new_row(kind: type[Row], /, **values: Any) -> Row:
    """The row that ``kind(**values)`` makes, at a tenth of the cost: for rows made by the dozen.

    Values go by column (``matter_id``, not ``matter``). Raises: TypeError for a name it lacks.
    """
    blank = _blank(kind)
    row = kind.__new__(kind)
    held = row.__dict__
    held.update(blank.held)
    for name, make in blank.made:
        if name not in values:
            held[name] = make()
    held.update(values)
    if len(held) != len(blank.held):
        message = f"{kind.__name__} has no {sorted(set(held) - set(blank.held))}"
        raise TypeError(message)
    held["_state"] = ModelState()
    return row


@lru_cache(maxsize=64)
def _blank(kind: type[models.Model]) -> _Blank:
    held: dict[str, Any] = {"_state": None}
    made = []
    for field in kind._meta.concrete_fields:
        held[field.attname] = None
        if callable(field.default) and field.default is not NOT_PROVIDED:
            made.append((field.attname, field.default))
        else:
            held[field.attname] = field.get_default()
    return _Blank(held, tuple(made))


@dataclass(frozen=True, slots=True)
class Insertion:
    """INSERTs that are made and wait for their turn; the rows are not to be changed any more."""

    rows: tuple[models.Model, ...]
    statements: tuple[tuple[str, list[Any]], ...]
    to: Any
    joined: Joined | None = None

    @property
    def is_one_statement(self) -> bool:
        """Whether the database carries all of it out or none without being told to."""
        return len(self.statements) == 1

    def __call__(self) -> None:
        """Insert. Raises: NoTransactionError for several statements outside ``atomic``."""
        if not (self.to.in_atomic_block or self.is_one_statement):
            raise NoTransactionError(type(self.rows[0]).__name__)
        with self._through() as to:
            if self.joined is not None:
                make_ready(self.joined, to)
            with _writing(to) as cursor:
                for sql, values in self.statements:
                    cursor.execute(sql, values)
        for row in self.rows:
            _settle(row, self.to.alias)

    def _through(self) -> AbstractContextManager[Any]:
        return written_through(self.to) if self.is_one_statement else nullcontext(self.to)


def insert_rows(*rows: models.Model) -> None:
    """Insert rows of any kinds as they are, in the given order, in the caller's transaction.

    Rows of one kind that stand together share a statement. Keys that the database counts itself
    are not read back, so such a row is not to be used any further.
    Raises: NoTransactionError outside ``atomic``; IntegrityError as a save would.
    Cost: 1 statement, or on SQLite one for each run of one kind where values are many.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(type(rows[0]).__name__)
    prepare_rows(*rows)()


def prepare_rows(*rows: models.Model) -> Insertion:
    """What ``insert_rows`` does, ready to be done: for whoever has one short turn to write.

    One statement needs no transaction around it.
    """
    to = connections[DEFAULT_DB_ALIAS]  # asked for once: the usual proxy looks it up every time
    shape, values = [], []
    for kind, run in groupby(rows, key=type):
        alike = list(run)
        shape.append((kind, len(alike)))
        values.append(_values(alike, to))
    plan = _plan(tuple(shape), to.vendor, is_logged=_is_logged(to))
    if plan.joined is not None:
        values = [[one for part in values for one in part]]
    return Insertion(rows, tuple(zip(plan.texts, values, strict=True)), to, plan.joined)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statements for rows of these kinds in this order, with the marks of one database."""

    texts: tuple[str, ...]
    joined: Joined | None


@lru_cache(maxsize=256)
def _plan(
    shape: tuple[tuple[type[models.Model], int], ...], vendor: str, *, is_logged: bool
) -> _Plan:
    texts = tuple(_text(_form(kind, vendor), count) for kind, count in shape)
    joined = join(texts, vendor) if len(texts) > 1 else None
    if joined is not None:
        texts = (joined.sql,)
    return _Plan(texts if is_logged else tuple(_marked(sql, vendor) for sql in texts), joined)


def _is_logged(to: Any) -> bool:
    """Whether Django's log of statements is on, which on SQLite reads its own marks only."""
    return to.vendor == "sqlite" and bool(to.queries_logged)


def _writing(to: Any) -> Any:
    """A cursor for statements that come again and again, with the database's own marks.

    On PostgreSQL values travel apart from the statement, which is then parsed and planned once
    for a connection; Django's own cursors write the values into it. On SQLite they would look
    through the statement for marks every time.
    """
    if _is_logged(to):
        return to.cursor()
    to.ensure_connection()
    if to.vendor == "sqlite":
        return to.make_cursor(Cursor(to.connection))
    from psycopg import RawCursor

    return to.make_cursor(RawCursor(to.connection))


def _marked(sql: str, vendor: str) -> str:
    """With the database's own marks for values, which driver or Django would look for every time.

    The names of our columns hold no percent sign.
    """
    first, *rest = sql.split("%s")
    marks = (f"${n}" if vendor == "postgresql" else "?" for n in range(1, len(rest) + 1))
    return first + "".join(mark + part for mark, part in zip(marks, rest, strict=True))


def insert_counted(row: models.Model) -> None:
    """Insert one row and read back the key that the database counted for it."""
    sql, values = _text(_form(type(row), connection.vendor), 1), _values([row], connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(sql, values)
            row.pk = cursor.lastrowid
        else:
            key = connection.ops.quote_name(str(row._meta.pk.column))
            cursor.execute(f"{sql} RETURNING {key}", values)
            row.pk = cursor.fetchone()[0]
    _settle(row, connection.alias)


def _text(form: _Form, count: int) -> str:
    return form.head + ",".join([form.line] * count)


def _values(rows: list[models.Model], to: Any) -> list[Any]:
    """What rows of one kind write, in the order of the marks."""
    form = _form(type(rows[0]), to.vendor)
    values: list[Any] = []
    for row in rows:
        line = list(form.read(row.__dict__))
        for place, prepare in form.prepare:
            if line[place] is not None:
                line[place] = prepare(line[place], to)
        values += line
    return values


def _settle(row: models.Model, alias: str) -> None:
    state = row._state
    state.adding, state.db = False, alias


@lru_cache(maxsize=64)
def _form(kind: type[models.Model], vendor: str) -> _Form:
    meta, quote = kind._meta, connection.ops.quote_name
    fields = [f for f in meta.concrete_fields if not isinstance(f, models.AutoField)]
    if meta.parents or any(_is_made_while_saving(f) for f in fields):
        message = f"{kind.__name__} needs the ORM to be saved"
        raise TypeError(message)
    columns = ",".join(quote(str(f.column)) for f in fields)
    return _Form(
        read=_reader([f.attname for f in fields]),
        prepare=tuple(_translated(fields, vendor)),
        head=f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ",  # noqa: S608 - our own names
        line="(" + ",".join(["%s"] * len(fields)) + ")",
    )


def _reader(names: list[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:  # itemgetter gives no tuple for one
        return lambda held: (held[names[0]],)
    return itemgetter(*names)


def _is_made_while_saving(field: Any) -> bool:
    names = ("auto_now", "auto_now_add", "generated")
    return any(getattr(field, name, False) for name in names)


def _translated(fields: list[Any], vendor: str) -> Iterator[tuple[int, Prepare]]:
    """The places of fields that are not written as they are, and how they are written."""
    for place, field in enumerate(fields):
        named = field
        while isinstance(named, models.ForeignKey):  # a key is written as the key it names
            named = named.target_field
        kind = type(named)
        if isinstance(named, models.DateTimeField):
            if vendor == "sqlite":
                yield place, _instant_as_text
        elif kind is models.UUIDField:
            if vendor == "sqlite":
                yield place, _id_as_hex
        elif kind is models.JSONField and named.encoder is None:
            yield place, _json_text
        elif kind is models.BinaryField and vendor == "sqlite":
            continue
        elif kind not in _PLAIN and not isinstance(named, models.AutoField):
            yield place, field.get_db_prep_save


def _id_as_hex(value: UUID | str, _: Any) -> str:
    return (value if isinstance(value, UUID) else UUID(value)).hex


def _json_text(value: Any, _: Any) -> str:
    """As Django's field writes it. Nearly all are empty when a row begins."""
    if not value and type(value) in (list, dict):
        return "{}" if type(value) is dict else "[]"
    return json.dumps(value)


def _instant_as_text(value: datetime, _: Any) -> str:
    return _spelled(value)


@lru_cache(maxsize=64)  # one command writes the same instant many times
def _spelled(value: datetime) -> str:
    """An aware time as Django writes it into SQLite: in UTC, without saying so."""
    instant = value if value.tzinfo is UTC else value.astimezone(UTC)
    return str(instant)[:-6]  # without its +00:00
