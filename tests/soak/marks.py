"""What a server was in the midst of when it was killed: one byte a thread, in a mapped file.

What a process wrote into a mapped file is there after it was killed, and writing it costs the
server next to nothing.
"""

from __future__ import annotations

import itertools
import mmap
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

OPEN, ACT_WRITTEN, COMMITTING = 1, 2, 3
THREADS = 64


def taken(folder: Path) -> Counter[int]:
    """The transactions that were open, by how far they had come; forgets them."""
    found: Counter[int] = Counter()
    for file in folder.glob("*"):
        found.update(byte for byte in file.read_bytes() if byte)
        file.unlink()
    return found


class Marks:
    """The bytes of this process."""

    def __init__(self) -> None:
        self.pid, self.lock, self.mine = 0, threading.Lock(), threading.local()

    def set(self, value: int) -> None:
        """Say how far this thread's transaction has come; 0 when there is none."""
        with self.lock:
            if self.pid != os.getpid():
                self._open()
            number = getattr(self.mine, "number", None)
            if number is None or self.mine.pid != self.pid:
                self.mine.number, self.mine.pid = next(self.numbers), self.pid
        self.bytes[self.mine.number % THREADS] = value

    def _open(self) -> None:
        path = Path(os.environ["SOAK_MARKS"]) / str(os.getpid())
        path.write_bytes(bytes(THREADS))
        with path.open("r+b") as file:
            self.bytes = mmap.mmap(file.fileno(), THREADS)
        self.pid, self.numbers = os.getpid(), itertools.count()


def watch_transactions() -> None:
    """Mark every outermost transaction of this program, from its begin to its end."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.signals import connection_created
    from django.db.transaction import Atomic

    from commongrid.ledger.models import Act

    marks, table = Marks(), f'"{Act._meta.db_table}"'
    enter, leave, commit = Atomic.__enter__, Atomic.__exit__, BaseDatabaseWrapper.commit

    def entered(self: Any) -> None:
        enter(self)
        if len(_of(self).atomic_blocks) == 1:
            marks.set(OPEN)

    def left(self: Any, *error: Any) -> None:
        is_outermost = len(_of(self).atomic_blocks) == 1
        try:
            leave(self, *error)
        finally:
            if is_outermost:
                marks.set(0)

    def committed(self: Any) -> None:
        marks.set(COMMITTING)
        commit(self)

    def written(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        is_act = table in sql and "INSERT INTO" in sql
        is_alone = is_act and not context["connection"].in_atomic_block
        if is_alone:  # a transaction by itself, the act among what it writes
            marks.set(OPEN)
        try:
            return execute(sql, params, many, context)
        finally:
            if is_act:
                marks.set(0 if is_alone else ACT_WRITTEN)

    def connected(connection: Any, **_more: Any) -> None:
        if written not in connection.execute_wrappers:
            connection.execute_wrappers.append(written)

    Atomic.__enter__, Atomic.__exit__ = entered, left
    BaseDatabaseWrapper.commit = committed
    connection_created.connect(connected, weak=False)


def _of(atomic: Any) -> Any:
    from django.db import transaction

    return transaction.get_connection(atomic.using)
