"""A plan, a practice and a report to test with: invented, of one town, and whole.

Everything is worked out from formulas, so that two tests see the same numbers. Nothing here came
out of a run.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, exp, pi

from commongrid.bridges.rehearsal.plain import digest, sealed
from commongrid.bridges.rehearsal.plans import (
    Alternative,
    ClockChange,
    Drill,
    LimitChange,
    Plan,
    Shock,
    StaffChange,
)
from commongrid.bridges.rehearsal.practice import (
    Arrivals,
    Estimate,
    Known,
    Practice,
    Step,
    Times,
    Who,
)
from commongrid.bridges.rehearsal.reports import (
    Advice,
    Curve,
    Difference,
    Figure,
    Given,
    Line,
    Played,
    Replay,
    Report,
    Verdict,
)
from commongrid.kernel.text import Text

TOWN = "/150000000000/150500000000/150502000000/150502002000/"
GRIDS = tuple(f"{TOWN}15050200200{n}/15050200200{n}00{m}/" for n in (1, 2) for m in range(1, 6))
"""Ten grids of two communities; the numbers are invented."""
MEASURES = {
    # measure: as things are, change of the second, change of the third
    "answered_in_time": (0.912, 0.021, 0.0005),
    "solved_in_time": (0.834, -0.047, 0.012),
    "wait_median": (19.5, -0.4, -2.1),
    "wait_p90": (96.0, -1.0, -11.5),
    "redo": (0.041, 0.0003, -0.002),
    "backlog_end": (63.0, 1.2, -9.0),
    "backlog_most": (118.0, 2.0, -17.0),
    "work_hours": (1840.0, 6.0, 12.0),
    "overload_hours": (74.0, 0.6, -31.0),
    "burden_grid": (212.0, 0.4, 1.1),
    "worst_tenth": (0.655, -0.071, 0.034),
    "escalated": (27.0, 1.8, -6.0),
}
CLEAR = 0.006
"""A change above this share of the figure is clear in the sample."""
AT = 1_772_294_400_000_000  # midnight of 1 March 2026 in Tongliao


def sample_plan() -> Plan:
    """Heating within 12 hours, and one worker more, in a fortnight with snow."""
    return Plan(
        place=TOWN,
        from_on="2026-03-01",
        until_on="2026-04-01",
        alternatives=(
            Alternative(name="现行章程 As it is"),
            Alternative(
                name="供热 12 小时 Heating in 12 hours",
                limits=(LimitChange(type="C02", milestone="restore", duration="12h"),),
                clocks=(ClockChange(clock="accept", duration="0.5h"),),
            ),
            Alternative(
                name="增加一人 One more",
                staff=(StaffChange(holder="grid_worker", change=1, from_on="2026-03-08"),),
            ),
        ),
        shock=Shock(
            drill=Drill.BLIZZARD,
            from_on="2026-03-08",
            until_on="2026-03-15",
            absent=0.1,
            neighbours_help=True,
        ),
        seed=20260301,
        note=Text(zh="为冬季供热方案准备。", en="Prepared for the heating plan of the winter."),
    )


def measured(value: float, cases: int = 120) -> Estimate:
    return Estimate(
        value=value, low=value * 0.9, high=value * 1.1, cases=cases, known=Known.MEASURED
    )


def shrunk(value: float, cases: int = 4) -> Estimate:
    return Estimate(value=value, low=value * 0.5, high=value * 1.7, cases=cases, known=Known.SHRUNK)


def assumed(value: float, source: str = "CommonGrid proposal") -> Estimate:
    return Estimate(value=value, low=value, high=value, cases=0, known=Known.ASSUMED, source=source)


def sample_practice() -> Practice:
    """How the town lives: three types, a few steps."""
    hour = 3600.0
    work = Times(
        shares=(0.0, 0.5, 0.9, 1.0),
        quantiles=(0.1 * hour, 0.5 * hour, 2 * hour, 8 * hour),
        cases=120,
        known=Known.MEASURED,
    )
    guessed = replace(work, cases=0, known=Known.ASSUMED, source="CommonGrid proposal")
    week = [1.0 + (n % 24 in range(8, 20)) * 3.0 for n in range(168)]
    return Practice(
        place=TOWN,
        from_on="2025-03-01",
        until_on="2026-03-01",
        arrivals=(
            Arrivals(type="A01", a_year=measured(900.0), flags={"urgent": shrunk(0.02)}),
            Arrivals(type="B03", a_year=measured(260.0), flags={"danger": measured(0.08)}),
            Arrivals(type="C02", a_year=shrunk(120.0), flags={}),
        ),
        steps=(
            Step(
                flow="event",
                state="reported",
                action="accept",
                who=Who.STAFF,
                share=measured(0.97),
                effort=work,
            ),
            Step(
                flow="event",
                state="handling",
                action="claim",
                type="A*",
                who=Who.STAFF,
                share=assumed(1.0),
                effort=guessed,
                lag=guessed,
            ),
        ),
        week=tuple(share / sum(week) for share in week),
        year=tuple(1.0 + 0.2 * cos(2 * pi * month / 12) for month in range(12)),
        grids=dict.fromkeys(GRIDS, 0.1),
        staff={("grid_worker", TOWN): 10, ("sanitation", TOWN): 3},
        travel_s=dict.fromkeys(GRIDS, 300.0),
        notes=(Text(zh="少数类型没有案例。", en="Some types had no cases."),),
    )


def sample_report(*, replications: int = 24, replay: bool = True) -> Report:
    """A report on ``sample_plan``: one clear gain, one clear loss, and much that is not clear."""
    plan, practice = sample_plan(), sample_practice()
    names = [one.name for one in plan.alternatives]
    played = tuple(
        _played(name, place, replications, replay=replay and place == 0)
        for place, name in enumerate(names)
    )
    return sealed(
        Report(
            plan_digest=digest(plan),
            practice_digest=digest(practice),
            charters={name: f"{n}{'0' * 63}" for n, name in enumerate(names)},
            engine="compiled 1.0",
            seed=plan.seed,
            replications=replications,
            events=1_234_567,
            took_s=12.5,
            played=played,
            differences=tuple(
                _difference(measure, name, place)
                for place, name in enumerate(names[1:], start=1)
                for measure in MEASURES
            ),
            given=_given(),
            advice=_advice(),
            notes=(
                Text(
                    zh="只用于记录的步骤没有推演：备注、查看。",
                    en="Steps that only record were left out: notes, reading.",
                ),
            ),
        )
    )


def _change(measure: str, place: int) -> float:
    return (0.0, *MEASURES[measure][1:])[place]


def _figure(measure: str, place: int, factor: float = 1.0) -> Figure:
    mean = (MEASURES[measure][0] + _change(measure, place)) * factor
    mean = min(mean, 0.99) if measure in ("answered_in_time", "solved_in_time") else mean
    return Figure(mean=mean, low=mean * 0.99, high=mean * 1.01)


def _difference(measure: str, name: str, place: int) -> Difference:
    change = _change(measure, place)
    half = abs(MEASURES[measure][0]) * CLEAR
    verdict = Verdict.NOT_CLEAR
    if abs(change) > half:
        verdict = Verdict.MORE if change > 0 else Verdict.LESS
    figure = Figure(mean=change, low=change - half, high=change + half)
    return Difference(measure=measure, alternative=name, figure=figure, verdict=verdict)


def _played(name: str, place: int, replications: int, *, replay: bool) -> Played:
    days = tuple(float(day) for day in range(32))
    backlog = tuple(60 + 58 * exp(-(((day - 12) / 4) ** 2)) - 4 * place for day in days)
    return Played(
        name=name,
        charter="keerqin-subdistrict",
        figures={measure: _figure(measure, place) for measure in MEASURES},
        units=_lines(
            place,
            {
                "sanitation": ("科尔沁区环卫部门", "sanitation service of Keerqin"),
                "heating_company": ("供热企业", "heating company"),
                "grid_worker": ("网格员", "grid worker"),
            },
        ),
        types=_lines(
            place,
            {
                "A01": ("暴露垃圾", "Exposed rubbish"),
                "B03": ("道路破损", "Road damage"),
                "C02": ("供暖", "Heating"),
            },
        ),
        grids=_lines(place, {grid: (grid.split("/")[-2], grid.split("/")[-2]) for grid in GRIDS}),
        waits={kind: _waits(scale) for kind, scale in WAITS.items()},
        backlog=Curve(
            at=days,
            mean=backlog,
            low=tuple(open_ * 0.9 for open_ in backlog),
            high=tuple(open_ * 1.1 for open_ in backlog),
        ),
        runs={
            measure: tuple(
                _figure(measure, place).mean * (1 + 0.02 * cos(run)) for run in range(replications)
            )
            for measure in MEASURES
        },
        replay=_replay() if replay else None,
    )


WAITS = {"first_answer": 4.0, "claim": 30.0, "end": 60.0}  # hours


def _waits(scale: float) -> Curve:
    at = tuple(3600.0 * 2 ** (step / 2) / 4 for step in range(24))
    mean = tuple(exp(-seconds / 3600 / scale) for seconds in at)
    return Curve(
        at=at,
        mean=mean,
        low=tuple(share * 0.95 for share in mean),
        high=tuple(min(share * 1.05, 1.0) for share in mean),
    )


def _lines(place: int, names: dict[str, tuple[str, str]]) -> tuple[Line, ...]:
    shown = ("solved_in_time", "wait_median", "redo", "backlog_end", "work_hours")
    return tuple(
        Line(
            key=key,
            name=Text(zh=zh, en=en),
            figures={m: _figure(m, place, 0.8 + 0.05 * n) for m in shown},
        )
        for n, (key, (zh, en)) in enumerate(names.items())
    )


def _replay() -> Replay:
    steps = 31 * 4
    return Replay(
        begins_at=AT,
        step_s=6 * 3600,
        grids=GRIDS,
        open=tuple(
            tuple(2 + (step * (n + 3) + n) % 9 for n in range(len(GRIDS))) for step in range(steps)
        ),
        late=tuple(
            tuple((step * (n + 3) + n) % 9 // 4 for n in range(len(GRIDS))) for step in range(steps)
        ),
    )


def _given() -> tuple[Given, ...]:
    return (
        Given(
            what=Text(zh="暴露垃圾：每年上报", en="Exposed rubbish: raised in a year"),
            estimate=measured(900.0),
            unit="matters",
        ),
        Given(
            what=Text(zh="供暖：每年上报", en="Heating: raised in a year"),
            estimate=shrunk(120.0),
            unit="matters",
        ),
        Given(
            what=Text(zh="办理：用时中位数", en="Handling: median of the time at work"),
            estimate=assumed(1.5),
            unit="hours",
        ),
    )


def _advice() -> tuple[Advice, ...]:
    return (
        Advice(
            kind="breaks",
            say=Text(
                zh="第 9 天起在办事项不再减少。", en="From day 9 the backlog no longer falls."
            ),
            share=0.83,
        ),
        Advice(
            kind="helpers",
            say=Text(zh="第二社区需增加 2 人。", en="Two more people in the second community."),
            share=0.76,
        ),
        Advice(
            kind="drop_first",
            say=Text(zh="绿地养护可以推迟。", en="Green areas could wait."),
            share=0.12,
        ),
    )
