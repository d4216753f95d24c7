"""Which types live a flow alike, and what each of them does next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commongrid.bridges.rehearsal.lowering.numbers import candidates
from commongrid.bridges.rehearsal.practice import EVERY, Practice, Step, Times, Who
from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind

StepKey = tuple[str, str, Who]
"""State, action and whose turn."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Lane:
    """A flow as one group of types lives it. ``lead``: the unit that a step names."""

    number: int
    flow: Kind
    types: tuple[str, ...]
    steps: Mapping[StepKey, Step]
    lead: str
    in_charge: tuple[str, ...]

    def steps_in(self, state: str, who: Who) -> list[Step]:
        """What is done in a state, in a steady order."""
        found = [step for key, step in self.steps.items() if key[0] == state and key[2] is who]
        return sorted(found, key=lambda step: step.action)


def lanes_of(compiled: Compiled, practice: Practice, types: Iterable[str]) -> list[Lane]:
    """Group types by what they do, who leads and who is in charge."""
    groups: dict[object, list[str]] = {}
    parts: dict[object, tuple[Kind, dict[StepKey, Step], str, tuple[str, ...]]] = {}
    for code in types:
        flow = compiled.type(code).kind
        steps = steps_for(practice, flow, code)
        lead = lead_of(code, practice.place, compiled)
        in_charge = compiled.in_charge.get(code, ())
        look = tuple((key, _look(step)) for key, step in sorted(steps.items()))
        key = (flow, look, lead, in_charge)
        groups.setdefault(key, []).append(code)
        parts.setdefault(key, (flow, steps, lead, in_charge))
    return [
        Lane(
            number=number,
            flow=parts[key][0],
            types=tuple(codes),
            steps=parts[key][1],
            lead=parts[key][2],
            in_charge=parts[key][3],
        )
        for number, (key, codes) in enumerate(groups.items())
    ]


def steps_for(practice: Practice, flow: Kind, code: str) -> dict[StepKey, Step]:
    """The most particular step of each state and action for one type."""
    found: dict[StepKey, Step] = {}
    for step in practice.steps:
        if step.flow != flow or not _fits(step.type, code):
            continue
        key = (step.state, step.action, step.who)
        if key not in found or len(step.type.rstrip(EVERY)) > len(found[key].type.rstrip(EVERY)):
            found[key] = step
    return found


def lead_of(code: str, place: str, compiled: Compiled) -> str:
    """The unit that is named where a step names one: the first of the duty list, else the one
    that everything goes up to.
    """
    named = candidates(code, place, compiled)
    if named:
        return named[0]
    kept = compiled.units_for_kept(compiled.in_charge.get(code, ()))
    known = [
        unit
        for unit in ("township_government", "county_government")
        if unit in compiled.charter.units
    ]
    return next(iter([*sorted(kept), *known, *compiled.charter.units]), "")


def _fits(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith(EVERY) else pattern == code


def _look(step: Step) -> tuple[object, ...]:
    return (step.share.value, _spread(step.effort), _spread(step.lag))


def _spread(times: Times | None) -> tuple[object, ...] | None:
    return None if times is None else (times.shares, times.quantiles)
