"""A small town whose powers were used in a published month; nothing of it is a real place's."""

import pytest
from django.db import transaction
from django.test import Client

from tests.rooms.publications import standing as p
from tests.support import factories as f

ANSWER = (
    "handler",
    "answer",
    {"answer_text": "正在处理", "next_step": "清运", "next_on": "2026-03-20"},
)


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """One month with enough of some powers, too little of others. Rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        f.a_place()
        for number in range(8):
            steps = (*f.HANDLED, ANSWER) if number < 2 else f.HANDLED
            f.walked(*steps, at=f.AT - number * f.HOUR)
        for number in range(7):
            f.walked(f.ACCEPT, f.OFFER, grid_code=f.NEXT_CODE, at=f.AT - number * f.HOUR)
        for _ in range(6):
            matter = f.raised()
            given = {"redirect_case": "court", "answer_text": "请走诉讼"}
            f.step(matter.id, "desk", "redirect", f.AT + f.HOUR, **given)
        cards = p.published()
        assert cards
        yield cards
        transaction.set_rollback(True)


@pytest.fixture
def reader(published, db):
    """Anybody, reading English."""
    return Client(headers={"accept-language": "en"})
