"""The minutes of an entry go into the sum of its form: once, and only when it was carried out."""

from __future__ import annotations

from uuid import uuid4

import pytest

from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import BurdenRow, IntentionRow
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import a_raise, a_step, one
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(db, monkeypatch) -> fieldwork.PhoneCard:
    """In a community said to have grids enough for a sum."""
    monkeypatch.setattr("commongrid.rooms.fieldwork.commands.burden.FEWEST_GRIDS", 1)
    f.a_place()
    return crew.phone_of(crew.worker())


def sums() -> dict[str, tuple[int, int, int]]:
    rows = BurdenRow.objects.order_by("form").values_list("form", "cases", "minutes", "squares")
    return {form: tuple(told) for form, *told in rows}


def test_what_was_done_is_added_once(phone):
    sent = a_raise(minutes=4)
    first = one(phone, sent)
    assert one(phone, sent).verdict == "already"
    assert sums() == {"raise:event": (1, 4, 16)}
    one(phone, a_step(first.matter, "accept", minutes=2))
    one(phone, a_raise(minutes=2))
    assert sums() == {"action:accept": (1, 2, 4), "raise:event": (2, 6, 20)}


def test_what_was_refused_adds_nothing(phone):
    assert one(phone, a_step(uuid4(), "accept", minutes=9)).verdict == "refused"
    assert sums() == {}


def test_what_was_not_timed_is_no_case(phone):
    one(phone, a_raise())
    one(phone, a_raise(minutes=0))
    assert sums() == {}


def test_the_sum_fails_with_the_entry(phone, monkeypatch):
    def broken(*_args, **_given):
        raise RuntimeError

    monkeypatch.setattr("commongrid.stories.syncing.carrying.note_minutes", broken)
    assert one(phone, a_raise(minutes=4)).verdict == "waits"
    assert not IntentionRow.objects.exists()
    assert sums() == {}


def test_no_answer_keeps_the_minutes(phone):
    one(phone, a_raise(minutes=17))
    assert "minutes" not in {field.name for field in IntentionRow._meta.get_fields()}
    assert "17" not in {str(v) for row in IntentionRow.objects.values() for v in row.values()}
