"""``draws`` and ``clock`` once more, compiled. Words are unsigned; everything else is int64.

Mixing signed and unsigned whole numbers makes floats in numba, so every constant has its type.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

from commongrid.engines.rehearsal import core_memory as k
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
    key, more = np.uint64(seed) & LOW, np.uint64(seed) >> U32
    a, b = np.uint64(matter) & LOW, np.uint64(purpose)
    c, d = np.uint64(occasion), np.uint64(replication)
    for _ in range(ROUNDS):
        first, second = M0 * a, M1 * c
        a, b, c, d = (
            (second >> U32) ^ b ^ key,
            second & LOW,
            (first >> U32) ^ d ^ more,
            first & LOW,
        )
        key, more = (key + W0) & LOW, (more + W1) & LOW
    return (a << U32) | b, np.int64(c)


@compiled
def quantile(x, table, word):  # type: ignore[no-untyped-def]
    octave = 0
    while octave < OCTAVES - 1 and (word & TOP) == np.uint64(0):
        word = word << U1
        octave += 1
    within = np.int64((word >> WITHIN_SHIFT) & WITHIN_MASK)
    part, fine = within >> FINE, within & FINE_MASK
    place = octave * PARTS + PARTS - part
    knot = x[k.H_QUANTILES] + table * x[k.H_QUANTILES + k.WIDE] + place
    longer, shorter = x[knot], x[knot - 1]
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
def right(x, first, last, at):  # type: ignore[no-untyped-def]
    """The first place from ``first`` until ``last`` whose value is later than ``at``."""
    while first < last:
        middle = (first + last) >> 1
        if x[middle] <= at:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def count(x, field, at):  # type: ignore[no-untyped-def]
    """How many values of a field are at most ``at``."""
    return right(x, x[field], x[field] + x[field + k.LONG], at) - x[field]


@compiled
def worked(x, opens, closes, total, periods, at):  # type: ignore[no-untyped-def]
    place = right(x, opens, opens + periods, at) - opens - 1
    if place < 0:
        return np.int64(0)
    return x[total + place] + min(at, x[closes + place]) - x[opens + place]


@compiled
def reach_worked(x, opens, total, periods, amount):  # type: ignore[no-untyped-def]
    if amount > x[total + periods]:
        return np.int64(NEVER)
    place = max(right(x, total, total + periods + 1, amount - 1) - total - 1, 0)
    return x[opens + place] + amount - x[total + place]


@compiled
def worked_here(x, at):  # type: ignore[no-untyped-def]
    periods = x[k.T_OPENS + k.LONG]
    return worked(x, x[k.T_OPENS], x[k.T_CLOSES], x[k.T_WORKED], periods, at)


@compiled
def begin(x, unit, amount, at):  # type: ignore[no-untyped-def]
    if unit <= WORK_HOURS:
        return at, amount
    today = count(x, k.T_MIDNIGHTS, at)
    if unit == MONTHS:
        later = x[x[k.T_MONTHS] + (amount - 1) * x[k.T_MONTHS + k.WIDE] + today]
        return today - 1, later - today + 1
    if unit == DAYS:
        return (today if amount > 0 else today - 1), max(amount, np.int64(1))
    if amount > 0:
        return count(x, k.T_DAY_CLOSES, x[x[k.T_MIDNIGHTS] + today]), amount
    return count(x, k.T_DAY_CLOSES, at), np.int64(1)


@compiled
def due_of(x, unit, begun, left):  # type: ignore[no-untyped-def]
    if unit == HOURS:
        return begun + left
    if unit == WORK_HOURS:
        if left <= 0:
            return begun
        periods = x[k.T_OPENS + k.LONG]
        amount = worked_here(x, begun) + left
        return reach_worked(x, x[k.T_OPENS], x[k.T_WORKED], periods, amount)
    last = begun + left
    if unit == WORKDAYS:
        known = last <= x[k.T_DAY_CLOSES + k.LONG]
        return x[x[k.T_DAY_CLOSES] + last - 1] if known else np.int64(NEVER)
    return x[x[k.T_MIDNIGHTS] + last] if last < x[k.T_MIDNIGHTS + k.LONG] else np.int64(NEVER)


@compiled
def ended(x, unit, at):  # type: ignore[no-untyped-def]
    if unit == WORKDAYS:
        return count(x, k.T_DAY_CLOSES, at)
    return count(x, k.T_MIDNIGHTS, at) - 1


@compiled
def gone(x, unit, begun, at):  # type: ignore[no-untyped-def]
    if unit == HOURS:
        return at - begun
    if unit == WORK_HOURS:
        return worked_here(x, at) - worked_here(x, begun)
    return ended(x, unit, at) - begun


@compiled
def paused(x, unit, begun, left, at):  # type: ignore[no-untyped-def]
    passed = gone(x, unit, begun, at)
    if passed >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left - passed
    if passed > 0:
        return begun + passed, left - passed
    return begun, left


@compiled
def resumed(x, unit, begun, left, paused_at, at):  # type: ignore[no-untyped-def]
    if gone(x, unit, begun, paused_at) >= left:
        return begun, left
    if unit <= WORK_HOURS:
        return at, left
    return max(begun, ended(x, unit, at)), left
