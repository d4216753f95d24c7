"""Two heaps on arrays: the events planned, and a skew heap for the queue of each pool.

Source: Sleator and Tarjan, Self-Adjusting Heaps, SIAM J. Comput. 15 (1986) 52-69.
"""

from __future__ import annotations

from commongrid.engines.rehearsal.core_draws import compiled
from commongrid.engines.rehearsal.core_world import FAILED, FREE, NO_ROOM, NUMBERED, PLANNED, QUEUED, USED


@compiled
def plan(w, at, kind, life, visit, what):  # type: ignore[no-untyped-def]
    size = w.scalars[PLANNED]
    if size >= len(w.h_at):
        w.scalars[FAILED] = NO_ROOM
        return
    number = w.scalars[NUMBERED]
    w.scalars[NUMBERED] += 1
    w.scalars[PLANNED] += 1
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if w.h_at[above] <= at:  # what was planned first is first
            break
        shift(w, above, place)
        place = above
    w.h_at[place], w.h_number[place], w.h_kind[place] = at, number, kind
    w.h_life[place], w.h_visit[place], w.h_what[place] = life, visit, what


@compiled
def drop_first(w):  # type: ignore[no-untyped-def]
    """Take the first event off the heap; read it before."""
    w.scalars[PLANNED] -= 1
    size = w.scalars[PLANNED]
    at, number = w.h_at[size], w.h_number[size]
    kind, life, visit, what = w.h_kind[size], w.h_life[size], w.h_visit[size], w.h_what[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and is_earlier(w, below + 1, below):
            below += 1
        if w.h_at[below] > at or (w.h_at[below] == at and w.h_number[below] > number):
            break
        shift(w, below, place)
        place = below
    w.h_at[place], w.h_number[place], w.h_kind[place] = at, number, kind
    w.h_life[place], w.h_visit[place], w.h_what[place] = life, visit, what


@compiled
def is_earlier(w, one, other):  # type: ignore[no-untyped-def]
    if w.h_at[one] != w.h_at[other]:
        return w.h_at[one] < w.h_at[other]
    return w.h_number[one] < w.h_number[other]


@compiled
def shift(w, source, target):  # type: ignore[no-untyped-def]
    w.h_at[target], w.h_number[target] = w.h_at[source], w.h_number[source]
    w.h_kind[target], w.h_life[target] = w.h_kind[source], w.h_life[source]
    w.h_visit[target], w.h_what[target] = w.h_visit[source], w.h_what[source]


@compiled
def is_sooner(w, one, other):  # type: ignore[no-untyped-def]
    if w.q_lane[one] != w.q_lane[other]:
        return w.q_lane[one] < w.q_lane[other]
    if w.q_age[one] != w.q_age[other]:
        return w.q_age[one] < w.q_age[other]
    return w.q_number[one] < w.q_number[other]


@compiled
def merged(w, one, other):  # type: ignore[no-untyped-def]
    if one < 0:
        return other
    if other < 0:
        return one
    if is_sooner(w, other, one):
        one, other = other, one
    root = one
    while True:
        rest = w.q_right[one]
        w.q_right[one] = w.q_left[one]
        if rest < 0:
            w.q_left[one] = other
            return root
        if is_sooner(w, other, rest):
            rest, other = other, rest
        w.q_left[one] = rest
        one = rest


@compiled
def push(w, pool, lane, age, life, visit):  # type: ignore[no-untyped-def]
    """Queue an entry. Nodes given back are chained by ``q_left``; the scalars count from 1."""
    node = w.scalars[FREE] - 1
    if node >= 0:
        w.scalars[FREE] = w.q_left[node] + 1
    else:
        node = w.scalars[USED]
        if node >= len(w.q_lane):
            w.scalars[FAILED] = NO_ROOM
            return
        w.scalars[USED] += 1
    w.q_lane[node], w.q_age[node], w.q_number[node] = lane, age, w.scalars[QUEUED]
    w.q_life[node], w.q_visit[node], w.q_left[node], w.q_right[node] = life, visit, -1, -1
    w.scalars[QUEUED] += 1
    w.root[pool] = merged(w, w.root[pool], node)


@compiled
def pop(w, pool):  # type: ignore[no-untyped-def]
    """The matter and visit that are first; the node is free again."""
    node = w.root[pool]
    w.root[pool] = merged(w, w.q_left[node], w.q_right[node])
    w.q_left[node] = w.scalars[FREE] - 1
    w.scalars[FREE] = node + 1
    return w.q_life[node], w.q_visit[node]
