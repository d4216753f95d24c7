"""``draws`` and ``clock`` once more, compiled. Words are unsigned; everything else is int64.

Mixing signed and unsigned whole numbers makes floats in numba, so every constant has its type.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

from commongrid.engines.rehearsal.draws import FINE, MULTIPLY, OCTAVES, PARTS, ROUNDS, WEYL
from commongrid.engines.rehearsal.words import NEVER, Span

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile without fast math. Kept between processes where NUMBA_CACHE_DIR names a folder."""
    keeps = bool(os.environ.get("NUMBA_CACHE_DIR"))
    return cast(F, numba.njit(function, cache=keeps))


M0, M1 = np.uint64(MULTIPLY[0]), np.uint64(MULTIPLY[1])
W0, W1 = np.uint64(WEYL[0]), np.uint64(WEYL[1])
LOW = np.uint64(0xFFFFFFFF)
U1, U32, U63 = np.uint64(1), np.uint64(32), np.uint64(63)
TOP = np.uint64(1 << 63)
WITHIN_SHIFT = np.uint64(63 - 6 - FINE)
WITHIN_MASK = np.uint64((1 << (6 + FINE)) - 1)
FINE_MASK = (1 << FINE) - 1
HOURS, WORK_HOURS, DAYS, WORKDAYS, MONTHS = (int(span) for span in Span)


@compiled
def draw(seed, replication, matter, purpose, occasion):  # type: ignore[no-untyped-def]
    k, m = np.uint64(seed) & LOW, np.uint64(seed) >> U32
    a, b = np.uint64(matter) & LOW, np.uint64(purpose)
    c, d = np.uint64(occasion), np.uint64(replication)
    for _ in range(ROUNDS):
        first, second = M0 * a, M1 * c
        a, b, c, d = (
            (second >> U32) ^ b ^ k,
            second & LOW,
            (first >> U32) ^ d ^ m,
            first & LOW,
        )
        k, m = (k + W0) & LOW, (m + W1) & LOW
    return (a << U32) | b, np.int64(c)


@compiled
def quantile(quantiles, table, word):  # type: ignore[no-untyped-def]
    octave = 0
    while octave < OCTAVES - 1 and (word & TOP) == np.uint64(0):
        word = word << U1
        octave += 1
    within = np.int64((word >> WITHIN_SHIFT) & WITHIN_MASK)
    part, fine = within >> FINE, within & FINE_MASK
    place = octave * PARTS + PARTS - part
    longer, shorter = quantiles[table, place], quantiles[table, place - 1]
    return longer - (((longer - shorter) * fine) >> FINE)


@compiled
def wait_bin(micros):  # type: ignore[no-untyped-def]
    if micros < 8:
        return max(micros, 0)
    shift = 0
    while (micros >> shift) >= 16:
        shift += 1
    return (shift + 1) * 8 + ((micros >> shift) & 7)


@compiled
def right(values, first, last, at):  # type: ignore[no-untyped-def]
    """How many of ``values[first:last]`` are at most ``at``, plus ``first``."""
    while first < last:
        middle = (first + last) >> 1
        if values[middle] <= at:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def worked(opens, closes, total, at):  # type: ignore[no-untyped-def]
    place = right(opens, 0, len(opens), at) - 1
    if place < 0:
        return np.int64(0)
    return total[place] + min(at, closes[place]) - opens[place]


@compiled
def reach_worked(opens, total, amount):  # type: ignore[no-untyped-def]
    if amount > total[len(total) - 1]:
        return np.int64(NEVER)
    place = max(right(total, 0, len(total), amount - 1) - 1, 0)
    return opens[place] + amount - total[place]


@compiled
def begin(t, unit, amount, at):  # type: ignore[no-untyped-def]
    if unit <= WORK_HOURS:
        return at, amount
    today = right(t.midnights, 0, len(t.midnights), at)
    if unit == MONTHS:
        return np.int64(today - 1), t.months[amount - 1, today] - today + 1
    if unit == DAYS:
        return np.int64(today if amount > 0 else today - 1), max(amount, np.int64(1))
    if amount > 0:
        closed = right(t.day_closes, 0, len(t.day_closes), t.midnights[today])
        return np.int64(closed), amount
    return np.int64(right(t.day_closes, 0, len(t.day_closes), at)), np.int64(1)


@compiled
def due_of(t, unit, begun, left):  # type: ignore[no-untyped-def]
    if unit == HOURS:
        return begun + left
    if unit == WORK_HOURS:
        if left <= 0:
            return begun
        return reach_worked(t.opens, t.worked, worked(t.opens, t.closes, t.worked, begun) + left)
    last = begun + left
    if unit == WORKDAYS:
        return t.day_closes[last - 1] if last <= len(t.day_closes) else np.int64(NEVER)
    return t.midnights[last] if last < len(t.midnights) else np.int64(NEVER)


@compiled
def ended(t, unit, at):  # type: ignore[no-untyped-def]
    if unit == WORKDAYS:
        return np.int64(right(t.day_closes, 0, len(t.day_closes), at))
    return np.int64(right(t.midnights, 0, len(t.midnights), at) - 1)


@compiled
def gone(t, unit, begun, at):  # type: ignore[no-untyped-def]
    if unit == HOURS:
        return at - begun
    if unit == WORK_HOURS:
        until = worked(t.opens, t.closes, t.worked, at)
        return until - worked(t.opens, t.closes, t.worked, begun)
    return ended(t, unit, at) - begun


@compiled
def paused(t, unit, begun, left, at):  # type: ignore[no-untyped-def]
    passed = gone(t, unit, begun, at)
    if passed >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left - passed
    if passed > 0:
        return begun + passed, left - passed
    return begun, left


@compiled
def resumed(t, unit, begun, left, paused_at, at):  # type: ignore[no-untyped-def]
    if gone(t, unit, begun, paused_at) >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left
    return max(begun, ended(t, unit, at)), left
