"""A charter, a practice and a period as the arrays of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np

from commongrid.bridges.rehearsal.calendars import calendar_arrays
from commongrid.bridges.rehearsal.lowering.defaults import purposes_of
from commongrid.bridges.rehearsal.lowering.habits import weave
from commongrid.bridges.rehearsal.lowering.index import Index
from commongrid.bridges.rehearsal.lowering.lanes import Lane, lanes_of
from commongrid.bridges.rehearsal.lowering.numbers import (
    FOR_EVER,
    URGENT_CLASSES,
    Numbers,
    Sort,
    candidates,
    milestones,
    number,
    slot_flags,
    sort_spans,
)
from commongrid.bridges.rehearsal.lowering.rows import Book, end_of, write_rules
from commongrid.bridges.rehearsal.lowering.staffing import Holders, staff_of
from commongrid.bridges.rehearsal.lowering.times import TimeTables
from commongrid.bridges.rehearsal.lowering.unknown import assumed_steps, dissatisfied
from commongrid.bridges.rehearsal.lowering.weaving import Weaver, Woven
from commongrid.bridges.rehearsal.lowering.words import Flag
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter.compiler import Compiled
from commongrid.charter.guards import DANGERS
from commongrid.charter.schema import Kind, Transition
from commongrid.engines.rehearsal import Calendar, Habits, Staff, Tables
from commongrid.engines.rehearsal.model import Ints
from commongrid.engines.rehearsal.words import WHOLE, Span
from commongrid.kernel.text import Text

MOST_FLAGS = 4
"""Things told of matters of one type; every combination of them is a sort."""
OTHERS_IN_DANGER = "others_in_danger"
ROOM_DAYS = 40


@dataclass(frozen=True, eq=False, kw_only=True)
class Lowered:
    """What the engine needs, how it is numbered, and what was left out or assumed."""

    tables: Tables
    habits: Habits
    staff: Staff
    index: Index
    notes: tuple[Text, ...]


def lower(
    compiled: Compiled,
    practice: Practice,
    *,
    from_on: date,
    until_on: date,
    tail_days: int = 0,
    order: str = "class_age",
) -> Lowered:
    """Lower a charter for matters raised in a period, with ``tail_days`` after it to see them end.

    Raises: UnknownWordError for a word nobody taught the rehearsal; ValueError for an order nobody
    knows, or a practice without types of this charter.
    Cost: about a second for a charter of seventy types.
    """
    sorts = sorts_of(compiled, practice)
    if not sorts:
        raise ValueError("the practice raises no matter of a type this charter knows")
    numbers = number(compiled, sorts)
    holders = Holders(compiled, practice)
    times, book, woven = TimeTables(), Book(numbers), Woven()
    notes = _left_out_types(compiled, practice)
    lanes = _lanes(compiled, practice, sorts, notes)
    places = {sort: candidates(sort.type, practice.place, compiled) for sort in sorts}
    for unit in dict.fromkeys(unit for units in places.values() for unit in units):
        holders.number(unit)
    left_out = _write_lanes(lanes, practice, Books(book, holders, times, woven))
    lane_of = {code: lane for lane in lanes for code in lane.types}
    spans = [sort_spans(sort, numbers) for sort in sorts]
    calendar = _calendar(compiled, numbers, from_on, until_on + timedelta(days=tail_days))
    grids = tuple(sorted(practice.grids))
    staff, pools = staff_of(holders, grids, calendar, order)
    tables = replace(
        _tables(book, calendar),
        **_sort_arrays(
            sorts, numbers, spans, [[holders.number(u) for u in places[s]] for s in sorts]
        ),
    )
    habits = _habits(book, woven, times, sorts, lane_of)
    index = Index(
        sorts=tuple(sorts),
        states=tuple(book.states),
        rows=tuple(book.rows),
        slots=tuple(numbers.slots),
        milestones=tuple(milestones(sort, numbers) for sort in sorts),
        holders=tuple(holders.names),
        pools=pools,
        grids=grids,
        lanes=tuple(lane_of[sort.type].number for sort in sorts),
        rules=book.rules,
        left_out=tuple(left_out),
        numbers=numbers,
    )
    return Lowered(
        tables=tables,
        habits=habits,
        staff=staff,
        index=index,
        notes=(*notes, *holders.notes, *_left_out_notes(left_out, compiled)),
    )


@dataclass(frozen=True, slots=True)
class Books:
    """What lanes are written into, one after the other."""

    book: Book
    holders: Holders
    times: TimeTables
    woven: Woven


def _write_lanes(
    lanes: Sequence[Lane], practice: Practice, into: Books
) -> Mapping[Transition, None]:
    """Write rules and habits of every lane; the steps that were left out, each once."""
    left_out: dict[Transition, None] = {}
    purposes = {flow: purposes_of(practice, flow) for flow in Kind}
    for lane in lanes:
        lead = into.holders.number(lane.lead)
        left_out |= dict.fromkeys(write_rules(into.book, lane.number, lane.flow, lead))
        weave(Weaver(lane, into.book, into.holders, into.times, purposes[lane.flow], into.woven))
    return left_out


def sorts_of(compiled: Compiled, practice: Practice) -> list[Sort]:
    """Every combination of what may be told of each type, in a steady order.

    Raises: ValueError where a practice tells too many things apart of one type.
    """
    sorts = []
    for arrivals in practice.arrivals:
        if arrivals.type not in compiled.charter.types:
            continue
        flags = sorted(flag for flag, share in arrivals.flags.items() if share.value > 0)
        if len(flags) > MOST_FLAGS:
            raise ValueError(f"type {arrivals.type}: {len(flags)} flags; at most {MOST_FLAGS}")
        for size in range(len(flags) + 1):
            sorts += [Sort(arrivals.type, frozenset(some)) for some in combinations(flags, size)]
    return sorts


def _lanes(
    compiled: Compiled, practice: Practice, sorts: Sequence[Sort], notes: list[Text]
) -> list[Lane]:
    types = list(dict.fromkeys(sort.type for sort in sorts))
    known = practice
    for flow in dict.fromkeys(compiled.type(code).kind for code in types):
        more = assumed_steps(compiled, practice, flow, notes).values()
        steps = dissatisfied(compiled, known, flow, notes)
        known = replace(known, steps=(*steps, *more))
    return lanes_of(compiled, known, types)


def _calendar(compiled: Compiled, numbers: Numbers, first: date, last: date) -> Calendar:
    """Enough days for every limit that begins in the run, with one extension."""
    days = max((_days(unit, amount) for unit, amount in numbers.spans), default=0)
    months = max((amount for unit, amount in numbers.spans if unit is Span.MONTHS), default=0)
    begins = first - timedelta(days=ROOM_DAYS)
    ends = last + timedelta(days=2 * days + ROOM_DAYS)
    return calendar_arrays(compiled.calendar, begins, ends, months=max(months, 1))


def _days(unit: Span, amount: int) -> int:
    """At most so many days of the calendar."""
    if unit in (Span.HOURS, Span.WORK_HOURS):
        hours = 0 if amount >= FOR_EVER else amount // 3_600_000_000
        return hours // 24 + 1 if unit is Span.HOURS else hours // 2 + ROOM_DAYS
    return {Span.DAYS: amount, Span.WORKDAYS: 2 * amount + ROOM_DAYS, Span.MONTHS: 31 * amount}[
        unit
    ]


def _tables(book: Book, calendar: Calendar) -> Tables:
    """The tables without what belongs to sorts."""
    guards = [
        [(int(ask), group, a, b) for group, asked in enumerate(row.groups) for ask, a, b in asked]
        for row in book.rows
    ]
    steps = [[(int(verb), mask) for verb, mask in row.steps] for row in book.rows]
    effects = [[(int(do), a, b) for do, a, b in row.effects] for row in book.rows]
    none = _ints([])
    return Tables(
        calendar=calendar,
        registers=book.numbers.registers,
        state_end=_ints([int(end_of(standing, book)) for standing in book.states]),
        row_to=_ints([row.to for row in book.rows]),
        row_by_time=_ints([int(row.is_by_time) for row in book.rows]),
        guard_from=_starts(guards),
        guard_op=_flat(guards, 0),
        guard_group=_flat(guards, 1),
        guard_a=_flat(guards, 2),
        guard_b=_flat(guards, 3),
        step_from=_starts(steps),
        step_verb=_flat(steps, 0),
        step_mask=_flat(steps, 1),
        effect_from=_starts(effects),
        effect_op=_flat(effects, 0),
        effect_a=_flat(effects, 1),
        effect_b=_flat(effects, 2),
        span_unit=_ints([int(unit) for unit, _ in book.numbers.spans]),
        span_amount=_ints([amount for _, amount in book.numbers.spans]),
        slot_flags=_ints([int(slot_flags(slot)) for slot in book.numbers.slots]),
        sort_span=none.reshape(0, len(book.numbers.slots)),
        sort_flags=none,
        sort_rank=none,
        candidate_from=_ints([0]),
        candidate=none,
    )


def _sort_arrays(
    sorts: Sequence[Sort], numbers: Numbers, spans: list[list[int]], units: list[list[int]]
) -> dict[str, Any]:
    compiled = numbers.compiled
    ranks = [compiled.charter.classes[compiled.type(s.type).urgency].rank for s in sorts]
    asked = [[(unit,) for unit in part] for part in units]
    return {
        "span_unit": _ints([int(unit) for unit, _ in numbers.spans]),
        "span_amount": _ints([amount for _, amount in numbers.spans]),
        "sort_span": _ints(spans).reshape(len(sorts), len(numbers.slots)),
        "sort_flags": _ints([int(flags_of(sort, compiled)) for sort in sorts]),
        "sort_rank": _ints(ranks),
        "candidate_from": _starts(asked),
        "candidate": _flat(asked, 0),
    }


def flags_of(sort: Sort, compiled: Compiled) -> Flag:
    """What guards ask of a sort: ``urgent``, ``no_danger_to_others``, ``community_list``."""
    flags = Flag(0)
    urgency = compiled.type(sort.type).urgency
    limits = compiled.limits.get(sort.type, ())
    at_once = {row.case for row in limits if row.milestone == "hand_over" and row.case}
    if urgency in URGENT_CLASSES or sort.flags & (at_once | {"danger"}):
        flags |= Flag.URGENT
    if sort.flags & (DANGERS | {OTHERS_IN_DANGER}):
        flags |= Flag.DANGER
    if urgency == "U0":
        flags |= Flag.AT_ONCE
    return flags


def _habits(
    book: Book,
    woven: Woven,
    times: TimeTables,
    sorts: Sequence[Sort],
    lane_of: Mapping[str, Lane],
) -> Habits:
    states = range(len(book.states))
    tasks = sorted(woven.tasks)
    task_at = np.full((len(book.states), len(sorts)), -1, np.int64)
    for place, state in enumerate(tasks):
        lane = book.states[state].lane
        task_at[state, [lane_of[sort.type].number == lane for sort in sorts]] = place
    known = [woven.tasks[state] for state in tasks]
    rivals = [woven.rivals.get(state, []) for state in states]
    dues = [woven.dues.get(state, []) for state in states]
    outcomes = [[(row, until) for row, until in _until(task.outcomes)] for task in known]
    told = [[(r.row, _threshold(r.share), r.delay, r.purpose) for r in part] for part in rivals]
    tables = times.tables or []
    return Habits(
        raise_row=_ints([_raise_row(book, lane_of[sort.type]) for sort in sorts]),
        task_at=task_at,
        task_holder=_ints([task.holder for task in known]),
        task_work=_ints([task.work for task in known]),
        task_travels=_ints([int(task.travels) for task in known]),
        task_lag=_ints([task.lag for task in known]),
        task_again=_ints([task.again for task in known]),
        task_purpose=_ints([task.purpose for task in known]),
        outcome_from=_starts(outcomes),
        outcome_row=_flat(outcomes, 0),
        outcome_until=_flat(outcomes, 1),
        rival_from=_starts(told),
        rival_row=_flat(told, 0),
        rival_share=_flat(told, 1),
        rival_delay=_flat(told, 2),
        rival_purpose=_flat(told, 3),
        due_from=_starts(dues),
        due_slot=_flat(dues, 0),
        due_row=_flat(dues, 1),
        due_again=_flat(dues, 2),
        quantiles=np.array(tables, dtype=np.int64),
    )


def _raise_row(book: Book, lane: Lane) -> int:
    for (number_, state, rule), rows in book.rules.items():
        if number_ == lane.number and state == "" and rule.action == "raise":
            return rows[0]
    raise ValueError(f"no rule of this charter raises a matter of the flow {lane.flow}")


def _until(outcomes: Sequence[tuple[float, int]]) -> list[tuple[int, int]]:
    """Cumulated thresholds; shares that do not add up to 1 are scaled so that they do."""
    whole = sum(share for share, _ in outcomes) or 1.0
    reached, found = 0.0, []
    for share, row in outcomes:
        reached += share / whole
        found.append((row, _threshold(reached)))
    return found


def _threshold(share: float) -> int:
    return min(max(round(share * WHOLE), 0), WHOLE)


def _left_out_types(compiled: Compiled, practice: Practice) -> list[Text]:
    missing = sorted({a.type for a in practice.arrivals} - set(compiled.charter.types))
    if not missing:
        return []
    names = ", ".join(missing)
    return [
        Text(
            zh=f"章程没有这些类型，其事项没有演练：{names}。",
            en=f"The charter has no such types, so their matters are not rehearsed: {names}.",
        )
    ]


def _left_out_notes(rules: Mapping[Transition, None], compiled: Compiled) -> list[Text]:
    actions = dict.fromkeys(rule.action for rule in rules)
    labels = [compiled.label(action) for action in actions]
    if not labels:
        return []
    return [
        Text(
            zh=f"这些步骤没有演练：{'、'.join(label.zh for label in labels)}。",
            en=f"These steps are not rehearsed: {', '.join(label.en for label in labels)}.",
        )
    ]


def _ints(values: Sequence[Any]) -> Ints:
    return np.array(values, dtype=np.int64)


def _starts(lists: Sequence[Sequence[Any]]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(part) for part in lists])]).astype(np.int64)


def _flat(lists: Sequence[Sequence[Sequence[int]]], place: int) -> Ints:
    return _ints([item[place] for part in lists for item in part])
