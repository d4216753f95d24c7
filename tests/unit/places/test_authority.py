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
    authority.may_register_places,
    authority.may_draw_boundaries,
    authority.may_redraw_places,
    authority.may_adopt_charter,
]


@pytest.mark.parametrize("may", POWERS)
def test_only_the_charter_keeper_of_the_place(may):
    assert may(wearing("charter_keeper", TOWN), GRID)
    assert may(wearing("charter_keeper", "/150500000000/"), GRID)
    assert may(Actor(key="system:setup"), GRID)
    for wrong in (PUBLIC, Actor(key="system:clock"), wearing("charter_keeper", OTHER),
                  wearing("township", TOWN), wearing("grid_worker", GRID), wearing("supervisor", TOWN),
                  wearing("charter_keeper", "")):  # fmt: skip
        verdict = may(wrong, GRID)
        assert not verdict
        assert verdict.say.zh
        assert verdict.say.en
        assert wrong.key in verdict.log


def test_a_grid_post_is_kept_nearby():
    for role in ("charter_keeper", "township", "community"):
        assert authority.may_set_grid_post(wearing(role, TOWN), GRID)
        assert not authority.may_set_grid_post(wearing(role, OTHER), GRID)
    assert not authority.may_set_grid_post(wearing("grid_worker", GRID), GRID)
    assert not authority.may_set_grid_post(PUBLIC, GRID)
