"""Drawing: sizes by stratum, and the keys that a seed chooses.

Nobody can choose what is drawn: a key's place follows from the hash of the seed and the key, and
the seed from something announced before and something that was not known then. Whoever has the
frame and the seed draws the same sample again, with paper and a hash tool if need be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256

OTHERS = "*"
"""The stratum of what is too little for one of its own."""
LEAST = 2
"""Fewer than two of a stratum tell nothing of its spread."""


def seed_from(announced: str, chance: str) -> str:
    """The seed that draws: what was announced, mixed with what was not known then.

    Example:
        >>> seed_from("a", "b") == seed_from("a", "c")
        False
    """
    return sha256(f"{announced}|{chance}".encode()).hexdigest()


def merge_small(counts: Mapping[str, int], size: int) -> dict[str, str]:
    """Into which stratum each goes, so that each is worth at least two of a sample of this size.

    The small ones go together; where together they are still too small, the next larger joins.

    Example:
        >>> merge_small({"a": 90, "b": 6, "c": 4}, 20)
        {'a': 'a', 'b': '*', 'c': '*'}
    """
    whole = sum(counts.values())
    kept = dict.fromkeys(counts, "")
    merged = 0
    for name in sorted(counts, key=lambda one: (counts[one], one)):
        is_small = counts[name] * size < LEAST * whole
        if is_small or 0 < merged * size < LEAST * whole:
            kept[name], merged = OTHERS, merged + counts[name]
        else:
            kept[name] = name
    return kept


def allocate(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion, by largest remainders, at least two where there are.

    Never more than there are. With many tiny strata it is more than ``size``: merge them before.

    Example:
        >>> allocate({"a": 60, "b": 30, "c": 10}, 10)
        {'a': 5, 'b': 3, 'c': 2}
    """
    whole = sum(counts.values())
    size = min(size, whole)
    least = {name: min(LEAST, count) for name, count in counts.items()}
    left = max(0, size - sum(least.values()))
    wished = {name: max(0.0, counts[name] * size / whole - least[name]) for name in counts}
    wishes = sum(wished.values()) or 1.0
    given = {name: least[name] + int(left * wished[name] / wishes) for name in counts}
    rest = {name: left * wished[name] / wishes % 1 for name in counts}
    for name in sorted(counts, key=lambda one: (-rest[one], one)):
        if sum(given.values()) < size and given[name] < counts[name]:
            given[name] += 1
    return {name: min(given[name], counts[name]) for name in counts}


def draw(
    frame: Iterable[tuple[str, str]], sizes: Mapping[str, int], seed: str
) -> dict[str, tuple[str, ...]]:
    """The keys that a seed chooses of each stratum, in the order they were chosen.

    ``frame``: key and stratum of everything there is; its order does not matter. Every subset of a
    stratum with the wanted size is as likely as any other, as far as SHA-256 is random.
    Cost: one hash a key, one sort a stratum.

    Example:
        >>> draw([("m1", "a"), ("m2", "a"), ("m3", "a")], {"a": 2}, "seed") == draw(
        ...     [("m3", "a"), ("m1", "a"), ("m2", "a")], {"a": 2}, "seed")
        True
    """
    strata: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, stratum in frame:
        place = sha256(f"{seed}|{key}".encode()).hexdigest()
        strata[stratum].append((place, key))
    return {
        stratum: tuple(key for _, key in sorted(members)[: sizes.get(stratum, 0)])
        for stratum, members in sorted(strata.items())
    }
