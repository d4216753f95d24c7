"""What a phone meant and the rules refused: the office reads it and sees to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, in_turn, record_act
from commongrid.rooms.fieldwork.cards import ReturnedCard
from commongrid.rooms.fieldwork.commands.doing import require, was_done
from commongrid.rooms.fieldwork.domain.returning import (
    BAD_HOW,
    NO_REASON,
    SETTLED,
    may_settle,
    reading_hat,
)
from commongrid.rooms.fieldwork.domain.sealing import BrokenSealError, unseal
from commongrid.rooms.fieldwork.keys import sealing_keys
from commongrid.rooms.fieldwork.models import RETURNED, IntentionRow
from commongrid.rooms.fieldwork.returning import card_of
from commongrid.rooms.people import face as people

NONE = Text(zh="没有这一条。", en="There is no such entry.")
SETTLED_ALREADY = Text(zh="这一条已经处理过了。", en="This was settled already.")


def settle_returned(
    *, actor: Actor, at: datetime, command_id: UUID, intention_id: UUID, how: str, words: str = ""
) -> ReturnedCard:
    """Say that what came back was seen to. ``how``: raised | done | not_needed.

    Raises: Refused outside the office of its area, or when it was settled before.
    """
    with in_turn(), transaction.atomic():
        row = _locked(intention_id)
        if was_done(command_id, "settle_returned", actor):
            return card_of(row)
        verdict = require(may_settle(actor, row.path, row.in_charge))
        if how not in SETTLED:
            raise Refused(Verdict.no("fieldwork.needs:how", BAD_HOW))
        if row.settled_at is not None:
            raise Refused(Verdict.no("fieldwork.settled_already", SETTLED_ALREADY))
        row.settled_at, row.settled_by_act = at, command_id
        row.save(update_fields=["settled_at", "settled_by_act"])
        _record(actor, at, command_id, row, "settle_returned", verdict, words=words, how=how)
    return card_of(row)


def open_returned_contact(
    *, actor: Actor, at: datetime, command_id: UUID, intention_id: UUID, reason: str
) -> dict[str, str]:
    """The contact data of a report that came back, opened by an act with its reason.

    Raises: Refused outside the office of its area, or without a reason.
    """
    with in_turn(), transaction.atomic():
        row = _locked(intention_id)
        verdict = require(may_settle(actor, row.path, row.in_charge))
        if not reason.strip():
            raise Refused(Verdict.no("fieldwork.needs:reason", NO_REASON))
        if not was_done(command_id, "open_returned_contact", actor):
            people.require_alone(actor, "reveal", at=at)
            _record(actor, at, command_id, row, "open_returned_contact", verdict, words=reason)
    try:
        opened = unseal(bytes(row.sealed or b""), row=row.pk, keys=sealing_keys())
    except BrokenSealError:
        return {}
    contact = opened.get("draft", {}).get("contact") or {}
    return {str(name): str(value) for name, value in contact.items()}


def _locked(intention_id: UUID) -> IntentionRow:
    rows = IntentionRow.objects.select_for_update().filter(verdict__in=RETURNED)
    row = rows.filter(pk=intention_id).first()
    if row is None:
        raise Refused(Verdict.no("fieldwork.no_intention", NONE))
    return row


def _record(
    actor: Actor,
    at: datetime,
    command_id: UUID,
    row: IntentionRow,
    action: str,
    verdict: Verdict,
    *,
    words: str,
    how: str = "",
) -> None:
    hat = reading_hat(actor, row.path, row.in_charge)
    record_act(
        ActDraft(
            command_id=command_id,
            subject=f"intention:{row.pk}",
            action=action,
            actor=actor.key,
            role=hat.role if hat else "",
            rule_id=verdict.rule,
            at=at,
            words=words.strip(),
            after={"how": how} if how else {},
        )
    )
