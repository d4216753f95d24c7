"""Who waits for each pool: a skew heap of nodes, or where the first come are served first, a line.

Skew heaps merge, and need no room of their own for each pool; all nodes lie in one store.
Source: Sleator and Tarjan, Self-Adjusting Heaps, SIAM J. Comput. 15 (1986) 52-69.
"""

from __future__ import annotations

import numpy as np

from commongrid.engines.rehearsal.core.compiling import inlined
from commongrid.engines.rehearsal.core.memory import Life, World, lives, nodes, number_of, pools
from commongrid.engines.rehearsal.words import Order

FIRST_COME = int(Order.FIRST_COME)


@inlined
def is_sooner(w: World, one: int, other: int) -> bool:
    """Whether one waiting matter is served before another."""
    a, b = nodes(w, one), nodes(w, other)
    if a.lane != b.lane:
        return a.lane < b.lane
    if a.age != b.age:
        return a.age < b.age
    return is_numbered_before(a.number, b.number)


@inlined
def is_numbered_before(one: int, other: int) -> bool:
    """Whether one number was given before another; after 2**32 of them they begin anew."""
    return int(np.int32(one - other)) < 0


@inlined
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
def push(w: World, pool: int, lane: int, life: Life) -> None:
    """Somebody waits. Nodes given back are chained by ``left``."""
    place = w.node_free
    if place >= 0:
        w.node_free = nodes(w, place).left
    else:
        place = w.nodes_used
        w.nodes_used += 1
    node = nodes(w, place)
    node.lane, node.age, node.number = lane, life.raised_at, w.queued
    node.life, node.left, node.right = number_of(w, life), -1, -1
    life.node = place
    w.queued += 1
    pools(w, pool).first = merged(w, pools(w, pool).first, place)


@inlined
def pop(w: World, pool: int) -> int:
    """The node that is first. It is free again: read it before anybody else waits."""
    place = pools(w, pool).first
    node = nodes(w, place)
    pools(w, pool).first = merged(w, node.left, node.right)
    node.left = w.node_free
    w.node_free = place
    return place


# --- the line: lives themselves are chained


@inlined
def line_up(w: World, p: int, life: Life) -> None:
    """Stand behind all others."""
    pool, m = pools(w, p), number_of(w, life)
    life.before, life.after = pool.last, -1
    if pool.last >= 0:
        lives(w, pool.last).after = m
    else:
        pool.first = m
    pool.last = m


@inlined
def step_out(w: World, p: int, life: Life) -> None:
    """Leave the line, from wherever in it."""
    pool = pools(w, p)
    if life.before >= 0:
        lives(w, life.before).after = life.after
    else:
        pool.first = life.after
    if life.after >= 0:
        lives(w, life.after).before = life.before
    else:
        pool.last = life.before
