"""Writing the ledger: acts and outbox rows, always inside the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from commongrid.kernel.canon import canonical_json
from commongrid.ledger.inserting import NoTransactionError, insert_counted, insert_rows, new_row
from commongrid.ledger.keys import ledger_key
from commongrid.ledger.models import Act, Chain, OutboxRow
from commongrid.ledger.seals import GENESIS, act_hash, chain_seal, words_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDraft:
    """What a command says about itself.

    ``words`` is free text (a reason); ``before`` and ``after`` hold facts only, never personal
    data. ``is_first`` saves a query where the subject was made in this very transaction.
    """

    command_id: UUID
    subject: str
    action: str
    actor: str
    rule_id: str
    at: datetime
    role: str = ""
    power: str = ""
    charter_key: str = ""
    words: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    is_first: bool = False


def record_act(draft: ActDraft) -> Act:
    """Append one act to its subject's chain.

    Raises: NoTransactionError outside ``atomic``; IntegrityError when the command id was used
    before (the database's uniqueness is what makes a replay harmless).
    Cost: 2 statements for a new subject, 3 for a known one.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(draft.action)
    chain = None if draft.is_first else _locked_chain(draft.subject)
    position, previous = (chain.length, chain.head) if chain else (0, GENESIS)
    act = act_row(draft, position, previous, timezone.now())
    insert_counted(act)
    _move_head(chain, act)
    return act


def first_act_rows(draft: ActDraft) -> tuple[Act, Chain]:
    """The act that begins a chain, and its head: for a command that writes all its rows at once.

    They are those ``record_act`` would have written. A subject that has acts already, or a command
    id used before, is refused by the database when they are inserted.
    """
    act = act_row(draft, 0, GENESIS, timezone.now())
    seal = chain_seal(ledger_key(), act.subject, 1, act.hash)
    return act, new_row(Chain, subject=act.subject, length=1, head=act.hash, seal=seal)


def act_row(draft: ActDraft, position: int, previous: str, recorded_at: datetime) -> Act:
    """An act in its place, hashed and not saved: the one way acts are made, singly or in bulk."""
    salt = secrets.token_hex(16) if draft.words else ""
    core = canonical_json(core_of(draft, position, salt, recorded_at))
    return new_row(
        Act,
        subject=draft.subject,
        position=position,
        command_id=draft.command_id,
        action=draft.action,
        actor=draft.actor,
        role=draft.role,
        power=draft.power,
        rule_id=draft.rule_id,
        charter_key=draft.charter_key,
        at=draft.at,
        recorded_at=recorded_at,
        core=core,
        words=draft.words,
        salt=salt,
        previous=previous,
        hash=act_hash(core, previous),
    )


def core_of(draft: ActDraft, position: int, salt: str, recorded_at: datetime) -> dict[str, Any]:
    """The facts the hash covers."""
    return {
        "subject": draft.subject,
        "position": position,
        "command_id": draft.command_id,
        "action": draft.action,
        "actor": draft.actor,
        "role": draft.role,
        "power": draft.power,
        "rule_id": draft.rule_id,
        "charter_key": draft.charter_key,
        "at": draft.at,
        "recorded_at": recorded_at,
        "words": words_digest(draft.words, salt) if draft.words else "",
        "before": dict(draft.before or {}),
        "after": dict(draft.after or {}),
    }


def add_outbox(
    *, topic: str, subject: str, command_id: UUID, at: datetime, payload: Mapping[str, Any]
) -> None:
    """Ask for a delivery after the commit. Payload: ids and topics, no personal data."""
    if not connection.in_atomic_block:
        raise NoTransactionError(topic)
    insert_rows(
        outbox_row(topic=topic, subject=subject, command_id=command_id, at=at, payload=payload)
    )


def outbox_row(
    *, topic: str, subject: str, command_id: UUID, at: datetime, payload: Mapping[str, Any]
) -> OutboxRow:
    """What ``add_outbox`` writes, not written yet."""
    return new_row(
        OutboxRow,
        topic=topic,
        subject=subject,
        command_id=command_id,
        created_at=at,
        payload=dict(payload),
    )


def _locked_chain(subject: str) -> Chain | None:
    return Chain.objects.select_for_update().filter(subject=subject).first()


def _move_head(chain: Chain | None, act: Act) -> None:
    length = act.position + 1
    seal = chain_seal(ledger_key(), act.subject, length, act.hash)
    if chain is None:
        insert_rows(Chain(subject=act.subject, length=length, head=act.hash, seal=seal))
        return
    Chain.objects.filter(subject=act.subject).update(length=length, head=act.hash, seal=seal)
