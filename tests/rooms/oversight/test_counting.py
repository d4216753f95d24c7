"""The roll-up equals a second count from acts alone: on the seed, on random walks, read in bits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.ledger.models import Act
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.models import CountedMatter, ReadingMark
from commongrid.stories.seeding import load_seed
from tests.rooms.oversight import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_walks_are_counted_as_a_second_count_counts_them(seed):
    f.a_place()
    taken = s.random_walks(seed)
    assert taken > 30
    months = s.due()
    assert months
    for month in months:
        mine = s.counted(oversight.count_month(month, as_of=s.LATER))
        assert mine == s.counted_slowly(month, s.LATER)
        assert mine["counts"]


def test_the_seed_is_counted_as_a_second_count_counts_it():
    load_seed(at=f.AT, password="paper kite over the steppe")
    seen = 0
    for month in s.due():
        cells = oversight.count_month(month, as_of=s.LATER)
        mine = s.counted(cells)
        assert mine == s.counted_slowly(month, s.LATER, {cell.place_code for cell in cells})
        seen += sum(cell.figures["raised"]["raised"] for cell in cells)
    assert seen == CountedMatter.objects.count() > 20


def test_the_second_count_can_differ():
    """The comparison is worth something: an act left out shows."""
    f.a_place()
    f.walked(*f.CLOSED)
    month = s.due()[0]
    mine = s.counted(oversight.count_month(month, as_of=s.LATER))
    without = [act for act in s.acts() if act["action"] != "confirm"]
    slow = s.recount_board.recount(without, month.since, month.until, s.LATER)
    assert mine != slow


def test_reading_in_bits_and_reading_again_give_the_same():
    f.a_place()
    s.random_walks(4, matters=8)
    while oversight.read_new_acts(limit=7):
        pass
    in_bits = list(CountedMatter.objects.order_by("matter").values_list())
    ReadingMark.objects.update(last_act=0)
    oversight.read_new_acts()
    assert list(CountedMatter.objects.order_by("matter").values_list()) == in_bits
    assert oversight.read_all() == len(in_bits)
    assert list(CountedMatter.objects.order_by("matter").values_list()) == in_bits


def test_nothing_new_costs_little(count_sql):
    f.a_place()
    f.raised()
    s.due()
    with count_sql(max=2):
        assert oversight.read_new_acts() == 0


def test_an_act_that_was_missed_is_found_before_publishing():
    f.a_place()
    matter = f.walked(*f.HANDLED)
    s.due()
    CountedMatter.objects.all().delete()
    month_of = timedelta(days=40)
    found = oversight.read_what_was_missed(since=f.AT - month_of, until=f.AT + month_of)
    assert (found, CountedMatter.objects.get().matter) == (1, matter.id)
    f.step(matter.id, *f.CLAIM[:2], f.AT + f.HOUR, **f.CLAIM[2])
    assert oversight.read_what_was_missed(since=f.AT - month_of, until=f.AT + month_of) == 1
    assert CountedMatter.objects.get().state == "claimed"


def test_recurring_needs_the_same_type_and_grid_and_a_solution_before():
    f.a_place()
    f.walked(*f.CLOSED, at=f.AT - 3 * f.DAY)
    for type_code, grid, days in (
        ("A01", f.GRID_CODE, 1),  # recurs
        ("A01", f.NEXT_CODE, 1),
        ("A02", f.GRID_CODE, 1),
        ("A01", f.GRID_CODE, 5),  # was there before
    ):
        answers = s.answers_for(type_code)
        f.raised(type_code, grid_code=grid, at=f.AT - days * f.DAY, answers=answers)
    cells = [c for month in s.due() for c in oversight.count_month(month, as_of=s.LATER)]
    found = {(c.place_code, c.type_code): c.figures["recurring"].get("yes", 0) for c in cells}
    assert sum(found.values()) == found[f.GRID_CODE, "A01"] == 1


def test_sealed_matters_are_counted_and_nothing_else_is_kept_of_them():
    f.a_place()
    f.raised("I06", text="我的名字叫演示人")
    s.due()
    row = CountedMatter.objects.get()
    assert row.type_code == "I06"
    assert "演示人" not in repr([getattr(row, field.name) for field in row._meta.fields])


def test_counting_writes_no_acts():
    f.a_place()
    f.raised()
    before = Act.objects.count()
    s.due()
    assert Act.objects.count() == before
