"""Whose turn it is to write: among threads, among processes, and when a holder dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commongrid.ledger import turns
from commongrid.ledger.face import in_turn

HOLDER = """
import fcntl, os, sys
held = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""
WAIT_S = 60


@dataclass
class To:
    """As much of a connection as a turn looks at."""

    vendor: str
    settings_dict: dict[str, str]
    in_atomic_block: bool = False


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A house on a SQLite file of its own, whatever database the tests run on."""
    path = tmp_path / "commongrid.sqlite3"
    path.touch()
    monkeypatch.setattr(turns, "connection", To("sqlite", {"NAME": str(path)}))
    opened: list[int] = []

    def noted(*given: Any) -> int:
        opened.append(real(*given))
        return opened[-1]

    real = os.open
    monkeypatch.setattr(turns.os, "open", noted)
    turns._lock_file.cache_clear()
    yield path
    turns._lock_file.cache_clear()
    for one in opened:
        os.close(one)


def in_another_thread() -> tuple[threading.Thread, threading.Event]:
    """A thread that wants its turn, and whether it had it."""
    had = threading.Event()

    def work() -> None:
        with in_turn():
            had.set()

    return threading.Thread(target=work, daemon=True), had


def test_two_threads_write_one_after_the_other(house: Path) -> None:
    thread, had = in_another_thread()
    with in_turn():
        thread.start()
        assert not had.wait(0.2), "the turn was given twice"
    assert had.wait(WAIT_S)
    thread.join(WAIT_S)


@pytest.mark.skipif(turns.fcntl is None, reason="no file locks on this system")
@pytest.mark.parametrize("is_at_once", [True, False], ids=["at once", "by the usual call"])
def test_a_process_waits_for_another_one_and_for_its_end(
    house: Path, monkeypatch: pytest.MonkeyPatch, is_at_once: bool
) -> None:
    if not is_at_once:
        monkeypatch.setattr(turns, "_flock", None)
    beside = f"{house}-turn"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, beside],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            thread, had = in_another_thread()
            thread.start()
            assert not had.wait(0.2), "another process held the turn"
        finally:
            holder.kill()  # as at a power cut: it gives nothing back itself
    assert had.wait(WAIT_S)
    thread.join(WAIT_S)


def test_the_turn_goes_on_when_the_work_fails(house: Path) -> None:
    with pytest.raises(ZeroDivisionError), in_turn():
        1 / 0  # noqa: B018
    with in_turn():
        assert house.with_name("commongrid.sqlite3-turn").exists() == (turns.fcntl is not None)


def test_inside_a_transaction_nobody_waits(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns.connection, "in_atomic_block", True)
    with turns._MUTEX, in_turn():
        assert not list(house.parent.glob("*-turn"))


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory&cache=shared"])
def test_a_database_in_memory_has_no_lock_file(house: Path, name: str) -> None:
    turns.connection.settings_dict["NAME"] = name
    with in_turn():
        assert not list(house.parent.glob("*-turn"))


def test_a_disk_that_takes_no_file_stops_nobody(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(turns.os, "open", full)
    with in_turn():
        assert not list(house.parent.glob("*-turn"))


def test_postgresql_has_no_turns(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns.connection, "vendor", "postgresql")
    with turns._MUTEX, in_turn():
        assert not list(house.parent.glob("*-turn"))
