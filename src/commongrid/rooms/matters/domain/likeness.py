"""How alike two texts about the same kind of trouble are: a small measure that can be explained.

Han text is read in pairs of characters, for it has no spaces; other writing in words. The share
of pieces two texts have in common is Dice's coefficient, from 0 (none) to 1 (the same pieces).
It knows no meaning: "tap leaks" and "water runs" are strangers to it.
Source: L. R. Dice, Measures of the amount of ecologic association between species, 1945.
"""

from __future__ import annotations

import re

MOST_READ = 2000  # characters of a text that are looked at
COMMON = frozenset(  # they say nothing of the trouble
    (
        *("a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have"),
        *("i", "in", "is", "it", "its", "my", "near", "no", "not", "of", "on", "or", "please"),
        *("so", "that", "the", "there", "they", "this", "to", "very", "was", "when", "with"),
    )
)
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_ENDINGS = ("ing", "es", "ed", "s")
_SHORTEST_STEM = 4


def pieces(text: str) -> frozenset[str]:
    """What a text is made of, for comparing.

    Example:
        >>> sorted(pieces("路灯坏了"))
        ['坏了', '灯坏', '路灯']
    """
    found: set[str] = set()
    for run in _RUNS.findall(text[:MOST_READ].casefold()):
        if "\u3400" <= run[0] <= "\u9fff":
            found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
        elif run not in COMMON:
            found.add(_stem(run))
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of pieces in common, 0-1; 0 where either text has none.

    Example:
        >>> round(likeness(pieces("street light is out"), pieces("the street lights out")), 2)
        1.0
    """
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _stem(word: str) -> str:
    """The word without an English ending, so that "lights" meets "light"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
