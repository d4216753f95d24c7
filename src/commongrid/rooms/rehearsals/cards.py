"""What this room shows to others: frozen values, never rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.rooms.rehearsals.domain.standing import OPEN, ProposalState, State


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterUsed:
    """The rules of one alternative, as they were when it was asked.

    ``digest`` is of the adopted or library text, before the plan's own changes.
    """

    alternative: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalCard:
    """One rehearsal without its long texts. Units: ``done`` and ``planned`` replications."""

    id: UUID
    ref: str
    place_code: str
    place_path: str
    plan: Mapping[str, Any]
    plan_digest: str
    practice_digest: str
    charters: tuple[CharterUsed, ...]
    state: State
    done: int
    planned: int
    report_digest: str
    asked_by_id: int | None
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    lease: UUID | None
    leased_until: datetime | None
    tries: int
    trouble: Text | None
    trouble_rule: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCard:
    """A proposed change of a charter. ``plain`` is the whole text it would become."""

    id: UUID
    ref: str
    place_code: str
    place_path: str
    base_key: str
    changes: Mapping[str, Any]
    version: str
    plain: str
    digest: str
    reason: str
    rehearsal_ref: str
    report_digest: str
    state: ProposalState
    adopted_key: str
    proposed_by_id: int | None
    made_at: datetime
    ended_at: datetime | None


def rehearsal_card(row: Any) -> RehearsalCard:
    """The card of a row."""
    trouble = row.trouble or {}
    return RehearsalCard(
        **{name: getattr(row, name) for name in _SAME},
        plan=json.loads(row.plan),
        charters=tuple(CharterUsed(**used) for used in row.charters),
        state=State(row.state),
        trouble=Text(zh=trouble["zh"], en=trouble["en"]) if trouble else None,
        trouble_rule=trouble.get("rule", ""),
    )


def proposal_card(row: Any) -> ProposalCard:
    """The card of a row; its rehearsal is joined."""
    rehearsal = row.rehearsal
    return ProposalCard(
        **{name: getattr(row, name) for name in _SAME_OF_PROPOSALS},
        rehearsal_ref=rehearsal.ref if rehearsal else "",
        report_digest=rehearsal.report_digest if rehearsal else "",
        state=ProposalState(row.state),
    )


_SAME = (
    *("id", "ref", "place_code", "place_path", "plan_digest", "practice_digest", "done", "planned"),
    *("report_digest", "asked_by_id", "asked_at", "begun_at", "ended_at", "lease"),
    *("leased_until", "tries"),
)
_SAME_OF_PROPOSALS = (
    *("id", "ref", "place_code", "place_path", "base_key", "changes", "version", "plain"),
    *("digest", "reason", "adopted_key", "proposed_by_id", "made_at", "ended_at"),
)
