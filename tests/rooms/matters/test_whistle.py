"""A unit that is called by whistle reads the matter from then on, and nobody else does."""

from __future__ import annotations

import pytest

from commongrid.charter.matter import Hat
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
TOWN_HALL = f.somebody("13", Hat("township", f.TOWN))
STRANGER = f.somebody("14", Hat("handler", f.TOWN, "water_company"))
NOW = f.AT + f.HOUR


def whistled() -> face.Raised:
    matter = f.walked(*f.HANDLED)
    f.step(
        matter.id, TOWN_HALL, "whistle", NOW,
        units=("housing_bureau",), need="一起看现场", meet_at="小区西门",
    )  # fmt: skip
    return matter


def can_read(actor: object, matter: face.Raised) -> bool:
    page = face.get_matter(actor=actor, at=NOW, matter_id=matter.id)
    listed = face.list_matters(actor=actor, at=NOW, filters=face.Filters()).cards
    assert (page is not None) == any(card.id == matter.id for card in listed)
    return page is not None


def test_a_unit_reads_nothing_before_it_is_called():
    assert not can_read(f.OTHER_HANDLER, f.walked(*f.HANDLED))


def test_the_called_unit_reads_answers_and_goes_on_reading():
    matter = whistled()
    assert can_read(f.OTHER_HANDLER, matter)
    f.step(matter.id, f.OTHER_HANDLER, "answer_whistle", NOW, reply="十五分钟到")
    assert can_read(f.OTHER_HANDLER, matter)
    assert not can_read(STRANGER, matter)


def test_a_unit_that_was_not_called_cannot_answer():
    matter = whistled()
    with pytest.raises(Refused):
        f.step(matter.id, STRANGER, "answer_whistle", NOW, reply="我们来")


def test_calling_twice_shows_the_matter_once():
    matter = whistled()
    f.step(
        matter.id, TOWN_HALL, "whistle", NOW + f.HOUR,
        units=("housing_bureau", "water_company"), need="再来一次", meet_at="小区西门",
    )  # fmt: skip
    cards = face.list_matters(actor=f.OTHER_HANDLER, at=NOW, filters=face.Filters()).cards
    assert [card.id for card in cards] == [matter.id]
    assert can_read(STRANGER, matter)
