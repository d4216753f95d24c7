"""Rows of several kinds in one statement: what comes to stand, and that it is all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management.sql import emit_pre_migrate_signal
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger import joining
from commongrid.ledger.models import Act, Chain, OutboxRow
from tests.support import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
WORDS = "50 % of \"one\"; 'two' -- /* 三 */ %s ? $1 :v0"


def rows(subject: str = "") -> tuple[Any, ...]:
    subject = subject or f"matter:{new_id()}"
    act = ledger.ActDraft(
        command_id=new_id(), subject=subject, action="x", actor="y", rule_id="z", at=f.AT,
        words=WORDS,
    )  # fmt: skip
    told = ledger.outbox_row(
        topic="t", subject=subject, command_id=act.command_id, at=f.AT, payload={"a": [1, WORDS]}
    )
    return (*ledger.first_act_rows(act), told)


def counts() -> list[int]:
    return [kind.objects.count() for kind in (Act, Chain, OutboxRow)]


def views() -> list[str]:
    found = connection.connection.execute("SELECT name FROM temp.sqlite_master WHERE type='view'")
    return [name for (name,) in found.fetchall()]


def test_what_is_written_is_what_the_orm_would_write() -> None:
    act, chain, told = rows()
    insert = ledger.prepare_rows(act, chain, told)
    assert insert.is_one_statement
    insert()
    kept = Act.objects.get()
    same = ("subject", "position", "command_id", "at", "recorded_at", "core", "words", "hash")
    assert all(getattr(kept, name) == getattr(act, name) for name in same)
    one = OutboxRow.objects.get()
    assert (one.payload, one.addressed_at) == ({"a": [1, WORDS]}, None)
    assert Chain.objects.get().seal == chain.seal
    assert ledger.verify().is_whole


def test_nothing_stands_where_the_last_row_is_refused() -> None:
    ledger.prepare_rows(*rows("matter:1"))()
    act, chain, told = rows()
    chain.subject = "matter:1"
    insert = ledger.prepare_rows(act, told, chain)
    with pytest.raises(IntegrityError):
        insert()
    assert counts() == [1, 1, 1]
    assert not connection.in_atomic_block
    ledger.prepare_rows(*rows())()
    assert counts() == [2, 2, 2]


def test_nothing_stands_where_the_disk_or_a_lock_ends_it(monkeypatch: Any) -> None:
    class Full:
        def __init__(self, *_: Any) -> None:
            raise DatabaseError("database or disk is full")

    monkeypatch.setattr(connection, "make_cursor", Full)
    with pytest.raises(DatabaseError, match="full"):
        ledger.prepare_rows(*rows())()
    monkeypatch.undo()
    assert counts() == [0, 0, 0]


def test_what_a_transaction_took_back_is_made_again() -> None:
    """The view, too, goes when the transaction in which it was made is rolled back."""
    connection.close()  # what knows no view yet
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            ledger.insert_rows(*rows())
            1 / 0  # noqa: B018
        assert counts() == [0, 0, 0]
    with transaction.atomic():
        ledger.insert_rows(*rows())
    ledger.prepare_rows(*rows())()
    assert counts() == [2, 2, 2]


def test_another_connection_learns_it_anew() -> None:
    for written in (1, 2):
        ledger.prepare_rows(*rows())()
        assert counts() == [written] * 3
        connection.close()


@on_sqlite
def test_a_log_of_statements_names_what_is_written() -> None:
    with CaptureQueriesContext(connection) as seen:
        ledger.prepare_rows(*rows())()
    (one,) = seen.captured_queries
    for kind in (Act, Chain, OutboxRow):
        assert f'INTO "{kind._meta.db_table}" ' in one["sql"]
    assert counts() == [1, 1, 1]


@on_sqlite
def test_very_many_values_go_in_several_statements() -> None:
    several = [row for _ in range(1 + joining.MOST_VALUES // 16) for row in rows()]
    insert = ledger.prepare_rows(*several)
    assert not insert.is_one_statement
    with pytest.raises(ledger.NoTransactionError):
        insert()
    with transaction.atomic():
        insert()
    assert counts() == [len(several) // 3] * 3


@on_sqlite
def test_tables_can_be_altered_afterwards() -> None:
    ledger.prepare_rows(*rows())()
    assert views()
    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
    assert not views()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_chain RENAME TO chain_elsewhere")
        1 / 0  # noqa: B018
    ledger.prepare_rows(*rows())()
    assert counts() == [2, 2, 2]


@on_sqlite
def test_nothing_of_it_is_in_the_file() -> None:
    ledger.prepare_rows(*rows())()
    tables = connection.introspection.table_names(include_views=True)
    assert not [name for name in tables if name.startswith("joined")]
