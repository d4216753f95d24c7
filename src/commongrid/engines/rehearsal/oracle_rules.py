"""May this row be taken, and what does it change: the oracle's reading of the tables.

Slow and obvious: objects and lists. ``core_rules`` does the same over arrays, ``decide`` on rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from commongrid.engines.rehearsal import clock
from commongrid.engines.rehearsal.model import Tables
from commongrid.engines.rehearsal.words import (
    ASKED,
    CLAIMED_AT,
    ENDED_AT,
    NEVER,
    REFUSED,
    Ask,
    Do,
    End,
    Slot,
    Status,
    Verb,
)


@dataclass
class Promise:
    """One slot of a matter. ``set_due`` is a date given, 0 where there is none."""

    status: Status = Status.NONE
    running: clock.Running = (0, 0)
    due: int = NEVER
    first_due: int = NEVER
    met_at: int = 0
    paused_at: int = 0
    set_due: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in (Status.RUNNING, Status.PAUSED)


@dataclass
class Matter:
    """One matter, as far as the tables speak of it."""

    sort: int
    raised_at: int
    registers: list[int]
    promises: list[Promise]
    state: int = -1
    ended: list[tuple[int, Status, int]] = field(default_factory=list)
    """Promises that ended in the last step: slot, how, and when met."""


def new_matter(tables: Tables, sort: int, raised_at: int) -> Matter:
    """A matter before anything happened to it."""
    promises = [Promise() for _ in range(tables.slots)]
    return Matter(sort, raised_at, [0] * tables.registers, promises)


def may(tables: Tables, matter: Matter, row: int, at: int) -> bool:
    """Whether every group of the row's guards has one that holds."""
    groups: dict[int, bool] = {}
    for n in range(tables.guard_from[row], tables.guard_from[row + 1]):
        ask, a, b = tables.guard_op[n], int(tables.guard_a[n]), int(tables.guard_b[n])
        held = _holds(tables, matter, Ask(int(ask)), a, b, at)
        group = int(tables.guard_group[n])
        groups[group] = groups.get(group, False) or held
    return all(groups.values())


def take(tables: Tables, matter: Matter, row: int, at: int) -> None:
    """Take a row that may be taken: state, then effects, then clocks, as ``decide`` does."""
    claimed_before = matter.registers[CLAIMED_AT]
    was_end = _is_end(tables, matter.state)
    if tables.row_to[row] >= 0:
        matter.state = int(tables.row_to[row])
    for n in range(tables.effect_from[row], tables.effect_from[row + 1]):
        _carry_out(
            tables,
            matter,
            Do(int(tables.effect_op[n])),
            int(tables.effect_a[n]),
            int(tables.effect_b[n]),
            at,
        )
    is_end = _is_end(tables, matter.state)
    if is_end and not was_end:
        matter.registers[ENDED_AT], matter.registers[ASKED] = at, 0
    if was_end and not is_end:
        matter.registers[ENDED_AT] = 0
    claimed = matter.registers[CLAIMED_AT] or claimed_before
    matter.ended = []
    by_time = bool(tables.row_by_time[row])
    for n in range(tables.step_from[row], tables.step_from[row + 1]):
        mask = int(tables.step_mask[n])
        slots = [slot for slot in range(tables.slots) if mask >> slot & 1]
        _step(tables, matter, Verb(int(tables.step_verb[n])), slots, at, claimed, by_time=by_time)


def _is_end(tables: Tables, state: int) -> bool:
    return state >= 0 and tables.state_end[state] != End.OPEN


def _masked(matter: Matter, mask: int) -> list[Promise]:
    return [p for slot, p in enumerate(matter.promises) if mask >> slot & 1]


def _holds(tables: Tables, matter: Matter, ask: Ask, a: int, b: int, at: int) -> bool:
    flags = int(tables.sort_flags[matter.sort])
    match ask:
        case Ask.ZERO:
            return matter.registers[a] == 0
        case Ask.SET:
            return matter.registers[a] != 0
        case Ask.LEAST:
            return matter.registers[a] >= b
        case Ask.WITHIN:
            return _is_within(tables, matter.registers[a], b, at)
        case Ask.FLAG:
            return bool(flags & a)
        case Ask.NO_FLAG:
            return not flags & a
        case Ask.OFFERABLE:
            return _next_candidate(tables, matter) is not None
        case _:
            return _stands(ask, [p for p in _masked(matter, a) if p.is_open], b, at)


def _stands(ask: Ask, owed: list[Promise], most: int, at: int) -> bool:
    """What is asked about the open promises of a mask."""
    match ask:
        case Ask.OWED:
            return bool(owed)
        case Ask.OVER:
            return any(p.status is Status.RUNNING and at >= p.due for p in owed)
        case Ask.BEFORE:
            return bool(owed) and (owed[0].status is Status.PAUSED or at <= owed[0].due)
        case Ask.AT_MOST_OPEN:
            return len(owed) <= most
        case _:
            return not owed or owed[0].set_due == 0


def _is_within(tables: Tables, since: int, span: int, at: int) -> bool:
    if since == 0:
        return False
    unit, amount = int(tables.span_unit[span]), int(tables.span_amount[span])
    running = clock.begin(tables.calendar, unit, amount, since)
    return at <= clock.due(tables.calendar, unit, running)


def _next_candidate(tables: Tables, matter: Matter) -> int | None:
    first, last = tables.candidate_from[matter.sort], tables.candidate_from[matter.sort + 1]
    for place in range(last - first):
        if not matter.registers[REFUSED] >> place & 1:
            return place
    return None


def _carry_out(tables: Tables, matter: Matter, do: Do, a: int, b: int, at: int) -> None:
    registers = matter.registers
    match do:
        case Do.ADD:
            registers[a] += b
        case Do.PUT:
            registers[a] = b
        case Do.NOW:
            registers[a] = at
        case Do.COPY:
            registers[a] = registers[b]
        case Do.OFFER:
            place = _next_candidate(tables, matter)
            if place is not None:
                first = int(tables.candidate_from[matter.sort])
                registers[ASKED] = int(tables.candidate[first + place]) + 1
        case Do.REFUSE:
            first, last = tables.candidate_from[matter.sort], tables.candidate_from[matter.sort + 1]
            for place in range(last - first):
                if tables.candidate[first + place] + 1 == registers[ASKED]:
                    registers[REFUSED] |= 1 << place


def _step(
    tables: Tables,
    matter: Matter,
    verb: Verb,
    slots: list[int],
    at: int,
    claimed: int,
    *,
    by_time: bool,
) -> None:
    owed = [slot for slot in slots if matter.promises[slot].is_open]
    match verb:
        case Verb.START:
            for slot in slots:
                if slot not in owed:
                    _start(tables, matter, slot, at, is_restart=False)
        case Verb.RESTART:
            _restart(tables, matter, slots, at)
        case Verb.MEET_FIRST:
            for slot in owed[:1]:
                _meet(tables, matter, slot, at, claimed, by_time=by_time)
        case Verb.MOVE:
            for slot in owed[:1]:
                _move(tables, matter, slot)
        case _:
            for slot in owed:
                _turn(tables, matter, verb, slot, at, claimed, by_time=by_time)


def _turn(
    tables: Tables, matter: Matter, verb: Verb, slot: int, at: int, claimed: int, *, by_time: bool
) -> None:
    """The verbs that do the same to every open promise."""
    match verb:
        case Verb.MEET:
            _meet(tables, matter, slot, at, claimed, by_time=by_time)
        case Verb.END:
            flags = int(tables.slot_flags[slot])
            is_solved = tables.state_end[matter.state] == End.SOLVED
            is_owed = is_solved or (claimed and flags & Slot.FINISH)
            if is_owed and flags & (Slot.FINISH | Slot.COUNTS):
                _meet(tables, matter, slot, at, claimed, by_time=by_time)
            else:
                _end(matter, slot, Status.STOPPED, at)
        case Verb.PAUSE:
            _pause(tables, matter, slot, at)
        case Verb.RESUME:
            _resume(tables, matter, slot, at)
        case _:
            _end(matter, slot, Status.UNSOLVED if verb == Verb.FAIL else Status.STOPPED, at)


def _restart(tables: Tables, matter: Matter, slots: list[int], at: int) -> None:
    for slot in slots:
        if matter.promises[slot].is_open:
            _end(matter, slot, Status.STOPPED, at)
    known = [slot for slot in slots if tables.sort_span[matter.sort, slot] >= 0]
    met = (Status.KEPT, Status.LATE)
    unmet = [slot for slot in known if matter.promises[slot].status not in met]
    for slot in unmet or known:
        _start(tables, matter, slot, at, is_restart=True)


def _span(tables: Tables, matter: Matter, slot: int) -> tuple[int, int]:
    span = int(tables.sort_span[matter.sort, slot])
    return int(tables.span_unit[span]), int(tables.span_amount[span])


def _start(tables: Tables, matter: Matter, slot: int, at: int, *, is_restart: bool) -> None:
    if tables.sort_span[matter.sort, slot] < 0:
        return
    flags = int(tables.slot_flags[slot])
    is_from_receipt = flags & Slot.RECEIPT or (flags & Slot.FINISH and not is_restart)
    unit, amount = _span(tables, matter, slot)
    running = clock.begin(
        tables.calendar, unit, amount, matter.raised_at if is_from_receipt else at
    )
    due = clock.due(tables.calendar, unit, running)
    matter.promises[slot] = Promise(Status.RUNNING, running, due, due)


def _end(matter: Matter, slot: int, status: Status, met_at: int) -> None:
    matter.promises[slot].status = status
    matter.ended.append((slot, status, met_at))


def _meet(
    tables: Tables, matter: Matter, slot: int, at: int, claimed: int, *, by_time: bool
) -> None:
    promise, flags = matter.promises[slot], int(tables.slot_flags[slot])
    if by_time and flags & Slot.QUIET:
        _end(matter, slot, Status.STOPPED, at)
        return
    _resume(tables, matter, slot, at)  # judged as if a pause ended now
    promise.met_at = claimed if claimed and flags & Slot.FINISH else at
    status = Status.LATE if promise.met_at > promise.due else Status.KEPT
    _end(matter, slot, status, promise.met_at)


def _pause(tables: Tables, matter: Matter, slot: int, at: int) -> None:
    promise = matter.promises[slot]
    if promise.status is not Status.RUNNING:
        return
    unit, _ = _span(tables, matter, slot)
    promise.running = clock.pause(tables.calendar, unit, promise.running, at)
    promise.status, promise.paused_at, promise.due = Status.PAUSED, at, NEVER


def _resume(tables: Tables, matter: Matter, slot: int, at: int) -> None:
    promise = matter.promises[slot]
    if promise.status is not Status.PAUSED:
        return
    unit, _ = _span(tables, matter, slot)
    promise.running = clock.resume(tables.calendar, unit, promise.running, promise.paused_at, at)
    promise.status = Status.RUNNING
    if promise.set_due:
        promise.set_due += at - promise.paused_at
    promise.due = promise.set_due or clock.due(tables.calendar, unit, promise.running)


def _move(tables: Tables, matter: Matter, slot: int) -> None:
    promise = matter.promises[slot]
    if promise.status is not Status.RUNNING or promise.due == NEVER:
        return
    unit, amount = _span(tables, matter, slot)
    later = clock.begin(tables.calendar, unit, amount, promise.due)
    promise.set_due = promise.due = clock.due(tables.calendar, unit, later)
