"""What leaves the fieldwork room: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork.domain.serving import PhoneState

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A phone just put in service. ``token`` is shown once and never stored; a replay has none."""

    id: int
    token: str
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCard:
    """A phone that showed its token: who holds it, and what they may do today.

    ``paths`` are the grids its holder works in; none once the post is over. ``ended_until`` is
    when what is unsent is taken no more.
    """

    id: int
    account_id: int
    label: str
    state: PhoneState
    ended_until: datetime | None
    actor: Actor
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEntry:
    """A phone in a list. ``name`` is its holder's; empty where the list is the holder's own."""

    id: int
    account_id: int
    label: str
    made_at: datetime
    revoked_at: datetime | None
    why: str
    name: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A picture or voice note that an intention announced.

    ``state``: wanted, attached, or lost (it cannot be read, or its matter takes no more).
    """

    sha: str
    total: int
    kind: str  # photo | voice
    stage: str  # report | before | after | evidence
    state: str = "wanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered to an intention, as it is answered again."""

    id: UUID
    kind: str
    body: str
    verdict: str  # done | refused | conflict
    rule: str = ""
    say: Text = NOTHING
    next: Text = NOTHING
    now: Mapping[str, Any] | None = None
    matter_id: UUID | None = None
    act_id: UUID | None = None
    ref: str = ""
    state: str = ""
    version: int | None = None
    is_beside: bool = False
    photos: tuple[Announced, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An intention as it came, before it is judged."""

    id: UUID
    phone_id: int
    kind: str
    action: str
    body: str
    made_at: datetime
    made_said: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedWords:
    """What the office reads of an intention that was not carried out, and who alone may read it."""

    path: str
    words: Mapping[str, Any]
    in_charge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedCard:
    """An intention that was refused or in conflict, with what was written.

    ``words`` is empty once they were erased. Contact data in it are masked: see
    ``open_returned_contact``.
    """

    id: UUID
    kind: str
    action: str
    verdict: str
    rule: str
    say: Text
    matter_id: UUID | None
    ref: str
    path: str
    name: str  # of the grid worker
    made_at: datetime
    received_at: datetime
    settled_at: datetime | None
    now: Mapping[str, Any] | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    has_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCard:
    """How much of a file has come."""

    sha: str
    kind: str
    total: int
    received: int
    is_whole: bool
