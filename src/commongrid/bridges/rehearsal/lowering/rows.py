"""A charter's transitions as rows of the engine, once for each lane.

A *lane* is a flow as one group of types lives it: the same habits, the same first unit, the same
roles in charge. Rows, states and habits are made for each lane.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from commongrid.bridges.rehearsal.lowering.numbers import Numbers, Register, Tries
from commongrid.bridges.rehearsal.lowering.words import (
    Asked,
    Done,
    How,
    effect_word,
    effects_of,
    guard_groups,
    is_left_out,
    verb_of,
)
from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import ClockStep, Kind, Outcome, Scope, StateKind, Transition
from commongrid.engines.rehearsal.words import ASKED, Ask, Do, End, Span, Verb

STAYS = "="
RuleRows = tuple[Transition, tuple[int, ...]]
"""A rule, and the numbers of the rows that are this rule."""
COUNT_CALLBACK = "count_callback"
ENDS = {
    Outcome.SOLVED: End.SOLVED,
    Outcome.NOT_SOLVED: End.NOT_SOLVED,
    Outcome.APART: End.APART,
    Outcome.NONE: End.APART,
}
AT_END: tuple[Done, ...] = ((Do.PUT, ASKED, 0), (Do.PUT, Register.WHISTLED, 0))
"""An ended matter asks nobody any more (``decide._ended_or_open``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the engine, and the rule it is.

    ``rule`` None: no act, only the next part of a state. ``is_narrowed``: asks more than the rule
    does, so that what it refuses is a habit and not the charter.
    """

    flow: Kind
    state: str
    rule: Transition | None
    to: int = -1
    groups: tuple[tuple[Asked, ...], ...] = ()
    steps: tuple[tuple[Verb, int], ...] = ()
    effects: tuple[Done, ...] = ()
    is_by_time: bool = False
    is_narrowed: bool = False

    @property
    def action(self) -> str:
        return self.rule.action if self.rule is not None else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One state of the engine. ``part``: empty, or which part of the charter's state it is."""

    lane: int
    flow: Kind
    state: str
    part: str = ""


@dataclass
class Book:
    """The states and rows of all lanes, as they are made."""

    numbers: Numbers
    states: list[Standing] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    rules: dict[tuple[int, str, Transition], tuple[int, ...]] = field(default_factory=dict)
    """By lane, state and transition: the rows that are this rule, of which the first allowed is
    taken."""
    rules_of: dict[int, dict[str, list[RuleRows]]] = field(default_factory=dict)
    """The same by lane and then by state, in the charter's order."""
    places: dict[Standing, int] = field(default_factory=dict)

    def state(self, standing: Standing) -> int:
        """The number of a state; a new one is given a number."""
        if standing not in self.places:
            self.places[standing] = len(self.states)
            self.states.append(standing)
        return self.places[standing]

    def keep(self, lane: int, state: str, rule: Transition, rows: tuple[int, ...]) -> None:
        """Note which rows a rule is."""
        self.rules[lane, state, rule] = rows
        self.rules_of.setdefault(lane, {}).setdefault(state, []).append((rule, rows))

    def add(self, row: Row) -> int:
        self.rows.append(row)
        return len(self.rows) - 1

    def copy(self, number: int, **changed: object) -> int:
        """Another row like this one."""
        return self.add(replace(self.rows[number], **changed))  # type: ignore[arg-type]


def write_rules(book: Book, lane: int, flow: Kind, lead: int) -> list[Transition]:
    """Write every rule of a flow for one lane. Returns: the rules left out."""
    compiled = book.numbers.compiled
    for known, state in compiled.charter.states:
        if known is flow:
            book.state(Standing(lane, flow, state))
    left_out: dict[Transition, None] = {}
    for (known, state), rules in compiled.transitions.items():
        for rule in rules if known is flow else ():
            if is_left_out(rule) or is_idle(rule):
                left_out[rule] = None
                continue
            made = _rows_of(book, lane, state, rule, lead)
            book.keep(lane, state, rule, tuple(book.add(row) for row in made))
    return list(left_out)


def is_idle(rule: Transition) -> bool:
    """Whether a rule neither moves, nor counts, nor touches a clock: notes, reading, telling."""
    counts = any(effect_word(cell, rule).how is How.JUDGED for cell in rule.effects)
    return rule.to_state in (STAYS, rule.from_state) and not rule.clocks and not counts


def _rows_of(book: Book, lane: int, state: str, rule: Transition, lead: int) -> Iterable[Row]:
    numbers, compiled = book.numbers, book.numbers.compiled
    to_state = state if rule.to_state == STAYS else rule.to_state
    is_end = compiled.is_end(rule.flow, to_state)
    was_end = compiled.is_end(rule.flow, state)
    effects = effects_of(rule, numbers, lead)
    if is_end and not was_end:
        effects += [done for done in AT_END if done not in effects]
    groups = [group for cell in rule.guards for group in guard_groups(cell, rule, numbers, lead)]
    row = Row(
        flow=rule.flow,
        state=state,
        rule=rule,
        to=-1 if to_state == state else book.state(Standing(lane, rule.flow, to_state)),
        groups=tuple(tuple(group) for group in groups),
        steps=tuple(step for clock in rule.clocks for step in _steps(clock, rule, numbers)),
        effects=tuple(effects),
        is_by_time=is_by_time(rule, compiled),
    )
    return _tries_rows(row, numbers) if COUNT_CALLBACK in rule.effects else [row]


def is_by_time(rule: Transition, compiled: Compiled) -> bool:
    """Whether nobody but the clock takes this row."""
    powers = compiled.powers.get(rule.power, ())
    return bool(powers) and all(power.scope is Scope.SYSTEM for power in powers)


def _steps(step: ClockStep, rule: Transition, numbers: Numbers) -> list[tuple[Verb, int]]:
    _, verb = verb_of(step.verb, rule)
    assert verb is not None
    if step.verb == "follow":
        return [(verb, numbers.mask("all"))]
    if step.verb == "stop" and step.clock == "all":
        verb = Verb.END
    elif step.verb == "stop" and step.clock == "finish:*":
        verb = Verb.MEET_FIRST
    return [(verb, numbers.mask(step.clock))]


def _tries_rows(row: Row, numbers: Numbers) -> list[Row]:
    """A try that reached nobody: it makes enough of them, or not yet.

    Where several rules ask for different counts, each combination is a row of its own.
    """
    rows = [row]
    for tries in numbers.all_tries:
        rows = [made for known in rows for made in _enough_or_not(known, tries, numbers)]
    return rows


def _enough_or_not(row: Row, tries: Tries, numbers: Numbers) -> list[Row]:
    shift: list[Done] = [
        (Do.COPY, older, newer)
        for newer, older in reversed(list(zip(tries.last, tries.last[1:], strict=False)))
    ]
    if tries.last:
        shift.append((Do.NOW, tries.last[0], 0))
    enough: list[tuple[Asked, ...]] = []
    if tries.last and tries.within:
        span = _days_span(numbers, tries.within - 1)
        enough = [((Ask.WITHIN, tries.last[-1], span),)]
    elif tries.last:
        enough = [((Ask.SET, tries.last[-1], 0),)]
    made = replace(
        row,
        groups=(*row.groups, *enough),
        effects=(*row.effects, *shift, (Do.PUT, tries.enough, 1)),
    )
    if not enough:
        return [made]
    return [made, replace(row, effects=(*row.effects, *shift, (Do.PUT, tries.enough, 0)))]


def _days_span(numbers: Numbers, days: int) -> int:
    pair = (Span.DAYS, days)
    if pair not in numbers.spans:
        numbers.spans.append(pair)
    return numbers.spans.index(pair)


def end_of(standing: Standing, book: Book) -> End:
    """What a state counts as."""
    row = book.numbers.compiled.charter.states[standing.flow, standing.state]
    return End.OPEN if row.kind is not StateKind.END else ENDS[row.outcome]
