"""Closed commitments: proofs and old receipts hold, the house can no longer show what they say."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from commongrid.ledger import face as ledger
from commongrid.ledger.log import face
from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.models import Leaf, SignedCheckpoint
from commongrid.ledger.log.opening import entry_of
from commongrid.ledger.log.proofs import inclusion_proof, is_included
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.models import Act
from tests.rooms.ledger.test_acts import AT, draft, write

pytestmark = pytest.mark.django_db
MINE, OTHERS = "matter:1", "matter:2"


def close(*subjects: str, on: str = MINE) -> None:
    """An act that closes, as the erasure of a person's matter writes it."""
    ledger.record_act(draft(subject=on, after={face.SALTS_GONE: list(subjects)}))


@pytest.fixture
def taken_home() -> str:
    """A receipt from before the erasure, of a log that goes on after it."""
    write(MINE, OTHERS, MINE)
    face.run_log_round(at=AT)
    return json.dumps(face.receipt_of(MINE, ref="x", at=AT))


@pytest.fixture
def closed(taken_home) -> str:
    close(MINE)
    face.run_log_round(at=AT)
    return taken_home


def salts() -> list[int]:
    return [len(bytes(salt)) for salt in Leaf.objects.order_by("index").values_list("salt", flat=1)]


def test_only_the_leaves_before_the_act_lose_their_salt(closed):
    write(MINE)
    face.run_log_round(at=AT)
    assert salts() == [0, 32, 0, 32, 32]


def test_log_and_ledger_verify_and_say_how_many_are_closed(closed):
    report = face.verify_log()
    assert (report.is_whole, report.unopened, report.size) == (True, 2, 4)
    assert ledger.verify().is_whole


def test_inclusion_proofs_of_closed_leaves_still_hold(closed):
    point = SignedCheckpoint.objects.order_by("-pk")[0]
    for leaf in Leaf.objects.all():
        proof = inclusion_proof(leaf.index, point.size, tree_nodes())
        entry = leaf_hash(bytes(leaf.entry))
        assert is_included(entry, leaf.index, point.size, proof, bytes(point.root))


def test_the_receipt_from_before_holds_offline(closed):
    checked = face.check_receipt(closed)
    assert [act.verdict for act in checked.acts] == ["proven", "proven"]
    assert not checked.problems


def test_the_house_can_no_longer_show_what_they_committed_to(closed):
    later = face.receipt_of(MINE, ref="x", at=AT)
    assert [one.get("closed", False) for one in later["acts"]] == [True, True, False]
    assert all("salt" not in one and "by" not in one for one in later["acts"][:2])
    checked = face.check_receipt(json.dumps(later))
    assert [act.verdict for act in checked.acts] == ["closed", "closed", "proven"]
    assert not checked.problems
    for leaf in Leaf.objects.filter(salt=b""):  # a guess fits nothing the house has left
        act = Act.objects.get(pk=leaf.act_id)
        assert entry_of(bytes(leaf.salt), act.previous, act.core) != bytes(leaf.entry)


def test_receipts_of_others_and_their_next_ones_hold(closed):
    checked = face.check_receipt(json.dumps(face.receipt_of(OTHERS, ref="y", at=AT)))
    assert [act.verdict for act in checked.acts] == ["proven"]


def test_acts_that_had_no_leaf_yet_are_closed_with_it(taken_home):
    write(MINE)
    close(MINE, OTHERS)
    assert face.append_acts(batch=1) == 2
    assert salts() == [0, 0, 0, 0, 32]
    assert face.verify_log().is_whole


def test_a_salt_that_no_act_explains_is_still_found(closed):
    Leaf.objects.filter(index=1).update(salt=b"")
    codes = [(one.code, one.subject) for one in face.verify_log().findings]
    assert codes == [("log_unopened", OTHERS)]


def test_an_act_altered_to_explain_it_explains_nothing(taken_home):
    write(MINE)
    face.run_log_round(at=AT)
    Leaf.objects.filter(index=1).update(salt=b"")
    act = Act.objects.get(subject=MINE, position=2)
    core = json.loads(act.core)
    core["after"][face.SALTS_GONE] = [OTHERS]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_act SET core = %s WHERE id = %s", [json.dumps(core), act.pk])
    assert {one.code for one in face.verify_log().findings} == {"log_unopened", "log_entry"}


def test_an_act_behind_nothing_closes_nothing_later(closed):
    write(MINE)
    face.run_log_round(at=AT)
    Leaf.objects.filter(index=4).update(salt=b"")
    assert [one.code for one in face.verify_log().findings] == ["log_unopened"]
