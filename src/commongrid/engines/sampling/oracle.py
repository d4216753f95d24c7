"""The slow truth: every sample there could be, in exact fractions. For small wholes only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb

Design = Sequence[tuple[int, int, int]]
"""Of each stratum: how many there are, how many of them are false, how many are sampled."""


def every_sample(design: Design) -> Iterator[tuple[int, ...]]:
    """The false ones found in each stratum, once for every sample that could be drawn."""
    strata = []
    for whole, false, size in design:
        truth = [1] * false + [0] * (whole - false)
        strata.append([sum(chosen) for chosen in combinations(truth, size)])
    yield from product(*strata)


def mean_estimate(design: Design) -> Fraction:
    """The mean of Horvitz and Thompson's estimate over every sample: the truth, if it is fair."""
    whole = sum(one[0] for one in design)
    total, count = Fraction(0), 0
    for found in every_sample(design):
        count += 1
        for (size_of_stratum, _, sampled), false in zip(design, found, strict=True):
            total += Fraction(size_of_stratum * false, sampled * whole)
    return total / count


def interval(whole: int, told: int, false: int, *, level: Fraction) -> tuple[Fraction, Fraction]:
    """The exact interval by trying every number of false ones there could be."""
    tail = (1 - level) / 2
    kept = []
    for falses in range(false, whole - (told - false) + 1):
        chances = [
            Fraction(comb(falses, x) * comb(whole - falses, told - x), comb(whole, told))
            for x in range(told + 1)
        ]
        if sum(chances[: false + 1]) > tail and sum(chances[false:]) > tail:
            kept.append(falses)
    return Fraction(kept[0], whole), Fraction(kept[-1], whole)


def coverage(
    design: Design, ends_of: Callable[[tuple[int, ...]], tuple[float, float]]
) -> tuple[float, float]:
    """How often an interval holds the truth over every sample, and how wide it is on the mean.

    By the chances of what is found, not sample by sample, so that larger wholes are possible.
    """
    true = sum(one[1] for one in design) / sum(one[0] for one in design)
    chances = [
        [
            (x, comb(false, x) * comb(whole - false, size - x) / comb(whole, size))
            for x in range(max(0, size - (whole - false)), min(size, false) + 1)
        ]
        for whole, false, size in design
    ]
    held = width = 0.0
    for found in product(*chances):
        chance = 1.0
        for _, one in found:
            chance *= one
        low, high = ends_of(tuple(x for x, _ in found))
        held += chance * (low - 1e-9 <= true <= high + 1e-9)
        width += chance * (high - low)
    return held, width
