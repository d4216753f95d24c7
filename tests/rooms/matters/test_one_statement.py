"""What is written by one statement needs no transaction around it, and is whole all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
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
def test_nothing_is_kept_where_the_act_is_refused_inside_the_statement() -> None:
    before = counts()
    with connection.cursor() as cursor:
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
