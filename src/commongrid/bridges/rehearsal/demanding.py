"""What is raised, when and where, from a history over what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from commongrid.bridges.rehearsal.chronicle import History
from commongrid.bridges.rehearsal.practice import Arrivals, Estimate, Known, Practice
from commongrid.engines.calibration import (
    rate_range,
    rate_strength,
    share_range,
    share_strength,
    shrunk_rate,
    shrunk_shares,
)

ENOUGH = 30
MONTHS, HOURS, DAYS = 12, 24, 7
WHOLE_YEAR = 365
YEAR = 365.25
Floats = npt.NDArray[np.float64]


def measured_demand(
    history: History, assumed: Practice
) -> tuple[tuple[Arrivals, ...], tuple[float, ...], tuple[float, ...], Mapping[str, float]]:
    """Arrivals by type, the week, the year, and the grids.

    A history shorter than a year cannot tell a busy season from a busy place: the assumed
    months then say how much of a year it was worth.
    """
    days = [
        date.fromordinal(n)
        for n in range(history.from_on.toordinal(), history.until_on.toordinal())
    ]
    local = _local(history)
    year = _year(local, days, assumed.year)
    exposure = sum(year[day.month - 1] for day in days) / YEAR
    return (
        _arrivals(history, assumed, exposure),
        _week(local, assumed.week),
        year,
        _grids(history, assumed.grids),
    )


def _arrivals(history: History, assumed: Practice, years: float) -> tuple[Arrivals, ...]:
    """Rates by type, drawn towards their group as far as its types are alike.

    A type that was never raised keeps a small rate, that of its group's thin end; a history that
    is empty changes nothing.
    """
    if not history.matters:
        return assumed.arrivals
    known = {one.type: one for one in assumed.arrivals}
    counts = np.bincount(history.raised_type, minlength=len(history.types))
    seen = dict(zip(history.types, counts.tolist(), strict=True))
    spread = _spread(history)
    found = []
    groups: dict[str, list[str]] = {}
    for name in sorted({*known, *seen}):
        groups.setdefault(name[:1], []).append(name)
    for names in groups.values():
        k = np.array([seen.get(name, 0) for name in names], np.float64)
        mean = float(k.mean()) / years
        strength = min(rate_strength(k, np.full(len(k), years), mean), max(float(k.sum()), 1.0))
        for name, count in zip(names, k.tolist(), strict=True):
            if mean > 0:
                rate = shrunk_rate(count, years, mean=mean, strength=strength)
            else:
                rate = rate_range(0, years)
            wide = rate_range(count, years, spread=spread)
            cases = int(count)
            found.append(
                Arrivals(
                    type=name,
                    a_year=Estimate(
                        value=rate.value,
                        low=min(rate.low, wide.low if count else rate.low),
                        high=max(rate.high, wide.high if count else rate.high),
                        cases=cases,
                        known=Known.MEASURED if cases >= ENOUGH else Known.SHRUNK,
                    ),
                    flags=_flags(history, name, known.get(name)),
                )
            )
    return tuple(found)


def _flags(history: History, name: str, known: Arrivals | None) -> dict[str, Estimate]:
    """Shares of the flags that the history can tell; the others stay as assumed."""
    found = dict(known.flags) if known else {}
    if name not in history.types:
        return found
    is_type = history.raised_type == history.types.index(name)
    whole = int(is_type.sum())
    for flag, flags in history.flags.items():
        if flag not in found or not whole:
            continue
        base = found[flag].value
        part = int(flags[is_type].sum())
        share = share_range(part, whole, base=base, strength=1.0)
        found[flag] = Estimate(
            value=share.value,
            low=share.low,
            high=share.high,
            cases=whole,
            known=Known.MEASURED if whole >= ENOUGH else Known.SHRUNK,
        )
    return found


def _spread(history: History) -> float:
    """Variance over mean of the counts by week: weeks differ more than chance alone would have it.

    Never below 1; 1 where fewer than four whole weeks were seen.
    """
    first = history.raised_at.min() if history.matters else 0
    week = (history.raised_at - first) // (7 * 86_400 * 1_000_000)
    counts = np.bincount(week)[:-1]
    if len(counts) < 4 or counts.mean() == 0:
        return 1.0
    return max(1.0, float(counts.var(ddof=1) / counts.mean()))


def _local(history: History) -> list[datetime]:
    """The instants on the wall."""
    zone = history.zone
    return [
        datetime.fromtimestamp(at / 1e6, UTC).astimezone(zone) for at in history.raised_at.tolist()
    ]


def _week(local: list[datetime], assumed: tuple[float, ...]) -> tuple[float, ...]:
    """168 shares, drawn towards day times hour as far as the days are alike in their hours."""
    counts = np.zeros((DAYS, HOURS))
    for at in local:
        counts[at.weekday(), at.hour] += 1
    whole = counts.sum()
    if whole == 0:
        return assumed
    guess = np.array(assumed).reshape(DAYS, HOURS)
    hour = shrunk_shares(counts.sum(axis=0), guess.sum(axis=0), 1.0)
    day = shrunk_shares(counts.sum(axis=1), guess.sum(axis=1), 1.0)
    strength = share_strength(counts, hour)
    by_hour = np.array([shrunk_shares(row, hour, strength) for row in counts])
    week = (day[:, None] * by_hour).reshape(-1)
    return tuple(float(share) for share in week / week.sum())


def _year(local: list[datetime], days: list[date], assumed: tuple[float, ...]) -> tuple[float, ...]:
    """12 factors around 1: measured from a whole year on, drawn towards the assumed ones."""
    if len(days) < WHOLE_YEAR or not local:
        return assumed
    length = np.bincount([day.month - 1 for day in days], minlength=MONTHS).astype(float)
    counts = np.bincount([at.month - 1 for at in local], minlength=MONTHS).astype(float)
    guess = np.array(assumed)
    rate = counts.sum() / float((length * guess).sum())
    strength = rate_strength(counts, length * guess, rate)
    factors = (counts + strength) / (length * guess + strength / rate) / rate * guess
    return tuple(float(one) for one in factors / (factors * length).sum() * length.sum())


def _grids(history: History, assumed: Mapping[str, float]) -> Mapping[str, float]:
    """Shares by grid, drawn towards the assumed ones (households) as far as those explain them."""
    names = sorted({*assumed, *history.grids})
    number = {name: n for n, name in enumerate(names)}
    counts = np.zeros(len(names))
    places = np.array([number[name] for name in history.grids], np.int64)
    if history.matters:
        np.add.at(counts, places[history.raised_grid], 1)
    base = np.array([assumed.get(name, 0.0) for name in names])
    if counts.sum() == 0 or base.sum() <= 0:
        return assumed
    expected = base / base.sum() * counts.sum()
    is_known = expected > 0
    strength = rate_strength(counts[is_known], expected[is_known], 1.0)
    factor = (counts + strength) / (expected + strength)
    shares = np.where(is_known, expected * factor, counts)
    return {name: float(share) for name, share in zip(names, shares / shares.sum(), strict=True)}
