"""add_minutes: how long a form was open, added to a sum in which nobody stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Sum

from commongrid.rooms.fieldwork.models import BurdenRow
from commongrid.rooms.places import face as places

FEWEST_GRIDS = 3  # summed together: of two, each worker would know what the other took
MOST_MINUTES = 30
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """What the sums of one form say: how many entries were timed, and their minutes."""

    cases: int
    minutes: int
    squares: int


def add_minutes(*, path: str, form: str, minutes: int, at: datetime) -> None:
    """Add the minutes one entry took to the sum of its form, area and week.

    ``path`` is of a grid; the sum is kept for the smallest area above it that has some grids, and
    for none where even the largest has too few. No act: nobody's authority is used, and an act
    would say who. Called last inside the transaction of the entry, so
    what is not carried out adds nothing.
    Cost: 1 statement, 2 more for the first of a week, and 1 or 2 that find the area.
    """
    area = _area(path, at)
    if not area or not form:
        return
    took = min(max(minutes, 0), MOST_MINUTES)
    key = {"path": area, "form": form, "week": week_of(at)}
    if not _add(key, took):
        BurdenRow.objects.bulk_create([BurdenRow(**key)], ignore_conflicts=True)
        _add(key, took)


def _add(key: dict[str, Any], took: int) -> int:
    return BurdenRow.objects.filter(**key).update(
        cases=F("cases") + 1, minutes=F("minutes") + took, squares=F("squares") + took * took
    )


def sum_minutes(*, path: str, since: datetime, until: datetime) -> dict[str, TimeTaken]:
    """What the forms took in a place, over the weeks that begin in a time. Cost: 1 statement."""
    rows = (
        BurdenRow.objects.filter(path__startswith=path, week__gte=_day(since), week__lt=_day(until))
        .values("form")
        .annotate(n=Sum("cases"), m=Sum("minutes"), q=Sum("squares"))
        .order_by("form")
    )
    return {row["form"]: TimeTaken(row["n"], row["m"], row["q"]) for row in rows}


def erase_old_minutes(*, at: datetime) -> int:
    """Erase sums that have had their time. Cost: 1 statement."""
    return BurdenRow.objects.filter(week__lt=_day(at - KEPT)).delete()[0]


def week_of(at: datetime) -> date:
    """The Monday of the week, by the calendar of the house."""
    day = _day(at)
    return day - timedelta(days=day.weekday())


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _area(path: str, at: datetime) -> str:
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        area = "/" + "/".join(parts[:length]) + "/"
        if len(places.list_grids(area, at)) >= FEWEST_GRIDS:
            return area
    return ""
