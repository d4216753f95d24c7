"""From the acts of one matter to the uses of powers in a month. Reads nothing but acts.

A use is an act that a power allowed. Grid workers' acts are left out: a grid has one worker, and
what their forms ask is counted elsewhere (ADR 0030). What residents do is their right, no power.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

RAISE = "raise"
LEFT_OUT = frozenset({"grid_worker"})
KEPT_WHOLE = frozenset({"handle_complaint", "review_complaint"})
"""Never shown by community: a complaint about staff would be seen where they work (line 8)."""
REASONS = ("redirect_case", "divert_reason", "supervise_reason", "case")
"""Fields of the charter in which a step names its reason as one of a closed list."""
STANDING, BY_PUBLIC, BY_OFFICE = "standing", "undone_by_public", "undone_by_office"
FATES = (STANDING, BY_PUBLIC, BY_OFFICE)
HOUR_S = 3600
WAIT_EDGES_H = (24.0, 72.0, 168.0)
"""Few intervals, so that few counts are small."""
BodyOf = Callable[[str, str], str]  # charter key, role -> public | staff | system | ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAct:
    """An act as the ledger keeps it. ``words``: what was written or chosen, "" once erased."""

    action: str
    power: str
    role: str
    at: datetime
    charter_key: str
    after: Mapping[str, Any]
    words: str
    flow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a power: what became of it, why, and how long the matter had stood there.

    Units: ``waited_h`` hours since the state had changed last; None outside of matters.
    """

    power: str
    fate: str
    reason: str  # "field:choice", "" where none of a list was named
    waited_h: float | None


def uses_of(
    acts: Sequence[ReadAct], *, since: datetime, until: datetime, body_of: BodyOf
) -> Iterator[Use]:
    """The uses within a month, of the acts of one subject in their order."""
    stood_since = acts[0].at if acts else since
    for number, act in enumerate(acts):
        if since <= act.at < until and _is_use(act, body_of):
            waited_s = (act.at - stood_since).total_seconds()
            yield Use(
                power=act.power,
                fate=_fate(act.power, acts[number + 1 :], body_of),
                reason=_reason(act.words),
                waited_h=max(waited_s, 0) / HOUR_S,
            )
        if "state" in act.after:
            stood_since = act.at


def _is_use(act: ReadAct, body_of: BodyOf) -> bool:
    if not act.power or act.action == RAISE or act.role in LEFT_OUT or "proposed" in act.after:
        return False
    return body_of(act.charter_key, act.role) in ("staff", "system")


def _fate(power: str, later: Sequence[ReadAct], body_of: BodyOf) -> str:
    undoing = undoing_steps().get(power, frozenset())
    for act in later:
        if "proposed" in act.after:
            continue
        if act.action in undoing:
            is_office = body_of(act.charter_key, act.role) in ("staff", "system")
            return BY_OFFICE if is_office else BY_PUBLIC
        if act.power == power:
            break
    return STANDING


def _reason(words: str) -> str:
    try:
        chosen = json.loads(words) if words else {}
    except ValueError:
        return ""
    if not isinstance(chosen, dict):
        return ""
    for field in REASONS:
        value = chosen.get(field)
        if isinstance(value, str) and value.isidentifier():
            return f"{field}:{value}"
    return ""


@cache
def undoing_steps() -> Mapping[str, frozenset[str]]:
    """By power, the steps that undo it."""
    folder = resources.files("commongrid.rooms.publications.domain")
    text = (folder / "undone.csv").read_text("utf-8")
    found: dict[str, set[str]] = defaultdict(set)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        found[row["power"]].add(row["undone_by"])
    return {power: frozenset(steps) for power, steps in found.items()}
