"""An intention as a phone sent it, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork.face import Announced
from commongrid.rooms.matters.face import Contact, Draft

NOTHING = Text("", "")
RAISE, STEP, UNREADABLE = "raise", "step", "unreadable"
DONE, ALREADY, REFUSED, CONFLICT, WAITS = "done", "already", "refused", "conflict", "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What the phone knew when the step was decided on; None was not known and is not compared."""

    version: int | None = None
    state: str | None = None
    unit: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """One thing a person meant to do.

    ``id`` is the phone's number, ``after`` and ``of`` those of other intentions. ``body`` is what
    was sent, as far as it says what is to be done. ``fault`` names the part of an unreadable one.
    """

    id: UUID
    made_at: datetime
    kind: str  # raise | step | unreadable
    body: Mapping[str, Any]
    seq: int = 0
    draft: Draft | None = None
    contact: Contact | None = None
    matter: UUID | None = None
    of: UUID | None = None
    after: UUID | None = None
    action: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    base: Base = Base()
    photos: tuple[Announced, ...] = ()
    minutes: int = 0
    fault: str = ""

    @property
    def name(self) -> str:
        """The action of a step, the type of what is raised."""
        return self.draft.type_code if self.draft else self.action


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the house says to one intention. ``receipt`` comes with a raise only."""

    id: UUID
    verdict: str
    rule: str = ""
    say: Text = NOTHING
    next: Text = NOTHING
    matter: UUID | None = None
    ref: str = ""
    receipt: str = ""
    version: int | None = None
    state: str = ""
    is_beside: bool = False
    need: tuple[str, ...] = ()
    now: Mapping[str, Any] | None = None

    @property
    def is_final(self) -> bool:
        """Whether it is the acknowledgement."""
        return self.verdict != WAITS
