"""What the weaving of habits holds in its hands: a lane, its rules, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from commongrid.bridges.rehearsal.lowering.lanes import Lane
from commongrid.bridges.rehearsal.lowering.numbers import Numbers
from commongrid.bridges.rehearsal.lowering.rows import STAYS, Book, RuleRows, Standing
from commongrid.bridges.rehearsal.lowering.staffing import Holders
from commongrid.bridges.rehearsal.lowering.times import TimeTables
from commongrid.bridges.rehearsal.practice import Step, Who
from commongrid.charter.schema import Transition
from commongrid.engines.rehearsal.words import HOLDER_ASKED, HOLDER_UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Somebody's work in one state of the engine."""

    holder: int
    work: int
    travels: bool
    lag: int
    again: int
    purpose: int
    outcomes: tuple[tuple[float, int], ...]  # share, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What may happen in a state while a task waits."""

    row: int
    share: float
    delay: int
    purpose: int


@dataclass
class Woven:
    """The habits of all lanes, by state of the engine."""

    tasks: dict[int, Task] = field(default_factory=dict)
    rivals: dict[int, list[Rival]] = field(default_factory=dict)
    dues: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # slot, row, again


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing staff may do next: its step, its rule, its rows (the first allowed is taken)."""

    step: Step
    rule: Transition
    rows: tuple[int, ...]
    holder: int


@dataclass(frozen=True, slots=True)
class Gate:
    """Milestones that come before the last work: their step, and how many may be left then."""

    early: Choice
    most: int
    finish: int  # the mask of milestones


@dataclass(frozen=True, slots=True)
class Scene:
    """A state of the charter, or what a practice tells apart of it: ``+redone``."""

    state: str
    variant: str = ""


@dataclass
class Weaver:
    """One lane being woven. ``purposes`` numbers what a draw is for, alike in every charter."""

    lane: Lane
    book: Book
    holders: Holders
    times: TimeTables
    purposes: dict[str, int]
    woven: Woven

    @property
    def numbers(self) -> Numbers:
        return self.book.numbers

    def base(self, scene: Scene) -> int:
        return self.part(scene, "")

    def part(self, scene: Scene, part: str) -> int:
        name = f"{scene.variant}{part}"
        return self.book.state(Standing(self.lane.number, self.lane.flow, scene.state, name))

    def steps(self, scene: Scene, who: Who) -> list[Step]:
        return self.lane.steps_in(f"{scene.state}{scene.variant}", who)

    def rules(self, state: str, action: str = "") -> list[RuleRows]:
        """The rules of a state, of one action or of all, in the charter's order."""
        return [
            (rule, rows) for rule, rows in self.mine.get(state, ()) if action in ("", rule.action)
        ]

    @property
    def mine(self) -> dict[str, list[RuleRows]]:
        """The rules of this lane by state."""
        return self.book.rules_of.get(self.lane.number, {})

    @cached_property
    def holding(self) -> dict[str, int]:
        return who_holds(self)

    def purpose(self, name: str) -> int:
        return self.purposes.setdefault(name, len(self.purposes))


def who_holds(weaver: Weaver) -> dict[str, int]:
    """By state: whether the unit that holds a matter acts for it, or the one that was asked.

    Followed through the flow from raising. 0 where no unit is in play.
    """
    reached: dict[str, set[tuple[bool, bool]]] = {"": {(False, False)}}
    every = [(state, rule) for state, pairs in weaver.mine.items() for rule, _ in pairs]
    is_new = True
    while is_new:
        is_new = False
        for state, rule in every:
            to_state = state if rule.to_state == STAYS else rule.to_state
            for held, asked in list(reached.get(state, ())):
                after = _after_effects(rule, held=held, asked=asked)
                known = reached.setdefault(to_state, set())
                if after not in known:
                    known.add(after)
                    is_new = True
    states = weaver.numbers.compiled.charter.states
    found = {}
    for flow, state in states:
        units = reached.get(state, set())
        is_held = any(held for held, _ in units)
        is_asked = any(asked for _, asked in units) and not is_held
        if flow is weaver.lane.flow:
            found[state] = HOLDER_UNIT if is_held else HOLDER_ASKED if is_asked else 0
    return found


def _after_effects(rule: Transition, *, held: bool, asked: bool) -> tuple[bool, bool]:
    for effect in rule.effects:
        if effect in ("give_unit", "appoint"):
            held, asked = True, False
        elif effect == "set_offer":
            held, asked = False, True
        elif effect == "take_offer":
            held, asked = asked or held, False
        elif effect == "drop_offer":
            asked = False
    return held, asked
