"""``draws`` once more, compiled.

Words are unsigned, everything else is int64: mixing the two makes floats in numba, so that every
constant here has its type.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from commongrid.engines.rehearsal.core.bits import leading
from commongrid.engines.rehearsal.core.compiling import compiled, inlined
from commongrid.engines.rehearsal.core.memory import Life, World, occasions, quantiles
from commongrid.engines.rehearsal.draws import FINE, MULTIPLY, OCTAVES, PARTS, ROUNDS, WEYL

Word: TypeAlias = Any  # np.uint64
M0, M1 = np.uint64(MULTIPLY[0]), np.uint64(MULTIPLY[1])
W0, W1 = np.uint64(WEYL[0]), np.uint64(WEYL[1])
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
WITHIN_SHIFT = np.uint64(63 - 6 - FINE)
WITHIN_MASK = np.uint64((1 << (6 + FINE)) - 1)
FINE_MASK = (1 << FINE) - 1


@compiled
def philox(seed: Word, replication: int, matter: int, purpose: int, occasion: int) -> Any:
    """A word for a time and a share."""
    key, more = seed & LOW, seed >> HALF
    a, b = np.uint64(matter) & LOW, np.uint64(purpose)
    c, d = np.uint64(occasion), np.uint64(replication)
    for _ in range(ROUNDS):
        first, second = M0 * a, M1 * c
        a, b, c, d = (
            (second >> HALF) ^ b ^ key,
            second & LOW,
            (first >> HALF) ^ d ^ more,
            first & LOW,
        )
        key, more = (key + W0) & LOW, (more + W1) & LOW
    return (a << HALF) | b, np.int64(c)


@inlined
def draw_next(w: World, life: Life, purpose: int) -> Any:
    """The matter's next draw for a purpose."""
    counted = occasions(w, life, purpose)
    counted.n += 1
    return philox(np.uint64(w.seed), w.replication, life.key, purpose, counted.n - 1)


@inlined
def draw_again(w: World, life: Life, purpose: int, flag: int) -> Any:
    """Another draw of the same occasion, told apart by a flag in the purpose."""
    occasion = occasions(w, life, purpose).n - 1
    return philox(np.uint64(w.seed), w.replication, life.key, purpose | flag, occasion)


@compiled
def quantile(w: World, table: int, word: Word) -> int:
    """The time a word draws from a quantile table."""
    octave = min(leading(word), OCTAVES - 1)
    word = word << np.uint64(octave)
    within = np.int64((word >> WITHIN_SHIFT) & WITHIN_MASK)
    part, fine = within >> FINE, within & FINE_MASK
    place = octave * PARTS + PARTS - part
    longer, shorter = quantiles(w, table, place).n, quantiles(w, table, place - 1).n
    return longer - (((longer - shorter) * fine) >> FINE)


@compiled
def wait_bin(micros: int) -> int:
    """The place of a wait in the histograms."""
    if micros < 8:
        return max(micros, 0)
    shift = 60 - leading(np.uint64(micros))
    return (shift + 1) * 8 + ((micros >> shift) & 7)
