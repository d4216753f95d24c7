"""Sorting before dispatch: what a request says may ask for another route, at once.

Rules are charter data, asked in order; the first that matches answers. The answer is advice a
person sees with its reason and can overrule ("this is not an emergency"); nothing ranks people.
Source: Beijing regulation 2021 art. 11 (reference domain, R2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import SortingRule
from commongrid.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SortAdvice:
    """Where a request should go instead of, or before, becoming a work order.

    ``because`` is the word or answer that matched, so that the advice can be explained.
    """

    rule: str
    outcome: str  # hand_over | redirect | progress | advise
    case: str
    answer: Text
    line: str
    because: str


def sort_request(
    *,
    text: str,
    type_code: str,
    answers: Mapping[str, str],
    compiled: Compiled,
    is_repeat: bool = False,
) -> SortAdvice | None:
    """The first sorting rule that speaks of this request, or None."""
    for rule in compiled.charter.sorting:
        because = _match(rule, text, type_code, answers, is_repeat=is_repeat)
        if because:
            return SortAdvice(
                rule=rule.rule,
                outcome=rule.outcome,
                case=rule.case,
                answer=rule.answer,
                line=rule.line,
                because=because,
            )
    return None


def _match(
    rule: SortingRule,
    text: str,
    type_code: str,
    answers: Mapping[str, str],
    *,
    is_repeat: bool,
) -> str:
    """What matched, or "". Every ``;``-part of ``when`` must hold, ``unless`` parts must not."""
    because = ""
    for part in filter(None, (p.strip() for p in rule.when.split(";"))):
        name, _, argument = part.partition(":")
        hit = _hit(name, argument, text, type_code, answers, is_repeat=is_repeat)
        if name == "unless":
            if hit:
                return ""
        elif not hit:
            return ""
        else:
            because = because or hit
    return because


def _hit(
    name: str,
    argument: str,
    text: str,
    type_code: str,
    answers: Mapping[str, str],
    *,
    is_repeat: bool,
) -> str:
    if name in ("words", "unless"):
        return next((w for w in argument.split("|") if w and _contains(text, w)), "")
    if name == "type":
        return type_code if type_code in argument.split("|") else ""
    if name == "answer":
        question, _, wanted = argument.partition("=")
        return argument if answers.get(question) == wanted else ""
    if name == "repeat":
        return "repeat" if is_repeat else ""
    raise ValueError(f"unknown condition {name!r} in a sorting rule")


def _contains(text: str, word: str) -> bool:
    """Chinese words anywhere; words in Latin letters only as whole words."""
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None
    return word in text
