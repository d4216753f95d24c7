"""``draws`` once more, compiled.

Words are unsigned, everything else is int64: mixing the two makes floats in numba, so that every
constant here has its type.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from commongrid.engines.rehearsal.core.bits import leading, scrambled
from commongrid.engines.rehearsal.core.compiling import inlined
from commongrid.engines.rehearsal.core.memory import Life, World, occasions, quantiles
from commongrid.engines.rehearsal.draws import FINE, OCTAVES, PARTS

Word: TypeAlias = Any  # np.uint64
HALF = np.uint64(32)
WITHIN_SHIFT = np.uint64(63 - 6 - FINE)
WITHIN_MASK = np.uint64((1 << (6 + FINE)) - 1)
FINE_MASK = (1 << FINE) - 1


@inlined
def philox(seed: Word, replication: int, matter: int, purpose: int, occasion: int) -> Any:
    """A word for a time and a share."""
    first, third = scrambled(
        seed, seed >> HALF, np.uint64(matter), np.uint64(purpose), np.uint64(occasion),
        np.uint64(replication),
    )  # fmt: skip
    return first, np.int64(third)


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


@inlined
def quantile(w: World, table: int, word: Word) -> int:
    """The time a word draws from a quantile table."""
    octave = min(leading(word), OCTAVES - 1)
    word = word << np.uint64(octave)
    within = np.int64((word >> WITHIN_SHIFT) & WITHIN_MASK)
    part, fine = within >> FINE, within & FINE_MASK
    place = octave * PARTS + PARTS - part
    longer, shorter = quantiles(w, table, place).n, quantiles(w, table, place - 1).n
    return longer - (((longer - shorter) * fine) >> FINE)


@inlined
def wait_bin(micros: int) -> int:
    """The place of a wait in the histograms."""
    if micros < 8:
        return max(micros, 0)
    shift = 60 - leading(np.uint64(micros))
    return (shift + 1) * 8 + ((micros >> shift) & 7)
