"""Ending places and naming who takes over."""

from datetime import date, timedelta

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face
from tests.rooms.places.proofs import everything, prove
from tests.rooms.places.standing import (
    AT,
    COMMUNITY,
    GRID,
    KEEPER,
    NEXT_GRID,
    WRONG_PEOPLE,
    a_small_place,
    adopt,
    register,
    row,
)
from tests.unit.places.drawing import SOUTH, WEST, cell

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 10)
HALVES = (f"{COMMUNITY}002", f"{COMMUNITY}003")


def redraw(actor=KEEPER, command_id=None, old=(GRID,), new=HALVES, on=ON):
    face.redraw_places(
        actor=actor,
        at=AT,
        command_id=command_id or new_id(),
        predecessor_codes=old,
        successor_codes=new,
        on=on,
        reason="a new road divides it",
    )


@pytest.fixture
def split():
    a_small_place()
    since = date(2026, 3, 1)
    register(*(row(code, f"{code[-1]}号网格", valid_from=since) for code in HALVES), root=COMMUNITY)


def test_the_four_proofs(split, monkeypatch):
    prove(
        redraw,
        right=KEEPER,
        wrong=WRONG_PEOPLE,
        rule="place.redraw_places",
        monkeypatch=monkeypatch,
    )


def test_the_predecessor_ends_on_the_day_and_is_still_known(split):
    redraw()
    old = face.get_place(GRID)
    assert old.valid_until == ON
    assert face.find_place(GRID, ON) is None
    assert face.find_place(GRID, ON - timedelta(days=1)) == old
    assert [(s.predecessor_code, s.successor_code, s.on) for s in face.list_successions(GRID)] == [
        (GRID, HALVES[0], ON),
        (GRID, HALVES[1], ON),
    ]
    assert face.list_successions(HALVES[0])[0].reason == "a new road divides it"


def test_an_ended_grid_locates_no_point_from_the_day_on(split):
    point = (WEST + 0.001, SOUTH + 0.001)
    redraw()
    assert face.locate_grid(*point, AT) is None
    assert face.locate_grid(*point, AT - timedelta(days=1)).code == GRID
    adopt((HALVES[0], "2号网格", cell(0, 0)), at=AT)
    assert face.locate_grid(*point, AT).code == HALVES[0]


@pytest.mark.parametrize(
    ("given", "say"),
    [
        ({"new": ()}, "at least one"),
        ({"new": (GRID,)}, "from itself"),
        ({"on": date(2020, 1, 1)}, "cannot end"),
        ({"old": (NEXT_GRID,), "on": date(2026, 2, 25)}, "does not exist on that day"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(split, given, say):
    before = everything()
    with pytest.raises(Refused) as refused:
        redraw(**given)
    assert say in refused.value.verdict.say.en
    assert everything() == before


def test_a_place_ends_once(split):
    redraw()
    with pytest.raises(Refused, match="redraw_places"):
        redraw()


def test_an_unknown_code_is_said(split):
    with pytest.raises(face.PlaceNotFoundError):
        redraw(new=(f"{COMMUNITY}099",))
