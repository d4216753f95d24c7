"""What takes seconds to make and is the same for every test: made once, then copied back."""

import sqlite3
from collections.abc import Callable
from typing import Any

from django.db import connection

_made: dict[str, tuple[sqlite3.Connection, Any]] = {}


def kept(name: str, make: Callable[[], Any]) -> Any:
    """What `make` returns, with the rows it made: the first time by making them.

    The whole database is copied: one name stands for one way to make all of it. Files stay where
    the first time left them: the folder is the process's own, and nobody takes them away.
    """
    connection.ensure_connection()
    if name not in _made:
        result = make()
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(copy)
        _made[name] = copy, result
        return result
    copy, result = _made[name]
    copy.backup(connection.connection)
    return result
