"""Several INSERTs as one statement, which the database carries out whole or not at all.

PostgreSQL joins statements that write in a WITH. SQLite has no such thing, but a view can have a
trigger that says what becomes of a row put into it. So each kind of writing gets a view of its
own, made of nothing, with a column for each value; its trigger hands the values to the INSERTs.
View and trigger are temporary: they belong to one connection and are in no file.

What it saves is not the parsing. Between two statements Python takes the interpreter back from
whichever thread has it by now, and meanwhile the house's one turn to write is held (ADR 0023).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

MOST_VALUES = 1000  # SQLite knows 2,000 columns
_MADE = "_commongrid_joined"  # on the wrapper of a connection


@dataclass(frozen=True, slots=True)
class Joined:
    """One statement for several; ``making`` is what a SQLite connection must have seen before."""

    sql: str
    name: str = ""
    making: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def join(parts: tuple[str, ...], vendor: str) -> Joined | None:
    """One statement that does what ``parts`` do, with their values in the same order.

    ``parts`` have a mark %s for each value. None where that cannot be.
    """
    if vendor == "postgresql":
        named = [f"part{n} AS ({sql})" for n, sql in enumerate(parts[:-1])]
        return Joined(f"WITH {', '.join(named)} {parts[-1]}")
    count = sum(part.count("%s") for part in parts)
    return _by_view(parts, count) if vendor == "sqlite" and count <= MOST_VALUES else None


def _by_view(parts: tuple[str, ...], count: int) -> Joined:
    name = f"joined_{sha256(';'.join(parts).encode()).hexdigest()[:16]}"
    columns = ", ".join(f"NULL AS v{n}" for n in range(count))
    texts, at = [], 0
    for part in parts:
        first, *rest = part.split("%s")
        texts.append(first + "".join(f"NEW.v{at + n}{text}" for n, text in enumerate(rest)))
        at += len(rest)
    view = f"CREATE TEMP VIEW IF NOT EXISTS {name} AS SELECT {columns}"
    trigger = (
        f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_row INSTEAD OF INSERT ON {name} "
        f"BEGIN {'; '.join(texts)}; END"
    )
    # Whoever reads a log of statements sees what is written.
    told = " ".join(part[: part.index(" (")].removeprefix("INSERT ") + " " for part in parts)
    marks = ",".join(["%s"] * count)
    return Joined(f"INSERT INTO {name} VALUES ({marks}) /* {told}*/", name, (view, trigger))  # noqa: S608


def make_ready(joined: Joined, to: Any) -> None:
    """Make sure that this connection knows what ``joined`` writes into.

    Cost: nothing for a connection that was ready; within a transaction two statements that find
    it done, for what was made in one goes with it when it is rolled back.
    """
    if not joined.making:
        return
    to.ensure_connection()
    of, names = to.__dict__.get(_MADE, (None, set()))
    if of is not to.connection:  # another one since
        names = set()
        to.__dict__[_MADE] = (to.connection, names)
    if joined.name in names:
        return
    for statement in joined.making:  # they are not the caller's: nobody counts or breaks them
        to.connection.execute(statement)
    if not to.in_atomic_block:
        names.add(joined.name)


def forget(to: Any) -> None:
    """Take the views from this connection: SQLite alters no table that a trigger writes to."""
    if to.vendor != "sqlite" or to.connection is None:
        return
    to.__dict__.pop(_MADE, None)
    known = "SELECT name FROM temp.sqlite_master WHERE type = 'view' AND name GLOB 'joined_*'"
    for (name,) in to.connection.execute(known).fetchall():
        to.connection.execute(f"DROP VIEW temp.{name}")
