"""``oracle_rules`` once more, compiled: may this row be taken, and what does it change."""

from __future__ import annotations

from commongrid.engines.rehearsal.core.bits import lowest, ones
from commongrid.engines.rehearsal.core.clock import begin, due_of
from commongrid.engines.rehearsal.core.compiling import inlined
from commongrid.engines.rehearsal.core.memory import (
    Life,
    World,
    candidates,
    registers,
    rows,
    sorts,
    spans,
    states,
    words,
)
from commongrid.engines.rehearsal.core.promises import (
    PAUSED,
    first_due,
    owed,
    promise_of,
    step,
)
from commongrid.engines.rehearsal.words import ASKED, CLAIMED_AT, ENDED_AT, REFUSED, Ask, Do

ZERO, SET, LEAST, OWED, OVER, BEFORE, AT_MOST_OPEN, WITHIN, FLAG, NO_FLAG, OFFERABLE, UNMOVED = (
    int(ask) for ask in Ask
)
ADD, PUT, NOW, COPY, OFFER, REFUSE = (int(do) for do in Do)
R_ASKED, R_REFUSED, R_CLAIMED_AT, R_ENDED_AT = ASKED, REFUSED, CLAIMED_AT, ENDED_AT


@inlined
def may(w: World, life: Life, row: int, at: int) -> bool:
    """Whether every group of the row's guards has one that holds. Groups lie together."""
    n, last = rows(w, row).guard_from, rows(w, row).guard_until
    while n < last:
        group, is_held = words(w, n).group, False
        while n < last and words(w, n).group == group:
            guard = words(w, n)
            is_held = is_held or holds(w, life, guard.op, guard.a, guard.b, at)
            n += 1
        if not is_held:
            return False
    return True


@inlined
def holds(w: World, life: Life, ask: int, a: int, b: int, at: int) -> bool:
    """Whether one guard holds."""
    if ask == ZERO:
        return registers(w, life, a).n == 0
    if ask == SET:
        return registers(w, life, a).n != 0
    if ask == LEAST:
        return registers(w, life, a).n >= b
    if ask == FLAG:
        return sorts(w, life.sort).flags & a != 0
    if ask == NO_FLAG:
        return sorts(w, life.sort).flags & a == 0
    if ask == OFFERABLE:
        return next_candidate(w, life) >= 0
    if ask == WITHIN:
        return is_within(w, registers(w, life, a).n, b, at)
    return stands(w, life, ask, a, b, at)


@inlined
def stands(w: World, life: Life, ask: int, mask: int, most: int, at: int) -> bool:
    """What is asked about the open promises of a mask."""
    meant = mask & owed(life)
    if ask == OWED:
        return meant != 0
    if ask == OVER:
        return at >= first_due(w, life, mask)
    if ask == AT_MOST_OPEN:
        return ones(meant) <= most
    if meant == 0:
        return ask == UNMOVED
    promise = promise_of(w, life, lowest(meant))
    if ask == BEFORE:
        return promise.status == PAUSED or at <= promise.due
    return promise.set_due == 0


@inlined
def is_within(w: World, since: int, span: int, at: int) -> bool:
    """Whether an instant lies at most a span back."""
    if since == 0:
        return False
    unit = spans(w, span).unit
    begun, left = begin(w, unit, spans(w, span).amount, since)
    return at <= due_of(w, unit, begun, left)


@inlined
def next_candidate(w: World, life: Life) -> int:
    """Where the first candidate stands that has not refused, or -1."""
    refused = registers(w, life, R_REFUSED).n
    sort = sorts(w, life.sort)
    for place in range(sort.candidate_until - sort.candidate_from):
        if not refused >> place & 1:
            return place
    return -1


@inlined
def take(w: World, life: Life, row: int, at: int) -> int:
    """Take a row that may be taken: state, then effects, then clocks.

    Returns: by how much more matters are open now: 1, 0 or -1.
    """
    taken = rows(w, row)
    has_steps = taken.step_from < taken.step_until
    claimed = registers(w, life, R_CLAIMED_AT).n if has_steps else 0
    was_end = life.state >= 0 and states(w, life.state).end != 0
    if taken.to >= 0:
        life.state = taken.to
    for n in range(taken.effect_from, taken.effect_until):
        carry_out(w, life, words(w, n).op, words(w, n).a, words(w, n).b, at)
    is_end = states(w, life.state).end != 0
    if is_end and not was_end:
        registers(w, life, R_ENDED_AT).n = at
        registers(w, life, R_ASKED).n = 0
    if was_end and not is_end:
        registers(w, life, R_ENDED_AT).n = 0
    w.ends_now = 0
    if has_steps and registers(w, life, R_CLAIMED_AT).n != 0:
        claimed = registers(w, life, R_CLAIMED_AT).n  # that of now, else that of before
    for n in range(taken.step_from, taken.step_until):
        step(w, life, words(w, n).op, words(w, n).a, at, claimed, taken.by_time)
    return int(was_end) - int(is_end)


@inlined
def carry_out(w: World, life: Life, do: int, a: int, b: int, at: int) -> None:
    """One effect on the registers."""
    if do == ADD:
        registers(w, life, a).n += b
    elif do == PUT:
        registers(w, life, a).n = b
    elif do == NOW:
        registers(w, life, a).n = at
    elif do == COPY:
        registers(w, life, a).n = registers(w, life, b).n
    elif do == OFFER:
        place = next_candidate(w, life)
        if place >= 0:
            first = sorts(w, life.sort).candidate_from
            registers(w, life, R_ASKED).n = candidates(w, first + place).n + 1
    else:
        refuse(w, life)


@inlined
def refuse(w: World, life: Life) -> None:
    """Whoever is asked is not asked again."""
    sort, asked = sorts(w, life.sort), registers(w, life, R_ASKED).n
    for place in range(sort.candidate_until - sort.candidate_from):
        if candidates(w, sort.candidate_from + place).n + 1 == asked:
            registers(w, life, R_REFUSED).n |= 1 << place
