"""The flow chart of one power: the charter's state diagram, cut down to the steps it allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.safestring import SafeString, mark_safe

from commongrid.charter.compiler import Compiled
from commongrid.charter.diagrams import KIND_NAMES, OPEN, STAYS, state_svg
from commongrid.charter.schema import Charter, Kind, Transition
from commongrid.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing of one flow, with the words that name it."""

    flow: Text
    drawing: SafeString


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step a power allows, in words; ``before`` and ``after`` are states."""

    flow: Text
    action: Text
    told: Text
    before: Text
    after: Text


ANY_OPEN = Text("任何未结束的状态", "any open state")
NOTHING_YET = Text("尚未登记", "not raised yet")
UNCHANGED = Text("状态不变", "unchanged")


def charts_of(power: str, compiled: Compiled, lang: str) -> tuple[Chart, ...]:
    """The steps of a power drawn by flow; none where no step of it changes a named state."""
    charts = []
    for kind in Kind:
        cut = _cut(compiled.charter, power, kind)
        if cut is not None:
            # Our own code draws and escapes every word of the charter.
            drawing = mark_safe(state_svg(cut, kind, lang, is_standalone=False))  # noqa: S308
            charts.append(Chart(KIND_NAMES[kind], drawing))
    return tuple(charts)


def steps_of(power: str, compiled: Compiled) -> tuple[StepRow, ...]:
    """The same in words, for whoever does not see the drawing."""
    found = [row for row in compiled.charter.transitions if row.power == power]
    return tuple(dict.fromkeys(_step(row, compiled) for row in found))


def _cut(charter: Charter, power: str, kind: Kind) -> Charter | None:
    steps = tuple(row for row in charter.transitions if row.power == power and row.flow is kind)
    touched = {state for row in steps for state in (row.from_state, row.to_state)} - {
        "",
        OPEN,
        STAYS,
    }
    if not touched:
        return None
    states = {
        key: row for key, row in charter.states.items() if key[0] is kind and key[1] in touched
    }
    return replace(charter, transitions=steps, states=states)


def _step(row: Transition, compiled: Compiled) -> StepRow:
    action = compiled.action(row.action)
    return StepRow(
        flow=KIND_NAMES[row.flow],
        action=compiled.label(row.action),
        told=action.told if action else Text("", ""),
        before=_state(row.flow, row.from_state, compiled),
        after=_state(row.flow, row.to_state, compiled),
    )


def _state(flow: Kind, state: str, compiled: Compiled) -> Text:
    known = {"": NOTHING_YET, OPEN: ANY_OPEN, STAYS: UNCHANGED}
    if state in known:
        return known[state]
    row = compiled.charter.states.get((flow, state))
    return row.name if row else Text.both(state)
