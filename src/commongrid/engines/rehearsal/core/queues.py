"""Two heaps: the events that are planned, and for each pool those who wait.

Events lie in a heap of four branches, whose children share a cache line or two. Queues are skew
heaps over one store of nodes: they merge, and need no room of their own for each pool.
Source: Sleator and Tarjan, Self-Adjusting Heaps, SIAM J. Comput. 15 (1986) 52-69.
"""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import World, events, nodes, pools

BRANCH_BITS = 2
BRANCHES = 1 << BRANCH_BITS


@inlined
def is_before(one: Any, other: Any) -> bool:
    """Whether one planned event comes before another."""
    # WHY no "and", no "or": which is first cannot be foreseen, and a wrong guess costs the
    # processor more than both comparisons
    return (one.at < other.at) | ((one.at == other.at) & (one.number < other.number))


@inlined
def put_event(
    w: World, place: int, at: int, number: int, kind: int, life: int, visit: int, what: int
) -> None:
    """Write an event into the heap's place."""
    event = events(w, place)
    event.at, event.number, event.kind = at, number, kind
    event.life, event.visit, event.what = life, visit, what


@inlined
def copy_event(w: World, source: int, place: int) -> None:
    """Move an event to another place of the heap."""
    one = events(w, source)
    put_event(w, place, one.at, one.number, one.kind, one.life, one.visit, one.what)


@compiled
def plan(w: World, at: int, kind: int, life: int, visit: int, what: int) -> None:
    """Plan an event; what falls on one instant comes in this order."""
    place = w.planned_now
    w.planned_now += 1
    w.most_planned = max(w.most_planned, w.planned_now)
    while place > 0:
        above = (place - 1) >> BRANCH_BITS
        if events(w, above).at <= at:  # what was planned before comes first
            break
        copy_event(w, above, place)
        place = above
    put_event(w, place, at, w.numbered, kind, life, visit, what)
    w.numbered += 1


@inlined
def drop_first(w: World) -> None:
    """Take the first event off the heap; read it before."""
    w.planned_now -= 1
    size, place = w.planned_now, 0
    moved = events(w, size)
    while True:
        first = BRANCHES * place + 1
        if first >= size:
            break
        least = first
        for below in range(first + 1, min(first + BRANCHES, size)):
            least = below if is_before(events(w, below), events(w, least)) else least
        if is_before(moved, events(w, least)):
            break
        copy_event(w, least, place)
        place = least
    if place != size:
        copy_event(w, size, place)


@inlined
def is_sooner(w: World, one: int, other: int) -> bool:
    """Whether one waiting matter is served before another."""
    a, b = nodes(w, one), nodes(w, other)
    if a.lane != b.lane:
        return a.lane < b.lane
    if a.age != b.age:
        return a.age < b.age
    return a.number < b.number


@compiled
def merged(w: World, one: int, other: int) -> int:
    """Two skew heaps as one. Top down, and no recursion: a queue may be long."""
    if one < 0:
        return other
    if other < 0:
        return one
    if is_sooner(w, other, one):
        one, other = other, one
    top = one
    while True:
        rest = nodes(w, one).right
        nodes(w, one).right = nodes(w, one).left
        if rest < 0:
            nodes(w, one).left = other
            return top
        if is_sooner(w, other, rest):
            rest, other = other, rest
        nodes(w, one).left = rest
        one = rest


@inlined
def push(w: World, pool: int, lane: int, age: int, life: int, visit: int) -> None:
    """Somebody waits. Nodes given back are chained by ``left``."""
    place = w.node_free
    if place >= 0:
        w.node_free = nodes(w, place).left
    else:
        place = w.nodes_used
        w.nodes_used += 1
    node = nodes(w, place)
    node.lane, node.age, node.number = lane, age, w.queued
    node.life, node.visit, node.left, node.right = life, visit, -1, -1
    w.queued += 1
    pools(w, pool).first = merged(w, pools(w, pool).first, place)


@inlined
def pop(w: World, pool: int) -> Any:
    """The life and visit that are first; the node is free again."""
    place = pools(w, pool).first
    node = nodes(w, place)
    pools(w, pool).first = merged(w, node.left, node.right)
    node.left = w.node_free
    w.node_free = place
    return node.life, node.visit
