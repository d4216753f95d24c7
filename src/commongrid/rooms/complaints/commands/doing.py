"""What every command of this room does around its change: replay check, row, one act.

The acts carry neither the complainant, nor whom it is about, nor words: the ledger is read by
others, and by those complained of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.ledger.face import ActDraft, find_act, record_act
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.stages import refusal
from commongrid.rooms.complaints.models import Complaint, Entry
from commongrid.rooms.complaints.reading import level_hat, readable
from commongrid.rooms.complaints.receipts import digest_of_code
from commongrid.rooms.complaints.sealed import seal_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does what, when, under which command id."""

    actor: str
    at: datetime
    command_id: UUID
    action: str
    role: str = ""
    power: str = ""


def was_done(deed: Deed) -> bool:
    """Whether an earlier run of this command left its act.

    Raises: Refused when the id was used by another actor or for another action.
    """
    act = find_act(deed.command_id)
    if act is not None and (act.action, act.actor) != (deed.action, deed.actor):
        raise refusal("reused", stages.REUSED, str(deed.command_id))
    return act is not None


def record(deed: Deed, row: Complaint, *, after: Mapping[str, Any] | None = None) -> None:
    """Write the act of a command: the stage and its date, nothing that points to a person."""
    record_act(
        ActDraft(
            command_id=deed.command_id,
            subject=f"complaint:{row.ref}",
            action=deed.action,
            actor=deed.actor,
            role=deed.role,
            power=deed.power,
            rule_id=f"complaint.{deed.action}",
            at=deed.at,
            after={"state": row.state, "due_at": row.due_at, **(after or {})},
        )
    )


def locked_for(actor: Actor, ref: str) -> Complaint:
    """The row, held until the transaction ends, for who may read it. Raises: Refused."""
    rows = readable(actor).select_related("sealed_to").select_for_update(of=("self",))
    row = rows.filter(ref=ref.strip().upper()).first()
    if row is None:
        raise refusal("none", stages.NO_COMPLAINT, ref)
    return row


def role_at_level(actor: Actor, row: Complaint) -> str:
    """The role by which somebody acts at the level of a complaint. Raises: Refused."""
    hat = level_hat(actor, row)
    if hat is None:
        raise refusal("not_yours", stages.NOT_YOURS)
    return hat.role


def locked_own(code: str) -> Complaint:
    """The complainant's row by the receipt code, held. Raises: Refused."""
    digest = digest_of_code(code)
    rows = Complaint.objects.select_related("sealed_to").select_for_update(of=("self",))
    row = rows.filter(receipt=digest).first() if digest else None
    if row is None:
        raise refusal("none", stages.NO_COMPLAINT)
    return row


def check_words(words: str) -> str:
    """The words as they are kept. Raises: Refused."""
    kept = words.strip()
    if not kept:
        raise refusal("no_words", stages.NO_WORDS)
    if len(kept) > stages.LONGEST_WORDS:
        raise refusal("too_long", stages.TOO_LONG)
    return kept


def add_entry(row: Complaint, deed: Deed, kind: str, words: str, **more: str) -> None:
    """Add a turn of the dialogue; of the complainant it says nobody."""
    sealed, own = seal_words(row, {"words": words, **more})
    is_office = deed.actor != stages.COMPLAINANT
    Entry.objects.create(
        complaint=row, kind=kind, sealed=sealed, own=own, by=deed.actor if is_office else "",
        role=deed.role if is_office else "", at=deed.at, made_by_act=deed.command_id,
    )  # fmt: skip
