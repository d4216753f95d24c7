"""Walking the flows of a charter: valid fields for every step, and the shortest way to it.

No test here holds an impossible matter: every state is reached by real ``decide`` steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from commongrid.charter import compile_charter, load_charter, propose_units
from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import decide
from commongrid.charter.matter import Command, Decision, MatterState, PromiseStatus
from commongrid.charter.schema import Kind, Transition
from tests.support.people import GRID, MATTER, holders

CHARTERS = Path(__file__).parents[2] / "charters"
REAL = ("keerqin-subdistrict", "kezuohouqi-township")
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # 9:00 on a Tuesday in Tongliao
TYPES = {Kind.EVENT: "B03", Kind.SERVICE: "F02", Kind.DISPUTE: "E02", Kind.EMERGENCY: "B01"}
"""A type of each kind, with more than one milestone where there is one."""
STEP = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
LONG = timedelta(days=45)
DEEPEST = 14
SECOND = "second_person"
DAILY = frozenset({"callback", "remind"})
"""Steps that count once a day."""
WAITS = ("time_over", "after_limit")
PROVIDERS = {
    "callbacks_failed": {"callback"},
    "reminded": {"remind"},
    "whistled": {"whistle"},
    "owed": {"supervise"},
    "urgent": {"set_case"},
}
"""Steps that bring about what a guard asks for, beside those that change the state."""
ALWAYS_HELPING = frozenset({"callback", "not_solved", "remind"})


@cache
def real(name: str) -> Compiled:
    """One of the real charters, compiled."""
    return compile_charter(load_charter(CHARTERS / name))


def new_matter(
    kind: Kind, *, type_code: str = "", cases: frozenset[str] = frozenset(), compiled: Compiled
) -> MatterState:
    """A matter that is not raised yet."""
    code = type_code or TYPES[kind]
    row = compiled.type(code)
    assert row.kind is kind
    return MatterState(
        id=MATTER, kind=kind, type=code, state="", path=GRID, received_at=AT, cases=cases,
        urgency=row.urgency, charter_key=compiled.key, shared="waits",
    )  # fmt: skip


def rows_of(compiled: Compiled, *kinds: Kind) -> tuple[Transition, ...]:
    return tuple(row for row in compiled.charter.transitions if row.flow in kinds)


def row_name(row: Transition) -> str:
    """How a failure names a row: unique in its charter."""
    return f"{row.rule_id}>{row.to_state}/{row.power}@{row.where.line}"


def same_action(row: Transition, matter: MatterState, compiled: Compiled) -> tuple[Transition, ...]:
    found = compiled.transitions[matter.kind, matter.state]
    return tuple(other for other in found if other.action == row.action)


@dataclass(frozen=True)
class Walk:
    """A way to a step: the matter just before it, and the command that takes it."""

    row: Transition
    path: tuple[str, ...]
    matter: MatterState
    command: Command

    def take(self, compiled: Compiled, **changed: Any) -> Decision:
        """The step, perhaps by somebody else, at another time or with other fields."""
        return decide(self.matter, replace(self.command, **changed), compiled)


def fields_for(
    row: Transition, matter: MatterState, at: datetime, compiled: Compiled
) -> dict[str, Any]:
    """Valid fields for a step on this matter."""
    names = [need.rstrip("?") for need in row.needs]
    return {name: _value(name, row, matter, at, compiled) for name in names}


def _value(
    name: str, row: Transition, matter: MatterState, at: datetime, compiled: Compiled
) -> Any:
    special: Mapping[str, Callable[[], Any]] = {
        "unit": lambda: _unit(matter, compiled),
        "units": lambda: tuple(compiled.charter.units)[:2],
        "type": lambda: _other_type(row, matter, compiled),
        "milestone": lambda: _milestone(matter),
        "new_due_on": lambda: _later(matter),
        "obstacle": lambda: f"obstacle {matter.hung + 1}",
        "leading": lambda: "m-3",
        "case": lambda: "danger",
        "photos": lambda: 1,
        "callback_result": lambda: "not_reached",
    }
    if name in special:
        return special[name]()
    spec = compiled.charter.fields[name]
    if spec.choices:
        return spec.choices[0][0]
    if spec.kind == "date":
        return (at + timedelta(days=3)).date().isoformat()
    return True if spec.kind == "flag" else f"words for {name}"


def _unit(matter: MatterState, compiled: Compiled) -> str:
    used = {matter.unit, matter.offered_unit, *matter.refused_by}
    duties = [duty.unit for duty in propose_units(matter.type, matter.path, compiled)]
    named = [*duties, *compiled.charter.units]
    return next(unit for unit in named if unit not in used)


def _other_type(row: Transition, matter: MatterState, compiled: Compiled) -> str:
    """Another type: of the same kind, but of another one where the matter ends by it."""
    is_same = row.to_state == "=" or not compiled.is_end(matter.kind, row.to_state)
    return next(
        code
        for code, known in compiled.charter.types.items()
        if code != matter.type and (known.kind is matter.kind) == is_same
    )


def _milestone(matter: MatterState) -> str:
    owed = (p.milestone for p in matter.promises if p.clock == "finish" and p.is_open)
    return next(owed, "none")


def _dues(matter: MatterState) -> list[datetime]:
    running = (p for p in matter.promises if p.status is PromiseStatus.RUNNING)
    return sorted(p.due_at for p in running if p.due_at and p.clock in ("finish", "answer"))


def _later(matter: MatterState) -> str:
    due = [p.due_at for p in matter.promises if p.clock == "finish" and p.is_open and p.due_at]
    return (min(due, default=AT) + timedelta(minutes=30)).isoformat()


def try_step(
    row: Transition, matter: MatterState, at: datetime, compiled: Compiled
) -> Iterator[tuple[Command, Decision]]:
    """The ways to take this very row now: by each holder, soon, or after a long wait."""
    waits = any(name in guard for guard in row.guards for name in WAITS)
    soon = at + (timedelta(days=1) if row.action in DAILY else STEP)
    moments = (soon, at + LONG) if waits else (soon,)
    if any("falls_due" in guard for guard in row.guards):
        moments = tuple(due - MINUTE for due in _dues(matter) if due - MINUTE > at)
    for moment in moments:
        for actor in holders(row, matter, compiled):
            fields = fields_for(row, matter, moment, compiled)
            command = Command(action=row.action, actor=actor, at=moment, fields=fields)
            decision = decide(matter, command, compiled)
            if decision.after is not None and is_by(decision, row):
                yield command, decision


def is_by(decision: Decision, row: Transition) -> bool:
    """Whether a decision followed this row, not another one of the same action."""
    after = decision.after
    assert after is not None
    assert decision.before is not None
    to_state = decision.before.state if row.to_state == "=" else row.to_state
    reached = after.state == to_state or decision.is_proposal
    return reached and (decision.rule_id, decision.power) == (row.rule_id, row.power)


def completed(decision: Decision, command: Command, row: Transition, compiled: Compiled) -> Any:
    """The decision after a second person agreed, where one has to."""
    if not decision.is_proposal:
        return decision
    assert decision.after is not None
    for second in holders(row, decision.after, compiled, name="second"):
        agreed = decide(decision.after, replace(command, actor=second), compiled)
        if agreed.after is not None:
            return agreed
    return decision


def find_walks(kind: Kind, compiled: Compiled, *, type_code: str = "") -> dict[str, Walk]:
    """The shortest walk to every row of one flow, by row name; rows nobody reaches are missing."""
    wanted = {row_name(row): row for row in rows_of(compiled, kind)}
    found: dict[str, Walk] = {}
    _search(kind, compiled, wanted, found, frozenset(), type_code)
    for row in wanted.values():
        if row_name(row) not in found:
            guards = {part.partition(":")[0] for guard in row.guards for part in guard.split()}
            helping = ALWAYS_HELPING.union(*(PROVIDERS.get(name, set()) for name in guards))
            _search(kind, compiled, {row_name(row): row}, found, helping, type_code)
    return found


def _search(
    kind: Kind,
    compiled: Compiled,
    wanted: Mapping[str, Transition],
    found: dict[str, Walk],
    helping: frozenset[str],
    type_code: str,
) -> None:
    """Breadth first over matters that differ in what the guards look at."""
    start = new_matter(kind, type_code=type_code, compiled=compiled)
    queue: deque[tuple[MatterState, datetime, tuple[str, ...]]] = deque([(start, AT, ())])
    seen = {_key(start)}
    left = dict(wanted)
    while queue and left:
        matter, at, path = queue.popleft()
        for row in compiled.transitions.get((kind, matter.state), ()):
            name, moves = row_name(row), _moves(row, helping)
            if name not in left and not moves:
                continue
            for command, decision in try_step(row, matter, at, compiled):
                if name in left:
                    found[name] = Walk(left.pop(name), path, matter, command)
                after = completed(decision, command, row, compiled).after
                if moves and len(path) < DEEPEST and _key(after) not in seen:
                    seen.add(_key(after))
                    queue.append((after, command.at, (*path, row.action)))
                break


def _moves(row: Transition, helping: frozenset[str]) -> bool:
    return row.to_state != "=" or row.action == "milestone" or row.action in helping


def _key(m: MatterState) -> tuple[Any, ...]:
    owed = tuple(sorted({p.clock for p in m.promises if p.is_open and p.clock != "answer"}))
    finish = sum(1 for p in m.promises if p.clock == "finish" and p.is_open)
    daily = (min(len(m.callback_at), 3), min(len(m.reminded_at), 3))
    counts = (min(m.redone, 3), min(m.transfers, 3), *daily, bool(m.hung))
    return (
        m.state, bool(m.unit), bool(m.offered_unit), m.appointed, counts, m.whistled,
        "danger" in m.cases, owed, finish,
    )  # fmt: skip


@cache
def walks(name: str, kind: Kind) -> Mapping[str, Walk]:
    """The walks of one flow of one real charter, found once."""
    return find_walks(kind, real(name))


class Story:
    """One matter, taken step by step: ``do`` finds who may and what it needs."""

    def __init__(
        self,
        kind: Kind,
        type_code: str = "",
        *,
        name: str = REAL[0],
        cases: frozenset[str] = frozenset(),
        at: datetime = AT,
    ) -> None:
        self.compiled, self.at = real(name), at
        start = new_matter(kind, type_code=type_code, cases=cases, compiled=self.compiled)
        self.matter = replace(start, received_at=at)
        self.do("raise", after=timedelta())

    def do(
        self,
        action: str,
        *,
        after: timedelta = timedelta(minutes=10),
        at: datetime | None = None,
        to_state: str = "",
        **fields: Any,
    ) -> Decision:
        """Take a step by whoever may; ``fields`` replace the generated ones."""
        moment = at or self.at + after
        refused = []
        for row in self.compiled.transitions[self.matter.kind, self.matter.state]:
            if row.action != action or (to_state and row.to_state != to_state):
                continue
            given = {**fields_for(row, self.matter, moment, self.compiled), **fields}
            for actor in holders(row, self.matter, self.compiled):
                command = Command(action=action, actor=actor, at=moment, fields=given)
                decision = decide(self.matter, command, self.compiled)
                decision = (
                    completed(decision, command, row, self.compiled) if decision.after else decision
                )
                if decision.after is not None:
                    self.matter, self.at = decision.after, moment
                    return decision
                refused.append(decision.verdict)
        message = f"{action} from {self.matter.state}: {[(v.rule, v.say.en) for v in refused]}"
        raise AssertionError(message)

    def all(self, *actions: str) -> Story:
        for action in actions:
            self.do(action)
        return self

    def promise(self, key: str) -> Any:
        found = self.matter.promise(key)
        assert found is not None, (key, [p.key for p in self.matter.promises])
        return found

    def owed(self) -> set[str]:
        """Keys of what is still owed."""
        return {p.key for p in self.matter.promises if p.is_open}
