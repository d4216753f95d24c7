"""Requests of which only opening and closing are known: what was known when, and the way back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.boston import (
    FLOW,
    WHEN_CLOSED,
    WHEN_OPENED,
    PastRequest,
    curves_of,
    known_on,
    requests_history,
)
from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.lowering import lower
from commongrid.charter import compile_charter, load_charter
from commongrid.engines.rehearsal import Demand, Setting, simulate_slowly
from commongrid.kernel.workcalendar import to_micros
from tests.bridges.rehearsal.calibration.walks import ROOT

ZONE = ZoneInfo("America/New_York")
FIRST, UNTIL = date(2026, 3, 2), date(2026, 5, 1)
PLACE, GRID = "/1/", "/1/g/"
HOUR = timedelta(hours=1)


def moment(day, hour=12):
    return datetime(2026, 3, day, hour, tzinfo=ZONE)


def request(opened, closed, type_code="X01", unit="boston_parks"):
    return PastRequest(
        type=type_code, unit=unit, grid=GRID, opened=opened, closed=closed, target=None,
        is_placed=True,
    )  # fmt: skip


def history_of(requests, until=UNTIL):
    return requests_history(requests, place=PLACE, from_on=FIRST, until_on=until, zone=ZONE)


def test_what_was_closed_later_counts_as_open_and_what_was_opened_later_not_at_all():
    rows = [
        request(moment(3), moment(4)),
        request(moment(3), moment(20)),
        request(moment(12), moment(13)),
    ]
    history = history_of(rows, until=date(2026, 3, 10))
    assert history.matters == 2
    handling = history.states.index((FLOW, "handling"))
    inside = history.visits.state == handling
    assert sorted(history.visits.is_over[inside].tolist()) == [False, True]
    assert history.visits.length[inside].max() == (6.5 * 24 - 1) * 3_600_000_000  # summer time


def test_durations_and_curves_are_those_of_that_morning():
    rows = [request(moment(3), moment(4)), request(moment(3), None), request(moment(5), moment(6))]
    known = known_on(rows, ["a", "a", "b"], moment(6, 0))
    assert known.length.tolist() == [1.0, 2.5, 0.5]
    assert known.ended.tolist() == [True, False, False]
    curves, whole = curves_of(known, strength=0.0)
    assert curves["a"].longer_than(1.0) == 0.5
    assert curves["b"].longer_than(1.0) == 1.0
    assert whole.longer_than(1.0) == 0.5


@cache
def replayed(hours):
    """Requests with exponential closing times, calibrated, lowered, run with the same openings."""
    dice = np.random.default_rng(1)
    begin = datetime(2026, 3, 2, tzinfo=ZONE)
    rows = []
    for _ in range(400):
        opened = begin + timedelta(days=float(dice.random() * 55))
        rows.append(request(opened, opened + HOUR * float(dice.exponential(hours))))
    rows.sort(key=lambda row: row.opened)
    compiled = compile_charter(load_charter(ROOT / "charters" / "boston-neighbourhoods"))
    practice = calibrate(history_of(rows), one_way(compiled), compiled)
    lowered = lower(compiled, practice, from_on=FIRST, until_on=UNTIL, tail_days=60)
    at = np.array([to_micros(row.opened) for row in rows], np.int64)
    none = np.zeros(len(at), np.int64)
    sort = none + lowered.index.sort_of("X01")
    demand = Demand(at=at, key=np.arange(len(at), dtype=np.int64), grid=none, sort=sort)
    end = to_micros(datetime(2026, 6, 28, tzinfo=ZONE))
    setting = Setting(
        seed=1, replication=0, begins_at=to_micros(begin), ends_at=end, is_logged=True
    )
    result = simulate_slowly(lowered.tables, lowered.habits, lowered.staff, demand, setting)
    is_claim = np.array([row.action == "claim_done" for row in lowered.index.rows])
    claims = {int(one[1]): int(one[0]) for one in result.log if is_claim[one[2]]}
    simulated = np.array([(claims[m] - at[m]) / 3.6e9 for m in claims])
    return simulated, np.array([(r.closed - r.opened) / HOUR for r in rows])


def one_way(compiled):
    """The way the importer records, without hands-on time and with people enough."""
    base = assumed_practice(compiled, place=PLACE, grids={GRID: 1.0})
    way = {action for action, _ in (*WHEN_OPENED, *WHEN_CLOSED)}
    steps = [
        replace(
            s, effort=None, lag=None,
            share=replace(s.share, value=float(s.action in way and s.who == "staff")),
        )
        for s in base.steps
        if s.flow == FLOW and s.type == "*"
    ]  # fmt: skip
    return replace(
        base,
        steps=tuple(steps),
        arrivals=tuple(replace(a, flags={}) for a in base.arrivals if a.type == "X01"),
        staff={(holder, ""): 500 for holder, _ in base.staff},
        travel_s={GRID: 0.0},
    )


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.9])
def test_a_calibrated_simulation_closes_as_the_past_did(share):
    simulated, past = replayed(90.0)
    assert len(simulated) >= 0.98 * len(past)
    assert np.quantile(simulated, share) == pytest.approx(np.quantile(past, share), rel=0.2)


def test_what_was_closed_at_night_is_simulated_in_the_morning():
    """The bound that is known: offices that work at night look slower than they are."""
    simulated, past = replayed(2.0)
    assert np.median(past) < 2.0
    assert np.quantile(simulated, 0.8) > np.quantile(past, 0.8)
