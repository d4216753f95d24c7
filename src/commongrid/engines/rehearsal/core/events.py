"""What is planned: a ring of short stretches of time, and a list and a heap of what is near.

An event of a later stretch is put into a chunk of that stretch, in no order. When its stretch comes
all of it moves to a short list that is kept in order, the next one last. What finds that list full
(all pools open at eight), or lies further ahead than the ring goes round once, waits in a heap: no
length of a stretch can make an answer wrong, only slower.
WHY a list: it is cheaper than a heap as long as it is short, and the processor guesses it better.
Source: R. Brown, Calendar Queues, Comm. ACM 31 (1988) 1220-1227. Here stretches keep their length.
"""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import (
    CACHE_LINE,
    CHUNK_HOLDS,
    EVENT,
    SOON_HOLDS,
    World,
    chunks,
    fetch,
    held,
    lives,
    near,
    pools,
    ring,
    soon,
)

BRANCH_BITS = 2
BRANCHES = 1 << BRANCH_BITS
LAST_HELD = CHUNK_HOLDS - 1
CHUNK_LINES = CHUNK_HOLDS * EVENT.itemsize // CACHE_LINE
LINES_FETCHED = 4
"""Of the block of a matter: all that most charters keep of it before its promises."""
DONE, LAGGED, RIVAL, DUE, AGAIN, OPENING = range(6)
"""The kinds of events."""


@inlined
def is_before(one: Any, other: Any) -> bool:
    """Whether one planned event comes before another."""
    # WHY no "and", no "or": which is first cannot be foreseen, and a wrong guess costs the
    # processor more than both comparisons
    return (one.at < other.at) | ((one.at == other.at) & (one.number < other.number))


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
        event = kept_for(w, stretch & w.ring_mask)
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
    its = ring(w, stretch)
    if its.held == LAST_HELD or its.chunk == 0:
        chunk = w.chunk_free
        if chunk != 0:
            w.chunk_free = chunks(w, chunk).later
        else:
            chunk = w.chunks_used
            w.chunks_used += 1
        chunks(w, chunk).later = its.chunk
        its.chunk, its.held = chunk, 0
    its.held += 1
    w.ring_now += 1
    return held(w, its.chunk, its.held)


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
    while w.ring_at < last:
        if w.near_now > 0 and near(w, 0).at >> w.ring_bits <= w.ring_at:
            break
        w.ring_at += 1
        if ring(w, w.ring_at & w.ring_mask).chunk != 0:
            unload(w, w.ring_at & w.ring_mask)
            break


@inlined
def unload(w: World, stretch: int) -> None:
    """Put the events of a stretch in order."""
    its = ring(w, stretch)
    chunk, count = its.chunk, its.held
    its.chunk = its.held = 0
    while chunk != 0:
        for place in range(1, count + 1):
            if w.soon_now < SOON_HOLDS:
                stand_in(w, held(w, chunk, place))
            else:
                rise(w, held(w, chunk, place))
        w.ring_now -= count
        later = chunks(w, chunk).later
        chunks(w, chunk).later = w.chunk_free
        w.chunk_free = chunk
        chunk, count = later, LAST_HELD
    look_ahead(w, (stretch + 1) & w.ring_mask)


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
def look_ahead(w: World, stretch: int) -> None:
    """Ask for the matters of a stretch while the one before it happens, and for what follows it.

    WHY: a city's matters lie in more memory than is near the processor. One that is asked for
    when it is needed is waited for; all of a stretch asked for together come together.
    """
    chunk, count = ring(w, stretch).chunk, ring(w, stretch).held
    while chunk != 0:
        for place in range(1, count + 1):
            event = held(w, chunk, place)
            for line in range(LINES_FETCHED):
                fetch(lives(w, max(event.life, 0)), line)
            if event.kind == DONE:
                fetch(pools(w, event.what), 0)
        chunk, count = chunks(w, chunk).later, LAST_HELD
    after = ring(w, (stretch + 1) & w.ring_mask).chunk
    for line in range(CHUNK_LINES):
        fetch(chunks(w, after), line)


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
