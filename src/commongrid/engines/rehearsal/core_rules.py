"""``oracle_rules`` once more, over arrays: may this row be taken, and what does it change.

``t`` are the tables, ``w`` the world: one line of every array is one matter.
"""

from __future__ import annotations

import numpy as np

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

# numba reads plain numbers only
ZERO, SET, LEAST, OWED, OVER, BEFORE, AT_MOST_OPEN, WITHIN, FLAG, NO_FLAG, OFFERABLE, UNMOVED = (
    int(ask) for ask in Ask
)
ADD, PUT, NOW, COPY, OFFER, REFUSE = (int(do) for do in Do)
START, MEET, MEET_FIRST, END, PAUSE, RESUME, RESTART, FAIL, DROP, MOVE = (int(v) for v in Verb)
NONE, RUNNING, PAUSED, KEPT, LATE, STOPPED, UNSOLVED = (int(status) for status in Status)
FINISH, COUNTS, QUIET, RECEIPT = (int(flag) for flag in Slot)
R_ASKED, R_REFUSED, R_CLAIMED, R_ENDED = ASKED, REFUSED, CLAIMED_AT, ENDED_AT


@compiled
def is_owed(w, m, slot):  # type: ignore[no-untyped-def]
    return w.status[m, slot] == RUNNING or w.status[m, slot] == PAUSED


@compiled
def first_owed(t, w, m, mask):  # type: ignore[no-untyped-def]
    for slot in range(len(t.slot_flags)):
        if (mask >> slot) & 1 and is_owed(w, m, slot):
            return slot
    return -1


@compiled
def next_candidate(t, w, m):  # type: ignore[no-untyped-def]
    sort = w.sort[m]
    for place in range(t.candidate_from[sort + 1] - t.candidate_from[sort]):
        if not (w.registers[m, R_REFUSED] >> place) & 1:
            return place
    return -1


@compiled
def holds(t, w, m, ask, a, b, at):  # type: ignore[no-untyped-def]
    if ask == ZERO:
        return w.registers[m, a] == 0
    if ask == SET:
        return w.registers[m, a] != 0
    if ask == LEAST:
        return w.registers[m, a] >= b
    if ask == FLAG:
        return (t.sort_flags[w.sort[m]] & a) != 0
    if ask == NO_FLAG:
        return (t.sort_flags[w.sort[m]] & a) == 0
    if ask == OFFERABLE:
        return next_candidate(t, w, m) >= 0
    if ask == WITHIN:
        since = w.registers[m, a]
        if since == 0:
            return False
        begun, left = begin(t, t.span_unit[b], t.span_amount[b], since)
        return at <= due_of(t, t.span_unit[b], begun, left)
    first, count, is_over = -1, 0, False
    for slot in range(len(t.slot_flags)):
        if (a >> slot) & 1 and is_owed(w, m, slot):
            count += 1
            if first < 0:
                first = slot
            if w.status[m, slot] == RUNNING and at >= w.due[m, slot]:
                is_over = True
    if ask == OWED:
        return count > 0
    if ask == OVER:
        return is_over
    if ask == AT_MOST_OPEN:
        return count <= b
    if ask == BEFORE:
        return first >= 0 and (w.status[m, first] == PAUSED or at <= w.due[m, first])
    return first < 0 or w.set_due[m, first] == 0  # UNMOVED


@compiled
def may(t, w, m, row, at):  # type: ignore[no-untyped-def]
    n, last = t.guard_from[row], t.guard_from[row + 1]
    while n < last:
        group, is_held = t.guard_group[n], False
        while n < last and t.guard_group[n] == group:
            if not is_held:
                is_held = holds(t, w, m, t.guard_op[n], t.guard_a[n], t.guard_b[n], at)
            n += 1
        if not is_held:
            return False
    return True


@compiled
def take(t, w, m, row, at):  # type: ignore[no-untyped-def]
    registers = w.registers[m]
    claimed_before = registers[R_CLAIMED]
    was_end = w.state[m] >= 0 and t.state_end[w.state[m]] != 0
    if t.row_to[row] >= 0:
        w.state[m] = t.row_to[row]
    for n in range(t.effect_from[row], t.effect_from[row + 1]):
        carry_out(t, w, m, t.effect_op[n], t.effect_a[n], t.effect_b[n], at)
    is_end = t.state_end[w.state[m]] != 0
    if is_end and not was_end:
        registers[R_ENDED] = at
        registers[R_ASKED] = 0
    if was_end and not is_end:
        registers[R_ENDED] = 0
    claimed = registers[R_CLAIMED] if registers[R_CLAIMED] != 0 else claimed_before
    w.ended_count[0] = 0
    for n in range(t.step_from[row], t.step_from[row + 1]):
        step(t, w, m, t.step_verb[n], t.step_mask[n], at, claimed, t.row_by_time[row] != 0)


@compiled
def carry_out(t, w, m, do, a, b, at):  # type: ignore[no-untyped-def]
    registers, sort = w.registers[m], w.sort[m]
    if do == ADD:
        registers[a] += b
    elif do == PUT:
        registers[a] = b
    elif do == NOW:
        registers[a] = at
    elif do == COPY:
        registers[a] = registers[b]
    elif do == OFFER:
        place = next_candidate(t, w, m)
        if place >= 0:
            registers[R_ASKED] = t.candidate[t.candidate_from[sort] + place] + 1
    else:
        first = t.candidate_from[sort]
        for place in range(t.candidate_from[sort + 1] - first):
            if t.candidate[first + place] + 1 == registers[R_ASKED]:
                registers[R_REFUSED] |= np.int64(1) << place


@compiled
def step(t, w, m, verb, mask, at, claimed, by_time):  # type: ignore[no-untyped-def]
    slots = len(t.slot_flags)
    if verb == MEET_FIRST or verb == MOVE:
        slot = first_owed(t, w, m, mask)
        if slot >= 0 and verb == MOVE:
            move(t, w, m, slot)
        elif slot >= 0:
            meet(t, w, m, slot, at, claimed, by_time)
        return
    if verb == RESTART:
        restart(t, w, m, mask, at)
        return
    is_solved = t.state_end[w.state[m]] == 1
    for slot in range(slots):
        if not (mask >> slot) & 1:
            continue
        if verb == START:
            if not is_owed(w, m, slot):
                start(t, w, m, slot, at, False)
        elif not is_owed(w, m, slot):
            continue
        elif verb == MEET:
            meet(t, w, m, slot, at, claimed, by_time)
        elif verb == END:
            flags = t.slot_flags[slot]
            counts = is_solved or (claimed != 0 and (flags & FINISH) != 0)
            if counts and (flags & (FINISH | COUNTS)) != 0:
                meet(t, w, m, slot, at, claimed, by_time)
            else:
                end(w, m, slot, STOPPED, at)
        elif verb == PAUSE:
            pause(t, w, m, slot, at)
        elif verb == RESUME:
            resume(t, w, m, slot, at)
        else:
            end(w, m, slot, UNSOLVED if verb == FAIL else STOPPED, at)


@compiled
def restart(t, w, m, mask, at):  # type: ignore[no-untyped-def]
    all_met = True
    for slot in range(len(t.slot_flags)):
        if not (mask >> slot) & 1:
            continue
        if is_owed(w, m, slot):
            end(w, m, slot, STOPPED, at)
        status = w.status[m, slot]
        if t.sort_span[w.sort[m], slot] >= 0 and status != KEPT and status != LATE:
            all_met = False
    for slot in range(len(t.slot_flags)):
        if (mask >> slot) & 1:
            status = w.status[m, slot]
            if all_met or (status != KEPT and status != LATE):
                start(t, w, m, slot, at, True)


@compiled
def start(t, w, m, slot, at, is_restart):  # type: ignore[no-untyped-def]
    span = t.sort_span[w.sort[m], slot]
    if span < 0:
        return
    flags = t.slot_flags[slot]
    is_from_receipt = (flags & RECEIPT) != 0 or ((flags & FINISH) != 0 and not is_restart)
    unit = t.span_unit[span]
    begun, left = begin(t, unit, t.span_amount[span], w.raised_at[m] if is_from_receipt else at)
    w.begun[m, slot], w.left[m, slot] = begun, left
    w.due[m, slot] = due_of(t, unit, begun, left)
    w.first_due[m, slot] = w.due[m, slot]
    w.status[m, slot] = RUNNING
    w.met_at[m, slot] = w.paused_at[m, slot] = w.set_due[m, slot] = 0


@compiled
def end(w, m, slot, status, met_at):  # type: ignore[no-untyped-def]
    w.status[m, slot] = status
    count = w.ended_count[0]
    w.ended_slot[count], w.ended_status[count], w.ended_met[count] = slot, status, met_at
    w.ended_count[0] += 1


@compiled
def meet(t, w, m, slot, at, claimed, by_time):  # type: ignore[no-untyped-def]
    flags = t.slot_flags[slot]
    if by_time and (flags & QUIET) != 0:
        end(w, m, slot, STOPPED, at)
        return
    resume(t, w, m, slot, at)
    met_at = claimed if claimed != 0 and (flags & FINISH) != 0 else at
    w.met_at[m, slot] = met_at
    end(w, m, slot, LATE if met_at > w.due[m, slot] else KEPT, met_at)


@compiled
def pause(t, w, m, slot, at):  # type: ignore[no-untyped-def]
    if w.status[m, slot] != RUNNING:
        return
    unit = t.span_unit[t.sort_span[w.sort[m], slot]]
    begun, left = paused(t, unit, w.begun[m, slot], w.left[m, slot], at)
    w.begun[m, slot], w.left[m, slot] = begun, left
    w.status[m, slot] = PAUSED
    w.paused_at[m, slot] = at
    w.due[m, slot] = NEVER


@compiled
def resume(t, w, m, slot, at):  # type: ignore[no-untyped-def]
    if w.status[m, slot] != PAUSED:
        return
    unit = t.span_unit[t.sort_span[w.sort[m], slot]]
    since = w.paused_at[m, slot]
    begun, left = resumed(t, unit, w.begun[m, slot], w.left[m, slot], since, at)
    w.begun[m, slot], w.left[m, slot] = begun, left
    w.status[m, slot] = RUNNING
    if w.set_due[m, slot] != 0:
        w.set_due[m, slot] += at - since
        w.due[m, slot] = w.set_due[m, slot]
    else:
        w.due[m, slot] = due_of(t, unit, begun, left)


@compiled
def move(t, w, m, slot):  # type: ignore[no-untyped-def]
    if w.status[m, slot] != RUNNING or w.due[m, slot] == NEVER:
        return
    span = t.sort_span[w.sort[m], slot]
    unit = t.span_unit[span]
    begun, left = begin(t, unit, t.span_amount[span], w.due[m, slot])
    w.due[m, slot] = due_of(t, unit, begun, left)
    w.set_due[m, slot] = w.due[m, slot]
