"""``oracle_rules`` once more, over arrays: may this row be taken, and what does it change.

``t`` are the tables, ``w`` the world: one line of every array is one matter.
"""

from __future__ import annotations

import numpy as np

from commongrid.engines.rehearsal import core_memory as k
from commongrid.engines.rehearsal.core_draws import begin, compiled, due_of, paused, resumed
from commongrid.engines.rehearsal.words import (
    ASKED,
    CLAIMED_AT,
    ENDED_AT,
    NEVER,
    REFUSED,
    Ask,
    Do,
    Slot,
    Status,
    Verb,
)

ZERO, SET, LEAST, OWED, OVER, BEFORE, AT_MOST_OPEN, WITHIN, FLAG, NO_FLAG, OFFERABLE, UNMOVED = (
    int(ask) for ask in Ask
)
ADD, PUT, NOW, COPY, OFFER, REFUSE = (int(do) for do in Do)
START, MEET, MEET_FIRST, END, PAUSE, RESUME, RESTART, FAIL, DROP, MOVE = (int(v) for v in Verb)
NONE, RUNNING, PAUSED, KEPT, LATE, STOPPED, UNSOLVED = (int(status) for status in Status)
FINISH, COUNTS, QUIET, RECEIPT = (int(flag) for flag in Slot)
R_ASKED, R_REFUSED, R_CLAIMED, R_ENDED = (ASKED, REFUSED, CLAIMED_AT, ENDED_AT)


@compiled
def is_owed(x, m, slot):
    return (
        x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == RUNNING
        or x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == PAUSED
    )


@compiled
def first_owed(x, m, mask):
    for slot in range(x[k.T_SLOT_FLAGS + k.LONG]):
        if mask >> slot & 1 and is_owed(x, m, slot):
            return slot
    return -1


@compiled
def next_candidate(x, m):
    sort = x[x[k.W_SORT] + m]
    for place in range(x[x[k.T_CANDIDATE_FROM] + sort + 1] - x[x[k.T_CANDIDATE_FROM] + sort]):
        if not x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_REFUSED] >> place & 1:
            return place
    return -1


@compiled
def holds(x, m, ask, a, b, at):
    if ask == ZERO:
        return x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] == 0
    if ask == SET:
        return x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] != 0
    if ask == LEAST:
        return x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] >= b
    if ask == FLAG:
        return x[x[k.T_SORT_FLAGS] + x[x[k.W_SORT] + m]] & a != 0
    if ask == NO_FLAG:
        return x[x[k.T_SORT_FLAGS] + x[x[k.W_SORT] + m]] & a == 0
    if ask == OFFERABLE:
        return next_candidate(x, m) >= 0
    if ask == WITHIN:
        since = x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a]
        if since == 0:
            return False
        begun, left = begin(x, x[x[k.T_SPAN_UNIT] + b], x[x[k.T_SPAN_AMOUNT] + b], since)
        return at <= due_of(x, x[x[k.T_SPAN_UNIT] + b], begun, left)
    first, count, is_over = (-1, 0, False)
    for slot in range(x[k.T_SLOT_FLAGS + k.LONG]):
        if a >> slot & 1 and is_owed(x, m, slot):
            count += 1
            if first < 0:
                first = slot
            if (
                x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] == RUNNING
                and at >= x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot]
            ):
                is_over = True
    if ask == OWED:
        return count > 0
    if ask == OVER:
        return is_over
    if ask == AT_MOST_OPEN:
        return count <= b
    if ask == BEFORE:
        return first >= 0 and (
            x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + first] == PAUSED
            or at <= x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + first]
        )
    return first < 0 or x[x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + first] == 0


@compiled
def may(x, m, row, at):
    n, last = (x[x[k.T_GUARD_FROM] + row], x[x[k.T_GUARD_FROM] + row + 1])
    while n < last:
        group, is_held = (x[x[k.T_GUARD_GROUP] + n], False)
        while n < last and x[x[k.T_GUARD_GROUP] + n] == group:
            if not is_held:
                is_held = holds(
                    x, m, x[x[k.T_GUARD_OP] + n], x[x[k.T_GUARD_A] + n], x[x[k.T_GUARD_B] + n], at
                )
            n += 1
        if not is_held:
            return False
    return True


@compiled
def take(x, m, row, at):
    claimed_before = x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_CLAIMED]
    was_end = x[x[k.W_STATE] + m] >= 0 and x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]] != 0
    if x[x[k.T_ROW_TO] + row] >= 0:
        x[x[k.W_STATE] + m] = x[x[k.T_ROW_TO] + row]
    for n in range(x[x[k.T_EFFECT_FROM] + row], x[x[k.T_EFFECT_FROM] + row + 1]):
        carry_out(x, m, x[x[k.T_EFFECT_OP] + n], x[x[k.T_EFFECT_A] + n], x[x[k.T_EFFECT_B] + n], at)
    is_end = x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]] != 0
    if is_end and (not was_end):
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ENDED] = at
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ASKED] = 0
    if was_end and (not is_end):
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ENDED] = 0
    claimed = (
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_CLAIMED]
        if x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_CLAIMED] != 0
        else claimed_before
    )
    x[x[k.W_ENDED_COUNT] + 0] = 0
    for n in range(x[x[k.T_STEP_FROM] + row], x[x[k.T_STEP_FROM] + row + 1]):
        step(
            x,
            m,
            x[x[k.T_STEP_VERB] + n],
            x[x[k.T_STEP_MASK] + n],
            at,
            claimed,
            x[x[k.T_ROW_BY_TIME] + row] != 0,
        )


@compiled
def carry_out(x, m, do, a, b, at):
    sort = x[x[k.W_SORT] + m]
    if do == ADD:
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] += b
    elif do == PUT:
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] = b
    elif do == NOW:
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] = at
    elif do == COPY:
        x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + a] = x[
            x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + b
        ]
    elif do == OFFER:
        place = next_candidate(x, m)
        if place >= 0:
            x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ASKED] = (
                x[x[k.T_CANDIDATE] + x[x[k.T_CANDIDATE_FROM] + sort] + place] + 1
            )
    else:
        first = x[x[k.T_CANDIDATE_FROM] + sort]
        for place in range(x[x[k.T_CANDIDATE_FROM] + sort + 1] - first):
            if (
                x[x[k.T_CANDIDATE] + first + place] + 1
                == x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_ASKED]
            ):
                x[x[k.W_REGISTERS] + m * x[k.W_REGISTERS + k.WIDE] + R_REFUSED] |= (
                    np.int64(1) << place
                )


@compiled
def step(x, m, verb, mask, at, claimed, by_time):
    slots = x[k.T_SLOT_FLAGS + k.LONG]
    if verb == MEET_FIRST or verb == MOVE:
        slot = first_owed(x, m, mask)
        if slot >= 0 and verb == MOVE:
            move(x, m, slot)
        elif slot >= 0:
            meet(x, m, slot, at, claimed, by_time)
        return
    if verb == RESTART:
        restart(x, m, mask, at)
        return
    is_solved = x[x[k.T_STATE_END] + x[x[k.W_STATE] + m]] == 1
    for slot in range(slots):
        if not mask >> slot & 1:
            continue
        if verb == START:
            if not is_owed(x, m, slot):
                start(x, m, slot, at, False)
        elif not is_owed(x, m, slot):
            continue
        elif verb == MEET:
            meet(x, m, slot, at, claimed, by_time)
        elif verb == END:
            flags = x[x[k.T_SLOT_FLAGS] + slot]
            counts = is_solved or (claimed != 0 and flags & FINISH != 0)
            if counts and flags & (FINISH | COUNTS) != 0:
                meet(x, m, slot, at, claimed, by_time)
            else:
                end(x, m, slot, STOPPED, at)
        elif verb == PAUSE:
            pause(x, m, slot, at)
        elif verb == RESUME:
            resume(x, m, slot, at)
        else:
            end(x, m, slot, UNSOLVED if verb == FAIL else STOPPED, at)


@compiled
def restart(x, m, mask, at):
    all_met = True
    for slot in range(x[k.T_SLOT_FLAGS + k.LONG]):
        if not mask >> slot & 1:
            continue
        if is_owed(x, m, slot):
            end(x, m, slot, STOPPED, at)
        status = x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot]
        if (
            x[x[k.T_SORT_SPAN] + x[x[k.W_SORT] + m] * x[k.T_SORT_SPAN + k.WIDE] + slot] >= 0
            and status != KEPT
            and (status != LATE)
        ):
            all_met = False
    for slot in range(x[k.T_SLOT_FLAGS + k.LONG]):
        if mask >> slot & 1:
            status = x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot]
            if all_met or (status != KEPT and status != LATE):
                start(x, m, slot, at, True)


@compiled
def start(x, m, slot, at, is_restart):
    span = x[x[k.T_SORT_SPAN] + x[x[k.W_SORT] + m] * x[k.T_SORT_SPAN + k.WIDE] + slot]
    if span < 0:
        return
    flags = x[x[k.T_SLOT_FLAGS] + slot]
    is_from_receipt = flags & RECEIPT != 0 or (flags & FINISH != 0 and (not is_restart))
    unit = x[x[k.T_SPAN_UNIT] + span]
    begun, left = begin(
        x, unit, x[x[k.T_SPAN_AMOUNT] + span], x[x[k.W_RAISED_AT] + m] if is_from_receipt else at
    )
    (
        x[x[k.W_BEGUN] + m * x[k.W_BEGUN + k.WIDE] + slot],
        x[x[k.W_LEFT] + m * x[k.W_LEFT + k.WIDE] + slot],
    ) = (begun, left)
    x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] = due_of(x, unit, begun, left)
    x[x[k.W_FIRST_DUE] + m * x[k.W_FIRST_DUE + k.WIDE] + slot] = x[
        x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot
    ]
    x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] = RUNNING
    x[x[k.W_MET_AT] + m * x[k.W_MET_AT + k.WIDE] + slot] = x[
        x[k.W_PAUSED_AT] + m * x[k.W_PAUSED_AT + k.WIDE] + slot
    ] = x[x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + slot] = 0


@compiled
def end(x, m, slot, status, met_at):
    x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] = status
    count = x[x[k.W_ENDED_COUNT] + 0]
    x[x[k.W_ENDED_SLOT] + count], x[x[k.W_ENDED_STATUS] + count], x[x[k.W_ENDED_MET] + count] = (
        slot,
        status,
        met_at,
    )
    x[x[k.W_ENDED_COUNT] + 0] += 1


@compiled
def meet(x, m, slot, at, claimed, by_time):
    flags = x[x[k.T_SLOT_FLAGS] + slot]
    if by_time and flags & QUIET != 0:
        end(x, m, slot, STOPPED, at)
        return
    resume(x, m, slot, at)
    met_at = claimed if claimed != 0 and flags & FINISH != 0 else at
    x[x[k.W_MET_AT] + m * x[k.W_MET_AT + k.WIDE] + slot] = met_at
    end(
        x,
        m,
        slot,
        LATE if met_at > x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] else KEPT,
        met_at,
    )


@compiled
def pause(x, m, slot, at):
    if x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] != RUNNING:
        return
    unit = x[
        x[k.T_SPAN_UNIT]
        + x[x[k.T_SORT_SPAN] + x[x[k.W_SORT] + m] * x[k.T_SORT_SPAN + k.WIDE] + slot]
    ]
    begun, left = paused(
        x,
        unit,
        x[x[k.W_BEGUN] + m * x[k.W_BEGUN + k.WIDE] + slot],
        x[x[k.W_LEFT] + m * x[k.W_LEFT + k.WIDE] + slot],
        at,
    )
    (
        x[x[k.W_BEGUN] + m * x[k.W_BEGUN + k.WIDE] + slot],
        x[x[k.W_LEFT] + m * x[k.W_LEFT + k.WIDE] + slot],
    ) = (begun, left)
    x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] = PAUSED
    x[x[k.W_PAUSED_AT] + m * x[k.W_PAUSED_AT + k.WIDE] + slot] = at
    x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] = NEVER


@compiled
def resume(x, m, slot, at):
    if x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] != PAUSED:
        return
    unit = x[
        x[k.T_SPAN_UNIT]
        + x[x[k.T_SORT_SPAN] + x[x[k.W_SORT] + m] * x[k.T_SORT_SPAN + k.WIDE] + slot]
    ]
    since = x[x[k.W_PAUSED_AT] + m * x[k.W_PAUSED_AT + k.WIDE] + slot]
    begun, left = resumed(
        x,
        unit,
        x[x[k.W_BEGUN] + m * x[k.W_BEGUN + k.WIDE] + slot],
        x[x[k.W_LEFT] + m * x[k.W_LEFT + k.WIDE] + slot],
        since,
        at,
    )
    (
        x[x[k.W_BEGUN] + m * x[k.W_BEGUN + k.WIDE] + slot],
        x[x[k.W_LEFT] + m * x[k.W_LEFT + k.WIDE] + slot],
    ) = (begun, left)
    x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] = RUNNING
    if x[x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + slot] != 0:
        x[x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + slot] += at - since
        x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] = x[
            x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + slot
        ]
    else:
        x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] = due_of(x, unit, begun, left)


@compiled
def move(x, m, slot):
    if (
        x[x[k.W_STATUS] + m * x[k.W_STATUS + k.WIDE] + slot] != RUNNING
        or x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] == NEVER
    ):
        return
    span = x[x[k.T_SORT_SPAN] + x[x[k.W_SORT] + m] * x[k.T_SORT_SPAN + k.WIDE] + slot]
    unit = x[x[k.T_SPAN_UNIT] + span]
    begun, left = begin(
        x, unit, x[x[k.T_SPAN_AMOUNT] + span], x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot]
    )
    x[x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot] = due_of(x, unit, begun, left)
    x[x[k.W_SET_DUE] + m * x[k.W_SET_DUE + k.WIDE] + slot] = x[
        x[k.W_DUE] + m * x[k.W_DUE + k.WIDE] + slot
    ]
