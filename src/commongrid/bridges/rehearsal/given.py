"""What a rehearsal stood on: every number of the practice, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.bridges.rehearsal.practice import (
    EVERY,
    Estimate,
    Known,
    Practice,
    Step,
    Times,
    Who,
)
from commongrid.bridges.rehearsal.reports import Given
from commongrid.charter import Compiled
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text

MOST = 600
WHOSE = {
    Who.STAFF: Text(zh="工作人员", en="staff"),
    Who.PERSON: Text(zh="本人", en="the person"),
    Who.TIME: Text(zh="时限", en="time"),
}


def given_of(practice: Practice, compiled: Compiled) -> tuple[Given, ...]:
    """The numbers of a practice in words: what is raised, what is done next, how long it takes."""
    found = [
        *_arrivals(practice, compiled),
        *_steps(practice, compiled),
        *_staff(practice, compiled),
    ]
    return tuple(found[:MOST])


def _arrivals(practice: Practice, compiled: Compiled) -> Iterator[Given]:
    for one in practice.arrivals:
        name = _type_name(one.type, compiled)
        what = Text(zh=f"{name.zh}：每年上报", en=f"{name.en}: raised in a year")
        yield Given(what=what, estimate=one.a_year, unit="matters")
        for flag, estimate in sorted(one.flags.items()):
            told = _flag_name(flag, compiled)
            yield Given(
                what=Text(zh=f"{name.zh}：{told.zh}", en=f"{name.en}: {told.en}"),
                estimate=estimate,
                unit="share",
            )


def _steps(practice: Practice, compiled: Compiled) -> Iterator[Given]:
    for step in practice.steps:
        zh, en = _step_name(step, compiled)
        yield Given(
            what=Text(zh=f"{zh}：比例", en=f"{en}: share"), estimate=step.share, unit="share"
        )
        for times, word in (
            (step.effort, Text(zh="用时中位数", en="median of the time at work")),
            (step.lag, Text(zh="等待中位数", en="median of the waiting")),
        ):
            if times is not None:
                yield Given(
                    what=Text(zh=f"{zh}：{word.zh}", en=f"{en}: {word.en}"),
                    estimate=_median(times),
                    unit="hours",
                )


def _staff(practice: Practice, compiled: Compiled) -> Iterator[Given]:
    """Added up over areas: a post of one person is nobody's business here."""
    totals: dict[str, int] = {}
    for (holder, _), count in practice.staff.items():
        totals[holder] = totals.get(holder, 0) + count
    for holder, count in sorted(totals.items()):
        row = compiled.charter.roles.get(holder) or compiled.charter.units.get(holder)
        name = row.name if row is not None else Text.both(holder)
        number = float(count)
        yield Given(
            what=Text(zh=f"{name.zh}：人数", en=f"{name.en}: people"),
            estimate=Estimate(
                value=number,
                low=number,
                high=number,
                cases=0,
                known=Known.ASSUMED,
                source="as entered for this rehearsal",
            ),
            unit="people",
        )


def _median(times: Times) -> Estimate:
    """The median of a distribution, by straight lines between its quantiles."""
    shares, quantiles = times.shares, times.quantiles
    value = quantiles[-1]
    for n in range(1, len(shares)):
        if shares[n] >= 0.5:
            width = shares[n] - shares[n - 1]
            part = (0.5 - shares[n - 1]) / width if width else 0.0
            value = quantiles[n - 1] + part * (quantiles[n] - quantiles[n - 1])
            break
    hours = value / 3600
    return Estimate(
        value=hours,
        low=hours,
        high=hours,
        cases=times.cases,
        known=times.known,
        source=times.source,
    )


def _step_name(step: Step, compiled: Compiled) -> tuple[str, str]:
    """Whose step, where, and for which types."""
    row = compiled.charter.states.get((Kind(step.flow), step.state))
    state = row.name if row is not None else Text.both(step.state)
    action, whose = compiled.label(step.action), WHOSE[step.who]
    group = Text(zh="", en="")
    if step.type != EVERY:
        group = _type_name(step.type, compiled)
        group = Text(zh=f"{group.zh}，", en=f"{group.en}, ")
    return (
        f"{group.zh}{state.zh}时{whose.zh}“{action.zh}”",
        f"{group.en}{state.en}: {whose.en} “{action.en}”",
    )


def _type_name(code: str, compiled: Compiled) -> Text:
    row = compiled.charter.types.get(code)
    return row.name if row is not None else Text.both(code)


def _flag_name(flag: str, compiled: Compiled) -> Text:
    row = compiled.charter.cases.get(flag)
    return row.name if row is not None else Text.both(flag)
