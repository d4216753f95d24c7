"""Two heaps on arrays: the events planned, and a skew heap for the queue of each pool.

Source: Sleator and Tarjan, Self-Adjusting Heaps, SIAM J. Comput. 15 (1986) 52-69.
"""

from __future__ import annotations

from commongrid.engines.rehearsal import core_memory as k
from commongrid.engines.rehearsal.core_draws import compiled
from commongrid.engines.rehearsal.core_memory import (
    FAILED,
    FREE,
    NO_ROOM,
    NUMBERED,
    PLANNED,
    QUEUED,
    USED,
)


@compiled
def plan(x, at, kind, life, visit, what):
    size = x[x[k.W_SCALARS] + PLANNED]
    if size >= x[k.W_H_AT + k.LONG]:
        x[x[k.W_SCALARS] + FAILED] = NO_ROOM
        return
    number = x[x[k.W_SCALARS] + NUMBERED]
    x[x[k.W_SCALARS] + NUMBERED] += 1
    x[x[k.W_SCALARS] + PLANNED] += 1
    place = size
    while place > 0:
        above = place - 1 >> 1
        if x[x[k.W_H_AT] + above] <= at:
            break
        shift(x, above, place)
        place = above
    x[x[k.W_H_AT] + place], x[x[k.W_H_NUMBER] + place], x[x[k.W_H_KIND] + place] = (
        at,
        number,
        kind,
    )
    x[x[k.W_H_LIFE] + place], x[x[k.W_H_VISIT] + place], x[x[k.W_H_WHAT] + place] = (
        life,
        visit,
        what,
    )


@compiled
def drop_first(x):
    """Take the first event off the heap; read it before."""
    x[x[k.W_SCALARS] + PLANNED] -= 1
    size = x[x[k.W_SCALARS] + PLANNED]
    at, number = (x[x[k.W_H_AT] + size], x[x[k.W_H_NUMBER] + size])
    kind, life, visit, what = (
        x[x[k.W_H_KIND] + size],
        x[x[k.W_H_LIFE] + size],
        x[x[k.W_H_VISIT] + size],
        x[x[k.W_H_WHAT] + size],
    )
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and is_earlier(x, below + 1, below):
            below += 1
        if x[x[k.W_H_AT] + below] > at or (
            x[x[k.W_H_AT] + below] == at and x[x[k.W_H_NUMBER] + below] > number
        ):
            break
        shift(x, below, place)
        place = below
    x[x[k.W_H_AT] + place], x[x[k.W_H_NUMBER] + place], x[x[k.W_H_KIND] + place] = (
        at,
        number,
        kind,
    )
    x[x[k.W_H_LIFE] + place], x[x[k.W_H_VISIT] + place], x[x[k.W_H_WHAT] + place] = (
        life,
        visit,
        what,
    )


@compiled
def is_earlier(x, one, other):
    if x[x[k.W_H_AT] + one] != x[x[k.W_H_AT] + other]:
        return x[x[k.W_H_AT] + one] < x[x[k.W_H_AT] + other]
    return x[x[k.W_H_NUMBER] + one] < x[x[k.W_H_NUMBER] + other]


@compiled
def shift(x, source, target):
    x[x[k.W_H_AT] + target], x[x[k.W_H_NUMBER] + target] = (
        x[x[k.W_H_AT] + source],
        x[x[k.W_H_NUMBER] + source],
    )
    x[x[k.W_H_KIND] + target], x[x[k.W_H_LIFE] + target] = (
        x[x[k.W_H_KIND] + source],
        x[x[k.W_H_LIFE] + source],
    )
    x[x[k.W_H_VISIT] + target], x[x[k.W_H_WHAT] + target] = (
        x[x[k.W_H_VISIT] + source],
        x[x[k.W_H_WHAT] + source],
    )


@compiled
def is_sooner(x, one, other):
    if x[x[k.W_Q_LANE] + one] != x[x[k.W_Q_LANE] + other]:
        return x[x[k.W_Q_LANE] + one] < x[x[k.W_Q_LANE] + other]
    if x[x[k.W_Q_AGE] + one] != x[x[k.W_Q_AGE] + other]:
        return x[x[k.W_Q_AGE] + one] < x[x[k.W_Q_AGE] + other]
    return x[x[k.W_Q_NUMBER] + one] < x[x[k.W_Q_NUMBER] + other]


@compiled
def merged(x, one, other):
    if one < 0:
        return other
    if other < 0:
        return one
    if is_sooner(x, other, one):
        one, other = (other, one)
    root = one
    while True:
        rest = x[x[k.W_Q_RIGHT] + one]
        x[x[k.W_Q_RIGHT] + one] = x[x[k.W_Q_LEFT] + one]
        if rest < 0:
            x[x[k.W_Q_LEFT] + one] = other
            return root
        if is_sooner(x, other, rest):
            rest, other = (other, rest)
        x[x[k.W_Q_LEFT] + one] = rest
        one = rest


@compiled
def push(x, pool, lane, age, life, visit):
    """Queue an entry. Nodes given back are chained by ``q_left``; the scalars count from 1."""
    node = x[x[k.W_SCALARS] + FREE] - 1
    if node >= 0:
        x[x[k.W_SCALARS] + FREE] = x[x[k.W_Q_LEFT] + node] + 1
    else:
        node = x[x[k.W_SCALARS] + USED]
        if node >= x[k.W_Q_LANE + k.LONG]:
            x[x[k.W_SCALARS] + FAILED] = NO_ROOM
            return
        x[x[k.W_SCALARS] + USED] += 1
    x[x[k.W_Q_LANE] + node], x[x[k.W_Q_AGE] + node], x[x[k.W_Q_NUMBER] + node] = (
        lane,
        age,
        x[x[k.W_SCALARS] + QUEUED],
    )
    (
        x[x[k.W_Q_LIFE] + node],
        x[x[k.W_Q_VISIT] + node],
        x[x[k.W_Q_LEFT] + node],
        x[x[k.W_Q_RIGHT] + node],
    ) = (life, visit, -1, -1)
    x[x[k.W_SCALARS] + QUEUED] += 1
    x[x[k.W_ROOT] + pool] = merged(x, x[x[k.W_ROOT] + pool], node)


@compiled
def pop(x, pool):
    """The matter and visit that are first; the node is free again."""
    node = x[x[k.W_ROOT] + pool]
    x[x[k.W_ROOT] + pool] = merged(x, x[x[k.W_Q_LEFT] + node], x[x[k.W_Q_RIGHT] + node])
    x[x[k.W_Q_LEFT] + node] = x[x[k.W_SCALARS] + FREE] - 1
    x[x[k.W_SCALARS] + FREE] = node + 1
    return (x[x[k.W_Q_LIFE] + node], x[x[k.W_Q_VISIT] + node])
