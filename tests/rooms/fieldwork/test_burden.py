"""Minutes are summed by form, area and week, and nobody stands alone in a sum."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import BurdenRow
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def place(db):
    f.a_place()


def add(minutes: int = 2, **given):
    told = {"path": f.GRID, "form": "raise:event", "at": AT, **given}
    fieldwork.add_minutes(minutes=minutes, **told)


@pytest.fixture
def three_grids(monkeypatch):
    """As many grids as a sum needs stand under the community."""
    real = fieldwork.add_minutes.__globals__["places"].list_grids

    def list_grids(root, at):
        found = real(root, at)
        return found * 3 if root.count("/") >= f.GRID.count("/") - 1 and found else found

    monkeypatch.setattr("commongrid.rooms.places.face.list_grids", list_grids)


@pytest.mark.usefixtures("three_grids")
def test_it_is_a_sum_of_form_area_and_week():
    for minutes in (2, 4, 6):
        add(minutes)
    add(1, form="action:accept")
    add(9, at=AT + timedelta(days=7))
    rows = list(BurdenRow.objects.order_by("form", "week").values_list())
    community = f.GRID.rsplit("/", 2)[0] + "/"
    assert [row[1:] for row in rows] == [
        (community, "action:accept", date(2026, 3, 9), 1, 1, 1),
        (community, "raise:event", date(2026, 3, 9), 3, 12, 56),
        (community, "raise:event", date(2026, 3, 16), 1, 9, 81),
    ]


def test_where_too_few_grids_stand_together_nothing_is_summed():
    add()
    assert not BurdenRow.objects.exists()


@pytest.mark.usefixtures("three_grids")
def test_a_sum_never_names_one_grid():
    add()
    assert BurdenRow.objects.get().path != f.GRID


@pytest.mark.usefixtures("three_grids")
@pytest.mark.parametrize(("told", "kept"), [(0, 0), (30, 30), (31, 30), (600, 30), (-5, 0)])
def test_a_phone_cannot_say_more_than_a_form_may_take(told, kept):
    add(told)
    assert BurdenRow.objects.get().minutes == kept


@pytest.mark.usefixtures("three_grids")
def test_what_is_rolled_back_adds_nothing():
    with pytest.raises(RuntimeError), transaction.atomic():
        add()
        raise RuntimeError
    assert not BurdenRow.objects.exists()


@pytest.mark.usefixtures("three_grids")
def test_the_sums_of_a_place_and_a_time():
    for day in (0, 7, 14):
        add(3, at=AT + timedelta(days=day))
    since, until = AT - timedelta(days=3), AT + timedelta(days=10)
    found = fieldwork.sum_minutes(path=f.TOWN, since=since, until=until)
    assert found == {"raise:event": fieldwork.TimeTaken(cases=2, minutes=6, squares=18)}
    assert fieldwork.sum_minutes(path="/other/", since=since, until=until) == {}


@pytest.mark.usefixtures("three_grids")
def test_sums_die():
    add()
    fieldwork.erase_expired(at=AT + timedelta(days=399))
    assert BurdenRow.objects.exists()
    fieldwork.erase_expired(at=AT + timedelta(days=420))
    assert not BurdenRow.objects.exists()


def test_no_column_could_hold_a_person_a_grid_or_an_hour():
    names = {field.name for field in BurdenRow._meta.get_fields()}
    assert names == {"id", "path", "form", "week", "cases", "minutes", "squares"}
