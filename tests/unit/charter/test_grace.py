"""The grace of a handover: what a post owes at once stands still for a day, nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commongrid.charter.clocks import end_of_day, grace_until, needs_grace
from commongrid.charter.decide import choices, decide
from commongrid.charter.matter import CLOCK, Actor, Command, Hat, MatterState, PromiseState
from commongrid.charter.schema import Kind
from commongrid.kernel.worktime import due_at, parse_duration
from tests.support.flows import Story, real
from tests.support.people import GRID, handing_over, staff

TOWN = real("keerqin-subdistrict")
TUESDAY = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # 10:00 in Tongliao
UNIT = "community"


def held(limit: str, *, begins: datetime, unit: str = UNIT, **changed: object) -> MatterState:
    """A matter in work that owes one milestone and nothing else."""
    matter = Story(Kind.EVENT, "B03").all("accept", "offer", "take").matter
    due = due_at(begins, parse_duration(limit), TOWN.calendar)
    one = next(p for p in matter.promises if p.clock == "finish")
    promise = replace(
        one, owner=unit, duration=parse_duration(limit), started_at=begins, due_at=due,
        first_due_at=due, **changed,
    )  # fmt: skip
    return replace(matter, unit=unit, promises=(promise,))


def eased(matter: MatterState, at: datetime = TUESDAY) -> MatterState | None:
    fields = {"reason": "交接"}
    command = Command(action="ease_handover", actor=handing_over(matter), at=at, fields=fields)
    return decide(matter, command, TOWN).after


def only(matter: MatterState) -> PromiseState:
    (promise,) = matter.promises
    return promise


def test_a_limit_in_working_days_gets_one_more_day():
    matter = held("1wd", begins=TUESDAY - timedelta(days=1))
    assert only(matter).due_at == end_of_day("2026-03-10", TOWN)
    after = eased(matter)
    assert only(after).due_at == end_of_day("2026-03-11", TOWN)
    assert only(after).first_due_at == only(matter).due_at  # stays visible for ever
    assert only(after).extensions == 0  # the unit may still ask once for itself
    assert after.state == matter.state


def test_a_limit_in_hours_stands_still_until_the_end_of_the_grace():
    matter = held("24h", begins=TUESDAY - timedelta(hours=20))
    stood_still = grace_until(TUESDAY, TOWN) - TUESDAY
    moved = only(eased(matter)).due_at - only(matter).due_at
    assert timedelta(0) <= stood_still - moved < timedelta(seconds=1)


def test_a_promised_date_moves_as_far():
    due = TUESDAY + timedelta(hours=3)
    matter = held("5wd", begins=TUESDAY - timedelta(days=4), set_due_at=due)
    matter = replace(matter, promises=(replace(only(matter), due_at=due),))
    assert only(eased(matter)).due_at == due + (grace_until(TUESDAY, TOWN) - TUESDAY)


@pytest.mark.parametrize(
    ("limit", "begins"),
    [("5wd", timedelta(days=1)), ("1wd", timedelta(days=8))],
    ids=["not so soon", "late stays late"],
)
def test_what_is_far_off_or_late_gets_none(limit, begins):
    assert eased(held(limit, begins=TUESDAY - begins)) is None


def test_another_unit_gets_none():
    matter = held("1wd", begins=TUESDAY - timedelta(days=1), unit="sanitation")
    other = Actor("system:handover", (Hat("grid_worker", GRID, UNIT),))
    command = Command(action="ease_handover", actor=other, at=TUESDAY, fields={"reason": "交接"})
    decision = decide(matter, command, TOWN)
    assert decision.after is None
    assert decision.verdict.rule == "event.handling.ease_handover/falls_due:handover_grace"


def test_nobody_presses_it_and_the_clock_alone_finds_nothing():
    matter = held("1wd", begins=TUESDAY - timedelta(days=1))
    worker = staff("grid_worker", unit=UNIT)
    for actor in (worker, staff("head", unit=UNIT), staff("township"), CLOCK):
        command = Command(action="ease_handover", actor=actor, at=TUESDAY, fields={"reason": "x"})
        assert decide(matter, command, TOWN).after is None
    assert "ease_handover" not in {c.action for c in choices(matter, worker, TUESDAY, TOWN)}


def test_not_twice_within_the_days_of_rest():
    once = eased(held("1wd", begins=TUESDAY - timedelta(days=1)))
    again = TUESDAY + timedelta(days=1)
    assert needs_grace(only(once), frozenset({UNIT}), again, grace_until(again, TOWN))
    assert eased(once, again) is None


def test_it_goes_on_to_count_as_before_after_the_grace():
    """A wait that begins within the grace holds its own time, and none of it twice."""
    once = only(eased(held("1wd", begins=TUESDAY - timedelta(days=1))))
    spans = tuple((p.from_at, p.until_at) for p in once.pauses)
    later = (TUESDAY + timedelta(hours=2), TUESDAY + timedelta(hours=4))
    assert due_at(once.started_at, once.duration, TOWN.calendar, (*spans, later)) == once.due_at
