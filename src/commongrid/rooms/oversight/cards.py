"""What leaves the oversight room: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTypeCount:
    """The exact counts of one type in one grid: category counts by figure. For bridges only."""

    place_code: str
    path: str
    type_code: str
    figures: Counts
    shadows: Mapping[str, int]  # by figure: what subtracting another figure would tell
    profiles: Mapping[str, int]  # "in_time|late" -> how many
    waits: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]  # ended, left by interval


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthToCount:
    """A month of a place that may be published. ``since`` and ``until`` are its local bounds."""

    root_code: str
    root_path: str
    month: date
    since: datetime
    until: datetime
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCount:
    """How often grid workers of a place used one form in a month, and how many fields it asked."""

    form: str  # raise:<kind> or action:<action>
    entries: int
    fields: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationHead:
    """One published month of one place, without its figures."""

    root_code: str
    month: date
    as_of: datetime
    least: int
    charters: tuple[str, ...]
    digest: str
    made_by_act: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationCard(PublicationHead):
    """The published figures of one month of one place."""

    tables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthParts:
    """Some parts of a publication by name: what one page shows (``domain.parting``)."""

    head: PublicationHead
    parts: Mapping[str, Any]
