"""The Boston proof: July to September calibrate, October is foretold, beside naive baselines.

``bench_october.py [--no-simulation]``. Needs the data set beside the project, which is never
committed; without it the bench says so and checks nothing.

Guard: everything that was chosen (structure, window, shrinkage) was chosen in the first table, on
July and August against September as known on 30 September. October is looked at once.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date, datetime, time

import numpy as np
import october_data as data
import october_forecasts as forecasts
import support
from october_data import ZONE, Requests
from october_forecasts import HORIZON, Daily, Forecast

JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2011, month, 1) for month in range(7, 12))
SMALL = 50
SEEN = 90  # days: a longer time was not watched through by anybody on 30 September
DRAWS = 200
SHOWN = (7, 14, 21, 31)
STRUCTURES = (
    ("department", forecasts.by_unit),
    ("type", forecasts.by_type),
    ("type in department", forecasts.by_type_in_unit),
    ("and written by staff", forecasts.by_source_too),
)


def main() -> None:
    """Choose on September, foretell October, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--no-simulation", action="store_true")
    asked = words.parse_args()
    if not data.is_here():
        sys.exit(f"NOT CHECKED: the data set is not here ({data.FILE.name})")
    every = data.load()
    support.title(f"Boston, {len(every)} requests of July to October 2011")
    chosen = choose(every)
    known = every.opened_in(JULY, OCTOBER)
    october = every.opened_in(OCTOBER, NOVEMBER)
    made = foretold(known, chosen)
    played = None
    if not asked.no_simulation:
        from october_simulated import play

        played = play(known, chosen[1], JULY, OCTOBER, NOVEMBER, "simulated")
        plain = play(known, forecasts.by_type, JULY, OCTOBER, NOVEMBER, "simulated by type")
        made[1:1] = [played.forecast, plain.forecast]
    closing(made, october)
    on_time(made, october)
    arrivals(known, october)
    backlog(made, every, None if played is None else played.open_at)
    troubles(known, october)
    if played is not None:
        print(f"\n  steps the simulation took: {played.taken}")


def choose(every: Requests) -> tuple[str, forecasts.Keys, date, float | None]:
    """The structure, window and shrinkage with the best score on September."""
    print(
        "\n  chosen on September, as known on 30 September; from July and August, or August alone"
    )
    asked = every.opened_in(SEPTEMBER, OCTOBER)
    end = datetime.combine(OCTOBER, time(), ZONE).timestamp() / data.DAY
    until = np.minimum(HORIZON, end - asked.opened)
    rows, best = [], (np.inf, ("", forecasts.by_unit, JULY, None))
    for name, keys in STRUCTURES:
        for first in (JULY, AUGUST):
            known = every.opened_in(first, SEPTEMBER)
            for strength in (0.0, None):
                made = forecasts.drawn(known, keys, SEPTEMBER, name, strength)
                score = float(made.crps(asked, until).mean())
                best = min(best, (score, (name, keys, first, strength)), key=lambda one: one[0])
                how = "estimated" if strength is None else "none"
                rows.append((name, f"{first:%B}", how, f"{score:.4f}"))
    support.table(("structure", "from", "shrinkage", "CRPS, days"), rows)
    name, _, first, strength = best[1]
    how = "shrunk as estimated" if strength is None else "not shrunk"
    print(f"  chosen: {name}, from {first:%B}, {how}")
    return best[1]


def foretold(
    known: Requests, chosen: tuple[str, forecasts.Keys, date, float | None]
) -> list[Forecast]:
    """The forecasts of October from what was known on 30 September."""
    _, keys, first, strength = chosen
    september = known.opened_in(SEPTEMBER, OCTOBER)
    drawn = forecasts.drawn
    return [
        drawn(known.opened_in(first, OCTOBER), keys, OCTOBER, "calibrated", strength),
        drawn(known, forecasts.by_type, OCTOBER, "by type", None),
        drawn(september, forecasts.by_unit, OCTOBER, "September", 0.0),
        drawn(september, forecasts.by_type_in_unit, OCTOBER, "September by type", 0.0),
        forecasts.exponential(known, OCTOBER),
    ]


def units_of(asked: Requests) -> list[str]:
    """Departments with enough requests, and all of them."""
    return ["all", *(unit for unit, n in Counter(asked.unit).most_common() if n >= SMALL)]


def part_of(asked: Requests, unit: str) -> np.ndarray:
    """Which requests are a department's."""
    return (asked.unit == unit) | (unit == "all")


def closing(made: list[Forecast], october: Requests) -> None:
    """Scores and coverage of closing times by department."""
    print(f"\n  closing times: CRPS in days over the first {HORIZON:.0f} days; less is better")
    until = np.full(len(october), HORIZON)
    scores = [one.crps(october, until) for one in made]
    rows = []
    for unit in units_of(october):
        chosen = part_of(october, unit)
        cells = [f"{score[chosen].mean():.3f}" for score in scores]
        rows.append((unit, int(chosen.sum()), *cells))
    support.table(("department", "n", *(one.name for one in made)), rows)
    gaps = []
    for one, score in zip(made[1:], scores[1:], strict=True):
        gain = score - scores[0]
        error = 1.96 * gain.std() / len(gain) ** 0.5
        gaps.append((one.name, f"{gain.mean():+.3f} +- {error:.3f}"))
    print("  worse than calibrated by (days, 95 % interval; requests taken as independent)")
    support.table(("forecast", "CRPS"), gaps)
    for title, first, last in (
        ("within the 80 % quantile", 0.0, 0.8),
        ("within the 95 % quantile", 0.0, 0.95),
        ("within the middle 80 %", 0.1, 0.9),
        ("within the middle 95 %", 0.025, 0.975),
    ):
        print(f"\n  closing times {title} of the forecast, %")
        inside = [one.inside(october, first, last) for one in made]
        support.table(
            ("department", *(one.name for one in made)),
            [
                (unit, *(f"{100 * one[part_of(october, unit)].mean():.1f}" for one in inside))
                for unit in units_of(october)
            ],
        )


def on_time(made: list[Forecast], october: Requests) -> None:
    """The share closed by the target date each request was given when it was opened.

    Targets beyond what three months can have seen are counted and not foretold.
    """
    within = np.isfinite(october.target) & (october.target <= SEEN)
    beyond = np.isfinite(october.target) & (october.target > SEEN)
    asked = october.of(within)
    print(f"\n  closed by their own target date, %; targets within {SEEN} days of opening")
    true = asked.took <= asked.target
    told = [one.done_within(asked, np.maximum(asked.target, 0)) for one in made]
    rows = []
    for unit in units_of(asked):
        chosen = part_of(asked, unit)
        cells = [f"{100 * one[chosen].mean():.1f}" for one in told]
        left = int((beyond & part_of(october, unit)).sum())
        rows.append((unit, int(chosen.sum()), left, f"{100 * true[chosen].mean():.1f}", *cells))
    heads = ("department", "n", "later targets", "observed", *(one.name for one in made))
    support.table(heads, rows)


def arrivals(known: Requests, october: Requests) -> None:
    """How many are raised a day: whether the intervals hold them."""
    print("\n  arrivals a day in October: days within the 80 and 95 % interval, of 31; mean width")
    over = forecasts.days(OCTOBER, NOVEMBER)
    rows = []
    for unit in units_of(october):
        past, asked = known.of(part_of(known, unit)), october.of(part_of(october, unit))
        true = forecasts.counts_by_day(asked, over)
        september = past.opened_in(SEPTEMBER, OCTOBER)
        ways = (
            forecasts.calibrated_days(past, JULY, OCTOBER, over),
            forecasts.repeated_days(september, SEPTEMBER, OCTOBER, over),
            forecasts.mean_days(past, JULY, OCTOBER, over),
        )
        cells = [f"{float(true.mean()):.1f}", f"{float(ways[0].means.mean()):.1f}"]
        for way in ways:
            cells.append(" ".join(_covered(way, true, level) for level in (0.8, 0.95)))
        rows.append((unit, *cells))
    heads = ("department", "a day", "foretold", "calibrated", "September", "mean, Poisson")
    support.table(heads, rows)


def _covered(way: Daily, true: np.ndarray, level: float) -> str:
    ranges = way.ranges(level)
    inside = int(((true >= ranges[:, 0]) & (true <= ranges[:, 1])).sum())
    return f"{inside} ({np.diff(ranges).mean():.0f})"


def backlog(made: list[Forecast], every: Requests, runs: np.ndarray | None) -> None:
    """Open requests of those raised since July, at each midnight of October."""
    known = every.opened_in(JULY, OCTOBER)
    begin = datetime.combine(OCTOBER, time(), ZONE)
    now = begin.timestamp() / data.DAY
    moments = now + np.arange(1, 32)
    over = forecasts.days(OCTOBER, NOVEMBER)
    print("\n  open requests raised since July, at midnight after days of October")
    rows = []
    for unit in units_of(every.opened_in(OCTOBER, NOVEMBER)):
        past, asked = known.of(part_of(known, unit)), every.of(part_of(every, unit))
        true = forecasts.open_at(asked, moments)
        start = int(forecasts.open_at(asked, np.array([now]))[0])
        daily = forecasts.calibrated_days(past, JULY, OCTOBER, over)
        draws = forecasts.backlog_draws(made[0], past, daily, begin, draws=DRAWS, seed=1)
        low, high = np.quantile(draws, (0.025, 0.975), axis=0)
        mean = draws.mean(axis=0)
        inside = int(((true >= low) & (true <= high)).sum())
        path = [
            f"{true[d - 1]}: {mean[d - 1]:.0f} ({low[d - 1]:.0f}-{high[d - 1]:.0f})" for d in SHOWN
        ]
        repeated = _september_path(asked, start)
        steady = _steady_path(past, made[-1], begin)
        errors = [f"{np.sqrt(((one - true) ** 2).mean()):.0f}" for one in (mean, repeated, steady)]
        rows.append((unit, start, *path, inside, *errors))
    heads = [f"{d} Oct: true: mean (95 %)" for d in SHOWN]
    errors = ("error", "September", "mean")
    support.table(("department", "30 Sep", *heads, "of 31 inside", *errors), rows)
    print("  error: root of the mean square over the 31 midnights; then those of the baselines")
    if runs is None:
        return
    print("  simulated from July on: as it is, and from what was open on 30 September")
    true = forecasts.open_at(every, moments)
    mean = runs.mean(axis=0)
    start = int(forecasts.open_at(every, np.array([now]))[0])
    lines = []
    for name, told in (("as it is", mean[1:]), ("from there", mean[1:] - mean[0] + start)):
        path = [f"{true[day - 1]}: {told[day - 1]:.0f}" for day in SHOWN]
        error = f"{np.sqrt(((told - true) ** 2).mean()):.0f}"
        lines.append((name, f"{start}: {mean[0]:.0f}", *path, error))
    heads = [f"{day} Oct: true: mean" for day in SHOWN]
    support.table(("all departments", "30 Sep", *heads, "error"), lines)


def _september_path(asked: Requests, start: int) -> np.ndarray:
    """The way the backlog went in September, from where it stands."""
    first = datetime.combine(SEPTEMBER, time(), ZONE).timestamp() / data.DAY
    path = forecasts.open_at(asked, first + np.arange(31))
    steps = np.diff(path)
    return start + np.cumsum(np.concatenate([steps, steps[-1:] * 0 + steps.mean()]))


def _steady_path(past: Requests, mean: Forecast, begin: datetime) -> np.ndarray:
    """As many a day as on average, each open one closing at its department's mean rate."""
    path = np.zeros(31)
    now = np.array([begin.timestamp() / data.DAY])
    for curve, rows in mean.groups(past):
        part = past.of(np.isin(np.arange(len(past)), rows))
        hazard = -np.log(max(float(curve.longer_than(1.0)), 1e-3))
        left = float(forecasts.open_at(part, now)[0])
        for day in range(31):
            left = left * np.exp(-hazard) + len(part) / 92
            path[day] += left
    return path


def troubles(known: Requests, october: Requests) -> None:
    """Why a department is hard to foretell, in figures."""
    print("\n  what is peculiar, % of October's requests (July to September in brackets)")
    rows = []
    for unit in units_of(october):
        parts = [one.of(part_of(one, unit)) for one in (october, known)]
        now, before = ([*map(_pct, _peculiar(part))] for part in parts)
        rows.append((unit, *(f"{a} ({b})" for a, b in zip(now, before, strict=True))))
    heads = (
        "within a minute", "by staff", "no target", "default point", "closed on its 3 busiest days",
        "not in 30 days",
    )  # fmt: skip
    support.table(("department", *heads), rows)


def _peculiar(asked: Requests) -> list[float]:
    closed = Counter(row.closed.astimezone(ZONE).date() for row in asked.rows if row.closed)
    batch = sum(count for _, count in closed.most_common(3))
    return [
        float((asked.took <= 60 / data.DAY).mean()),
        float(asked.by_staff.mean()),
        float(np.isnan(asked.target).mean()),
        float(np.mean([not row.is_placed for row in asked.rows])),
        batch / max(len(asked), 1),
        float((asked.took > HORIZON).mean()),
    ]


def _pct(share: float) -> str:
    return f"{100 * share:.0f}"


if __name__ == "__main__":
    main()
