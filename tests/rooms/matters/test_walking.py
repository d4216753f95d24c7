"""Lists that walk an index show what a plain sort of the plain condition shows."""

from __future__ import annotations

import pytest

from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.queries import lists
from commongrid.rooms.people import face as people
from tests.support import factories as f

EVERY = ("open", "waiting", "end")


@pytest.fixture
def many(db):
    """Matters of two grids, open and ended, some of the same minute."""
    f.a_place()
    for n in range(9):
        at = f.AT - (n // 2) * f.HOUR
        f.raised("A01", f"井盖 {n}", grid_code=f.GRID_CODE if n % 3 else f.NEXT_CODE, at=at)
    for n in range(4):
        f.walked(*f.CLOSED, at=f.AT - n * f.HOUR)


def listed(filters, **more):
    found = face.list_matters(actor=f.DESK, at=f.AT, filters=filters, **{"size": 50, **more})
    return [card.ref for card in found.cards]


def plain(filters, root):
    """The same, sorted after all of it was read."""
    rows = [row for row in Matter.objects.order_by("pk") if row.path.startswith(root)]
    if "end" not in filters.state_kinds:
        rows = [row for row in rows if row.state_kind != "end"]
    elif filters.state_kinds == ("end",):
        rows = [row for row in rows if row.state_kind == "end"]
    rows.sort(key=lambda row: row.received_at, reverse=filters.order == "newest")
    return [row.ref for row in rows]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("kinds", [EVERY, ("end",), ("open", "waiting")], ids="-".join)
@pytest.mark.parametrize("walked", [0, 2, 5, 100])
def test_one_place_by_time_however_far_is_walked(order, kinds, walked, many, monkeypatch):
    monkeypatch.setattr(lists, "MOST_SORTED", 0)
    monkeypatch.setattr(lists, "MOST_WALKED", walked)
    for root in (f.GRID, f.NEXT_GRID):
        filters = face.Filters(state_kinds=kinds, order=order, path=root)
        expected = plain(filters, root)
        assert listed(filters) == expected
        for size in (1, 2, 3):
            pages = range(1, -(-len(expected) // size) + 1)
            shown = [ref for page in pages for ref in listed(filters, size=size, page=page)]
            assert shown == expected


@pytest.mark.parametrize("light", ["red", "yellow", "blue", "none", "grey"])
@pytest.mark.parametrize("hours", [1, 30, 60, 400])
def test_one_light_walked_is_that_light_of_the_whole_list(light, hours, many, monkeypatch):
    at = f.AT + hours * f.HOUR
    whole = face.list_matters(actor=f.DESK, at=at, filters=face.Filters(), size=50)
    monkeypatch.setattr(lists, "MOST_SORTED", 0)
    asked = face.Filters(lights=(light,))
    found = face.list_matters(actor=f.DESK, at=at, filters=asked, size=50)
    assert [c.ref for c in found.cards] == [c.ref for c in whole.cards if c.light.value == light]


def test_passing_by_a_place_is_being_within_it(many):
    roots = ("/", f.TOWN, f.GRID, f.NEXT_GRID, "/1505/")
    for root in roots:
        passed = Matter.objects.filter(people.passed_by("path", root)).order_by("pk")
        within = Matter.objects.filter(people.is_within("path", root)).order_by("pk")
        assert list(passed) == list(within)
        assert list(passed) == [m for m in Matter.objects.order_by("pk") if m.path.startswith(root)]
