"""Put a phone in service and take it out again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, in_turn, record_act
from commongrid.rooms.fieldwork.cards import Paired, PhoneEntry
from commongrid.rooms.fieldwork.commands.doing import facts, require, was_done
from commongrid.rooms.fieldwork.domain.serving import (
    APPOINTING,
    BAD_WHY,
    BY_AREA,
    GRID_WORKER,
    HANDED_BACK,
    LOST,
    may_pair,
    may_revoke,
)
from commongrid.rooms.fieldwork.domain.tokens import new_token, token_digest
from commongrid.rooms.fieldwork.models import PhoneRow
from commongrid.rooms.fieldwork.phones import entry_of, list_grid_paths

NO_PHONE = Text(zh="没有这部手机。", en="There is no such phone.")
GONE = Text(zh="这部手机已经停用。", en="This phone is out of service already.")


def pair_phone(
    *, actor: Actor, at: datetime, command_id: UUID, account_id: int, label: str
) -> Paired:
    """Put a phone in service for its holder. The token is in the answer this once.

    Raises: Refused unless the actor is the holder, works in a grid today, and has at most two
    phones in service.
    """
    with in_turn(), transaction.atomic():
        if was_done(command_id, "pair_phone", actor):
            known = PhoneRow.objects.get(made_by_act=command_id)
            return Paired(id=known.pk, token="", is_replay=True)
        # Locked: two pages at once must not put a fourth phone in service.
        rows = PhoneRow.objects.select_for_update().filter(
            account_id=account_id, revoked_at__isnull=True
        )
        held = len(list(rows.order_by("pk")))
        verdict = require(may_pair(actor, account_id=account_id, label=label, in_service=held))
        token = new_token()
        row = PhoneRow.objects.create(
            account_id=account_id,
            label=label.strip(),
            digest=token_digest(token),
            made_at=at,
            made_by_act=command_id,
        )
        record_act(
            ActDraft(
                command_id=command_id, subject=f"phone:{row.pk}", action="pair_phone",
                actor=actor.key, role=GRID_WORKER, rule_id=verdict.rule, at=at,
                after={"account": account_id},
            )
        )  # fmt: skip
    return Paired(id=row.pk, token=token, is_replay=False)


def revoke_phone(
    *, actor: Actor, at: datetime, command_id: UUID, phone_id: int, why: str
) -> PhoneEntry:
    """Take a phone out of service at once: its holder, or whoever appoints over one of the grids.

    ``why``: lost | handed_back. Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        if was_done(command_id, "revoke_phone", actor):
            return entry_of(PhoneRow.objects.get(revoked_by_act=command_id))
        row = PhoneRow.objects.select_for_update().filter(pk=phone_id).first()
        if row is None:
            raise Refused(Verdict.no("fieldwork.no_phone", NO_PHONE, str(phone_id)))
        paths = list_grid_paths(row.account_id)
        verdict = require(may_revoke(actor, account_id=row.account_id, paths=paths))
        if why not in (LOST, HANDED_BACK):
            raise Refused(Verdict.no("fieldwork.bad_why", BAD_WHY))
        if row.revoked_at is not None:
            raise Refused(Verdict.no("fieldwork.phone_revoked", GONE, str(phone_id)))
        row.revoked_at, row.revoked_by_act, row.why = at, command_id, why
        row.save(update_fields=["revoked_at", "revoked_by_act", "why"])
        record_act(
            ActDraft(
                command_id=command_id, subject=f"phone:{row.pk}", action="revoke_phone",
                actor=actor.key, role=APPOINTING if verdict.rule == BY_AREA else GRID_WORKER,
                power="appointing" if verdict.rule == BY_AREA else "", rule_id=verdict.rule, at=at,
                after=facts(account=row.account_id, why=why),
            )
        )  # fmt: skip
    return entry_of(row)
