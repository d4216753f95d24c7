"""What leaves the subscriptions room: frozen values, never rows, never an address of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commongrid.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What somebody wants to hear of: a matter, or a place and perhaps one type there."""

    matter_id: UUID | None = None
    place_code: str = ""
    type_code: str = ""
    is_own: bool = False  # the matter is the asker's own


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCard:
    """A subscription as its owner sees it."""

    id: UUID
    scope: Text
    language: str
    is_confirmed: bool
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMailCard:
    """Reminders by mail as their owner among staff sees them: never the address."""

    is_confirmed: bool
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCard:
    """A webhook as staff see it, without its secret."""

    id: UUID
    name: str
    url: str
    path: str
    type_code: str
    key_id: str
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAdded:
    """A new webhook. ``secret`` is shown once."""

    id: UUID
    key_id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCard:
    """A reminder to a unit."""

    matter_id: UUID
    ref: str
    light: str
    subject: Text
    body: Text
    unit_name: Text
    due_at: datetime
    made_at: datetime
