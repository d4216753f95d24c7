"""Suggest a matter type from the person's words: a plain text match that says what matched.

The person chooses; nothing is chosen for them. Chinese words are compared by pairs of
characters, others by whole words of four letters and more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from commongrid.rooms.matters.face import TypeCard

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]{4,}")
# Pairs that stand in many names and tell nothing, and English words of the same sort.
_PAIRS = "问题 不到 人员 工作 服务 设施 公共 维护 情况 协助 没有 不足 不好"
_WORDS = "with from that this there have been does help other poor very near into"
_EMPTY = frozenset(f"{_PAIRS} {_WORDS}".split())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A type that may fit, and the words of the person that made us think so."""

    card: TypeCard
    because: str


def _pieces(text: str) -> set[str]:
    found = set(_WORD.findall(text.lower()))
    for run in _HAN.findall(text):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found - _EMPTY


def suggest_types(
    text: str, cards: Iterable[TypeCard], *, at_most: int = 4
) -> tuple[Suggestion, ...]:
    """The types whose name or note shares words with the text, most shared words first."""
    said = _pieces(text)
    scored: list[tuple[int, Suggestion]] = []
    for card in cards:
        in_name = said & _pieces(f"{card.name.zh} {card.name.en}")
        in_note = (said & _pieces(f"{card.note.zh} {card.note.en}")) - in_name
        if in_name:
            words = sorted(in_name | in_note, key=text.lower().find)
            scored.append(
                (3 * len(in_name) + len(in_note), Suggestion(card, " · ".join(words[:3])))
            )
    scored.sort(key=lambda pair: -pair[0])
    return tuple(suggestion for _, suggestion in scored[:at_most])
