"""How a charter's states, clocks, spans, sorts and holders are numbered for one rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from commongrid.charter.clocks import DATED
from commongrid.charter.compiler import Compiled, answer_limit, limits_for, propose_units
from commongrid.charter.vocabulary import FINISH, URGENT_OF, alternatives, word_args, word_name
from commongrid.engines.rehearsal.words import FIXED, Slot, Span
from commongrid.kernel.duration import Duration

MOST_SLOTS = 62
FOR_EVER = 1 << 60
"""A span in microseconds that no run sees the end of: a clock without a limit."""
REVIEW_BY = "review_by"
COUNTING = frozenset({"check", "answer", "accept", "task"})
"""Clocks that count as kept or late when everything stops (``clocks._met``)."""
URGENT_CLASSES = frozenset({"U0", "U1"})
UNITS: Mapping[str, Span] = {
    "h": Span.HOURS,
    "wh": Span.WORK_HOURS,
    "d": Span.DAYS,
    "wd": Span.WORKDAYS,
    "mo": Span.MONTHS,
}


class Register(IntEnum):
    """What a matter remembers beside the engine's own registers."""

    APPOINTED = FIXED
    REDONE = FIXED + 1
    TRANSFERS = FIXED + 2
    HUNG = FIXED + 3
    REMINDED = FIXED + 4
    RATED = FIXED + 5
    WHISTLED = FIXED + 6


LAST = max(Register) + 1


@dataclass(frozen=True, slots=True)
class Tries:
    """Registers for one rule on failed callbacks: so many, within so many days (0: no matter)."""

    wanted: int
    within: int
    enough: int
    last: tuple[int, ...]  # when the last ones were made, the latest first


@dataclass(frozen=True, slots=True)
class Sort:
    """Matters that the rules treat alike: a type with what was told of it.

    ``flags``: names of cases, or ``others_in_danger``.
    """

    type: str
    flags: frozenset[str]


@dataclass
class Numbers:
    """Everything that is counted out once. ``slots``: clocks, milestones, then ``finish:1`` ..."""

    compiled: Compiled
    slots: list[str] = field(default_factory=list)
    spans: list[tuple[Span, int]] = field(default_factory=list)
    all_tries: list[Tries] = field(default_factory=list)

    def mask(self, clock: str) -> int:
        """The slots a clock step or guard speaks of; ``finish`` and ``finish:*`` are all of it."""
        if clock == "all":
            return (1 << len(self.slots)) - 1
        name, _, part = clock.partition(":")
        if part and part != "*":
            return 1 << self.slots.index(clock) if clock in self.slots else 0
        return sum(1 << n for n, slot in enumerate(self.slots) if slot.partition(":")[0] == name)

    def span(self, duration: Duration | None) -> int:
        """The number of a span."""
        if duration is None:
            pair = (Span.HOURS, FOR_EVER)
        elif duration.unit in ("h", "wh"):
            pair = (UNITS[duration.unit], duration.microseconds)
        else:
            pair = (UNITS[duration.unit], duration.whole)
        if pair not in self.spans:
            self.spans.append(pair)
        return self.spans.index(pair)

    def tries(self, wanted: int, within: int) -> Tries:
        return next(t for t in self.all_tries if (t.wanted, t.within) == (wanted, within))

    @property
    def registers(self) -> int:
        return LAST + sum(1 + len(tries.last) for tries in self.all_tries)


def number(compiled: Compiled, sorts: Iterable[Sort]) -> Numbers:
    """Number the slots and registers a charter needs for these sorts.

    Raises: ValueError when a matter would need more clocks than the engine has.
    """
    numbers = Numbers(compiled)
    steps = [step for row in compiled.charter.transitions for step in row.clocks]
    named = sorted({s.clock for s in steps if s.clock.startswith("finish:") and s.clock[7:] != "*"})
    clocks = dict.fromkeys(
        s.clock for s in steps if s.clock.partition(":")[0] not in (FINISH, "all", "leading")
    )
    most = max((len(_unnamed(sort, named, compiled)) for sort in sorts), default=0)
    numbers.slots = [*clocks, *named, *(f"finish:{n + 1}" for n in range(most))]
    if len(numbers.slots) > MOST_SLOTS:
        raise ValueError(
            f"{len(numbers.slots)} clocks in one charter; {MOST_SLOTS} can be rehearsed"
        )
    for wanted, within in _pairs(compiled):
        first = numbers.registers
        last = tuple(range(first + 1, first + wanted))
        numbers.all_tries.append(Tries(wanted, within, first, last))
    return numbers


def milestones(sort: Sort, numbers: Numbers) -> dict[int, str]:
    """The milestone each finish slot of a sort stands for.

    Those that steps name have a slot of their own; the others share, the shortest limit first.
    """
    named = [slot for slot in numbers.slots if slot.startswith("finish:")]
    limits = [row.milestone for row in limits_for(sort.type, sort.flags, numbers.compiled)]
    found = {numbers.slots.index(f"finish:{m}"): m for m in limits if f"finish:{m}" in named}
    for place, milestone in enumerate(_unnamed(sort, named, numbers.compiled)):
        found[numbers.slots.index(f"finish:{place + 1}")] = milestone
    return found


def sort_spans(sort: Sort, numbers: Numbers) -> list[int]:
    """The span of each slot for one sort; -1 where there is no such promise."""
    compiled = numbers.compiled
    urgency = compiled.type(sort.type).urgency
    limits = {r.milestone: r.duration for r in limits_for(sort.type, sort.flags, compiled)}
    owed = milestones(sort, numbers)
    spans = []
    for place, slot in enumerate(numbers.slots):
        if slot.startswith("finish:"):
            spans.append(numbers.span(limits[owed[place]]) if place in owed else -1)
        elif slot == "answer":
            limit = answer_limit(sort.type, sort.flags, urgency, compiled)
            spans.append(-1 if limit is None else numbers.span(limit))
        else:
            spans.append(numbers.span(clock_limit(slot, urgency, compiled)))
    return spans


def clock_limit(clock: str, urgency: str, compiled: Compiled) -> Duration | None:
    """How long a clock that is no milestone runs for a matter of this class.

    A review has to lie within the days its step allows, counted to the close of the last of them;
    one day less where the clocks are set back in between.
    """
    if urgency in URGENT_CLASSES:
        clock = URGENT_OF.get(clock, clock)
    limit = compiled.clock(clock).duration
    days = [
        compiled.number(cell.partition(":")[2])
        for row in compiled.charter.transitions
        if any(step.verb in ("start", "restart") and step.clock == clock for step in row.clocks)
        for cell in row.guards
        if cell.startswith(f"{REVIEW_BY}:")
    ]
    if not days or clock not in DATED:
        return limit
    latest = Duration(Decimal(max(min(days) - 2, 0)), "d")
    is_sooner = limit is not None and limit.unit == "d" and limit.amount <= latest.amount
    return limit if is_sooner else latest


def slot_flags(slot: str) -> Slot:
    """What kind of clock a slot holds."""
    flags = Slot(0)
    if slot.startswith("finish:"):
        flags |= Slot.FINISH
    if slot in COUNTING:
        flags |= Slot.COUNTS
    if slot == "objection":
        flags |= Slot.QUIET  # silence is an answer, not a delay
    if slot == "answer":
        flags |= Slot.RECEIPT
    return flags


def candidates(type_code: str, place: str, compiled: Compiled) -> tuple[str, ...]:
    """The units that may be asked, in the order of the dispatch catalogue."""
    named = dict.fromkeys(duty.unit for duty in propose_units(type_code, place, compiled))
    return tuple(unit for unit in named if unit in compiled.charter.units)[:MOST_SLOTS]


def _unnamed(sort: Sort, named: list[str], compiled: Compiled) -> list[str]:
    """The milestones of a sort that no step names, the shortest limit first."""
    limits = limits_for(sort.type, sort.flags, compiled)
    rows = [row for row in limits if f"finish:{row.milestone}" not in named]
    return [row.milestone for row in sorted(rows, key=lambda row: _rough_days(row.duration))]


def _rough_days(duration: Duration) -> float:
    """How long a limit is, to tell which of two comes first. Working days are longer than days."""
    days = {"h": 1 / 24, "wh": 1 / 6.5, "d": 1.0, "wd": 1.4, "mo": 30.4}
    return float(duration.amount) * days[duration.unit]


def _pairs(compiled: Compiled) -> list[tuple[int, int]]:
    """How many failed callbacks, within how many days, the charter's rules ask for."""
    cells = [cell for row in compiled.charter.transitions for cell in row.guards]
    found: dict[tuple[int, int], None] = {}
    for part in (part for cell in cells for part in alternatives(cell)):
        if word_name(part) == "callbacks_failed":
            counts = [compiled.number(name) for name in word_args(part)]
            found[counts[0], counts[1] if len(counts) > 1 else 0] = None
    return list(found)
