"""Who may change places: the standing people against every power."""

import pytest

from commongrid.charter.matter import PUBLIC, Actor, Hat
from commongrid.rooms.places.domain import authority

TOWN = "/150500000000/150502000000/150502004000/"
GRID = f"{TOWN}150502004001/150502004001001/"
OTHER = "/150500000000/150502000000/150502003000/"


def wearing(role, path):
    return Actor(key="staff:1", hats=(Hat(role, path),))


POWERS = [
    (authority.may_register_places, "place_keeper"),
    (authority.may_register_places, "charter_keeper"),
    (authority.may_draw_boundaries, "place_keeper"),
    (authority.may_redraw_places, "place_keeper"),
    (authority.may_adopt_charter, "charter_keeper"),
]


@pytest.mark.parametrize(("may", "role"), POWERS)
def test_only_the_keeper_of_the_place(may, role):
    assert may(wearing(role, TOWN), GRID)
    assert may(wearing(role, "/150500000000/"), GRID)
    assert may(Actor(key="system:setup"), GRID)
    for wrong in (
        PUBLIC,
        Actor(key="system:clock"),
        wearing(role, OTHER),
        wearing(role, ""),
        wearing("township", TOWN),
        wearing("grid_worker", GRID),
        wearing("supervisor", TOWN),
    ):
        verdict = may(wrong, GRID)
        assert not verdict
        assert verdict.say.zh
        assert verdict.say.en
        assert wrong.key in verdict.log


def test_a_place_keeper_adopts_no_charter():
    assert not authority.may_adopt_charter(wearing("place_keeper", TOWN), TOWN)


def test_a_grid_post_is_kept_nearby():
    for role in ("place_keeper", "charter_keeper", "township", "community"):
        assert authority.may_set_grid_post(wearing(role, TOWN), GRID)
        assert not authority.may_set_grid_post(wearing(role, OTHER), GRID)
    assert not authority.may_set_grid_post(wearing("grid_worker", GRID), GRID)
    assert not authority.may_set_grid_post(PUBLIC, GRID)
