"""Requests of which only opening and closing are known, as a history: the Boston proof.

A file of requests says when each was opened and closed and no more. Its history is the one the
importer would record: accepted, offered and taken when opened; done and checked when closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from commongrid.bridges.rehearsal.chronicle import Chronicle, History
from commongrid.engines.calibration import Curve, curve_strength, kaplan_meier, shrunk_curve
from commongrid.engines.calibration.functions import Floats
from commongrid.kernel.workcalendar import to_micros

FLOW = "event"
WHEN_OPENED = (("accept", "accepted"), ("offer", "dispatched"), ("take", "handling"))
WHEN_CLOSED = (("claim_done", "claimed"), ("check_pass", "closed"))
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRequest:
    """One request as a file tells it. ``closed`` None: not closed as far as the file knows."""

    type: str
    unit: str
    grid: str
    opened: datetime
    closed: datetime | None
    target: datetime | None
    is_placed: bool  # false: the point of an office stands for an unknown place


def requests_history(
    requests: Iterable[PastRequest], *, place: str, from_on: date, until_on: date, zone: ZoneInfo
) -> History:
    """The history of the requests opened in some days, as it was known on the morning of the last.

    What was closed later counts as open: nobody knew it then.
    """
    since, end = (datetime.combine(day, time(), zone) for day in (from_on, until_on))
    chronicle = Chronicle(place, from_on, until_on, zone)
    for key, one in enumerate(requests):
        if not since <= one.opened < end:
            continue
        at = to_micros(one.opened)
        chronicle.raise_one(
            key, flow=FLOW, state="reported", type_code=one.type, grid=one.grid, at=at
        )
        for action, state in WHEN_OPENED:
            chronicle.step(key, action=action, state=state, at=at)
        if one.closed is not None and one.closed < end:
            for action, state in WHEN_CLOSED:
                chronicle.step(key, action=action, state=state, at=to_micros(one.closed))
    return chronicle.history()


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """Durations of some requests as known on a day. Units: days."""

    names: tuple[str, ...]
    name: np.ndarray[tuple[int], np.dtype[np.int64]]
    length: Floats
    ended: np.ndarray[tuple[int], np.dtype[np.bool_]]


def known_on(requests: Iterable[PastRequest], names: Iterable[str], end: datetime) -> Known:
    """How long each request took, or has taken when the day begins; named by ``names``."""
    number: dict[str, int] = {}
    cell, length, ended = [], [], []
    for one, name in zip(requests, names, strict=True):
        is_over = one.closed is not None and one.closed < end
        until = one.closed if is_over and one.closed is not None else end
        cell.append(number.setdefault(name, len(number)))
        length.append((to_micros(until) - to_micros(one.opened)) / DAY_US)
        ended.append(is_over)
    return Known(
        tuple(number), np.array(cell, np.int64), np.maximum(np.array(length), 0.0),
        np.array(ended, np.bool_),
    )  # fmt: skip


def curves_of(known: Known, *, strength: float | None = None) -> tuple[dict[str, Curve], Curve]:
    """A curve for each name, drawn towards all of them; and that of all.

    ``strength`` None: estimated from how alike they are; 0: each alone.
    """
    group = kaplan_meier(known.length, known.ended)
    cells = [
        (known.length[known.name == n], known.ended[known.name == n])
        for n in range(len(known.names))
    ]
    drawn = curve_strength(cells, group) if strength is None else strength
    found = {
        name: shrunk_curve(length, ended, group, drawn)
        for name, (length, ended) in zip(known.names, cells, strict=True)
    }
    return found, group
