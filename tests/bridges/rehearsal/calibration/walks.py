"""Invented lives of matters by a practice that is known, to see whether it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from commongrid.bridges.rehearsal.chronicle import Chronicle, History
from commongrid.bridges.rehearsal.practice import (
    Arrivals,
    Estimate,
    Known,
    Practice,
    Step,
    Times,
    Who,
)
from commongrid.charter import Compiled, compile_charter, load_charter
from commongrid.kernel.workcalendar import to_micros

ROOT = Path(__file__).resolve().parents[4]
DAY = 86_400_000_000
HOUR_S = 3600.0
FLOW = "event"
TYPES = ("C01", "C02", "D01")
GRIDS = ("/1/a/", "/1/b/")


@cache
def rules() -> Compiled:
    """A charter with a calendar."""
    return compile_charter(load_charter(ROOT / "charters" / "keerqin-subdistrict"))


def guess(value: float) -> Estimate:
    """What is assumed."""
    return Estimate(value=value, low=value, high=value, cases=0, known=Known.ASSUMED, source="x")


def times(median: float) -> Times:
    """An assumed time. Units: seconds."""
    return Times(
        shares=(0.0, 0.5, 1.0), quantiles=(0.0, median, 2 * median), cases=0, known=Known.ASSUMED
    )


def step(state: str, action: str, who: Who, share: float, lag: float, type_: str = "*") -> Step:
    """An assumed step without work."""
    return Step(
        flow=FLOW, state=state, action=action, type=type_, who=who, share=guess(share),
        effort=None, lag=times(lag),
    )  # fmt: skip


ASSUMED = Practice(
    place="/1/",
    from_on="",
    until_on="",
    arrivals=tuple(
        Arrivals(type=name, a_year=guess(100.0), flags={"danger": guess(0.2)}) for name in TYPES
    ),
    steps=(
        step("reported", "accept", Who.STAFF, 0.5, 60.0),
        step("reported", "redirect", Who.STAFF, 0.5, 60.0),
        step("handling", "answer", Who.STAFF, 0.5, 60.0),
        step("handling", "claim_done", Who.STAFF, 0.5, 60.0),
        step("handling", "withdraw", Who.PERSON, 0.5, 60.0),
        step("handling", "lapse", Who.TIME, 1.0, 60.0),
        step("hung", "review_keep", Who.STAFF, 1.0, 60.0),
    ),
    week=(1 / 168,) * 168,
    year=(1.0,) * 12,
    grids={"/1/a/": 0.5, "/1/b/": 0.5},
    staff={("desk", ""): 2},
    travel_s={},
)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The practice that the lives follow. Units: hours; means of exponential times."""

    a_day: float = 6.0
    mix: tuple[float, ...] = (0.6, 0.3, 0.1)
    redirected: tuple[float, ...] = (0.1, 0.3, 0.2)  # by type
    answered: float = 0.7
    accept_h: float = 1.0
    answer_h: float = 3.0
    claim_h: tuple[float, ...] = (50.0, 100.0, 400.0)  # by type
    leaves: float = 0.3
    leaves_h: float = 60.0


def live(truth: Truth, *, days: int, seed: int) -> History:
    """The history of some days; whoever was raised late is still open at its end."""
    dice = np.random.default_rng(seed)
    first = date(2026, 3, 2)
    zone = rules().calendar.zone
    chronicle = Chronicle("/1/", first, first + timedelta(days=days), zone)
    begin = to_micros(datetime(first.year, first.month, first.day, tzinfo=zone))
    end = begin + days * DAY
    for key in range(int(dice.poisson(truth.a_day * days))):
        at = begin + int(dice.random() * days * DAY)
        _one(chronicle, key, at, end, truth, dice)
    return chronicle.history()


def _one(chronicle: Chronicle, key: int, at: int, end: int, truth: Truth, dice) -> None:
    kind = int(dice.choice(len(TYPES), p=truth.mix))
    name = TYPES[kind]
    flags = frozenset({"danger"}) if dice.random() < 0.4 else frozenset()
    chronicle.raise_one(
        key, flow=FLOW, state="reported", type_code=name, grid=GRIDS[int(dice.random() < 0.8)],
        at=at, flags=flags,
    )  # fmt: skip

    def later(start: int, hours: float) -> int:
        return opened(start) + int(dice.exponential(hours) * HOUR_S * 1e6)

    def do(action: str, state: str, when: int, who: Who = Who.STAFF) -> bool:
        if when < end:
            chronicle.step(key, action=action, state=state, at=when, who=who)
        return when < end

    at = later(at, truth.accept_h)
    if dice.random() < truth.redirected[kind]:
        do("redirect", "redirected", at)
        return
    if not do("accept", "handling", at):
        return
    leaves = at + int(dice.exponential(truth.leaves_h) * HOUR_S * 1e6)
    leaves = leaves if dice.random() < truth.leaves else end
    if dice.random() < truth.answered:
        at = later(at, truth.answer_h)
        if at >= leaves or not do("answer", "handling", at):
            do("withdraw", "withdrawn", leaves, Who.PERSON)
            return
    at = later(at, truth.claim_h[kind])
    if at >= leaves:
        do("withdraw", "withdrawn", leaves, Who.PERSON)
    else:
        do("claim_done", "claimed", at)


@cache
def _office() -> tuple[np.ndarray, np.ndarray]:
    from commongrid.bridges.rehearsal.calendars import calendar_arrays

    found = calendar_arrays(rules().calendar, date(2026, 2, 1), date(2027, 12, 1))
    return found.opens, found.closes


def opened(at: int) -> int:
    """When the office next is open."""
    opens, closes = _office()
    return max(at, int(opens[np.searchsorted(closes, at, side="right")]))
