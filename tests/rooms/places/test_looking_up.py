"""Places are looked up in the statement of somebody else's question, as they are by themselves."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.rooms.places import face as places
from commongrid.rooms.places.models import PlacesState
from tests.support import factories as f

pytestmark = pytest.mark.django_db


def asked() -> places.Known:
    return ledger.ask_both(ledger.used_ids(new_id()), places.looking_up())[1]


def test_it_is_what_looking_up_alone_finds(django_assert_num_queries: Any) -> None:
    assert asked() == places.look_up()  # in an empty house as well
    f.a_place()
    places.find_place(f.GRID)
    with django_assert_num_queries(1):
        known = asked()
    assert known == places.look_up()
    assert known.token is not None


def test_both_questions_are_answered() -> None:
    f.a_place()
    act = ledger.list_recent_acts(limit=1)[0].command_id
    other = new_id()
    used, known = ledger.ask_both(ledger.used_ids(act, other), places.looking_up())
    assert used == {act}
    assert known == places.look_up()


def test_within_one_look_it_is_the_same_look() -> None:
    f.a_place()
    with places.one_look():
        first = asked()
        PlacesState.objects.update(token=uuid4())
        assert asked() == places.look_up() == first
    assert asked() == places.look_up() != first
