"""Whose turn it is to write: on SQLite one transaction writes at a time, so the others queue.

SQLite makes a writer wait by sleeping for longer and longer spells, up to 100 ms, and whoever
comes meanwhile goes first. A lock wakes the next one at once: among the threads of a process a
mutex, among the processes of the house a lock on a file beside the database. The database's own
lock still decides; a turn only spares the sleeping, so a writer that takes none loses nothing but
time. The system gives the file's lock back when a process ends, however it ends.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, connections

if TYPE_CHECKING:
    from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # a system without it: SQLite's own waiting does
    fcntl = None

_MUTEX = threading.Lock()
_holder: list[int] = []  # the thread of this process that has the turn


@contextmanager
def in_turn() -> Iterator[None]:
    """Hold the turn to write while the block runs; begin the transaction inside.

    Does nothing on PostgreSQL, where writers do not wait for each other. Inside a transaction
    the turn is held or was never needed: waiting for it there could make two wait for each other.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _MUTEX:
        held = _lock_file(str(connection.settings_dict["NAME"]), os.getpid()) if fcntl else None
        if held is None:
            yield
            return
        with _locked(held):
            yield


@contextmanager
def _locked(file: int) -> Iterator[None]:
    assert fcntl is not None
    if not _at_once(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
        fcntl.flock(file, fcntl.LOCK_EX)
    _holder.append(threading.get_ident())
    try:
        yield
    finally:
        _holder.clear()
        if not _at_once(file, fcntl.LOCK_UN):
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def written_through(own: Any) -> Iterator[Any]:
    """The connection for one statement that needs no transaction: the process's while this thread
    has the turn, or else the thread's own one.

    The thread's own is also taken where somebody watches what is written through it.
    """
    is_watched = own.queries_logged or own.execute_wrappers
    if threading.get_ident() not in _holder or own.in_atomic_block or is_watched:
        yield own
        return
    writer = _writer(own.alias, os.getpid())
    try:
        yield writer
    except IntegrityError:
        raise
    except BaseException:  # nobody knows what state it is in: the next one opens another
        writer.close()
        raise


@lru_cache(maxsize=4)
def _writer(alias: str, _process: int) -> Any:
    """A connection as the threads have, which any of them may use, one at a time."""
    writer = connections.create_connection(alias)
    writer.inc_thread_sharing()
    return writer


def _at_once(file: int, wanted: int) -> bool:
    """Ask for what never waits, and tell whether it was done, without giving up the interpreter.

    Python gives it up around every call that might wait. Whoever takes it meanwhile keeps it for as
    long as it has something to do, and the one turn of the house is held for nothing.
    """
    return _flock is not None and _flock(file, wanted) == 0


def _find_flock() -> Callable[[int, int], int] | None:
    try:
        return ctypes.PyDLL(None).flock
    except (AttributeError, OSError, TypeError):  # another system: the usual call does
        return None


_flock = _find_flock()


@lru_cache(maxsize=4)
def _lock_file(database: str, _process: int) -> int | None:
    """The open lock file beside a database; none for one that lives in memory.

    Each process opens its own: a lock belongs to the opening, which a fork would share.
    """
    path = Path(database)
    if not path.is_file():
        return None
    try:
        return os.open(path.with_name(f"{path.name}-turn"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a full or read-only disk: the write itself will tell
        return None
