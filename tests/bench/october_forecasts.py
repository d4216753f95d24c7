"""Forecasts of October for the October bench: the calibrated ones, and the naive ones beside them.

Each is made from what was known on one morning; nothing here reads what came later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from october_data import ZONE, Requests

from commongrid.bridges.rehearsal.boston import curves_of, known_on, requests_history
from commongrid.bridges.rehearsal.demanding import measured_demand
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.engines.calibration import (
    Curve,
    count_range,
    crps_until,
    exponential_curve,
    pit,
    pit_share,
    rate_strength,
)

HORIZON = 30.0  # days on which a closing time is scored
Keys = Callable[[Requests], list[str]]


def by_unit(asked: Requests) -> list[str]:
    """Department alone."""
    return list(asked.unit)


def by_type(asked: Requests) -> list[str]:
    """Type alone: what a practice can say."""
    return list(asked.type)


def by_type_in_unit(asked: Requests) -> list[str]:
    """Type within department."""
    return [f"{unit}|{code}" for unit, code in zip(asked.unit, asked.type, strict=True)]


def by_source_too(asked: Requests) -> list[str]:
    """Type within department, apart where staff wrote it down themselves."""
    names = zip(by_type_in_unit(asked), asked.by_staff, strict=True)
    return [f"{name}|{'staff' if flag else ''}" for name, flag in names]


@dataclass(eq=False)
class Forecast:
    """Closing times foretold: a curve for each key. Units: days."""

    name: str
    keys: Keys
    curves: dict[str, Curve]
    other: Callable[[str], Curve]

    def curve(self, key: str) -> Curve:
        """The curve of a key; one that was never seen has that of what is above it."""
        found = self.curves.get(key)
        return found if found is not None else self.other(key)

    def groups(self, asked: Requests) -> list[tuple[Curve, np.ndarray]]:
        """The curves asked for, each with the requests it is for."""
        keys = np.array(self.keys(asked))
        return [(self.curve(str(key)), np.flatnonzero(keys == key)) for key in np.unique(keys)]

    def crps(self, asked: Requests, until: np.ndarray) -> np.ndarray:
        """The score of each request. Units: days."""
        found = np.zeros(len(asked))
        for curve, rows in self.groups(asked):
            found[rows] = crps_until(curve, asked.took[rows], until[rows])
        return found

    def inside(self, asked: Requests, first: float, last: float) -> np.ndarray:
        """How much of each request lies between two shares of its forecast."""
        found = np.zeros(len(asked))
        for curve, rows in self.groups(asked):
            took = asked.took[rows]
            ended = np.isfinite(took)
            low, high = pit(curve, np.where(ended, took, 1e6), ended)
            found[rows] = pit_share(low, high, first, last)
        return found

    def done_within(self, asked: Requests, spans: np.ndarray) -> np.ndarray:
        """The chance that each is closed within its span."""
        found = np.zeros(len(asked))
        for curve, rows in self.groups(asked):
            found[rows] = 1 - curve.longer_than(spans[rows])
        return found


def drawn(known: Requests, keys: Keys, day: date, name: str, strength: float | None) -> Forecast:
    """Kaplan-Meier by key, drawn towards the key's department (or type: towards all)."""
    end = datetime.combine(day, time(), ZONE)
    names = keys(known)
    whole, all_of_it = curves_of(known_on(known.rows, by_unit(known), end), strength=0.0)
    if keys in (by_type, by_unit):
        curves, other = curves_of(known_on(known.rows, names, end), strength=strength)
        return Forecast(name, keys, curves, lambda _: other)
    curves: dict[str, Curve] = {}
    for unit in np.unique(known.unit):
        chosen = known.unit == unit
        part = known.of(chosen)
        found, _ = curves_of(known_on(part.rows, keys(part), end), strength=strength)
        curves |= found
    return Forecast(name, keys, curves, lambda key: whole.get(key.split("|")[0], all_of_it))


def exponential(known: Requests, day: date) -> Forecast:
    """A department's mean: all time watched over all closings, and an exponential law."""
    end = datetime.combine(day, time(), ZONE)
    curves = {}
    for unit in [*np.unique(known.unit), ""]:
        part = known.of((known.unit == unit) | (unit == ""))
        one = known_on(part.rows, by_unit(part), end)
        mean = float(one.length.sum()) / max(int(one.ended.sum()), 1)
        curves[str(unit)] = exponential_curve(mean, cases=len(part))
    return Forecast("department mean", by_unit, curves, lambda _: curves[""])


@dataclass(frozen=True, eq=False)
class Daily:
    """Arrivals foretold by day: means, and the shape by which days differ."""

    means: np.ndarray
    shape: float

    def ranges(self, level: float) -> np.ndarray:
        """Shape: days x 2."""
        return np.array([count_range(float(m), shape=self.shape, level=level) for m in self.means])


def flat_practice() -> Practice:
    """Nothing assumed but evenness."""
    return Practice(
        place="", from_on="", until_on="", arrivals=(), steps=(), week=(1 / 168,) * 168,
        year=(1.0,) * 12, grids={}, staff={}, travel_s={},
    )  # fmt: skip


def days(first: date, until: date) -> list[date]:
    """The days from one until another."""
    return [first + timedelta(days=n) for n in range((until - first).days)]


def counts_by_day(asked: Requests, over: list[date]) -> np.ndarray:
    """How many were opened on each day of the wall."""
    number = {day: n for n, day in enumerate(over)}
    found = np.zeros(len(over), np.int64)
    for row in asked.rows:
        place = number.get(row.opened.astimezone(ZONE).date())
        if place is not None:
            found[place] += 1
    return found


def calibrated_days(known: Requests, first: date, until: date, asked: list[date]) -> Daily:
    """The calibrated rates and week; how days differ beyond chance is measured on the past."""
    history = requests_history(known.rows, place="", from_on=first, until_on=until, zone=ZONE)
    arrivals, week, _, _ = measured_demand(history, flat_practice())
    a_week = sum(one.a_year.value for one in arrivals) / (365.25 / 7)
    by_day = np.array(week).reshape(7, 24).sum(axis=1) * a_week
    past = days(first, until)
    expected = np.array([by_day[day.weekday()] for day in past])
    shape = rate_strength(counts_by_day(known, past), expected, 1.0)
    return Daily(np.array([by_day[day.weekday()] for day in asked]), shape)


def repeated_days(known: Requests, first: date, until: date, asked: list[date]) -> Daily:
    """The same weekday's mean in these days, and Poisson's spread."""
    past = days(first, until)
    counts = counts_by_day(known, past)
    weekday = np.array([day.weekday() for day in past])
    means = np.array([counts[weekday == day].mean() for day in range(7)])
    return Daily(np.array([means[day.weekday()] for day in asked]), 1e9)


def mean_days(known: Requests, first: date, until: date, asked: list[date]) -> Daily:
    """One mean for every day, and Poisson's spread."""
    counts = counts_by_day(known, days(first, until))
    return Daily(np.full(len(asked), counts.mean()), 1e9)


def open_at(asked: Requests, moments: np.ndarray) -> np.ndarray:
    """How many were open at some moments, truly. Units: days since the epoch."""
    begun = np.searchsorted(np.sort(asked.opened), moments, side="right")
    return begun - np.searchsorted(np.sort(asked.opened + asked.took), moments, side="right")


def backlog_draws(
    forecast: Forecast, known: Requests, daily: Daily, day: datetime, *, draws: int, seed: int
) -> np.ndarray:
    """Open requests at each midnight of the days foretold. Shape: draws x days.

    Those open on the morning go on from their age; new ones come by the daily forecast with the
    mix of the past. What no curve saw (beyond the longest look) stays open.
    """
    dice = np.random.default_rng(seed)
    now = day.timestamp() / 86_400
    spans = np.arange(1, len(daily.means) + 1, dtype=float)
    is_open = known.opened + known.took > now
    left = known.of(is_open)
    total = np.zeros((draws, len(spans)))
    for curve, rows in forecast.groups(left):
        age = now - left.opened[rows]
        stays = (
            curve.longer_than(age[:, None] + spans)
            / np.maximum(curve.longer_than(age), 1e-9)[:, None]
        )
        for draw in range(draws):
            total[draw] += (dice.random((len(rows), 1)) < stays).sum(axis=0)
    weights = [(curve, len(rows) / len(known)) for curve, rows in forecast.groups(known)]
    lasts = sum(w * curve.longer_than(np.maximum(spans - 0.5, 0)) for curve, w in weights)
    for n, mean in enumerate(daily.means):
        rates = dice.gamma(daily.shape, mean / daily.shape, draws)
        counts = dice.poisson(rates)
        for later in range(n, len(spans)):
            total[:, later] += dice.binomial(counts, min(float(lasts[later - n]), 1.0))
    return total
