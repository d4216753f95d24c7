"""The task-access gate at adoption: what a new version asks of grids must have been admitted.

Who admitted what is known to ``rooms/duties``, above this room; the story that adopts brings it.
Without it nothing is admitted, so no way into this command leads around the gate. Source: ADR 0037.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from commongrid.charter.demands import (
    added_demands,
    demands_of,
    has_gate,
    item_words,
    uncovered,
)
from commongrid.charter.schema import Charter
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

RULE = "place.adopt_charter"
NOT_ADMITTED, LAPSED, GATE_GONE = f"{RULE}/admission", f"{RULE}/expired", f"{RULE}/gate"
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Items that admissions in force cover for a place, and those whose admission has ended."""

    items: Collection[str] = ()
    lapsed: Collection[str] = ()


NOTHING_ADMITTED = Admitted()


def may_ask_of_grids(before: Charter | None, after: Charter, admitted: Admitted) -> Verdict:
    """Whether everything the new version newly asks of grids was admitted.

    The first charter of a place, and one from before there was a gate, is admitted by its own
    lists; no version may take the gate away again.
    """
    if before is None or not has_gate(before):
        return Verdict.yes(RULE)
    if not has_gate(after):
        return Verdict.no(GATE_GONE, _GONE)
    if lacking := uncovered(added_demands(before, after), admitted.items):
        return _no(NOT_ADMITTED, lacking, after, _NOT_ADMITTED)
    ended = asked_beyond(demands_of(after), admitted)
    return _no(LAPSED, ended, after, _LAPSED) if ended else Verdict.yes(RULE)


def asked_beyond(asked: frozenset[str], admitted: Admitted) -> tuple[str, ...]:
    """What is still asked though its admission has ended and no other one covers it."""
    kept = set(uncovered(asked, admitted.lapsed))
    return uncovered(asked - kept, admitted.items)


def _no(rule: str, keys: tuple[str, ...], charter: Charter, say: Text) -> Verdict:
    words = [item_words(key, charter) for key in keys[:NAMED]]
    more = len(keys) - len(words)
    zh = "；".join(f"{text.zh} [{key}]" for text, key in zip(words, keys, strict=False))
    en = "; ".join(f"{text.en} [{key}]" for text, key in zip(words, keys, strict=False))
    if more:
        zh, en = f"{zh}；另有 {more} 项", f"{en}; and {more} more"
    return Verdict.no(rule, Text(f"{say.zh}{zh}", f"{say.en} {en}"), log=", ".join(keys))


_NOT_ADMITTED = Text(
    "新版本要求网格多做的事没有经过准入。先提出、征求网格意见、获得批准，再启用：",
    "The new version asks more of the grids than was admitted. Have it proposed, heard by the "
    "grids and approved before adopting:",
)
_LAPSED = Text(
    "这些事项的准入已经到期或撤回。重新准入，或在新版本中删去：",
    "The admission of these has ended. Renew it, or take them out of the new version:",
)
_GONE = Text(
    "新版本没有写明由谁批准网格任务（职权 admit_duty）。有了准入的章程不能再取消它。",
    "The new version names nobody who admits tasks for grids (power admit_duty). A charter that "
    "has this gate cannot drop it.",
)
