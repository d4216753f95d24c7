"""From a history to a practice: measured where there are cases, drawn together where they are few.

What is assumed stays where nothing was seen, and is marked so. What a measured time holds: all
that passed until the next step beyond the assumed work itself, the waiting for somebody to have
time among it. It is kept as a ``lag`` beside the assumed ``effort``; a rehearsal with fewer people
than the history had shows longer waits than the lag, one with more cannot show shorter ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np

from commongrid.bridges.rehearsal.calendars import calendar_arrays
from commongrid.bridges.rehearsal.chronicle import REDONE, FlowState, History
from commongrid.bridges.rehearsal.demanding import measured_demand
from commongrid.bridges.rehearsal.lags import Ints, person_steps, staff_steps
from commongrid.bridges.rehearsal.practice import Practice, Step, Who
from commongrid.charter import Compiled
from commongrid.charter.schema import Kind
from commongrid.engines.rehearsal import Calendar
from commongrid.kernel.text import Text

YEAR_DAYS = 365
ROOM = timedelta(days=15)
"""Days around a history in which an office opens again, the longest holidays over."""


def calibrate(history: History, assumed: Practice, compiled: Compiled) -> Practice:
    """The practice of a place: what its history says over what is assumed.

    Structure is taken from what is assumed: which steps there are in a state and whose they
    are. Each number says whether it was measured, and from how many cases.
    Cost: one to three seconds for a place of seventy types and 100,000 stays.
    """
    arrivals, week, year, grids = measured_demand(history, assumed)
    office = calendar_arrays(compiled.calendar, history.from_on - ROOM, history.until_on + ROOM)
    steps: list[Step] = []
    for place in dict.fromkeys((step.flow, step.state) for step in assumed.steps):
        rows = [step for step in assumed.steps if (step.flow, step.state) == place]
        states = _states(history, assumed, place)
        is_awake = place[0] == Kind.EMERGENCY
        steps += _steps(history, rows, states, None if is_awake else office)
    return replace(
        assumed,
        place=history.place,
        from_on=history.from_on.isoformat(),
        until_on=history.until_on.isoformat(),
        arrivals=arrivals,
        steps=tuple(steps),
        week=week,
        year=year,
        grids=grids,
        notes=(*assumed.notes, *_notes(history, assumed, compiled)),
    )


def _states(history: History, assumed: Practice, place: FlowState) -> Ints:
    """The numbers of a state in the history; what came back undone is told apart where it is so
    in what is assumed.
    """
    flow, state = place
    again = (flow, f"{state}{REDONE}")
    names = [place]
    if again not in {(step.flow, step.state) for step in assumed.steps}:
        names.append(again)
    return np.array([n for n, name in enumerate(history.states) if name in names], np.int64)


def _steps(history: History, rows: list[Step], states: Ints, office: Calendar | None) -> list[Step]:
    staff = [step for step in rows if step.who is Who.STAFF]
    found = staff_steps(history, staff, states, office) if staff else []
    for action in dict.fromkeys(step.action for step in rows if step.who is Who.PERSON):
        same = [step for step in rows if step.action == action and step.who is Who.PERSON]
        found += person_steps(history, same, states)
    return found + [step for step in rows if step.who is Who.TIME]


def _notes(history: History, assumed: Practice, compiled: Compiled) -> list[Text]:
    """What was measured, what was seen and is not rehearsed, and what a measured time holds."""
    days = (history.until_on - history.from_on).days
    notes = [
        Text(
            zh=f"按 {days} 天内提出的 {history.matters} 件事项校准。",
            en=f"Calibrated on {history.matters} matters raised in {days} days.",
        ),
        Text(
            zh="测得的时间包含当时排队等待的时间；亲手办理的时间仍是假定的。",
            en="Measured times hold the queueing of their time; hands-on times are still assumed.",
        ),
    ]
    if (history.until_on - history.from_on).days < YEAR_DAYS:
        notes.append(
            Text(
                zh="历史不满一年：各月的起伏仍是假定的。",
                en="The history is shorter than a year: how the months differ is still assumed.",
            )
        )
    for action, count in _left_out(history, assumed):
        label = compiled.label(action)
        notes.append(
            Text(
                zh=f"没有演练的步骤:{label.zh},历史中有 {count} 次。",
                en=f"A step that is not rehearsed: {label.en}, {count} times in the history.",
            )
        )
    return notes + _form_notes(history)


def _left_out(history: History, assumed: Practice) -> list[tuple[str, int]]:
    """Actions that were seen in states in which nothing of the kind is assumed."""
    known = {(step.flow, step.state, step.action, step.who) for step in assumed.steps}
    visits = history.visits
    counts: Counter[str] = Counter()
    if not len(visits.act_visit):
        return []
    pairs = np.stack([visits.state[visits.act_visit], visits.act_action], axis=1)
    for (state, action), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
        (name, who), (flow, inside) = history.actions[action], history.states[state]
        if (flow, inside.removesuffix(REDONE), name, who) not in known and who is not Who.TIME:
            counts[name] += int(count)
    return sorted(counts.items())


def _form_notes(history: History) -> list[Text]:
    """How long forms took on the phone: the paper, not the work."""
    timed = sum(cases for cases, _ in history.forms.values())
    if not timed:
        return []
    mean = sum(minutes for _, minutes in history.forms.values()) / timed
    return [
        Text(
            zh=f"填一张表平均 {mean:.1f} 分钟（{timed} 次）；这是填表，不是办事的时间。",
            en=f"A form took {mean:.1f} minutes ({timed} entries): that is the form, not the work.",
        )
    ]
