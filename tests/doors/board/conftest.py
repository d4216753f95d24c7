"""A small town with two published months; nothing of it is a real place's figure."""

import pytest
from django.db import transaction
from django.test import Client

from commongrid.bridges import board
from commongrid.rooms.oversight import face as oversight
from tests.rooms.oversight import standing as s
from tests.support import factories as f

CODE = f.TOWN.strip("/").split("/")[-1]


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """Two months: one with enough to show, one with too little. Rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        f.a_place()
        for number in range(7):
            f.walked(*f.CLOSED, at=f.AT - number * f.HOUR)
        s.many(6)
        s.many(5, grid_code=f.NEXT_CODE)
        s.many(1, "I06")
        s.many(2, at=f.AT - 15 * f.DAY)
        s.due()
        cards = board.publish_due_months(at=s.LATER)
        assert oversight.list_months(CODE)
        yield cards
        transaction.set_rollback(True)


@pytest.fixture
def reader(published, db):
    """Anybody, reading English."""
    return Client(headers={"accept-language": "en"})
