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


def test_several_statements_need_a_transaction() -> None:
    subject = f"matter:{new_id()}"
    act = ledger.ActDraft(
        command_id=new_id(), subject=subject, action="x", actor="y", rule_id="z", at=f.AT
    )
    insert = ledger.prepare_rows(*ledger.first_act_rows(act))
    assert insert.is_one_statement == (connection.vendor == "postgresql")
    if not insert.is_one_statement:
        with pytest.raises(ledger.NoTransactionError):
            insert()
        assert ledger.count_acts(subject) == 0
        return
    insert()
    assert ledger.count_acts(subject) == Chain.objects.get(subject=subject).length == 1


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
