"""Hear a grid worker: for or against, with words; counted, never named."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.duties.cards import AdmissionCard, admission_card
from commongrid.rooms.duties.commands.doing import (
    Deed,
    account_of,
    locked,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.duties.domain import words
from commongrid.rooms.duties.domain.standing import LONGEST_OPINION, OPINE, State
from commongrid.rooms.duties.models import VoiceRow
from commongrid.rooms.duties.powers import may_use


def give_opinion(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    admission_id: UUID,
    is_for: bool | None,
    said: str = "",
) -> AdmissionCard:
    """Count one opinion of a grid worker, once each. Raises: Refused.

    The act and the list of who was heard say that somebody spoke, not what; the count and the
    words say what, not who. Words stand in the order of the alphabet, so that the order of
    speaking tells nothing either.
    """
    with in_turn(), transaction.atomic():
        row = locked(admission_id)
        deed = Deed(
            actor=actor, at=at, command_id=command_id, action="give_opinion",
            path=row.place_path, power=OPINE,
        )  # fmt: skip
        if was_done(deed):
            return admission_card(row, deed.today)
        verdict = require(may_use(OPINE, actor, row.place_path, at))
        if row.proposed_by_id == account_of(actor):
            raise refusal("duties.own_proposal", words.OWN_PROPOSAL)
        if row.state != State.PROPOSED:
            raise refusal("duties.not_open", words.NOT_OPEN, row.state)
        if at >= row.heard_until:
            raise refusal("duties.heard_before", words.NOT_HEARD_NOW)
        if is_for is None:
            raise refusal("duties.needs:answer", words.NO_ANSWER)
        if len(said.strip()) > LONGEST_OPINION:
            raise refusal("duties.long:words", words.NOT_ONE_LINE)
        _, is_new = VoiceRow.objects.get_or_create(admission=row, account_id=account_of(actor))
        if not is_new:
            raise refusal("duties.heard_already", words.HEARD_ALREADY)
        row.votes_for += is_for
        row.votes_against += not is_for
        row.words = sorted([*row.words, said.strip()] if said.strip() else row.words)
        row.save(update_fields=["votes_for", "votes_against", "words"])
        record(deed, row, verdict.rule, after={"heard": row.votes_for + row.votes_against})
        return admission_card(row, deed.today)
