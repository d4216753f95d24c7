"""What this room shows to others: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.findings.domain.standing import FindingState, Found, SampleState
from commongrid.rooms.findings.domain.watching import Said, Watch

NOTHING = Text("", "")
Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class MatterName:
    """A matter by what people read aloud."""

    id: UUID
    ref: str
    may_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One row of a list: one matter, or several with one thing in common."""

    matters: tuple[MatterName, ...]
    type_name: Text
    place_name: Text
    unit: str
    unit_name: Text
    state_name: Text
    at: datetime | None
    figure: str
    note: str = ""
    note_name: Text = NOTHING
    more: int = 0  # matters not named


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    """How many of a list a unit holds; without a unit, nobody does."""

    unit: str
    name: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPage:
    """One page of a list. ``is_exact`` is False where there are more than are counted.

    ``said``: with the thresholds it stands on; ``kinds``: openings of contact data by the
    charter's reasons.
    """

    watch: Watch
    said: Said
    rows: tuple[WatchRow, ...]
    units: tuple[UnitCount, ...]
    total: int
    is_exact: bool
    page: int
    pages: int
    kinds: tuple[tuple[Text, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A list on the overview: how many stand on it, and whether that is all of them."""

    watch: Watch
    said: Said
    count: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What stands where, and findings not settled and late; no tile for who oversees nothing."""

    owed: int
    late: int
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Generic[Card]):
    """One page of cards; pages count from 1."""

    cards: tuple[Card, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding. ``rounds``: how many answers were not accepted."""

    id: UUID
    ref: str
    place_code: str
    place_path: str
    unit: str
    unit_name: Text
    about: str
    matter_ref: str
    matter_id: UUID | None
    text: str
    state: FindingState
    made_at: datetime
    due_at: datetime
    answer: str
    answered_at: datetime | None
    was_late: bool
    verdict: str
    ended_at: datetime | None
    rounds: int

    def is_late(self, at: datetime) -> bool:
        """Whether the answer is owed and overdue."""
        return self.state is FindingState.OPEN and self.due_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCard:
    """One sampled matter and what its re-check found; None while it waits."""

    matter_id: UUID
    ref: str
    stratum: str
    found: Found | None
    how: str
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCard:
    """One sample. ``seed`` is announced; ``chance`` is what the ledger added when it was drawn."""

    id: UUID
    ref: str
    place_code: str
    place_path: str
    since: datetime
    until: datetime
    by: str
    size: int
    seed: str
    chance: str
    state: SampleState
    announced_at: datetime
    draw_from: datetime
    drawn_at: datetime | None
    strata: dict[str, int]
    names: dict[str, Text]
    frame_digest: str
    drawn: tuple[DrawnCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckCard:
    """One drawn matter of a sample, and whether who asks may say what became of it."""

    sample: SampleCard
    drawn: DrawnCard
    verdict: Verdict
