"""What is written by one statement needs no transaction around it, and is whole all the same."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger import turns
from commongrid.ledger.models import Act, Chain, OutboxRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.commands import raising
from commongrid.rooms.matters.models import ContactRow, Matter, Promise, SearchWords
from tests.support import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = (Matter, Promise, SearchWords, ContactRow, Act, Chain, OutboxRow)
WRITES = {"postgresql": "WITH", "sqlite": "INSERT"}.get(connection.vendor, "")
is_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")


@pytest.fixture(autouse=True)
def place(transactional_db: None) -> None:
    f.a_place()


@pytest.fixture(autouse=True, params=["the thread's", "the process's"])
def writer(
    request: pytest.FixtureRequest, place: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The connection that a statement goes through: of a SQLite file, the process's own."""
    if request.param == "the thread's":
        monkeypatch.setattr(turns, "_lock_file", lambda *_: None)  # as of a house in memory
        yield connections["default"]
        return
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no turns")
    held = os.open(tmp_path / "turn", os.O_RDWR | os.O_CREAT, 0o600)
    monkeypatch.setattr(turns, "_lock_file", lambda *_: held)
    turns._writer.cache_clear()
    writer = turns._writer("default", os.getpid())
    yield writer
    writer.close()
    turns._writer.cache_clear()
    os.close(held)


def raise_one(**more: Any) -> matters.Raised:
    return matters.raise_matter(
        actor=PUBLIC, at=f.AT, command_id=new_id(), draft=f.draft(), contact=f.CONTACT, **more
    )


def counts() -> list[int]:
    return [kind.objects.count() for kind in WRITTEN]


def test_nothing_is_kept_where_one_row_is_refused(monkeypatch: Any) -> None:
    taken = raise_one().ref
    before = counts()
    monkeypatch.setattr(raising, "new_ref", lambda *_: taken)
    with pytest.raises(IntegrityError):
        raise_one()
    assert counts() == before
    monkeypatch.undo()
    raise_one()  # on the same connection
    assert counts()[0] == before[0] + 1
    assert ledger.verify().is_whole


def test_the_transaction_around_it_goes_on(monkeypatch: Any) -> None:
    taken = raise_one().ref
    with transaction.atomic():
        raise_one()
        with monkeypatch.context() as patched, pytest.raises(IntegrityError):
            patched.setattr(raising, "new_ref", lambda *_: taken)
            raise_one()
        raise_one()
    assert Matter.objects.count() == 3
    assert ledger.verify().is_whole


def test_raising_is_two_statements() -> None:
    """What is known before, and what is written: nothing between them that others wait for."""
    raise_one()
    seen: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        seen.append(sql.split(maxsplit=1)[0])
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        raise_one()
    assert seen == ["SELECT", WRITES]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_nothing_is_kept_where_the_act_is_refused_inside_the_statement(writer: Any) -> None:
    before = counts()
    with writer.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON ledger_act"
            " BEGIN SELECT RAISE(ABORT, 'no act'); END"
        )
        with pytest.raises(IntegrityError, match="no act"):
            raise_one()
        cursor.execute("DROP TRIGGER full")
    assert counts() == before
    raise_one()
    assert counts()[0] == before[0] + 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_a_connection_in_doubt_is_not_used_again(writer: Any) -> None:
    raise_one()
    first, before = writer.connection, counts()
    with pytest.raises(OperationalError):
        writer.connection.set_progress_handler(lambda: 1, 10)  # as a disk that fails half-way
        raise_one()
    writer.ensure_connection()
    writer.connection.set_progress_handler(None, 0)
    assert (writer.connection is first) == (writer is connections["default"])
    assert counts() == before
    raise_one()
    assert counts()[0] == before[0] + 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_only_who_has_the_turn_writes_through_the_connection_of_all(writer: Any) -> None:
    own = connections["default"]

    def chosen() -> Any:
        with turns.written_through(own) as to:
            return to

    assert chosen() is own
    with ledger.in_turn():
        assert chosen() is writer
        others: list[Any] = []
        thread = threading.Thread(target=lambda: others.append(chosen()))
        thread.start()
        thread.join(60)
        assert others == [own]  # another thread has its own
        with transaction.atomic():
            assert chosen() is own
        with connection.execute_wrapper(lambda execute, *more: execute(*more)):
            assert chosen() is own  # somebody watches
    assert chosen() is own


@is_postgresql
@pytest.mark.parametrize("photos", [0, 1])
def test_all_rows_are_of_one_transaction(photos: int) -> None:
    raised = raise_one(photos=[f.photo()] * photos)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xmin::text FROM matters_matter WHERE id = %s"
            " UNION SELECT xmin::text FROM ledger_act WHERE subject = %s"
            " UNION SELECT xmin::text FROM ledger_chain WHERE subject = %s"
            " UNION SELECT xmin::text FROM matters_photorow WHERE matter_id = %s",
            [raised.id, f"matter:{raised.id}", f"matter:{raised.id}", raised.id],
        )
        assert len(cursor.fetchall()) == 1
