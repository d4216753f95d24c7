"""Appending whole new chains at once: the same acts as ``record_act``, in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from commongrid.ledger.inserting import NoTransactionError
from commongrid.ledger.keys import ledger_key
from commongrid.ledger.models import Act, Chain
from commongrid.ledger.seals import GENESIS, chain_seal
from commongrid.ledger.writing import ActDraft, act_row


class BrokenChainError(ValueError):
    """Drafts that are no chain of one new subject."""


def record_chains(chains: Iterable[Sequence[ActDraft]]) -> int:
    """Append the acts of subjects that have none yet, each a whole chain, oldest act first.

    Hash, salt and seal of every act are those ``record_act`` would have written.

    Raises: NoTransactionError outside ``atomic``; BrokenChainError for drafts of several subjects;
    IntegrityError when a subject already has acts or a command id was used before.
    Returns: the number of acts. Cost: some 18 acts a statement on SQLite, one on PostgreSQL.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError("record_chains")
    key, now = ledger_key(), timezone.now()
    acts: list[Act] = []
    heads: list[Chain] = []
    for drafts in chains:
        if not drafts:
            continue
        written = _chain(drafts, now)
        last = written[-1]
        length = len(written)
        seal = chain_seal(key, last.subject, length, last.hash)
        acts += written
        heads.append(Chain(subject=last.subject, length=length, head=last.hash, seal=seal))
    # Heads first: a subject that has a chain already stops everything before its acts are added.
    Chain.objects.bulk_create(heads)
    Act.objects.bulk_create(acts)
    return len(acts)


def _chain(drafts: Sequence[ActDraft], recorded_at: datetime) -> list[Act]:
    """The rows of one subject's acts, each hashed over the one before it."""
    subject, previous = drafts[0].subject, GENESIS
    written = []
    for position, draft in enumerate(drafts):
        if draft.subject != subject:
            message = f"{draft.subject} among the acts of {subject}"
            raise BrokenChainError(message)
        act = act_row(draft, position, previous, recorded_at)
        previous = act.hash
        written.append(act)
    return written
