"""What this room shows to others: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from commongrid.rooms.duties.domain.standing import State, state_on


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionCard:
    """One admission as it stands on a day. Who proposed or decided is not on it.

    ``votes_for``, ``votes_against`` and ``words`` are empty while grids are still asked: a running
    count would tell who said what. Units: ``minutes_a_week`` of one grid; ``valid_until`` is
    exclusive.
    """

    id: UUID
    ref: str
    place_code: str
    place_path: str
    task: str
    items: tuple[str, ...]
    basis_kind: str
    basis: str
    reason: str
    minutes_a_week: int
    heard_until: datetime
    valid_until: date
    state: State
    asked: int
    votes_for: int
    votes_against: int
    words: tuple[str, ...]
    renews_ref: str
    proposed_at: datetime
    decided_at: datetime | None
    decision: str
    ended_at: datetime | None
    ending: str

    @property
    def heard(self) -> int:
        """How many grid workers gave an opinion."""
        return self.votes_for + self.votes_against

    @property
    def is_in_force(self) -> bool:
        """Whether grids may be asked it now."""
        return self.state is State.APPROVED


def admission_card(row: Any, today: date) -> AdmissionCard:
    """The card of a row; what it renews is joined."""
    is_open = row.state == State.PROPOSED
    return AdmissionCard(
        **{name: getattr(row, name) for name in _SAME},
        items=tuple(row.items),
        state=state_on(row.state, row.valid_until, today),
        votes_for=0 if is_open else row.votes_for,
        votes_against=0 if is_open else row.votes_against,
        words=() if is_open else tuple(row.words),
        renews_ref=row.renews.ref if row.renews else "",
    )


_SAME = (
    *("id", "ref", "place_code", "place_path", "task", "basis_kind", "basis", "reason"),
    *("minutes_a_week", "heard_until", "valid_until", "asked", "proposed_at", "decided_at"),
    *("decision", "ended_at", "ending"),
)
