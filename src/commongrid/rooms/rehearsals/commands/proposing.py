"""Propose a change of a charter, rest it on a rehearsal, withdraw it, note that it was adopted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import canonical_json, digest_of_text
from commongrid.ledger.face import find_act, in_turn
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals.cards import ProposalCard, proposal_card
from commongrid.rooms.rehearsals.commands.doing import (
    Deed,
    account_of,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.rehearsals.domain import standing
from commongrid.rooms.rehearsals.domain.standing import (
    LONGEST_REASON,
    PROPOSE,
    ProposalState,
    State,
    has_tried,
    ref_for,
)
from commongrid.rooms.rehearsals.models import ProposalRow, RehearsalRow
from commongrid.rooms.rehearsals.powers import may_propose


def propose_change(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    place_code: str,
    base_key: str,
    changes: Mapping[str, Any],
    version: str,
    plain: Mapping[str, Any],
    reason: str,
    rehearsal_ref: str = "",
) -> ProposalCard:
    """Propose another text for the charter of a place, with the reason.

    ``changes``: limits, clocks and parameters in their plain form, or {} where the whole text is
    new; ``plain`` is always the whole text. Raises: Refused, PlaceNotFoundError, NoCharterError.
    """
    place = places.get_place(place_code)
    base = places.get_charter_card(base_key)
    deed = Deed(
        actor=actor, at=at, command_id=command_id, action="propose_change", path=place.path,
        power=PROPOSE,
    )  # fmt: skip
    verdict = require(may_propose(actor, place.path, at))
    with in_turn(), transaction.atomic():
        if was_done(deed):
            return proposal_card(_rows().get(made_by_act=command_id))
        _check_reason(reason)
        written = canonical_json(plain)
        digest = digest_of_text(written)
        if digest == base.digest:
            raise refusal("rehearsal.nothing_changed", standing.NOTHING_CHANGED)
        row = ProposalRow(
            pk=uuid5(command_id, "proposal"),
            ref=ref_for(command_id, "P"),
            place_code=place.code,
            place_path=place.path,
            base_key=base_key,
            changes=dict(changes),
            version=version,
            plain=written,
            digest=digest,
            reason=reason.strip(),
            proposed_by_id=account_of(actor),
            made_at=at,
            made_by_act=command_id,
        )
        if rehearsal_ref:
            row.rehearsal = _fitting(row, rehearsal_ref)
        row.save(force_insert=True)
        after = {"base": base_key, "version": version, "digest": digest, **_rests_on(row)}
        record(deed, subject_of(row), verdict.rule, words=row.reason, after=after)
        return proposal_card(row)


def attach_rehearsal(
    *, actor: Actor, at: datetime, command_id: UUID, proposal_id: UUID, rehearsal_ref: str
) -> ProposalCard:
    """Rest a proposal on a rehearsal that tried this very change. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = locked_proposal(proposal_id)
        deed = _deed(actor, at, command_id, "attach_rehearsal", row)
        if was_done(deed):
            return proposal_card(row)
        verdict = require(may_propose(actor, row.place_path, at))
        _check_draft(row)
        row.rehearsal = _fitting(row, rehearsal_ref)
        row.save(update_fields=["rehearsal"])
        record(deed, subject_of(row), verdict.rule, after=_rests_on(row))
        return proposal_card(row)


def withdraw_proposal(
    *, actor: Actor, at: datetime, command_id: UUID, proposal_id: UUID, reason: str
) -> ProposalCard:
    """Take a proposal back, with the reason. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = locked_proposal(proposal_id)
        deed = _deed(actor, at, command_id, "withdraw_proposal", row)
        if was_done(deed):
            return proposal_card(row)
        verdict = require(may_propose(actor, row.place_path, at))
        _check_draft(row)
        _check_reason(reason)
        row.state, row.ended_at = ProposalState.WITHDRAWN, at
        row.save(update_fields=["state", "ended_at"])
        after = {"state": row.state}
        record(deed, subject_of(row), verdict.rule, words=reason.strip(), after=after)
        return proposal_card(row)


def close_proposal(
    *, actor: Actor, at: datetime, command_id: UUID, proposal_id: UUID, adopted: str
) -> ProposalCard:
    """Note that the text of a proposal is adopted; by who adopted it, or who may propose.

    Part of ``stories/rehearsing``, in the transaction that adopts. Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        row = locked_proposal(proposal_id)
        deed = _deed(actor, at, command_id, "close_proposal", row)
        if was_done(deed):
            return proposal_card(row)
        _check_draft(row)
        version = places.get_charter_card(adopted)
        act = find_act(version.made_by_act)
        if act is None or act.actor != actor.key:
            require(may_propose(actor, row.place_path, at))
        if version.digest != row.digest:
            raise refusal("rehearsal.other_text", standing.OTHER_TEXT, adopted)
        row.state, row.adopted_key, row.ended_at = ProposalState.ADOPTED, adopted, at
        row.save(update_fields=["state", "adopted_key", "ended_at"])
        after = {"state": row.state, "charter": adopted, **_rests_on(row)}
        record(deed, subject_of(row), "rehearsal.adopted", after=after)
        return proposal_card(row)


def locked_proposal(proposal_id: UUID) -> ProposalRow:
    """The row, held until the transaction ends. Raises: Refused."""
    row = _rows().select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if row is None:
        raise refusal("rehearsal.no_proposal", standing.NO_PROPOSAL, str(proposal_id))
    return row


def subject_of(row: ProposalRow) -> str:
    """How the ledger names a proposal."""
    return f"proposal:{row.ref}"


def _fitting(row: ProposalRow, ref: str) -> RehearsalRow:
    """A finished rehearsal of this place that tried this change. Raises: Refused."""
    known = RehearsalRow.objects.defer("practice", "report").filter(ref=ref).first()
    if known is None:
        raise refusal("rehearsal.none", standing.NONE, ref)
    if known.place_path != row.place_path:
        raise refusal("rehearsal.other_place", standing.OTHER_PLACE, ref)
    if known.state != State.DONE:
        raise refusal("rehearsal.not_done", standing.NOT_DONE, known.state)
    is_same = has_tried(
        json.loads(known.plan),
        {used["alternative"]: used["key"] for used in known.charters},
        base_key=row.base_key,
        changes=row.changes,
        digest=row.digest,
        digests={used["alternative"]: used["digest"] for used in known.charters},
    )
    if not is_same:
        raise refusal("rehearsal.other_change", standing.OTHER_CHANGE, ref)
    return known


def _rests_on(row: ProposalRow) -> dict[str, str]:
    rehearsal = row.rehearsal
    if rehearsal is None:
        return {"rehearsal": ""}
    return {"rehearsal": rehearsal.ref, "report": rehearsal.report_digest}


def _check_draft(row: ProposalRow) -> None:
    if row.state != ProposalState.DRAFT:
        raise refusal("rehearsal.not_draft", standing.NOT_DRAFT, row.state)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise refusal("rehearsal.needs:reason", standing.NO_REASON)
    if len(reason.strip()) > LONGEST_REASON:
        raise refusal("rehearsal.long:reason", standing.LONG_REASON)


def _deed(actor: Actor, at: datetime, command_id: UUID, action: str, row: ProposalRow) -> Deed:
    return Deed(
        actor=actor, at=at, command_id=command_id, action=action, path=row.place_path,
        power=PROPOSE,
    )  # fmt: skip


def _rows() -> QuerySet[ProposalRow]:
    return ProposalRow.objects.select_related("rehearsal").defer(
        "rehearsal__practice", "rehearsal__report", "rehearsal__plan"
    )
