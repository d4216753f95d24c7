"""October by the simulation: the charter of Boston's neighbourhoods lowered, calibrated, run.

What the file does not tell is set so that it adds nothing: no hands-on time, people enough. Then
all that passes is the measured lag, and what the simulation adds is the charter's flow and the
opening hours of its offices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import support
from october_data import ZONE, Requests
from october_forecasts import Forecast, Keys

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.boston import FLOW, WHEN_CLOSED, WHEN_OPENED, requests_history
from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.lowering import Lowered, lower
from commongrid.bridges.rehearsal.people import ADDED, People, draw_people
from commongrid.bridges.rehearsal.plans import Alternative, Plan
from commongrid.bridges.rehearsal.practice import Practice, Step
from commongrid.charter import Compiled, compile_charter, load_charter
from commongrid.engines.calibration import empirical_curve
from commongrid.engines.rehearsal import Demand, Setting, simulate
from commongrid.kernel.workcalendar import to_micros

CHARTER = support.ROOT / "charters" / "boston-neighbourhoods"
PLACE = "/990000000000/990100000000/990101000000/990101001000/"
TAIL_DAYS = 100
REPLICATIONS = 10
ENOUGH_PEOPLE = 5000
DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Played:
    """The forecast of closing times, and the open requests at midnights. Shape: runs x days,
    the morning of the first day before them."""

    forecast: Forecast
    open_at: np.ndarray
    taken: dict[str, int]


def rules(codes: dict[str, str]) -> Compiled:
    """The charter as if it had been in force in 2011: nobody worked by it then.

    ``codes``: a type of its own for each key, and the type of the charter that it is a part of.
    """
    from commongrid.stories.importing.replaying import as_if_from

    charter = as_if_from(load_charter(CHARTER), date(2011, 6, 27))
    whole = {code: [c for c, base in codes.items() if base == code] for code in charter.types}
    return compile_charter(
        replace(
            charter,
            types=charter.types | {c: replace(charter.types[b], code=c) for c, b in codes.items()},
            limits=_split(charter.limits, whole),
            duties=_split(charter.duties, whole),
        )
    )


def _split(rows: tuple[Any, ...], whole: dict[str, list[str]]) -> tuple[Any, ...]:
    """Rows about a type, and the same about each of its parts."""
    parts = [replace(row, type=code) for row in rows for code in whole.get(row.type, ())]
    return (*rows, *parts)


def assumed(compiled: Compiled, known: Requests) -> Practice:
    """What is assumed: the one way the importer records, without hands-on time."""
    grids = {row.grid: 1.0 for row in known.rows}
    base = assumed_practice(compiled, place=PLACE, grids=grids)
    way = {action for action, _ in (*WHEN_OPENED, *WHEN_CLOSED)}

    def plain(step: Step) -> Step:
        is_way = step.action in way and step.type == "*" and step.who == "staff"
        share = replace(step.share, value=1.0 if is_way else 0.0)
        return replace(step, share=share, effort=None, lag=None)

    steps = tuple(plain(s) for s in base.steps if s.type == "*" and s.flow == FLOW)
    seen = set(known.type)
    return replace(
        base,
        steps=steps,
        arrivals=tuple(replace(a, flags={}) for a in base.arrivals if a.type in seen),
        week=(1 / 168,) * 168,
        year=(1.0,) * 12,
        staff={(holder, ""): ENOUGH_PEOPLE for holder, _ in base.staff},
        travel_s=dict.fromkeys(grids, 0.0),
    )


def play(known: Requests, keys: Keys, first: date, begin: date, end: date, name: str) -> Played:
    """Calibrate on what was known, run the past on and a drawn month, and look.

    ``keys``: what is told apart; each becomes a type. A key that was never seen is foretold as
    all of them together are.
    """
    names = keys(known)
    code_of = {key: f"X{n:03d}-" for n, key in enumerate(dict.fromkeys(names))}
    codes = {code_of[key]: row.type for key, row in zip(names, known.rows, strict=True)}
    compiled = rules(codes)
    known = _placed(known, [code_of[key] for key in names])
    history = requests_history(known.rows, place=PLACE, from_on=first, until_on=begin, zone=ZONE)
    practice = calibrate(history, assumed(compiled, known), compiled)
    lowered = lower(compiled, practice, from_on=first, until_on=end, tail_days=TAIL_DAYS)
    plan = Plan(
        place=PLACE, from_on=begin.isoformat(), until_on=end.isoformat(),
        alternatives=(Alternative(name="as it is"),),
    )  # fmt: skip
    past = _past(known, lowered)
    took: dict[str, list[np.ndarray]] = {}
    paths, taken = [], {}
    for replication in range(REPLICATIONS):
        people = draw_people(
            practice, plan, replication, zone=str(ZONE), from_on=begin, until_on=end
        )
        demand = _joined(past, _drawn(people, lowered))
        result = simulate(
            lowered.tables, lowered.habits, lowered.staff, demand,
            Setting(
                seed=1, replication=replication, begins_at=_midnight(first),
                ends_at=_midnight(end) + (TAIL_DAYS - 1) * DAY, is_logged=True,
            ),
        )  # fmt: skip
        closed = _closed(result.log, lowered, len(demand.at))
        days = (closed - demand.at) / DAY
        is_new = demand.at >= _midnight(begin)
        for sort, one in enumerate(lowered.index.sorts):
            took.setdefault(one.type, []).append(days[is_new & (demand.sort == sort)])
        nights = _midnight(begin) + np.arange(32) * DAY
        begun = np.searchsorted(demand.at, nights, side="right")
        paths.append(begun - np.searchsorted(np.sort(closed), nights, side="right"))
        for row, count in zip(lowered.index.rows, result.taken, strict=True):
            taken[row.action] = taken.get(row.action, 0) + int(count)
    curves = {code: empirical_curve(np.concatenate(parts)) for code, parts in took.items()}
    whole = empirical_curve(np.concatenate([part for parts in took.values() for part in parts]))

    def told(asked: Requests) -> list[str]:
        return [code_of.get(key, "") for key in keys(asked)]

    forecast = Forecast(name, told, curves, lambda _: whole)
    return Played(forecast, np.array(paths), {k: v for k, v in taken.items() if v})


def _placed(known: Requests, types: list[str]) -> Requests:
    """The neighbourhoods as grids, and types as they are told apart."""
    names = {row.grid: f"{PLACE}{n:03d}/" for n, row in enumerate(known.rows)}
    rows = tuple(
        replace(row, grid=names[row.grid], type=code)
        for row, code in zip(known.rows, types, strict=True)
    )
    return replace(known, rows=rows, type=np.array(types))


def _past(known: Requests, lowered: Lowered) -> Demand:
    """The requests of the past as demand, with keys that no drawn one has."""
    rows = sorted(known.rows, key=lambda row: row.opened)
    index = lowered.index
    return Demand(
        at=np.array([to_micros(row.opened) for row in rows], np.int64),
        key=ADDED + np.arange(len(rows), dtype=np.int64),
        grid=np.array([index.grid(row.grid) for row in rows], np.int64),
        sort=np.array([index.sort_of(row.type) for row in rows], np.int64),
    )


def _drawn(people: People, lowered: Lowered) -> Demand:
    """Drawn people as the engine takes them; nothing is told of them but their type."""
    sorts = np.array([lowered.index.sort_of(name) for name in people.types], np.int64)
    grids = np.array([lowered.index.grid(path) for path in people.grids], np.int64)
    return Demand(at=people.at, key=people.key, grid=grids[people.grid], sort=sorts[people.type])


def _joined(first: Demand, second: Demand) -> Demand:
    """Both in the order of time."""
    at = np.concatenate([first.at, second.at])
    order = np.argsort(at, kind="stable")
    parts = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])[order]
        for name in ("key", "grid", "sort")
    }
    return Demand(at=at[order], **parts)


def _closed(log: np.ndarray, lowered: Lowered, count: int) -> np.ndarray:
    """When each was first said to be done; far away where it never was."""
    is_claim = np.array([row.action == "claim_done" for row in lowered.index.rows])
    claims = log[is_claim[log[:, 2]]]
    closed = np.full(count, np.inf)
    np.minimum.at(closed, claims[:, 1], claims[:, 0].astype(float))
    return closed


def _midnight(day: date) -> int:
    return to_micros(datetime.combine(day, time(), ZONE))
