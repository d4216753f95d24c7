"""Reading rehearsals and proposals: cards, for whoever may, in a fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.rooms.rehearsals.cards import (
    ProposalCard,
    RehearsalCard,
    proposal_card,
    rehearsal_card,
)
from commongrid.rooms.rehearsals.domain.standing import KEPT, OPEN, State
from commongrid.rooms.rehearsals.models import ProposalRow, RehearsalRow
from commongrid.rooms.rehearsals.powers import list_planned_places, may_rehearse


def list_rehearsals(
    actor: Actor, at: datetime, *, offset: int = 0, limit: int = 20
) -> tuple[RehearsalCard, ...]:
    """Those of the places somebody may rehearse, newest first. Cost: 1 statement, 1 for places."""
    rows = _within(_rows(), actor, at)
    return tuple(map(rehearsal_card, rows[offset : offset + limit]))


def count_rehearsals(actor: Actor, at: datetime) -> int:
    """How many there are to list. Cost: as the list."""
    return _within(RehearsalRow.objects.all(), actor, at).count()


def find_rehearsal(actor: Actor, ref: str, at: datetime) -> RehearsalCard | None:
    """One by its ref, or None where there is none or it is not theirs to read. Cost: 2."""
    row = _rows().filter(ref=ref.strip().upper()).first()
    if row is None or not may_rehearse(actor, row.place_path, at):
        return None
    return rehearsal_card(row)


def get_rehearsal(rehearsal_id: UUID) -> RehearsalCard:
    """One by its id, for a worker. Raises: ObjectDoesNotExist. Cost: 1 statement."""
    return rehearsal_card(_rows().get(pk=rehearsal_id))


def read_practice(rehearsal_id: UUID) -> Mapping[str, Any]:
    """The practice it stands on, in its plain form. Cost: 1 statement."""
    text = RehearsalRow.objects.values_list("practice", flat=True).get(pk=rehearsal_id)
    plain: Mapping[str, Any] = json.loads(text)
    return plain


def read_report(rehearsal_id: UUID) -> Mapping[str, Any] | None:
    """The report in its plain form, or None while there is none. Cost: 1 statement."""
    text = RehearsalRow.objects.values_list("report", flat=True).get(pk=rehearsal_id)
    return json.loads(text) if text else None


def count_ahead(card: RehearsalCard) -> int:
    """How many of all places wait or run before this one. Cost: 1 statement."""
    rows = RehearsalRow.objects.filter(state__in=OPEN).exclude(pk=card.id)
    earlier = Q(asked_at__lt=card.asked_at) | Q(asked_at=card.asked_at, pk__lt=card.id)
    return rows.filter(earlier | Q(state=State.RUNNING)).count()


def list_proposals(
    actor: Actor, at: datetime, *, offset: int = 0, limit: int = 20
) -> tuple[ProposalCard, ...]:
    """Proposals of the places somebody may rehearse, newest first. Cost: as rehearsals."""
    rows = _within(_proposals(), actor, at)
    return tuple(map(proposal_card, rows[offset : offset + limit]))


def count_proposals(actor: Actor, at: datetime) -> int:
    """How many there are to list. Cost: as the list."""
    return _within(ProposalRow.objects.all(), actor, at).count()


def find_proposal(actor: Actor, ref: str, at: datetime) -> ProposalCard | None:
    """One by its ref, or None where there is none or it is not theirs to read. Cost: 2."""
    row = _proposals().filter(ref=ref.strip().upper()).first()
    if row is None or not may_rehearse(actor, row.place_path, at):
        return None
    return proposal_card(row)


def get_proposal(ref: str) -> ProposalCard:
    """One by its ref, for a story. Raises: ObjectDoesNotExist. Cost: 1 statement."""
    return proposal_card(_proposals().get(ref=ref.strip().upper()))


def erase_expired(*, at: datetime) -> int:
    """Erase what ended 730 days ago, but never what an adopted or open proposal rests on.

    Returns how many. Idempotent. Cost: 2 statements.
    """
    gone = ProposalRow.objects.filter(state="withdrawn", ended_at__lte=at - KEPT).delete()[0]
    old = RehearsalRow.objects.filter(ended_at__lte=at - KEPT, proposals__isnull=True)
    return gone + old.delete()[0]


def _rows() -> QuerySet[RehearsalRow]:
    return RehearsalRow.objects.defer("practice", "report")


def _proposals() -> QuerySet[ProposalRow]:
    return ProposalRow.objects.select_related("rehearsal").defer(
        "rehearsal__practice", "rehearsal__report", "rehearsal__plan"
    )


def _within(rows: Any, actor: Actor, at: datetime) -> Any:
    paths = [place.path for place in list_planned_places(actor, at)]
    return rows.filter(place_path__in=paths)
