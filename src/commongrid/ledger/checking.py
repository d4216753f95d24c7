"""Verifying the ledger: every way in which rows can have been altered, removed or inserted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max

from commongrid.kernel.canon import canonical_json
from commongrid.ledger.keys import ledger_key
from commongrid.ledger.models import Act, Chain, Checkpoint
from commongrid.ledger.seals import (
    GENESIS,
    act_hash,
    chain_seal,
    checkpoint_seal,
    is_seal,
    words_digest,
)

REPEATED = (
    "subject", "position", "command_id", "action", "actor", "role", "power", "rule_id",
    "charter_key", "at", "recorded_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. ``code`` is stable, ``detail`` is for the log."""

    code: str
    subject: str
    position: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a whole reading of the ledger found."""

    acts: int
    chains: int
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        return not self.findings


def verify() -> Report:
    """Read every act once and compare hashes, columns, chains and checkpoints.

    Cost: three queries, rows streamed; memory grows with the number of chains, not acts.
    """
    findings: list[Finding] = []
    heads: dict[str, tuple[int, str]] = {}
    acts = 0
    rows = Act.objects.order_by("subject", "position").iterator(chunk_size=2000)
    for subject, chain in groupby(rows, key=lambda act: act.subject):
        length, head = 0, GENESIS
        for act in chain:
            findings += check_act(act, expected_position=length, expected_previous=head)
            length, head, acts = length + 1, act.hash, acts + 1
        heads[subject] = (length, head)
    chains = list(Chain.objects.all())
    findings += check_heads(chains, heads)
    checkpoints = list(Checkpoint.objects.order_by("last_act"))
    findings += check_checkpoints(checkpoints)
    return Report(acts, len(chains), len(checkpoints), tuple(findings))


def check_act(act: Act, *, expected_position: int, expected_previous: str) -> Iterator[Finding]:
    """The findings about one act in its place."""

    def found(code: str, detail: str) -> Finding:
        return Finding(code, act.subject, act.position, detail)

    if act.position != expected_position:
        yield found("gap", f"position {act.position} where {expected_position} was due")
    if act.previous != expected_previous:
        yield found("link", "does not continue the act before it")
    if act.hash != act_hash(act.core, act.previous):
        yield found("hash", "the core was altered")
    try:
        core = json.loads(act.core)
    except ValueError:
        core = None
    if not isinstance(core, dict):
        yield found("core", "the core is not readable")
        return
    for name in REPEATED:
        if core.get(name) != json.loads(canonical_json(getattr(act, name))):
            yield found("column", f"{name} differs from the core")
    is_erased = act.words == "" and act.salt == ""
    if not is_erased and core.get("words") != words_digest(act.words, act.salt):
        yield found("words", "the words were altered")


def check_heads(chains: Iterable[Chain], heads: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    """Chain rows against what was read: lengths, heads, seals, and chains without acts."""
    key, seen = ledger_key(), set()
    for chain in chains:
        seen.add(chain.subject)
        length, head = heads.get(chain.subject, (0, GENESIS))
        if (chain.length, chain.head) != (length, head):
            detail = f"{chain.length} acts were written, {length} are here"
            yield Finding("head", chain.subject, None, detail)
        if not is_seal(chain_seal(key, chain.subject, chain.length, chain.head), chain.seal):
            yield Finding("seal", chain.subject, None, "the head of the chain was altered")
    for subject in heads.keys() - seen:
        yield Finding("no_chain", subject, None, "acts without a sealed head")


def check_checkpoints(checkpoints: Iterable[Checkpoint]) -> Iterator[Finding]:
    """Each checkpoint's count and digest, recomputed in one pass over the acts."""
    key, points = ledger_key(), list(checkpoints)
    # Nothing behind the last checkpoint is read, so that the rows are read to their end.
    sealed = Act.objects.filter(id__lte=max((p.last_act for p in points), default=0))
    rows = sealed.order_by("id").values_list("id", "hash").iterator(chunk_size=5000)
    running, count, pending = hashlib.sha256(), 0, next(rows, None)
    for point in points:
        while pending is not None and pending[0] <= point.last_act:
            running.update(pending[1].encode())
            count, pending = count + 1, next(rows, None)
        expected = checkpoint_seal(key, point.last_act, point.acts, point.digest)
        if not is_seal(expected, point.seal):
            yield Finding("checkpoint_seal", f"checkpoint:{point.pk}", None, "was altered")
        if (point.acts, point.digest) != (count, running.hexdigest()):
            detail = f"{point.acts} acts were sealed, {count} are here or differ"
            yield Finding("checkpoint", f"checkpoint:{point.pk}", None, detail)


def make_checkpoint(*, at: datetime | None = None) -> Checkpoint:
    """Seal count and digest of all acts now, so that losing a whole chain is seen later."""
    running, count, last = hashlib.sha256(), 0, _last_settled()
    rows = Act.objects.filter(id__lte=last).order_by("id").values_list("hash", flat=True)
    for act_digest in rows.iterator():
        running.update(act_digest.encode())
        count += 1
    digest = running.hexdigest()
    return Checkpoint.objects.create(
        last_act=last,
        acts=count,
        digest=digest,
        made_at=at or datetime.now(UTC),
        seal=checkpoint_seal(ledger_key(), last, count, digest),
    )


def _last_settled() -> int:
    """The last row number under which nothing can appear any more.

    PostgreSQL hands out numbers before the commit: a transaction that is still open may hold a
    lower one. Waiting for the open ones to end, once, settles all numbers given so far; without it
    a checkpoint could miss an act that was there, and verify would report a loss.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ledger_act IN SHARE MODE")
        last: int | None = Act.objects.aggregate(last=Max("id"))["last"]
        return last or 0


def make_checkpoint_if_due(*, at: datetime, every: timedelta) -> bool:
    """Seal a checkpoint when the last one is older than ``every``. Returns whether it did."""
    last = Checkpoint.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if last is not None and at - last < every:
        return False
    make_checkpoint(at=at)
    return True
