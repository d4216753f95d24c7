"""A grid that ended while the phone was away: nothing raised in it is lost."""

from __future__ import annotations

import pytest
import shapely

from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step, one
from tests.rooms.places import standing as ground
from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

pytestmark = pytest.mark.django_db
LATER = NOW + 3 * f.DAY
FIRST, SECOND = f"{ground.COMMUNITY}002", f"{ground.COMMUNITY}003"
POINT = {"lon": WEST + SIDE / 4, "lat": SOUTH + SIDE / 2}  # in the western half


@pytest.fixture
def phone(db) -> fieldwork.PhoneCard:
    f.a_place()
    return crew.phone_of(crew.worker())


def redraw(
    *new: str, old: tuple[str, ...] = (f.GRID_CODE,), is_drawn: bool = True, before: int = 1
) -> None:
    """The old grids end some days before ``LATER``; the new ones follow on the same ground."""
    at = LATER - before * f.DAY
    rows = [ground.row(code, f"第{code[-1]}网格", valid_from=at.date()) for code in new]
    ground.register(*rows, root=ground.COMMUNITY, at=at)
    places.redraw_places(
        actor=f.SETUP, at=at, command_id=new_id(), predecessor_codes=old, successor_codes=new,
        on=at.date(), reason="test",
    )  # fmt: skip
    middle = WEST + SIDE / 2
    halves = [shapely.box(WEST, SOUTH, middle, SOUTH + SIDE),
              shapely.box(middle, SOUTH, WEST + SIDE, SOUTH + SIDE)]  # fmt: skip
    shapes = [cell(0, 0)] if len(new) == 1 else halves
    if is_drawn:
        ground.adopt(*((c, f"第{c[-1]}网格", s) for c, s in zip(new, shapes, strict=True)),
                     actor=f.SETUP, at=at)  # fmt: skip


def raised_in(phone, **more) -> str:
    answer = one(phone, a_raise(**more), at=LATER)
    assert answer.verdict == "done"
    return Matter.objects.get(pk=answer.matter).place.code


def test_with_a_point_it_goes_to_the_grid_that_covers_it(phone):
    redraw(FIRST, SECOND)
    assert raised_in(phone, **POINT) == FIRST
    assert raised_in(phone, lon=WEST + SIDE * 3 / 4, lat=POINT["lat"]) == SECOND


def test_without_a_point_it_goes_to_the_only_successor(phone):
    redraw(FIRST)
    assert raised_in(phone) == FIRST


def test_through_two_changes_it_goes_to_the_last(phone):
    redraw(FIRST, is_drawn=False, before=2)
    redraw(SECOND, old=(FIRST,), is_drawn=False)
    assert raised_in(phone) == SECOND


def test_with_several_successors_it_goes_to_the_community_and_keeps_its_point(phone):
    redraw(FIRST, SECOND, is_drawn=False)
    assert raised_in(phone) == ground.COMMUNITY
    far = {"lon": WEST + 40 * SIDE, "lat": SOUTH + 40 * SIDE}
    assert raised_in(phone, **far) == ground.COMMUNITY
    assert Matter.objects.filter(**far).exists()


def test_a_grid_that_still_stands_is_kept_as_it_was_named(phone):
    assert raised_in(phone, lon=WEST + 1.5 * SIDE, lat=POINT["lat"]) == f.GRID_CODE


def test_a_grid_nobody_knows_is_refused_and_kept_for_the_office_of_the_worker(phone):
    answer = one(phone, a_raise(grid_code="999999999999999"))
    assert (answer.verdict, answer.rule) == ("refused", "raise/needs:place")
    (kept,) = fieldwork.list_returned(f.DESK, NOW)
    assert kept.path == f.GRID


def test_steps_on_matters_of_the_old_grid_are_still_judged_by_the_hats_of_today(phone):
    matter = f.raised().id
    redraw(FIRST)
    answer = one(phone, a_step(matter, "note", note="仍在原网格"), at=LATER)
    assert answer.verdict == "done"
