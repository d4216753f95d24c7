"""A number drawn by chance may be taken already: the person must not see that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from commongrid.charter.matter import PUBLIC
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.commands import raising
from commongrid.rooms.matters.models import Matter
from tests.support.factories import a_seed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def raise_one() -> matters.Raised:
    draft = matters.Draft(type_code="A01", text="垃圾没有清", grid_code="150502004001001")
    return matters.raise_matter(actor=PUBLIC, at=AT, command_id=uuid4(), draft=draft)


@pytest.fixture
def taken(monkeypatch: Any) -> str:
    """The number of a matter that is here already; the next two draws meet it again."""
    a_seed(AT)
    ref = raise_one().ref
    draws = iter([ref, ref, "260310-FREE2"])
    monkeypatch.setattr(raising, "new_ref", lambda *_: next(draws, ref))
    return ref


def test_another_number_is_drawn(taken: str) -> None:
    raised = raise_one()
    assert raised.ref == "260310-FREE2"
    assert ledger.count_acts(f"matter:{raised.id}") == 1
    assert ledger.verify().is_whole


def test_it_does_not_draw_for_ever(taken: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(raising, "new_ref", lambda *_: taken)
    with pytest.raises(IntegrityError):
        raise_one()
    assert Matter.objects.count() == 1
