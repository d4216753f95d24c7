"""The Boston requests for the October bench, read through the importer's map; never committed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import support

from commongrid.bridges.rehearsal.boston import PastRequest
from commongrid.kernel.workcalendar import first_instant

FILE = support.ROOT.parent / "shared/data/sr311_boston_2011h2/boston_311_2011_jul_oct.parquet"
MAP = support.ROOT / "maps" / "boston_311_2011.yaml"
ZONE = ZoneInfo("America/New_York")
TARGET, SOURCE = "target_dt", "source"
DAY = 86_400.0
BY_STAFF = "Employee Generated"


@dataclass(frozen=True, eq=False)
class Requests:
    """All requests, with what only this bench asks beside them. Units: days."""

    rows: tuple[PastRequest, ...]
    type: np.ndarray
    unit: np.ndarray
    by_staff: np.ndarray
    opened: np.ndarray  # days since the epoch, on the wall
    took: np.ndarray  # infinite where it was never closed
    target: np.ndarray  # NaN where there is none

    def of(self, chosen: np.ndarray) -> Requests:
        """Some of them."""
        rows = tuple(row for row, flag in zip(self.rows, chosen, strict=True) if flag)
        parts = (self.type, self.unit, self.by_staff, self.opened, self.took, self.target)
        return Requests(rows, *(part[chosen] for part in parts))

    def opened_in(self, first: date, until: date) -> Requests:
        """Those opened from one local day until another."""
        low, high = (first_instant(midnight(day), ZONE) for day in (first, until))
        return self.of(np.array([low <= row.opened < high for row in self.rows]))

    def __len__(self) -> int:
        return len(self.rows)


def midnight(day: date) -> datetime:
    """A day's beginning on the wall."""
    return datetime.combine(day, time())


def is_here() -> bool:
    """Whether the data set is there."""
    return Path(FILE).is_file()


def load() -> Requests:
    """Read the file. Cost: some seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongrid.site.settings")
    import django

    django.setup()  # the importer is part of the app; no database is opened
    from commongrid.stories.importing.maps import load_map
    from commongrid.stories.importing.reading import read_rows

    found = load_map(MAP)
    columns = [*found.needed_columns(), TARGET, SOURCE]
    rows, by_staff = [], []
    for row in read_rows(FILE, columns):
        rows.append(_request(found, row))
        by_staff.append(row[SOURCE] == BY_STAFF)
    return Requests(
        tuple(rows),
        np.array([row.type for row in rows]),
        np.array([row.unit for row in rows]),
        np.array(by_staff),
        np.array([row.opened.timestamp() / DAY for row in rows]),
        np.array([_after(row.opened, row.closed, np.inf) for row in rows]),
        np.array([_after(row.opened, row.target, np.nan) for row in rows]),
    )


def _after(opened: datetime, at: datetime | None, otherwise: float) -> float:
    return (at - opened).total_seconds() / DAY if at else otherwise


def _request(found: Any, row: dict[str, str]) -> PastRequest:
    codes = (lookup.find(row) for lookup in found.types)
    code = next((code for code in codes if code), found.other_type)
    unit = (found.units.find(row) if found.units else "") or "other"
    point = (float(row[found.columns["lon"]]), float(row[found.columns["lat"]]))
    is_default = any(
        abs(point[0] - lon) <= found.point_slack and abs(point[1] - lat) <= found.point_slack
        for lon, lat in found.default_points
    )
    opened = _time(found, row[found.columns["opened"]])
    assert opened is not None
    return PastRequest(
        type=code,
        unit=unit,
        grid=row[found.columns["place"]],
        opened=opened,
        closed=_time(found, row[found.columns["closed"]]),
        target=_time(found, row[TARGET]),
        is_placed=not is_default,
    )


def _time(found: Any, words: str) -> datetime | None:
    if not words:
        return None
    return first_instant(datetime.strptime(words, found.time_format), found.zone)  # noqa: DTZ007
