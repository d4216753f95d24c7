"""What is planned: a ring of short stretches of time, and a list and a heap of what is near.

An event of a later stretch is chained to that stretch, in no order; a bit for each stretch says
whether it holds any. When its stretch comes all of it moves to a short list that is kept in order,
the next one last. What finds that list full (all pools open at eight), or lies further ahead than
the ring goes round once, waits in a heap: no length of a stretch can make an answer wrong, only
slower.
WHY a list: it is cheaper than a heap as long as it is short, and the processor guesses it better.
Source: R. Brown, Calendar Queues, Comm. ACM 31 (1988) 1220-1227. Here stretches keep their length.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from commongrid.engines.rehearsal.core.bits import lowest
from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import (
    SOON_HOLDS,
    World,
    fetch,
    kept,
    lives,
    marks,
    near,
    pools,
    ring,
    soon,
)

BRANCH_BITS = 2
BRANCHES = 1 << BRANCH_BITS
WORD_BITS, GROUP_BITS = 6, 1
"""How many stretches share a word of bits, and how many are asked for together. Units: bits."""
IN_WORD, IN_GROUP = (1 << WORD_BITS) - 1, (1 << (1 << GROUP_BITS)) - 1
LINES_FETCHED = 4
"""Of the block of a matter: all that most charters keep of it before its promises."""
DONE, LAGGED, RIVAL, DUE, AGAIN, OPENING = range(6)
"""The kinds of events."""


@inlined
def is_before(one: Any, other: Any) -> bool:
    """Whether one planned event comes before another."""
    # WHY no "and", no "or": which is first cannot be foreseen, and a wrong guess costs the
    # processor more than both comparisons
    return (one.at < other.at) | ((one.at == other.at) & (np.int32(one.number - other.number) < 0))


@inlined
def copy(one: Any, other: Any) -> None:
    """Make the other event what one is."""
    other.at, other.number, other.kind = one.at, one.number, one.kind
    other.life, other.visit, other.what = one.life, one.visit, one.what


@inlined
def plan(w: World, at: int, kind: int, life: int, visit: int, what: int) -> None:
    """Plan an event; what falls on one instant comes in this order."""
    stretch = at >> w.ring_bits
    ahead = stretch - w.ring_at
    if 0 < ahead <= w.ring_mask:
        event = kept_for(w, stretch)
    elif ahead <= 0 and w.soon_now < SOON_HOLDS:
        event = soon(w, stood_in(w, at))
    else:
        event = near(w, risen(w, at))
    event.at, event.number, event.kind = at, w.numbered, kind
    event.life, event.visit, event.what = life, visit, what
    w.numbered += 1


@inlined
def stood_in(w: World, at: int) -> int:
    """The place in the list for an event that is planned now: after all of its instant."""
    place = w.soon_now
    w.soon_now += 1
    while soon(w, place - 1).at <= at:
        copy(soon(w, place - 1), soon(w, place))
        place -= 1
    return place


@compiled
def risen(w: World, at: int) -> int:
    """The place in the heap for an event that is planned now: after all of its instant."""
    place = w.near_now
    w.near_now += 1
    while place > 0:
        above = (place - 1) >> BRANCH_BITS
        if near(w, above).at <= at:
            break
        copy(near(w, above), near(w, place))
        place = above
    return place


@inlined
def kept_for(w: World, stretch: int) -> Any:
    """Room for an event of a later stretch."""
    place = w.kept_free
    if place != 0:
        w.kept_free = kept(w, place).later
    else:
        place = w.kept_used
        w.kept_used += 1
    event, its = kept(w, place), ring(w, stretch & w.ring_mask)
    event.later, its.first = its.first, place
    marks(w, word_of(w, stretch)).n |= 1 << (stretch & IN_WORD)
    w.ring_now += 1
    return event


@inlined
def word_of(w: World, stretch: int) -> int:
    """The word that holds the bit of a stretch."""
    return (stretch & w.ring_mask) >> WORD_BITS


@inlined
def next_at(w: World, until: int) -> int:
    """When the next event falls, or NEVER; the ring is turned no further than to an instant."""
    if w.soon_now == 1 and w.ring_now > 0:
        turn(w, until >> w.ring_bits)
    at = soon(w, w.soon_now - 1).at
    return at if w.near_now == 0 else min(at, near(w, 0).at)


@inlined
def turn(w: World, last: int) -> None:
    """Turn the ring until something comes, in it or in the heap."""
    before = w.ring_at >> GROUP_BITS
    if w.near_now > 0:
        last = min(last, near(w, 0).at >> w.ring_bits)
    found = next_held(w, w.ring_at + 1, last)
    if found <= last:
        w.ring_at = found
        unload(w, found)
    else:
        w.ring_at = max(w.ring_at, last)
    if w.ring_at >> GROUP_BITS != before:
        look_ahead(w, (w.ring_at >> GROUP_BITS) + 1)


@inlined
def next_held(w: World, stretch: int, last: int) -> int:
    """The next stretch that holds something; some later one than the last where there is none."""
    word = marks(w, word_of(w, stretch)).n & (-1 << (stretch & IN_WORD))
    stretch &= ~IN_WORD
    while word == 0 and stretch <= last:
        stretch += IN_WORD + 1
        word = marks(w, word_of(w, stretch)).n
    return stretch + lowest(word) if word != 0 else stretch


@inlined
def unload(w: World, stretch: int) -> None:
    """Put the events of a stretch in order."""
    its = ring(w, stretch & w.ring_mask)
    place, its.first = its.first, 0
    marks(w, word_of(w, stretch)).n &= ~(1 << (stretch & IN_WORD))
    while place != 0:
        event = kept(w, place)
        if w.soon_now < SOON_HOLDS:
            stand_in(w, event)
        else:
            rise(w, event)
        w.ring_now -= 1
        later = event.later
        event.later, w.kept_free = w.kept_free, place
        place = later


@inlined
def stand_in(w: World, event: Any) -> None:
    """Put an event that was planned before into the list."""
    place = w.soon_now
    w.soon_now += 1
    while is_before(soon(w, place - 1), event):
        copy(soon(w, place - 1), soon(w, place))
        place -= 1
    copy(event, soon(w, place))


@inlined
def is_heap_first(w: World) -> bool:
    """Whether the next event is that of the heap, not that of the list."""
    return w.near_now > 0 and is_before(near(w, 0), soon(w, w.soon_now - 1))


@inlined
def look_ahead(w: World, group: int) -> None:
    """Ask for the matters of some stretches while those before happen, and for what follows them.

    WHY: a city's matters lie in more memory than is near the processor. One that is asked for
    when it is needed is waited for; all of some stretches asked for together come together.
    """
    held = held_in(w, group)
    while held != 0:
        place = ring(w, ((group << GROUP_BITS) + lowest(held)) & w.ring_mask).first
        while place != 0:
            event = kept(w, place)
            for line in range(LINES_FETCHED):
                fetch(lives(w, max(event.life, 0)), line)
            if event.kind == DONE:
                fetch(pools(w, event.what), 0)
            place = event.later
        held &= held - 1
    held = held_in(w, group + 1)
    while held != 0:
        place = ring(w, (((group + 1) << GROUP_BITS) + lowest(held)) & w.ring_mask).first
        fetch(kept(w, place), 0)
        held &= held - 1


@inlined
def held_in(w: World, group: int) -> int:
    """Which stretches of a group hold something, a bit each."""
    first = group << GROUP_BITS
    return (marks(w, word_of(w, first)).n >> (first & IN_WORD)) & IN_GROUP


@compiled
def rise(w: World, event: Any) -> None:
    """Put an event that was planned before into the heap."""
    place = w.near_now
    w.near_now += 1
    while place > 0:
        above = (place - 1) >> BRANCH_BITS
        if not is_before(event, near(w, above)):
            break
        copy(near(w, above), near(w, place))
        place = above
    copy(event, near(w, place))


@compiled
def drop_first(w: World) -> None:
    """Take the first event off the heap; read it before."""
    w.near_now -= 1
    size, place = w.near_now, 0
    moved = near(w, size)
    while True:
        first = BRANCHES * place + 1
        if first >= size:
            break
        least = first
        for below in range(first + 1, min(first + BRANCHES, size)):
            least = below if is_before(near(w, below), near(w, least)) else least
        if is_before(moved, near(w, least)):
            break
        copy(near(w, least), near(w, place))
        place = least
    if place != size:
        copy(moved, near(w, place))
