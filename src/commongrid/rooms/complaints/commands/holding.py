"""make_key: supervision makes a key pair, so that the platform's keepers cannot read alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import ActDraft, in_turn, record_act
from commongrid.rooms.complaints.charters import supervision_roles
from commongrid.rooms.complaints.commands.doing import Deed, was_done
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.sealing import new_pair
from commongrid.rooms.complaints.domain.stages import HANDLE, KEEPERS, SHORTEST_PASSPHRASE, refusal
from commongrid.rooms.complaints.models import SupervisionKey


def make_key(*, actor: Actor, at: datetime, command_id: UUID, path: str, passphrase: str) -> None:
    """Make the key of supervision for a place; one before it opens only what was sealed to it.

    The passphrase is kept nowhere: whoever loses it loses the complaints sealed to the key. By
    those who handle or review complaints there, and never by who administers the platform.
    Raises: Refused.
    """
    roles = supervision_roles(path, at)
    role = next((h.role for h in actor.hats if h.path == path and h.role in roles), "")
    if not role:
        raise refusal("not_yours", stages.NOT_YOURS)
    if any(hat.role in KEEPERS for hat in actor.hats):
        raise refusal("keeps_platform", stages.KEEPS_PLATFORM)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise refusal("weak_passphrase", stages.WEAK_PASSPHRASE)
    deed = Deed(actor=actor.key, at=at, command_id=command_id, action="make_key", role=role)
    with in_turn(), transaction.atomic():
        if was_done(deed):
            return
        public, wrapped = new_pair(passphrase)
        SupervisionKey.objects.filter(path=path, until_at__isnull=True).update(until_at=at)
        row = SupervisionKey.objects.create(
            path=path, public=public, wrapped=wrapped, made_by=actor.key, made_at=at,
            made_by_act=command_id,
        )  # fmt: skip
        record_act(
            ActDraft(
                command_id=command_id, subject=f"supervision_key:{row.pk}", action="make_key",
                actor=actor.key, role=role, power=HANDLE, rule_id="complaint.make_key", at=at,
                after={"path": path},
            )
        )  # fmt: skip


def has_key(path: str) -> bool:
    """Whether supervision of a place has a key. Cost: 1 statement."""
    return SupervisionKey.objects.filter(path=path, until_at__isnull=True).exists()
