"""Which are drawn: by the seed alone, every one as likely as any other."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.engines.sampling import OTHERS, allocate, draw, merge_small, seed_from

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 400),
                         min_size=1, max_size=12)  # fmt: skip
FRAME = [(f"m{number}", "ab"[number % 2]) for number in range(40)]


@given(COUNTS, st.integers(1, 500))
def test_sizes_fit(counts, size):
    sizes = allocate(counts, size)
    assert set(sizes) == set(counts)
    assert all(min(2, counts[name]) <= sizes[name] <= counts[name] for name in counts)
    floor = sum(min(2, count) for count in counts.values())
    assert sum(sizes.values()) <= max(size, floor)
    assert sum(sizes.values()) >= min(size, sum(counts.values())) - len(counts)


@given(COUNTS, st.integers(4, 500))
def test_what_is_too_small_goes_together_until_it_is_worth_two(counts, size):
    into = merge_small(counts, size)
    merged = Counter()
    for name, count in counts.items():
        assert into[name] in (name, OTHERS)
        merged[into[name]] += count
    whole = sum(counts.values())
    assert all(count * size >= 2 * whole for name, count in merged.items() if name != OTHERS)
    if len(merged) > 1 and OTHERS in merged:
        assert merged[OTHERS] * size >= 2 * whole


def test_the_order_of_the_frame_does_not_matter_and_the_seed_does():
    sizes = {"a": 5, "b": 3}
    assert draw(FRAME, sizes, "s") == draw(reversed(FRAME), sizes, "s")
    assert draw(FRAME, sizes, "s") != draw(FRAME, sizes, "t")
    assert {name: len(keys) for name, keys in draw(FRAME, sizes, "s").items()} == sizes


def test_a_larger_sample_keeps_the_smaller_one():
    small, large = (draw(FRAME, {"a": size}, "s")["a"] for size in (4, 9))
    assert large[:4] == small


def test_every_one_is_as_likely_as_any_other():
    seeds = [seed_from("announced", str(number)) for number in range(4_000)]
    drawn = Counter(key for seed in seeds for key in draw(FRAME, {"a": 5}, seed)["a"])
    expected = 4_000 * 5 / 20
    assert len(drawn) == 20
    spread = sum((count - expected) ** 2 / (expected * 0.75) for count in drawn.values())
    assert spread < 45  # chi-square with 19 degrees: beyond it once in a thousand


def test_both_halves_of_the_seed_count():
    assert seed_from("a", "b") not in (seed_from("a", "c"), seed_from("b", "b"))


@pytest.mark.parametrize("size", [0, 1, 40, 100])
def test_sizes_at_the_edges(size):
    drawn = draw(FRAME, {"a": size, "b": 0}, "s")
    assert len(drawn["a"]) == min(size, 20)
    assert drawn["b"] == ()
