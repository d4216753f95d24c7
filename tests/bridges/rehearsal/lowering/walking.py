"""One matter in three interpreters at once: decide(), the oracle's rules and the compiled ones.

Who acts is a holder of the power with good fields, so that what is compared is the rule alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.lowering import Lowered, lower
from commongrid.bridges.rehearsal.lowering.numbers import FOR_EVER, Register
from commongrid.charter.clocks import base_key
from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command, Decision, MatterState, PromiseState
from commongrid.charter.schema import Kind, Transition
from commongrid.engines.rehearsal import clock
from commongrid.engines.rehearsal.oracle_rules import Matter, may, take
from commongrid.engines.rehearsal.oracle_rules import new_matter as new_oracle_matter
from commongrid.engines.rehearsal.words import (
    ASKED,
    CLAIMED_AT,
    ENDED_AT,
    NEVER,
    REFUSED,
    UNIT,
    Status,
)
from commongrid.kernel.workcalendar import from_micros, to_micros
from tests.support.flows import AT, completed, fields_for, is_by, new_matter, real, row_name
from tests.support.people import GRID, holders

CHARTERS = ("keerqin-subdistrict", "kezuohouqi-township", "boston-neighbourhoods")
FIRST_DAY, LAST_DAY = date(2026, 3, 1), date(2026, 4, 1)
TAIL_DAYS = 1000
LAST = AT + timedelta(days=TAIL_DAYS)
A_DAY_OF_ITS_OWN = timedelta(hours=25)
ON_DAYS_OF_THEIR_OWN = frozenset({"callback", "remind"})
"""Tries and reminders count once a day; the rehearsal makes them a day apart."""


@cache
def lowered(name: str) -> Lowered:
    """One of the real charters, lowered with nothing but assumptions."""
    return lowered_of(real(name))


def lowered_of(compiled: Compiled) -> Lowered:
    practice = assumed_practice(compiled, place=GRID, grids={GRID: 1.0}, heads=3000)
    return lower(compiled, practice, from_on=FIRST_DAY, until_on=LAST_DAY, tail_days=TAIL_DAYS)


def sorts_of(name: str, kind: Kind) -> list[int]:
    """The sorts of one flow."""
    compiled = real(name)
    return [
        n for n, s in enumerate(lowered(name).index.sorts) if compiled.type(s.type).kind is kind
    ]


@dataclass
class Walk:
    """One matter as all see it. ``board``: the compiled rules, or None without numba."""

    compiled: Compiled
    lowered: Lowered
    sort: int
    board: Any = None
    at: datetime = AT
    matter: MatterState = field(init=False)
    oracle: Matter = field(init=False)
    last_try: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sort = self.lowered.index.sorts[self.sort]
        kind = self.compiled.type(sort.type).kind
        cases = frozenset(flag for flag in sort.flags if flag in self.compiled.charter.cases)
        self.matter = new_matter(kind, type_code=sort.type, cases=cases, compiled=self.compiled)
        self.oracle = new_oracle_matter(self.lowered.tables, self.sort, to_micros(self.at))

    @property
    def lane(self) -> int:
        return self.lowered.index.lanes[self.sort]

    def rules(self) -> list[tuple[Transition, tuple[int, ...]]]:
        """The rules of the state the matter is in, with their rows."""
        known = self.compiled.transitions.get((self.matter.kind, self.matter.state), ())
        every = self.lowered.index.rules
        found = {rule: every[self.lane, self.matter.state, rule] for rule in known
                 if (self.lane, self.matter.state, rule) in every}  # fmt: skip
        return list(found.items())

    # --- what each interpreter says

    def row(self, rows: tuple[int, ...], at: datetime) -> int | None:
        """The first of a rule's rows that the oracle allows; the compiled rules have to agree."""
        for number in rows:
            allowed = may(self.lowered.tables, self.oracle, number, to_micros(at))
            if self.board is not None:
                assert self.board.may(number, to_micros(at)) == allowed, (number, at)
            if allowed:
                return number
        return None

    def decisions(self, rule: Transition, at: datetime) -> Iterator[tuple[Command, Decision]]:
        """What decide() says to each holder of the step with good fields."""
        for actor in holders(rule, self.matter, self.compiled):
            command = self.command(rule, actor, at)
            yield command, decide(self.matter, command, self.compiled)

    def allowed_by(self, rule: Transition, at: datetime) -> tuple[Command, Decision] | None:
        """The decision that follows this very rule, or None."""
        for command, decision in self.decisions(rule, at):
            if decision.after is not None and is_by(decision, rule):
                return command, decision
        return None

    def compare(self, rule: Transition, rows: tuple[int, ...], at: datetime) -> int | None:
        """All say the same of a rule now. Returns: the row to be taken, None if it is refused."""
        if next(holders(rule, self.matter, self.compiled), None) is None:
            return None  # nobody holds this step now: what the rules say of it is not asked
        if self.is_no_time(rule):
            return None
        number = self.row(rows, at)
        found = self.allowed_by(rule, at)
        assert (found is not None) == (number is not None), (
            f"{rule.rule_id} at {at}: the charter says {found is not None}"
        )
        return number

    def is_no_time(self, rule: Transition) -> bool:
        """A limit of no hours is over in the instant it begins, and cannot be lengthened in it.

        No run gets there: people need time.
        """
        slot = self.first_open()
        if "max_same_length" not in rule.guards or slot is None:
            return False
        due = self.oracle.promises[slot].due
        return due != NEVER and self._due(slot, due) <= due

    # --- one step

    def step(self, rule: Transition, rows: tuple[int, ...], at: datetime) -> bool:
        """Take a step in all of them, if it is allowed, and compare what came of it."""
        number = self.compare(rule, rows, at)
        if number is None:
            return False
        found = self.allowed_by(rule, at)
        assert found is not None
        command, decision = found
        decision = completed(decision, command, rule, self.compiled)
        assert decision.after is not None
        assert not decision.is_proposal
        self.matter, self.at = decision.after, at
        take(self.lowered.tables, self.oracle, number, to_micros(at))
        if self.board is not None:
            self.board.take(number, to_micros(at))
        if rule.action in ON_DAYS_OF_THEIR_OWN:
            self.last_try[rule.action] = at
        self.check()
        return True

    def follow(self, number: int, at: datetime) -> bool:
        """Take a row of a run's log; decide() has to allow it. Returns: whether it was an act."""
        rule = self.lowered.index.rows[number].rule
        assert may(self.lowered.tables, self.oracle, number, to_micros(at))
        found = None
        if rule is not None:
            found = self.allowed_by(rule, at)
            assert found is not None, f"{rule.rule_id} at {at}: refused by the charter"
            decision = completed(found[1], found[0], rule, self.compiled)
            assert decision.after is not None
            self.matter = decision.after
        self.at = at
        take(self.lowered.tables, self.oracle, number, to_micros(at))
        self.check()
        return found is not None

    def check(self) -> None:
        """State, registers and the last promise of every slot are the same in all of them."""
        standing = self.lowered.index.states[self.oracle.state]
        assert (standing.flow, standing.state) == (self.matter.kind, self.matter.state)
        assert self.remembered() == self.expected(), self.matter.state
        for slot in range(self.lowered.tables.slots):
            self.check_promise(slot)
        if self.board is not None:
            self.check_board()

    def remembered(self) -> dict[str, Any]:
        """What the oracle's registers hold."""
        registers, index = self.oracle.registers, self.lowered.index
        first = int(self.lowered.tables.candidate_from[self.sort])
        last = int(self.lowered.tables.candidate_from[self.sort + 1])
        asked = [index.holders[int(h)] for h in self.lowered.tables.candidate[first:last]]
        names = ["", *index.holders]
        return {
            "unit": names[registers[UNIT]],
            "asked": names[registers[ASKED]],
            "refused": {u for n, u in enumerate(asked) if registers[REFUSED] >> n & 1},
            "claimed": registers[CLAIMED_AT],
            "ended": registers[ENDED_AT],
            "appointed": bool(registers[Register.APPOINTED]),
            "redone": registers[Register.REDONE],
            "transfers": registers[Register.TRANSFERS],
            "hung": registers[Register.HUNG],
            "reminded": registers[Register.REMINDED],
            "rated": bool(registers[Register.RATED]),
            "whistled": bool(registers[Register.WHISTLED]),
        }

    def expected(self) -> dict[str, Any]:
        """What decide() says of the same."""
        m = self.matter
        return {
            "unit": m.unit,
            "asked": m.offered_unit,
            "refused": set(m.refused_by),
            "claimed": to_micros(m.claimed_at) if m.claimed_at else 0,
            "ended": to_micros(m.closed_at) if m.closed_at else 0,
            "appointed": m.appointed,
            "redone": m.redone,
            "transfers": m.transfers,
            "hung": m.hung,
            "reminded": len(m.reminded_at),
            "rated": m.rated,
            "whistled": bool(m.whistled),
        }

    def check_promise(self, slot: int) -> None:
        """One slot against the last promise of its clock."""
        ours, theirs = self.oracle.promises[slot], self.promise(slot)
        name = self.lowered.index.slots[slot]
        if theirs is None:
            assert ours.status is Status.NONE, name
            return
        assert ours.status.name.lower() == theirs.status.value, name
        assert _instant(ours.due) == theirs.due_at, (name, theirs)
        assert _instant(ours.first_due) == theirs.first_due_at, (name, theirs)
        if ours.status in (Status.KEPT, Status.LATE):
            assert from_micros(ours.met_at) == theirs.met_at, name

    def promise(self, slot: int) -> PromiseState | None:
        """The last promise decide() made on the clock of a slot."""
        name = self.lowered.index.slots[slot]
        if name.startswith("finish:"):
            name = f"finish:{self.lowered.index.milestone(self.sort, slot)}"
        found = [
            p for p in self.matter.promises if name in (p.clock, base_key(p.clock, p.milestone))
        ]
        return found[-1] if found else None

    def check_board(self) -> None:
        assert self.board.state == self.oracle.state
        assert self.board.registers == self.oracle.registers
        known = self.board.promises()
        for slot, ours in enumerate(self.oracle.promises):
            if slot not in known:
                assert ours.status is Status.NONE
                continue
            theirs = known[slot]
            assert theirs["status"] == ours.status, self.lowered.index.slots[slot]
            if ours.status is Status.NONE:
                continue
            assert theirs["due"] == ours.due
            assert theirs["first_due"] == ours.first_due
            if ours.status in (Status.KEPT, Status.LATE):
                assert theirs["met_at"] == ours.met_at

    # --- good fields

    def command(self, rule: Transition, actor: Actor, at: datetime) -> Command:
        return Command(action=rule.action, actor=actor, at=at, fields=self.fields(rule, at))

    def fields(self, rule: Transition, at: datetime) -> dict[str, Any]:
        """Good fields: the unit, milestone and dates that the rehearsal means."""
        special: dict[str, Callable[[], Any]] = {
            "unit": lambda: self.unit(rule),
            "units": lambda: (next(iter(self.compiled.charter.units)),),
            "milestone": self.milestone,
            "new_due_on": lambda: self.new_due(at),
            "review_on": lambda: self.review_on(rule, at),
        }
        found = fields_for(rule, self.matter, at, self.compiled)
        found |= {name: special[name]() for name in found if name in special}
        found.pop("reply_by", None)  # without a date the clock of supervision runs
        return found

    def unit(self, rule: Transition) -> str:
        index, tables = self.lowered.index, self.lowered.tables
        if "set_offer" in rule.effects:
            first, last = tables.candidate_from[self.sort], tables.candidate_from[self.sort + 1]
            asked = [index.holders[int(holder)] for holder in tables.candidate[first:last]]
            free = [u for n, u in enumerate(asked) if not self.oracle.registers[REFUSED] >> n & 1]
            return (free or asked or [next(iter(self.compiled.charter.units))])[0]
        if {"give_unit", "appoint"} & set(rule.effects):
            return self.lead()
        used = {self.matter.unit, self.matter.offered_unit, *self.matter.refused_by}
        return next(unit for unit in self.compiled.charter.units if unit not in used)

    def lead(self) -> str:
        tables, index = self.lowered.tables, self.lowered.index
        for (lane, _, rule), rows in index.rules.items():
            if lane == self.lane and {"give_unit", "appoint"} & set(rule.effects):
                for n in range(tables.effect_from[rows[0]], tables.effect_from[rows[0] + 1]):
                    if tables.effect_a[n] == UNIT:
                        return index.holders[int(tables.effect_b[n]) - 1]
        return ""

    def first_open(self) -> int | None:
        slots = self.lowered.index.finish_slots()
        return next((slot for slot in slots if self.oracle.promises[slot].is_open), None)

    def milestone(self) -> str:
        slot = self.first_open()
        return "none" if slot is None else self.lowered.index.milestone(self.sort, slot)

    def new_due(self, at: datetime) -> str:
        """The longest extension: the length of the limit once more."""
        slot = self.first_open()
        due = NEVER if slot is None else self.oracle.promises[slot].due
        if slot is None or due == NEVER:
            return (at + timedelta(days=1)).isoformat()
        later = self._due(slot, due)
        if later >= FOR_EVER:  # beyond the run's days: it was lengthened before, and is refused
            return (at + timedelta(days=1)).isoformat()
        return from_micros(later).isoformat()

    def review_on(self, rule: Transition, at: datetime) -> str:
        starts = {step.clock for step in rule.clocks if step.verb in ("start", "restart")}
        if "review" not in starts:
            return (at + timedelta(hours=6)).isoformat()
        return from_micros(self._due(self.lowered.index.slot("review"), to_micros(at))).isoformat()

    def _due(self, slot: int, at: int) -> int:
        tables = self.lowered.tables
        span = int(tables.sort_span[self.sort, slot])
        unit, amount = int(tables.span_unit[span]), int(tables.span_amount[span])
        return clock.due(tables.calendar, unit, clock.begin(tables.calendar, unit, amount, at))


def raised(name: str, sort: int, board: Callable[..., Any] | None = None) -> Walk:
    """A matter that was just raised, in all interpreters."""
    return raise_in(real(name), lowered(name), sort, board)


def raise_in(
    compiled: Compiled, given: Lowered, sort: int, board: Callable[..., Any] | None = None
) -> Walk:
    compiled_board = None
    if board is not None:
        compiled_board = board(
            given.tables, given.habits, given.staff, sort=sort, raised_at=to_micros(AT)
        )
    walk = Walk(compiled, given, sort, compiled_board)
    rule, rows = next((r, rows) for r, rows in walk.rules() if r.action == "raise")
    assert walk.step(rule, rows, AT)
    return walk


HOURS = (0.0, 0.2, 0.2, 1.0, 1.0, 5.0, 26.0, 80.0, 24.0 * 12)


def wander(
    walk: Walk, rng: random.Random, taken: Counter[str], *, most: int = 40, ask_all: bool = True
) -> int:
    """Take steps, mostly those that were taken least; ends come last. Returns: how many."""
    steps = 0
    for _ in range(most):
        at = next_moment(walk, rng.choice(HOURS), rng.randrange(12))
        rules = walk.rules()
        if not rules or at >= LAST:
            break
        if ask_all:
            for rule, rows in rules:
                walk.compare(rule, rows, own_day(walk, rule, at))
        for rule, rows in sorted(rules, key=lambda pair: _worth(walk, pair[0], rng, taken)):
            if walk.step(rule, rows, own_day(walk, rule, at)):
                taken[row_name(rule)] += 1
                steps += 1
                break
    return steps


def _worth(
    walk: Walk, rule: Transition, rng: random.Random, taken: Counter[str]
) -> tuple[float, float]:
    is_end = rule.to_state != "=" and walk.compiled.is_end(rule.flow, rule.to_state)
    known = taken[row_name(rule)] * (3 if is_end else 1) + (3 if is_end else 0)
    return (known if rng.random() < 0.85 else float(is_end), rng.random())


def next_moment(walk: Walk, hours: float, edge: int) -> datetime:
    """Some hours on; or to the very instant at which something falls due, or just beside it."""
    at = walk.at + timedelta(hours=hours)
    if edge < 3:
        dues = [p.due for p in walk.oracle.promises if p.status is Status.RUNNING]
        later = sorted(due for due in dues if to_micros(walk.at) < due < to_micros(LAST))
        if later:
            at = from_micros(later[0] + edge - 1)
    return min(max(at, walk.at), LAST)


def own_day(walk: Walk, rule: Transition, at: datetime) -> datetime:
    """Tries and reminders have days of their own."""
    last = walk.last_try.get(rule.action)
    if rule.action in ON_DAYS_OF_THEIR_OWN and last is not None:
        return max(at, last + A_DAY_OF_ITS_OWN)
    return at


def _instant(micros: int) -> datetime | None:
    return None if micros >= FOR_EVER else from_micros(micros)


def changed(given: Lowered, **tables: Any) -> Lowered:
    """The same with other tables: how a mistake of the lowering would look."""
    return replace(given, tables=replace(given.tables, **tables))
