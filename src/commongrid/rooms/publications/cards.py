"""What leaves the publications room: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from commongrid.charter.schema import Publication as PublicationRule
from commongrid.rooms.places.face import PlaceCard


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMonthToCount:
    """A month of a place whose uses of power may be published, with its local bounds."""

    root_code: str
    root_path: str
    month: date
    since: datetime
    until: datetime
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCounts:
    """The exact counts of a month. For bridges only.

    Shape: ``cells`` by power and path of the community: one number a fate (``domain.using``);
    ``reasons`` and ``waits`` (one number an interval) by power; ``moves`` by power, state before,
    state after and path; ``loose`` by state, path and side (``domain.moving``): how many came,
    went or stood there that nothing published tells.
    """

    cells: Mapping[tuple[str, str], tuple[int, int, int]]
    reasons: Mapping[str, Mapping[str, int]]
    waits: Mapping[str, tuple[int, ...]]
    charters: tuple[str, ...]
    moves: Mapping[tuple[str, str, str, str], int] = field(default_factory=dict)
    loose: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMonthCard:
    """One published month of one place: the rows by power, small counts hidden."""

    root_code: str
    month: date
    as_of: datetime
    least: int
    charters: tuple[str, ...]
    digest: str
    made_by_act: UUID
    whole: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPartCard:
    """What was published of one power in one month."""

    month: date
    as_of: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffairCard:
    """Something a village or community published, as it was published."""

    id: UUID
    place_code: str
    place_path: str
    rule: str  # key of the charter's publications
    period: str  # 2026-02, 2026-Q1, or the day a major matter was decided
    due_at: datetime
    title: str
    text: str
    file_name: str
    file_kind: str
    digest: str
    published_at: datetime
    made_by_act: UUID
    corrects: UUID | None
    corrected_by: UUID | None

    @property
    def is_late(self) -> bool:
        """Whether it came after it was due."""
        return self.published_at > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AffairPromise:
    """What a body owes for one period: to be published by a time, by whoever holds the power.

    ``status``: kept | late (published after) | overdue (not published) | running.
    """

    place: PlaceCard
    rule: PublicationRule
    period: str
    due_at: datetime
    status: str
    published: AffairCard | None
