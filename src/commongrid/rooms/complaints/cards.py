"""What the complaints room hands out: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from commongrid.kernel.text import Text
from commongrid.rooms.complaints.domain.stages import About, Outcome, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a complainant says: whom it is about, and what happened.

    ``whom``: a name, a post or any words. ``grid_code`` names the worker of a grid, ``unit`` a
    unit of the charter, ``matter_code`` the receipt of a matter those complained of worked on.
    """

    place_code: str
    about: About
    words: str
    whom: str = ""
    grid_code: str = ""
    unit: str = ""
    matter_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who complained and how they are reached; kept apart. ``may_open``: the office may ask it."""

    name: str = ""
    phone: str = ""
    email: str = ""
    may_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was given."""
        return not (self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A complaint just filed. ``code`` is shown once and kept nowhere."""

    ref: str
    code: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCard:
    """One stage and its date."""

    state: State
    from_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCard:
    """A complaint in a list."""

    ref: str
    about: About
    state: State
    place_path: str
    level_path: str
    due_at: datetime | None
    is_late: bool
    is_sealed: bool
    is_mine: bool
    outcome: Outcome | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCard:
    """One turn of the dialogue. ``words`` is None while it is closed to who looks."""

    kind: str
    words: str | None
    whom: str
    is_office: bool
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPage:
    """A complaint as the office reads it. ``can``: what this person may do now."""

    card: ComplaintCard
    stages: tuple[StageCard, ...]
    entries: tuple[EntryCard, ...]
    accused: tuple[str, ...]  # names and posts, for who handles it
    is_open: bool  # whether the words could be opened
    has_identity: bool
    can: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCard:
    """Who opened the complainant's identity, by role, and for what."""

    role: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """A complaint as the complainant reads it, by the receipt code alone."""

    card: ComplaintCard
    stages: tuple[StageCard, ...]
    entries: tuple[EntryCard, ...]
    openings: tuple[OpeningCard, ...]
    has_identity: bool
    verdicts: tuple[Outcome, ...]  # what may be said now
    may_speak: bool
    bodies: tuple[Text, ...] = field(default=())  # where else to turn
