"""A picture is public by its matter, asked anew each time: knowing its address opens nothing."""

import pytest

from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, PhotoRow
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")
DOORS = ["/shared/photo/{}/", "/api/v1/photos/{}"]
CLOSED_OFF = {
    "not shared": {"is_shareable": False},
    "sealed": {"is_sealed": True},
    "kept for those in charge": {"in_charge": ";supervisor;"},
    "taken back": {"state": "withdrawn", "state_kind": "end"},
    "a service asked for": {"kind": "service"},
    "a dispute": {"kind": "dispute"},
}


def shared():
    matter = f.raised(photos=[f.photo()], is_shareable=True)
    return matter, PhotoRow.objects.get().pk


@pytest.mark.parametrize("door", DOORS)
def test_a_shared_picture_is_anybody_s(door, client):
    _, photo_id = shared()
    answer = client.get(door.format(photo_id))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("changed", CLOSED_OFF.values(), ids=CLOSED_OFF)
def test_it_is_so_no_longer_than_its_matter(door, changed, client):
    matter, photo_id = shared()
    Matter.objects.filter(pk=matter.id).update(**changed)
    assert client.get(door.format(photo_id)).status_code == 404


@pytest.mark.parametrize("door", DOORS)
def test_taking_the_matter_back_takes_the_picture_back(door, client):
    """The step itself, not its columns; the person keeps their own picture."""
    matter, photo_id = shared()
    f.step(matter.id, "reporter", "withdraw")
    assert client.get(door.format(photo_id)).status_code == 404
    mine = face.reporter_of(matter.id)
    assert face.open_photo(actor=mine, photo_id=photo_id) is not None


def test_pictures_and_cards_say_the_same():
    """One rule: what a public card names can be opened, and nothing else."""
    matter, photo_id = shared()
    for changed in ({}, *CLOSED_OFF.values()):
        before = Matter.objects.filter(pk=matter.id).values().get()
        Matter.objects.filter(pk=matter.id).update(**changed)
        try:
            card = face.get_public_matter(at=f.AT, matter_id=matter.id)
            is_named = photo_id in card.photo_ids
        except LookupError:
            is_named = False
        opened = face.open_photo(actor=f.RESIDENT, photo_id=photo_id)
        assert (opened is not None) == is_named == (not changed)
        Matter.objects.filter(pk=matter.id).update(**before)
