"""Ask for a rehearsal, and cancel one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals.cards import CharterUsed, RehearsalCard, rehearsal_card
from commongrid.rooms.rehearsals.commands.doing import Deed, record, refusal, require, was_done
from commongrid.rooms.rehearsals.commands.doing import account_of as account
from commongrid.rooms.rehearsals.domain import standing
from commongrid.rooms.rehearsals.domain.standing import MOST_WAITING, OPEN, REHEARSE, State, ref_for
from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.rooms.rehearsals.powers import may_rehearse


def ask_rehearsal(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    place_code: str,
    plan: Mapping[str, Any],
    plan_digest: str,
    practice: Mapping[str, Any],
    practice_digest: str,
    charters: Sequence[CharterUsed],
) -> RehearsalCard:
    """Put a rehearsal in the queue, with all it stands on as it is now.

    Raises: Refused, PlaceNotFoundError.
    """
    place = places.get_place(place_code)
    deed = Deed(
        actor=actor, at=at, command_id=command_id, action="ask_rehearsal", path=place.path,
        power=REHEARSE,
    )  # fmt: skip
    verdict = require(may_rehearse(actor, place.path, at))
    with in_turn(), transaction.atomic():
        if was_done(deed):
            return rehearsal_card(RehearsalRow.objects.get(made_by_act=command_id))
        # By place and not by person: a queue that one post fills is full for its colleagues too.
        if RehearsalRow.objects.filter(place_path=place.path, state__in=OPEN).count() >= (
            MOST_WAITING
        ):
            raise refusal("rehearsal.too_many", standing.TOO_MANY)
        row = RehearsalRow.objects.create(
            pk=uuid5(command_id, "rehearsal"),
            ref=ref_for(command_id, "R"),
            place_code=place.code,
            place_path=place.path,
            plan=json.dumps(plan, ensure_ascii=False),
            plan_digest=plan_digest,
            practice=json.dumps(practice, ensure_ascii=False),
            practice_digest=practice_digest,
            charters=[asdict(used) for used in charters],
            asked_by_id=account(actor),
            asked_at=at,
            made_by_act=command_id,
        )
        after = {
            "ref": row.ref,
            "place": place.code,
            "plan": plan_digest,
            "practice": practice_digest,
            "charters": {used.alternative: [used.key, used.digest] for used in charters},
        }
        record(deed, subject_of(row), verdict.rule, after=after)
        return rehearsal_card(row)


def cancel_rehearsal(
    *, actor: Actor, at: datetime, command_id: UUID, rehearsal_id: UUID
) -> RehearsalCard:
    """Take it out of the queue, or stop it where it is. Its worker notices and lets go.

    Raises: Refused when there is none, it is somebody else's area, or it has ended.
    """
    with in_turn(), transaction.atomic():
        row = locked(rehearsal_id)
        deed = Deed(
            actor=actor, at=at, command_id=command_id, action="cancel_rehearsal",
            path=row.place_path, power=REHEARSE,
        )  # fmt: skip
        if was_done(deed):
            return rehearsal_card(row)
        verdict = require(may_rehearse(actor, row.place_path, at))
        if row.state not in OPEN:
            raise refusal("rehearsal.ended", standing.ENDED, row.state)
        was = row.state
        row.state, row.ended_at, row.lease, row.leased_until = State.CANCELLED, at, None, None
        row.save(update_fields=["state", "ended_at", "lease", "leased_until"])
        after = {"state": row.state, "was": was, "done": row.done, "planned": row.planned}
        record(deed, subject_of(row), verdict.rule, after=after)
        return rehearsal_card(row)


def locked(rehearsal_id: UUID) -> RehearsalRow:
    """The row, held until the transaction ends; its long texts stay away. Raises: Refused."""
    rows = RehearsalRow.objects.select_for_update().defer("practice", "report")
    row = rows.filter(pk=rehearsal_id).first()
    if row is None:
        raise refusal("rehearsal.none", standing.NONE, str(rehearsal_id))
    return row


def subject_of(row: RehearsalRow) -> str:
    """How the ledger names a rehearsal."""
    return f"rehearsal:{row.ref}"
