"""What the tests of clocks stand on: matters in hand, and when a limit falls due."""

from __future__ import annotations

from datetime import datetime, timedelta

from commongrid.charter.matter import PromiseStatus
from commongrid.charter.schema import Kind
from commongrid.kernel.worktime import due_at, parse_duration
from tests.support.flows import Story, real

E, S, D, X = Kind.EVENT, Kind.SERVICE, Kind.DISPUTE, Kind.EMERGENCY
DAY = timedelta(days=1)
TOWN = real("keerqin-subdistrict")
KEPT, LATE, STOPPED, UNSOLVED, PAUSED, RUNNING = (
    PromiseStatus.KEPT, PromiseStatus.LATE, PromiseStatus.STOPPED, PromiseStatus.UNSOLVED,
    PromiseStatus.PAUSED, PromiseStatus.RUNNING,
)  # fmt: skip


def due(start: datetime, limit: str) -> datetime:
    found = due_at(start, parse_duration(limit), TOWN.calendar)
    assert found is not None
    return found


def handled(type_code: str = "B03", **more: object) -> Story:
    return Story(E, type_code, **more).all("accept", "offer", "take")  # type: ignore[arg-type]


def served(type_code: str = "F02") -> Story:
    return Story(S, type_code).all("accept", "assign")
