"""The practice of a place is read once a day, and again when something of before came in."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from commongrid.bridges.rehearsal.plain import digest
from commongrid.kernel.ids import new_id
from commongrid.rooms.places import face as places
from commongrid.stories.rehearsing import knowing, practising
from tests.rooms.people.standing import make_staff
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing.standing import AT
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(db, monkeypatch, settings, tmp_path):
    """How often the past was read."""
    settings.HOME = tmp_path
    f.a_place()
    count = []
    plain = practising.practice_of

    def counted(*given, **more):
        count.append(1)
        return plain(*given, **more)

    monkeypatch.setattr(knowing, "practice_of", counted)
    return count


def known(at=AT):
    return knowing.practice_known(f.TOWN, at)


def test_it_is_read_once_a_day_and_is_the_same(read):
    first = known()
    assert digest(first) == digest(practising.practice_of(f.TOWN, AT))
    assert digest(known()) == digest(first)
    f.raised("A01")  # of today: read tomorrow
    known(AT + timedelta(hours=2))
    assert read == [1]
    known(AT + timedelta(days=1))
    assert read == [1, 1]


def test_other_posts_or_another_charter_are_another_practice(read):
    known()
    make_staff("somebody", "grid_worker", f.GRID)
    known()
    assert read == [1, 1]
    charter = places.charter_in_force(f.TOWN, AT)[1].charter
    places.adopt_charter(
        actor=a_keeper(), at=AT, command_id=new_id(), reason="-",
        charter=replace(charter, version="2027.1"),
    )  # fmt: skip
    known()
    assert read == [1, 1, 1]


def test_a_matter_of_before_that_comes_in_late_is_read(read):
    f.raised("A01", at=AT - timedelta(days=3))
    known()
    f.raised("A01", at=AT - timedelta(days=2))
    known()
    assert read == [1, 1]


def test_a_broken_file_and_a_full_disk_are_read_over(read, monkeypatch):
    known()
    shelf = knowing.shelf_of(f.TOWN, AT)
    shelf.path.write_text("{", "utf-8")
    known()
    assert read == [1, 1]
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    shelf.path.unlink()
    assert known().place == f.TOWN


def test_old_ones_make_room(read, monkeypatch):
    monkeypatch.setattr(knowing, "MOST_KEPT", 2)
    for day in range(4):
        known(AT + timedelta(days=day))
        os.utime(knowing.shelf_of(f.TOWN, AT + timedelta(days=day)).path, (day, day))
    assert len(list(knowing.shelf_of(f.TOWN, AT).path.parent.glob("*.json"))) == 2
    assert knowing.shelf_of(f.TOWN, AT + timedelta(days=3)).is_filled()


@pytest.mark.real_clock
def test_how_far_it_is_is_told_until_it_is_lost(read):
    shelf = knowing.shelf_of(f.TOWN, timezone.now())
    assert shelf.percent() is None
    knowing._teller(shelf)(40)
    assert shelf.percent() == 40
    os.utime(shelf.reading, (1, 1))
    assert shelf.percent() is None
