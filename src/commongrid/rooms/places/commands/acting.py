"""What every command of this room does besides its own change: the act, and the new token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, record_act
from commongrid.rooms.places.domain.authority import (
    ADOPT_CHARTER,
    KEEP_PLACES,
    POST_KEEPERS,
    role_over,
)
from commongrid.rooms.places.models import PlacesState

STATE_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does what, when, under which command id."""

    actor: Actor
    at: datetime
    command_id: UUID
    path: str  # of the place the deed is about

    @property
    def day(self) -> date:
        """The day in the place's own time zone."""
        return timezone.localtime(self.at).date()


def require(verdict: Verdict) -> None:
    """Go on only when allowed. Raises: Refused."""
    if not verdict:
        raise Refused(verdict)


def record(
    deed: Deed,
    *,
    subject: str,
    action: str,
    rule_id: str,
    words: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    charter_key: str = "",
) -> None:
    """Write the act of a command, and tell caches that places have changed."""
    record_act(
        ActDraft(
            command_id=deed.command_id,
            subject=subject,
            action=action,
            actor=deed.actor.key,
            role=role_over(deed.actor, deed.path, POST_KEEPERS),
            power=ADOPT_CHARTER if action == ADOPT_CHARTER else KEEP_PLACES,
            rule_id=rule_id,
            charter_key=charter_key,
            at=deed.at,
            words=words,
            before=before,
            after=after,
        )
    )
    renew_token()


def renew_token() -> None:
    """Give the room a new token; whoever cached places under the old one reads them again."""
    if PlacesState.objects.filter(pk=STATE_ROW).update(token=new_id()):
        return
    PlacesState.objects.create(pk=STATE_ROW, token=new_id())
