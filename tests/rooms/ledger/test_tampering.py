"""Whoever writes to the tables directly is found out: every way, each by its own code."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import models

from commongrid.kernel.canon import canonical_json
from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, Chain, Checkpoint
from commongrid.ledger.seals import GENESIS, act_hash, chain_seal, checkpoint_seal
from tests.rooms.ledger.test_acts import AT, write

pytestmark = pytest.mark.django_db
SUBJECT = "matter:1"


@pytest.fixture(autouse=True)
def three_acts_and_a_neighbour():
    write(SUBJECT, SUBJECT, SUBJECT, "matter:2")
    ledger.make_checkpoint(at=AT)
    assert ledger.verify().is_whole


def codes() -> set[str]:
    return {finding.code for finding in ledger.verify().findings}


def act(position: int) -> models.QuerySet[Act]:
    return Act.objects.filter(subject=SUBJECT, position=position)


def remove(rows: models.QuerySet) -> None:
    rows._raw_delete(rows.db)


def alter_core(position: int = 1) -> None:
    core = json.loads(act(position).get().core)
    act(position).update(core=canonical_json({**core, "after": {"state": "closed"}}))


def rehash(*, seal_key: bytes | None = None) -> None:
    """Recompute every hash of the chain, as somebody would who can write to the database."""
    previous = GENESIS
    for row in Act.objects.filter(subject=SUBJECT).order_by("position"):
        digest = act_hash(row.core, previous)
        Act.objects.filter(pk=row.pk).update(previous=previous, hash=digest)
        previous = digest
    length = Act.objects.filter(subject=SUBJECT).count()
    changed = {"head": previous, "length": length}
    if seal_key is not None:
        changed["seal"] = chain_seal(seal_key, SUBJECT, length, previous)
    Chain.objects.filter(subject=SUBJECT).update(**changed)


def alter_and_rehash() -> None:
    alter_core()
    rehash(seal_key=b"a guess")


def swap_acts() -> None:
    """Two acts change places; the constraint on positions is stepped around."""
    act(0).update(position=9)
    act(1).update(position=0)
    act(9).update(position=1)


def swap_cores() -> None:
    first, second = act(0).get().core, act(1).get().core
    act(0).update(core=second)
    act(1).update(core=first)


def insert_act() -> None:
    row = act(2).get()
    row.pk, row.position, row.command_id, row.previous = None, 3, new_id(), row.hash
    row._state.adding = True
    row.save()


def insert_elsewhere() -> None:
    row = act(2).get()
    row.pk, row.position, row.command_id, row.subject = None, 0, new_id(), "matter:3"
    row._state.adding = True
    row.save()


def delete_whole_chain() -> None:
    remove(Act.objects.filter(subject=SUBJECT))
    remove(Chain.objects.filter(subject=SUBJECT))


def delete_last_and_head() -> None:
    remove(act(2))
    rehash(seal_key=b"a guess")


def alter_checkpoint() -> None:
    point = Checkpoint.objects.get()
    seal = checkpoint_seal(b"a guess", point.last_act, 1, point.digest)
    Checkpoint.objects.filter(pk=point.pk).update(acts=1, seal=seal)


WAYS: dict[str, tuple[Callable[[], object], set[str]]] = {
    "altered core": (alter_core, {"hash"}),
    "core that is no json": (lambda: act(1).update(core="???"), {"hash", "core"}),
    "core that is no object": (lambda: act(1).update(core="[]"), {"hash", "core"}),
    "altered actor": (lambda: act(1).update(actor="staff:2"), {"column"}),
    "altered role": (lambda: act(1).update(role="centre"), {"column"}),
    "altered rule": (lambda: act(0).update(rule_id="other"), {"column"}),
    "altered time": (lambda: act(2).update(at=AT.replace(hour=5)), {"column"}),
    "altered command": (lambda: act(2).update(command_id=new_id()), {"column"}),
    "altered words": (lambda: act(1).update(words="不好"), {"words"}),
    "altered salt": (lambda: act(1).update(salt="0" * 32), {"words"}),
    "words where there were none": (
        lambda: Act.objects.filter(subject="matter:2").update(words="x", salt=""), {"words"}),
    "words erased without the salt": (lambda: act(1).update(words=""), {"words"}),
    "altered hash": (lambda: act(1).update(hash="0" * 64), {"hash", "link", "checkpoint"}),
    "altered link": (lambda: act(1).update(previous="0" * 64), {"hash", "link"}),
    "act removed from the middle": (lambda: remove(act(1)), {"gap", "link", "head", "checkpoint"}),
    "first act removed": (lambda: remove(act(0)), {"gap", "link", "head", "checkpoint"}),
    "last act removed": (lambda: remove(act(2)), {"head", "checkpoint"}),
    "last act and head removed": (delete_last_and_head, {"seal", "checkpoint"}),
    "whole chain removed": (delete_whole_chain, {"checkpoint"}),
    "acts removed, head left": (
        lambda: remove(Act.objects.filter(subject=SUBJECT)), {"head", "checkpoint"}),
    "head removed": (lambda: remove(Chain.objects.filter(subject=SUBJECT)), {"no_chain"}),
    "act put in": (insert_act, {"hash", "column", "head"}),
    "act put into a new chain": (insert_elsewhere, {"link", "column", "no_chain"}),
    "acts swapped": (swap_acts, {"link", "column"}),
    "cores swapped": (swap_cores, {"hash", "column"}),
    "head altered": (lambda: Chain.objects.filter(subject=SUBJECT).update(head="1" * 64),
                     {"head", "seal"}),
    "length altered": (lambda: Chain.objects.filter(subject=SUBJECT).update(length=2),
                       {"head", "seal"}),
    "seal altered": (lambda: Chain.objects.filter(subject=SUBJECT).update(seal="1" * 64), {"seal"}),
    "recomputed without the key": (alter_and_rehash, {"seal", "checkpoint"}),
    "checkpoint altered": (alter_checkpoint, {"checkpoint", "checkpoint_seal"}),
    "subject changed": (
        lambda: Act.objects.filter(subject="matter:2").update(subject="matter:7"),
        {"column", "no_chain", "head"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_it_is_found(name):
    tamper, wanted = WAYS[name]
    tamper()
    assert codes() >= wanted
    for finding in ledger.verify().findings:
        assert finding.subject
        assert finding.detail


def test_what_is_untouched_is_not_blamed():
    alter_core()
    assert {finding.subject for finding in ledger.verify().findings} == {SUBJECT}


def test_every_position_is_told_where_it_can_be():
    act(1).update(actor="staff:2")
    assert [(f.subject, f.position) for f in ledger.verify().findings] == [(SUBJECT, 1)]


def test_another_key_does_not_verify(settings):
    settings.LEDGER_KEY = b"another key"
    assert codes() == {"seal", "checkpoint_seal"}


def test_only_whoever_has_the_key_could_rewrite_a_chain_and_the_checkpoint_still_shows(settings):
    """The one thing verify cannot see is a rewrite with the key since the last checkpoint."""
    key = settings.LEDGER_KEY
    alter_core()
    rehash(seal_key=key if isinstance(key, bytes) else key.encode())
    assert codes() == {"checkpoint"}
