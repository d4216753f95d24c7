"""What the places room shows to others: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from commongrid.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """One place. ``id`` is the row's number, for a foreign key only."""

    id: int
    code: str
    code_system: str
    name: Text
    name_mn: str
    level: str
    kind: str
    path: str
    parent_code: str
    settlement: tuple[str, ...]
    valid_from: date
    valid_until: date | None  # exclusive
    note: str
    is_invented: bool

    def is_valid_on(self, day: date) -> bool:
        """Whether the place existed on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionCard:
    """One place took over from another."""

    predecessor_code: str
    successor_code: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPostCard:
    """What is posted for one grid (domain rule G4). Phones are empty when nobody is posted yet.

    Units: ``area_km2`` is on the ellipsoid; None when the grid has no outline.
    """

    place: PlaceCard
    community: Text
    township: Text
    area_km2: float | None
    worker_name: str
    worker_phone: str
    supervision_phone: str
    where_posted: str
    is_invented: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterCard:
    """One adopted version of a charter."""

    key: str
    charter_id: str
    version: str
    place_code: str
    place_path: str
    digest: str
    valid_from: date
    adopted_at: datetime
    reason: str
    pia_ref: str
    made_by_act: UUID
    rehearsal: str = ""  # the rehearsal it rests on; "" when it was adopted without one
    report_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundarySetCard:
    """One adopted file of boundaries."""

    id: int
    root_code: str
    level: str
    file_name: str
    file_digest: str
    frame: str
    encoding: str
    adopted_at: datetime
