"""Which open matters may be the same as one that is being told, and why: a ranking of matters.

Three things count: the type, how near it is for such a type, and the words. Each match says in
one sentence what it rests on; a person decides. Nothing here looks at who reported.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from commongrid.kernel.text import Text
from commongrid.rooms.matters.domain.likeness import likeness

# How much each counts. Measured on 1,000 duplicates named by a city's own staff (ADR 0020).
TYPE_WEIGHT, NEAR_WEIGHT, WORDS_WEIGHT = 0.2, 0.5, 0.3
KIN_TYPE = 0.5  # of the type's weight, for a type that the catalogue calls near
SAME_GRID = 0.3  # of the weight of nearness, where a point is missing
SIMILAR, VERY_SIMILAR = 0.25, 0.5
METRES_SAID = 10  # distances are said in steps of this; a tapped point is no better


@dataclass(frozen=True, slots=True)
class Asked:
    """What is being told: its type, how far such matters reach, and the pieces of its words."""

    type_code: str
    reach_m: int
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open matter near by. ``distance_m`` is None where a point is missing or not shared;
    ``words`` are empty where the reader may not know them.
    """

    key: Hashable
    type_code: str
    distance_m: float | None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with its rank value, 0-1, and the sentence that explains it."""

    key: Hashable
    value: float
    reason: Text


def rank(asked: Asked, candidates: Iterable[Candidate], limit: int) -> tuple[Match, ...]:
    """The best matches first; equal ones in the order they came."""
    found = [_match(asked, one) for one in candidates]
    return tuple(sorted(found, key=lambda match: -match.value)[:limit])


def _match(asked: Asked, one: Candidate) -> Match:
    is_same = one.type_code == asked.type_code
    nearness = SAME_GRID
    if one.distance_m is not None:
        nearness = max(0.0, 1 - one.distance_m / max(1, asked.reach_m))
    alike = likeness(asked.words, one.words)
    value = (
        TYPE_WEIGHT * (1 if is_same else KIN_TYPE) + NEAR_WEIGHT * nearness + WORDS_WEIGHT * alike
    )
    return Match(one.key, value, _reason(is_same=is_same, metres=one.distance_m, alike=alike))


def _reason(*, is_same: bool, metres: float | None, alike: float) -> Text:
    parts = [Text("同一类别", "same type") if is_same else Text("相近的类别", "a near type")]
    if metres is None:
        parts.append(Text("就在附近", "near by"))
    elif metres < METRES_SAID:
        parts.append(Text("同一地点", "the same spot"))
    else:
        said = round(metres / METRES_SAID) * METRES_SAID
        parts.append(Text(f"相距约{said}米", f"about {said} m away"))
    if alike >= VERY_SIMILAR:
        parts.append(Text("说法很像", "very similar words"))
    elif alike >= SIMILAR:
        parts.append(Text("说法相近", "similar words"))
    return Text("，".join(p.zh for p in parts), ", ".join(p.en for p in parts))
