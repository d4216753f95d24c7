"""Two ways of doing it on common demand: is a planted difference found, and none where none is?

A town on a real charter, lowered: 3,120 matters a year, a period of four weeks. Four ways of it:
as it is; with fewer grid workers, so that 3 in 100 matters less are solved in time (how many
exactly is measured over all runs together, and printed); as it is, but everybody draws other luck:
the same in effect, and yet no two runs alike; and as it is with a rule that nothing comes of.
200 times ten replications are compared as ``rehearse`` would, on common demand and, for comparison,
on demand of their own: the ten of the one with the next ten of the other.

Usage: bench_contrast.py [repetitions]. 200 take some minutes; 40 give a first idea.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from math import sqrt

import numpy as np
from contrast_trial import Trial
from support import table, title

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.comparing import COST, MAIN, measure_names
from commongrid.bridges.rehearsal.crew import Crew, cores
from commongrid.bridges.rehearsal.plans import Alternative, ClockChange, Plan, StaffChange
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.bridges.rehearsal.running import Rehearsal, prepare
from commongrid.engines.contrast import Says, gain, interval, needed, says
from commongrid.engines.rehearsal import Habits
from tests.support.flows import real
from tests.support.rehearsal import GRIDS, TOWN

REPETITIONS = 200
RUNS = 10
AS_IT_IS, FEWER, OTHER_LUCK, NO_EFFECT = range(4)
SEED = 20260301
Values = np.ndarray
"""Shape: runs x alternatives x measures."""


def main() -> None:
    """Run, then print four tables."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS
    # A cost is worked hours by a figure that a planner states: here is none.
    measures = tuple(name for name in measure_names() if name != COST)
    begun = time.monotonic()
    values = play(Trial(ready(), measures), repetitions * RUNS)
    took = time.monotonic() - begun
    main_one = measures.index(MAIN)
    title(f"contrast: {repetitions} rehearsals of {RUNS} replications each, {took:.0f} s")
    truth(values, main_one)
    verdicts(values, main_one, repetitions)
    families(values, main_one, repetitions)
    stages(values, main_one)


def ready() -> Rehearsal:
    """The four alternatives, lowered."""
    charter = real("keerqin-subdistrict")
    names = ("as it is", "fewer", "other luck", "no effect")
    worker = "grid_worker"
    changes = (
        StaffChange(holder=worker, change=-2),
        StaffChange(holder=worker, change=-1, from_on="2026-03-12"),
    )
    plan = Plan(
        place=TOWN,
        from_on="2026-03-02",
        until_on="2026-03-30",
        alternatives=(
            Alternative(name=names[AS_IT_IS]),
            Alternative(name=names[FEWER], staff=changes),
            Alternative(name=names[OTHER_LUCK]),
            Alternative(
                name=names[NO_EFFECT], clocks=(ClockChange(clock="confirm", duration="29d"),)
            ),
        ),
        seed=SEED,
    )
    lowered = prepare(plan, practice(), dict.fromkeys(names, charter))
    stages = list(lowered.stages)
    stages[OTHER_LUCK] = replace(stages[OTHER_LUCK], habits=renamed(stages[OTHER_LUCK].habits))
    return replace(lowered, stages=tuple(replace(one, compiled=None) for one in stages))


def practice() -> Practice:
    """What is assumed of a town of 3,000 households in ten grids."""
    charter = real("keerqin-subdistrict")
    return assumed_practice(charter, place=TOWN, grids=dict.fromkeys(GRIDS, 300.0))


def renamed(habits: Habits) -> Habits:
    """The same habits with other numbers for what is drawn: the same law, another luck."""
    more = habits.purposes
    return replace(
        habits, task_purpose=habits.task_purpose + more, rival_purpose=habits.rival_purpose + more
    )


def play(trial: Trial, runs: int) -> Values:
    """Every run of every alternative, on all cores."""
    tasks = [(run, way) for run in range(runs) for way in range(4)]
    with Crew(trial, cores()) as crew:
        found = crew.play(tasks, on_done=lambda: None, is_cancelled=lambda: False)
    return np.array([[found[run, way] for way in range(4)] for run in range(runs)])


def truth(values: Values, main_one: int) -> None:
    """What is really there, from all runs together; and what common demand is worth."""
    rows = []
    for name, way in (("fewer", FEWER), ("other luck", OTHER_LUCK), ("no effect", NO_EFFECT)):
        base, other = values[:, AS_IT_IS, main_one], values[:, way, main_one]
        found = interval(other - base, first=len(base))
        worth = gain(base, other)
        rows.append(
            (
                name,
                f"{100 * base.mean():.2f}",
                f"{100 * found.mean:+.2f} +- {100 * found.half:.2f}",
                "-" if worth is None else f"{worth.correlation:.3f}",
                "-" if worth is None else f"{worth.times:.1f}",
            )
        )
    print(f"  solved in time, in percent, over {len(values)} runs")
    table(("against as it is", "as it is", "difference", "correlation", "variance ratio"), rows)


def verdicts(values: Values, main_one: int, repetitions: int) -> None:
    """How often the main measure says what."""
    rows = []
    for name, way in (("fewer", FEWER), ("other luck", OTHER_LUCK), ("no effect", NO_EFFECT)):
        for demand, shift in (("common", 0), ("their own", RUNS)):
            base = np.roll(values[:, AS_IT_IS, main_one], shift)
            told = [
                interval(part, first=RUNS)
                for part in np.split(values[:, way, main_one] - base, repetitions)
            ]
            said = [says(one) for one in told]
            rows.append(
                (
                    name,
                    demand,
                    f"{100 * np.mean([one.half for one in told]):.2f}",
                    *(_rate(said.count(word), repetitions) for word in Says),
                    _rate(repetitions - said.count(Says.NOT_CLEAR), repetitions),
                )
            )
    print("  verdicts on the share solved in time: rate (95 % interval of the rate)")
    table(("alternative", "demand", "half interval", "less", "not clear", "more", "clear"), rows)


def families(values: Values, main_one: int, repetitions: int) -> None:
    """How often some other measure finds what is not there, with and without wider intervals."""
    others = [
        n for n in range(values.shape[2]) if n != main_one and np.isfinite(values[:, :, n]).all()
    ]
    rows = []
    for words, family in (("each for itself", 1), ("as reported: together", len(others))):
        wrong = 0
        for run in range(0, len(values), RUNS):
            apart = values[run : run + RUNS, OTHER_LUCK] - values[run : run + RUNS, AS_IT_IS]
            told = (interval(apart[:, n], first=RUNS, family=family) for n in others)
            wrong += any(says(one) is not Says.NOT_CLEAR for one in told)
        rows.append((words, len(others), _rate(wrong, repetitions)))
    print("  other luck: rehearsals in which any other measure is called clearly different")
    table(("intervals", "measures", "rate"), rows)


def stages(values: Values, main_one: int, *, trials: int = 4000) -> None:
    """Two stages on the differences of these very runs: does the interval hold the truth?"""
    rng = np.random.default_rng(SEED)
    apart = values[:, FEWER, main_one] - values[:, AS_IT_IS, main_one]
    rows = []
    for narrow in (0.01, 0.005):
        held, counts = 0, []
        for _ in range(trials):
            firsts = rng.choice(apart, RUNS)
            count = min(needed(firsts, half=narrow), 200)
            found = interval(np.append(firsts, rng.choice(apart, count - RUNS)), first=RUNS)
            held += found.low <= apart.mean() <= found.high
            counts.append(count)
        rows.append((f"{100 * narrow:g}", f"{np.mean(counts):.1f}", _rate(held, trials)))
    print("  two stages, drawn from the differences above: the truth lies in the interval")
    table(("half interval wanted", "runs on average", "rate"), rows)


def _rate(part: int, whole: int) -> str:
    """A rate in percent with Wilson's interval."""
    z, share = 1.96, part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole**2)) / (1 + z * z / whole)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return f"{100 * share:.1f} ({100 * low:.1f} .. {100 * high:.1f})"


if __name__ == "__main__":
    main()
