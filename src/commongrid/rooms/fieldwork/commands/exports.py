"""Take in a file that a phone exported because it could not send."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import ActDraft, in_turn, record_act
from commongrid.rooms.fieldwork.cards import PhoneCard
from commongrid.rooms.fieldwork.commands.doing import require, was_done
from commongrid.rooms.fieldwork.domain.exporting import DESK, Export, may_hand_in, no_phone
from commongrid.rooms.fieldwork.domain.serving import PhoneState
from commongrid.rooms.fieldwork.phones import find_phone, list_grid_paths


def take_export(*, actor: Actor, at: datetime, command_id: UUID, export: Export) -> PhoneCard:
    """Note that an export was handed in at the desk. What is in it is judged after this.

    The act counts what was in the file and names its digest: no word of it, and not the token.
    Raises: Refused when the phone is unknown or revoked, or the desk is not that of its area.
    """
    phone = find_phone(export.token, at=at)
    if phone is None or phone.state is PhoneState.REVOKED:
        raise no_phone()
    verdict = require(may_hand_in(actor, phone.paths or list_grid_paths(phone.account_id)))
    with in_turn(), transaction.atomic():
        if was_done(command_id, "take_export", actor):
            return phone
        record_act(
            ActDraft(
                command_id=command_id,
                subject=f"phone:{phone.id}",
                action="take_export",
                actor=actor.key,
                role=DESK,
                rule_id=verdict.rule,
                at=at,
                after={
                    "commands": len(export.commands),
                    "files": len(export.files),
                    "digest": export.digest,
                },
            )
        )
    return phone
