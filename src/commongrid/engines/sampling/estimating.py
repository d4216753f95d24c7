"""What a stratified sample says of all it was drawn from, with an interval that holds.

The estimate is Horvitz and Thompson's: each stratum's share weighted by its size. The interval
joins exact intervals of the strata (hypergeometric: the whole is finite and known), each taken at
a level chosen so that the sum covers as asked (Yan and Su); a stratum checked whole adds no doubt.
Of one stratum it never covers less than asked; of several, ``tests/engines/sampling`` measures it.

What could not be told is never guessed away: the share rests on what could be told, and beside it
stand the bounds if all of the rest were solved, and if none were.

Source: Horvitz and Thompson, JASA 47 (1952) 663-685; Yan and Su, Statistics in Biopharmaceutical
Research 2 (2010) 323-335; Wright, Exact Confidence Bounds when Sampling from Small Finite
Universes (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt
from statistics import NormalDist

SMALL = 30
"""Below so many checked an estimate is called one of few, however good it looks."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Stratum:
    """What was found in one stratum.

    ``whole`` are in it, of ``told`` it could be told what is true, ``false`` of these were closed
    falsely; of ``unknown`` sampled ones it could not be told, or not yet.
    """

    whole: int
    told: int
    false: int
    unknown: int = 0

    def __post_init__(self) -> None:
        """Raises: ValueError for counts that do not fit each other."""
        if not 0 <= self.false <= self.told <= self.told + self.unknown <= self.whole:
            message = f"counts do not fit: {self}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class StratumEstimate:
    """The share of one stratum with its own exact interval. Units: shares 0-1."""

    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share closed falsely of all. Units: shares 0-1; ``share`` None where nothing was told.

    ``least`` and ``most``: the interval's ends whatever is true of the unknown.
    ``is_small``: rests on few. ``strata``: in the order given.
    """

    share: float | None
    low: float
    high: float
    least: float
    most: float
    told: int
    unknown: int
    is_small: bool
    strata: tuple[StratumEstimate, ...]


def estimate(strata: Sequence[Stratum], *, level: float = LEVEL) -> Estimate:
    """What the strata say together. Raises: ValueError where there is nothing at all.

    Example:
        >>> one = estimate([Stratum(whole=400, told=40, false=4)])
        >>> one.share, round(one.low, 3), round(one.high, 3)
        (0.1, 0.033, 0.228)
    """
    if not sum(one.whole for one in strata):
        message = "nothing was closed: there is nothing to estimate"
        raise ValueError(message)
    told, unknown = sum(s.told for s in strata), sum(s.unknown for s in strata)
    low, high = _interval(strata, level)
    if unknown:
        least = _interval([_with(s, 0) for s in strata], level)[0]
        most = _interval([_with(s, s.unknown) for s in strata], level)[1]
    else:
        least, most = low, high
    own = (*(exact_interval(s.whole, s.told, s.false, level=level) for s in strata),)
    return Estimate(
        share=_share(strata), low=low, high=high, least=min(low, least), most=max(high, most),
        told=told, unknown=unknown, is_small=told < SMALL,
        strata=tuple(
            StratumEstimate(s.false / s.told if s.told else None, *ends)
            for s, ends in zip(strata, own, strict=True)
        ),
    )  # fmt: skip


def exact_interval(
    whole: int, told: int, false: int, *, level: float = LEVEL
) -> tuple[float, float]:
    """Clopper and Pearson's interval for a finite whole: the shares under which what was found is
    not too rare on either side. Never covers less than asked.

    Example:
        >>> exact_interval(10, 10, 3)
        (0.3, 0.3)
        >>> exact_interval(10, 0, 0)
        (0.0, 1.0)
    """
    if told == 0:
        return 0.0, 1.0
    tail = (1 - level) / 2

    def at_most(falses: int) -> float:
        return _tail(whole, falses, told, range(false + 1))

    def at_least(falses: int) -> float:
        return _tail(whole, falses, told, range(false, told + 1))

    fewest, most = false, whole - (told - false)
    low = _first(lambda k: at_least(k) > tail, fewest, most)
    high = _last(lambda k: at_most(k) > tail, fewest, most)
    return low / whole, high / whole


def _share(strata: Sequence[Stratum]) -> float | None:
    """Horvitz and Thompson's estimate; strata of which nothing was told count as the others do."""
    told = [s for s in strata if s.told]
    whole = sum(s.whole for s in told)
    return sum(s.whole * s.false / s.told for s in told) / whole if whole else None


def _interval(strata: Sequence[Stratum], level: float) -> tuple[float, float]:
    """The sum of the strata's exact intervals, each at the level that makes the sum fit."""
    whole = sum(s.whole for s in strata)
    shared = _shared_level(strata, whole, level)
    ends = [exact_interval(s.whole, s.told, s.false, level=shared) for s in strata]
    low = sum(s.whole * low for s, (low, _) in zip(strata, ends, strict=True)) / whole
    high = sum(s.whole * high for s, (_, high) in zip(strata, ends, strict=True)) / whole
    return low, high


def _shared_level(strata: Sequence[Stratum], whole: int, level: float) -> float:
    """Errors of the strata partly cancel, so each is taken at a lower level than the sum.

    Spreads are smoothed by Wilson's middle, so that none is nothing with few cases.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    spreads = [s.whole / whole * _spread(s, z) for s in strata if s.told]
    total = sum(spreads)
    if not total or len(spreads) < len(strata):  # of one stratum nothing is known
        return level
    shared = z * sqrt(sum(one * one for one in spreads)) / total
    return 2 * NormalDist().cdf(shared) - 1


def _spread(s: Stratum, z: float) -> float:
    """The standard error of one stratum's share."""
    if s.told == s.whole:
        return 0.0
    p = (s.false + z * z / 2) / (s.told + z * z)
    unseen = (s.whole - s.told) / max(1, s.whole - 1)
    return sqrt(p * (1 - p) / s.told * unseen)


def _with(s: Stratum, false: int) -> Stratum:
    """The stratum as if so many of the unknown had been closed falsely."""
    return Stratum(s.whole, s.told + s.unknown, s.false + false)


def _tail(whole: int, falses: int, told: int, found: range) -> float:
    """The chance of any of these numbers of false ones among the told."""
    fewest, most = max(0, told - (whole - falses)), min(told, falses)
    inside = range(max(fewest, found.start), min(most, found.stop - 1) + 1)
    return sum(exp(_log_chance(whole, falses, told, x)) for x in inside)


def _log_chance(whole: int, falses: int, told: int, x: int) -> float:
    return _log_ways(falses, x) + _log_ways(whole - falses, told - x) - _log_ways(whole, told)


def _log_ways(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _first(is_likely: Callable[[int], bool], low: int, high: int) -> int:
    """The smallest number that is likely enough; likelihood grows with the number."""
    while low < high:
        middle = (low + high) // 2
        if is_likely(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _last(is_likely: Callable[[int], bool], low: int, high: int) -> int:
    """The largest number that is likely enough; likelihood falls with the number."""
    while low < high:
        middle = (low + high + 1) // 2
        if is_likely(middle):
            low = middle
        else:
            high = middle - 1
    return low
