"""Random draws that are counted, and times drawn from quantile tables in whole numbers.

Source: Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC11 (2011).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from commongrid.engines.rehearsal.model import Ints

MASK32 = 0xFFFFFFFF
MULTIPLY = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10

OCTAVES, PARTS, FINE = 32, 64, 12
"""Halvings of the share that takes longer, knots in each, and bits between two knots."""
KNOTS = OCTAVES * PARTS + 1
WAIT_BINS = 64 * 8

Words = tuple[int, int, int, int]


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Philox 4x32-10: four words that look random, from a counter and a key.

    Example:
        >>> [f"{word:08x}" for word in philox((0, 0, 0, 0), (0, 0))]
        ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    a, b, c, d = counter
    k, m = key
    for _ in range(ROUNDS):
        first, second = MULTIPLY[0] * a, MULTIPLY[1] * c
        a, b, c, d = (
            (second >> 32) ^ b ^ k,
            second & MASK32,
            (first >> 32) ^ d ^ m,
            first & MASK32,
        )
        k, m = (k + WEYL[0]) & MASK32, (m + WEYL[1]) & MASK32
    return a, b, c, d


def draw(seed: int, replication: int, matter: int, purpose: int, occasion: int) -> tuple[int, int]:
    """A word of 64 bits for a time and one of 32 for a share; they are independent."""
    key = (seed & MASK32, seed >> 32 & MASK32)
    a, b, c, _ = philox((matter & MASK32, purpose, occasion, replication), key)
    return a << 32 | b, c


LAG = 1 << 31
"""Set in a purpose: not the work of a task but the lag after it, of the same occasion."""


def quantile(table: Ints, word: int) -> int:
    """The time this word draws. Small words are long times: their leading zeros are the tail."""
    octave = 0
    while octave < OCTAVES - 1 and not word >> 63:
        word = word << 1 & 0xFFFFFFFFFFFFFFFF
        octave += 1
    within = word >> (63 - 6 - FINE) & ((1 << 6 + FINE) - 1)  # after the leading bit
    part, fine = within >> FINE, within & ((1 << FINE) - 1)
    place = octave * PARTS + PARTS - part
    longer, shorter = int(table[place]), int(table[place - 1])
    return longer - ((longer - shorter) * fine >> FINE)


def knots() -> list[float]:
    """The share that takes longer, at each knot: from 1 down to 2**-OCTAVES."""
    shares = [1.0]
    for octave in range(OCTAVES):
        half = 2.0 ** -(octave + 1)
        shares += [half * (1 + (PARTS - 1 - n) / PARTS) for n in range(PARTS)]
    return shares


def quantile_table(longer_than: Callable[[float], float]) -> Ints:
    """A table from a law: ``longer_than(s)`` is the time, in microseconds, that a share s exceeds.

    Raises: ValueError when times fall or exceed what can be drawn.
    """
    table = np.array([round(longer_than(share)) for share in knots()], dtype=np.int64)
    if (np.diff(table) < 0).any() or table[0] < 0 or table[-1] >= 1 << 50:
        raise ValueError("times must rise from 0 and stay below 2**50 microseconds")
    return table


def wait_bin(micros: int) -> int:
    """The histogram bin of a time: eight to an octave."""
    if micros < 8:
        return max(micros, 0)
    shift = micros.bit_length() - 4
    return (shift + 1) * 8 + (micros >> shift & 7)


def bin_edge(place: int) -> int:
    """The shortest time in a bin."""
    return place if place < 16 else (8 + place % 8) << (place // 8 - 1)
