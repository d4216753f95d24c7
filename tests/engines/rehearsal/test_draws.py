"""Draws against the published answers of Philox, times against their law, both interpreters."""

from __future__ import annotations

import numpy as np
import pytest

from commongrid.engines.rehearsal.draws import (
    KNOTS,
    LAG,
    bin_edge,
    draw,
    knots,
    philox,
    quantile,
    quantile_table,
    wait_bin,
)
from tests.engines.rehearsal.models import SECOND, exponential, fixed, random_model

ALL = 0xFFFFFFFF
KNOWN = {
    "zeros": ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    "ones": ((ALL,) * 4, (ALL, ALL), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    "pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_philox_gives_the_published_words(name):
    counter, key, words = KNOWN[name]
    assert " ".join(f"{word:08x}" for word in philox(counter, key)) == words


def test_a_draw_depends_on_everything_it_is_counted_by():
    names = {(seed, n, m, p, o) for seed in (1, 1 << 40) for n in (0, 1) for m in (0, 7)
             for p in (0, 1) for o in (0, 1)}  # fmt: skip
    assert len({draw(*name) for name in names}) == len(names)


def test_times_follow_their_law_far_into_the_tail():
    """The mean and the second moment, worked out between the knots without drawing."""
    table, shares = exponential(3600 * SECOND) / (3600 * SECOND), knots()
    widths = -np.diff(shares)
    low, high = table[:-1], table[1:]
    mean = float((widths * (low + high) / 2).sum())
    square = float((widths * (low * low + low * high + high * high) / 3).sum())
    assert len(table) == KNOTS
    assert mean == pytest.approx(1, rel=2e-4)
    assert square == pytest.approx(2, rel=4e-4)


def test_small_words_are_long_times_and_none_is_longer_than_the_last_knot():
    table = exponential(SECOND)
    words = [0, 1, 1 << 40, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]
    times = [quantile(table, word) for word in words]
    assert times[1:] == sorted(times[1:], reverse=True)
    assert max(times) <= table[-1]
    assert quantile(table, 1 << 63) == table[64]
    assert quantile(fixed(5), 12345) == 5


def test_falling_times_are_refused():
    with pytest.raises(ValueError, match="rise"):
        quantile_table(lambda share: 1000 * share)


@pytest.mark.parametrize("micros", [0, 1, 7, 8, 15, 16, 17, 31, 32, 10**6, 10**12 + 7, 2**50])
def test_a_wait_lies_in_its_bin(micros):
    place = wait_bin(micros)
    assert bin_edge(place) <= micros < bin_edge(place + 1)


def test_the_compiled_draws_are_the_same():
    numba = pytest.importorskip("numba", reason="numba is not installed")
    from commongrid.engines.rehearsal.core import draws as fast
    from commongrid.engines.rehearsal.core.packing import memory_of

    @numba.njit
    def all_of_it(worlds, seed, replication, matter, purpose, occasion, table):
        word, share = fast.philox(seed, replication, matter, purpose, occasion)
        shifted = np.int64(word >> np.uint64(14))
        return word, share, fast.quantile(worlds[0], table, word), fast.wait_bin(shifted)

    model = random_model(1)
    tables, memory = model[1].quantiles, memory_of(*model)
    for n in range(500):
        name = (n % 3, n << 20, n % 5 | LAG * (n % 2), n % 7)
        word, share = draw(n << 33 | n, *name)
        found = all_of_it(memory.world, np.uint64(n << 33 | n), *name, n % 3)
        wanted = (word, share, quantile(tables[n % 3], word), wait_bin(word >> 14))
        assert tuple(int(value) for value in found) == wanted
