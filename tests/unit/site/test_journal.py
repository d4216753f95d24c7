"""SQLite's journal as the house sets it: it stays within bounds, and a kill loses nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from commongrid.site.databases import SQLITE_PRAGMAS

PAGE = 4096
PAGES = 16_000
ENTRY = PAGE + 24  # a page in the journal, with its head
LARGE = bytes(100 * PAGE)

KILLED = """
import os, signal, sqlite3, sys
from commongrid.site.databases import SQLITE_PRAGMAS
to = sqlite3.connect(sys.argv[1], isolation_level=None)
to.executescript(SQLITE_PRAGMAS)
to.execute("CREATE TABLE kept (n INTEGER)")
for n in range(200):
    to.execute("INSERT INTO kept VALUES (?)", (n,))
to.execute("BEGIN IMMEDIATE")
to.execute("INSERT INTO kept VALUES (-1)")
os.kill(os.getpid(), signal.SIGKILL)
"""


def opened(path: Path) -> sqlite3.Connection:
    to = sqlite3.connect(path, isolation_level=None)
    to.executescript(SQLITE_PRAGMAS)
    return to


def test_the_journal_is_copied_back_before_it_grows_on(tmp_path: Path) -> None:
    path = tmp_path / "house.sqlite3"
    to = opened(path)
    journal, largest = path.with_name(f"{path.name}-wal"), 0
    to.execute("CREATE TABLE large (n INTEGER PRIMARY KEY, held BLOB)")
    for n in range(2 * PAGES // 100):  # twice as much as it may hold, written over and over
        to.execute("REPLACE INTO large VALUES (?, ?)", (n % 5, LARGE))
        largest = max(largest, journal.stat().st_size)
    assert PAGES * ENTRY // 2 < largest < (PAGES + 1000) * ENTRY
    to.close()


def test_what_was_written_stands_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "house.sqlite3"
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    to = opened(path)
    assert to.execute("SELECT count(*), min(n) FROM kept").fetchone() == (200, 0)
    assert to.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    to.close()
