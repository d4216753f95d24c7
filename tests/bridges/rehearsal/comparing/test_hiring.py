"""More or fewer people go where the plan says, and nobody is taken who is not there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from commongrid.bridges.rehearsal.hiring import HireError, hire, midnight
from commongrid.bridges.rehearsal.plans import StaffChange
from commongrid.engines.rehearsal import Staff
from tests.engines.rehearsal.models import staff

ZONE = "Asia/Shanghai"
POOLS = (("worker", "/1/a/"), ("worker", "/1/b/"), ("desk", ""), ("worker", "/2/c/"))
SHARES = {"/1/a/": 0.5, "/1/b/": 0.3, "/2/c/": 0.2}


def hired(*changes: StaffChange, servers: tuple[int, ...] = (2, 2, 1, 2)) -> tuple[Staff, list]:
    found, notes = hire(staff(list(servers)), POOLS, changes, shares=SHARES, zone=ZONE)
    events = zip(found.change_at, found.change_pool, found.change_by, strict=True)
    assert all(note.zh and note.en for note in notes)
    return found, [(int(a), int(p), int(b)) for a, p, b in events]


def test_one_more_goes_where_each_has_most_to_serve() -> None:
    found, events = hired(StaffChange(holder="worker", change=1))
    assert found.pool_servers.tolist() == [3, 2, 1, 2]
    assert events == []
    assert hired(StaffChange(holder="worker", change=4))[0].pool_servers.tolist() == [5, 3, 1, 2]


def test_one_less_is_taken_where_each_has_least() -> None:
    assert hired(StaffChange(holder="worker", change=-1))[0].pool_servers.tolist() == [2, 2, 1, 1]


def test_an_area_is_meant_when_it_is_named() -> None:
    for area, wanted in (("/1/", [2, 1, 1, 2]), ("/2/", [2, 2, 1, 1]), ("/2/c/", [2, 2, 1, 1])):
        change = StaffChange(holder="worker", change=-1, area=area)
        assert hired(change)[0].pool_servers.tolist() == wanted
    whole = StaffChange(holder="desk", change=2, area="/1/")  # the desk serves it among others
    assert hired(whole)[0].pool_servers.tolist() == [2, 2, 3, 2]


def test_for_some_days_only() -> None:
    change = StaffChange(holder="desk", change=-1, from_on="2026-03-08", until_on="2026-03-15")
    found, events = hired(change)
    assert found.pool_servers.tolist() == [2, 2, 1, 2]
    first, last = (midnight(date(2026, 3, day), ZONE) for day in (8, 15))
    assert events == [(first, 2, -1), (last, 2, 1)]
    from_then_on = StaffChange(holder="desk", change=1, from_on="2026-03-08")
    assert hired(from_then_on)[1] == [(first, 2, 1)]
    until_then = StaffChange(holder="desk", change=1, until_on="2026-03-08")
    assert hired(until_then)[0].pool_servers.tolist() == [2, 2, 2, 2]
    assert hired(until_then)[1] == [(first, 2, -1)]


def test_nobody_is_taken_twice() -> None:
    changes = [
        StaffChange(holder="desk", change=-1, from_on="2026-03-08", until_on="2026-03-15"),
        StaffChange(holder="desk", change=-1, from_on="2026-03-10", until_on="2026-03-20"),
    ]
    found, notes = hire(staff([2, 2, 1, 2]), POOLS, changes, shares=SHARES, zone=ZONE)
    assert len(notes) == 1
    there = found.pool_servers.copy()
    for pool, by in zip(found.change_pool, found.change_by, strict=True):
        there[pool] += by
        assert (there >= 0).all()
    assert there.tolist() == [2, 2, 1, 2]
    many, notes = hire(
        staff([2, 2, 1, 2]),
        POOLS,
        [StaffChange(holder="worker", change=-9)],
        shares=SHARES,
        zone=ZONE,
    )
    assert many.pool_servers.tolist() == [0, 0, 1, 0]
    assert "only 6" in notes[0].en


@pytest.mark.parametrize("change", [("king", ""), ("worker", "/9/")], ids=["holder", "area"])
def test_a_holder_or_area_nobody_serves_is_refused(change: tuple[str, str]) -> None:
    holder, area = change
    good = StaffChange(holder="desk", change=1)
    with pytest.raises(HireError) as caught:
        hired(good, StaffChange(holder=holder, change=1, area=area))
    assert caught.value.place == 1
    assert caught.value.rule.zh


def test_the_total_is_what_was_asked_for() -> None:
    rng = np.random.default_rng(1)
    for number in rng.integers(-6, 30, 20).tolist():
        found = hired(StaffChange(holder="worker", change=number))[0]
        assert int(found.pool_servers.sum()) == 7 + number
