"""From the acts of one matter to what is counted of it. Reads nothing but acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commongrid.charter.schema import Outcome

CLAIMED = frozenset({"claimed", "served"})  # said to be done, not confirmed yet
MET = frozenset({"kept", "late"})
OutcomeOf = Callable[[str, str, str], Outcome]  # charter key, flow, state


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAct:
    """An act as the ledger keeps it; ``after`` holds facts only."""

    action: str
    at: datetime
    charter_key: str
    rule_id: str
    after: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Told:
    """What the acts of one matter say so far."""

    flow: str
    place: str
    type: str
    received_at: datetime
    state: str = ""
    outcome: Outcome = Outcome.NONE
    last_action: str = ""  # the one that led into the state
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    solved_at: datetime | None = None
    redone: int = 0
    hung: int = 0
    acts: int = 0
    promises: dict[str, tuple[str, datetime | None, datetime]] = field(default_factory=dict)
    """Key -> status, due time, time of the act that told them last."""

    def finishes(self) -> list[tuple[str, datetime | None, datetime]]:
        """Everything owed on the solution."""
        return [p for key, p in self.promises.items() if key.startswith("finish")]


def fold(acts: Iterable[RecordedAct], outcome_of: OutcomeOf) -> Told | None:
    """Read a matter's acts in order; None where the first is no raising."""
    told: Told | None = None
    for act in acts:
        if told is None:
            if "place" not in act.after or "type" not in act.after:
                return None
            told = Told(
                flow=act.rule_id.partition(".")[0],
                place=str(act.after["place"]),
                type=str(act.after["type"]),
                received_at=act.at,
            )
        _read(told, act, outcome_of)
    return told


def _read(told: Told, act: RecordedAct, outcome_of: OutcomeOf) -> None:
    after = act.after
    told.acts += 1
    told.type = str(after.get("type", told.type))
    told.redone = max(told.redone, int(after.get("redone", 0)))
    told.hung = max(told.hung, int(after.get("hung", 0)))
    for key, facts in after.get("promises", {}).items():
        due = facts.get("due")
        status = str(facts.get("status", "running"))
        told.promises[key] = (status, datetime.fromisoformat(due) if due else None, act.at)
    state = str(after.get("state", told.state))
    if state != told.state:
        _move(told, state, act, outcome_of(act.charter_key, told.flow, state))


def _move(told: Told, state: str, act: RecordedAct, outcome: Outcome) -> None:
    told.state, told.outcome, told.last_action = state, outcome, act.action
    if state in CLAIMED:
        told.claimed_at = act.at
    elif outcome is Outcome.NONE:
        told.claimed_at = None
    told.ended_at = None if outcome is Outcome.NONE else act.at
    is_solved = outcome is Outcome.SOLVED
    told.solved_at = (told.claimed_at or act.at) if is_solved else None
