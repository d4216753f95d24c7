"""Questions of two rooms in one statement: on PostgreSQL every statement is a journey.

A room says what it would ask and how it reads the answer; whoever asks both sends them together.
Rooms keep their tables to themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

Answer = TypeVar("Answer")
First = TypeVar("First")
Second = TypeVar("Second")


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """A SELECT of one column of ids, and what is made of the ids it finds.

    They are told as the database keeps them: UUIDs on PostgreSQL, their hexadecimals on SQLite.
    """

    column: str
    source: str  # from FROM on, with a mark %s for each value
    values: tuple[UUID, ...]
    read: Callable[[list[Any]], Answer]


def ask_both(first: Question[First], second: Question[Second]) -> tuple[First, Second]:
    """The answers to two questions, of one instant. Cost: 1 statement."""
    to = connections[DEFAULT_DB_ALIAS]
    values = (*first.values, *second.values)
    sql = (
        f"SELECT 1, {first.column} {first.source} "
        f"UNION ALL SELECT 2, {second.column} {second.source}"
    )
    with to.cursor() as cursor:
        cursor.execute(sql, [one.hex for one in values] if to.vendor == "sqlite" else values)
        rows = cursor.fetchall()
    return (
        first.read([found for number, found in rows if number == 1]),
        second.read([found for number, found in rows if number == 2]),
    )
