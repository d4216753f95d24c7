"""A receipt at home: what was altered, left out or signed by somebody else does not hold."""

from __future__ import annotations

import hashlib
import json

import pytest

from commongrid.ledger.log import face, notes
from tests.rooms.ledger.log.tampering import SUBJECT, receipt, vkey
from tests.rooms.ledger.test_acts import write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", ["told", "salt", "kept", "index", "proof", "checkpoint"])
def test_a_receipt_altered_anywhere_does_not_hold(part, house):
    plain = json.loads(house["receipt"])
    one = plain["acts"][1]
    if part == "told":
        one["told"] = one["told"].replace("accepted", "rejected")
    elif part in ("salt", "kept"):
        one[part] = f"{int(one[part][:2], 16) ^ 1:02x}{one[part][2:]}"  # another for any bytes
    elif part == "index":
        one["index"] += 1
    elif part == "proof":
        one["proof"] = one["proof"][1:]
    else:
        plain["checkpoint"] = plain["checkpoint"].replace("\n7\n", "\n8\n")
    checked = face.check_receipt(json.dumps(plain), vkeys=[vkey()])
    assert set(checked.problems) & {"proof", "signature"}
    assert any(act.verdict == "wrong" for act in checked.acts)


def test_a_receipt_that_leaves_an_act_out_shows_it(house):
    plain = json.loads(house["receipt"])
    del plain["acts"][1]
    assert face.check_receipt(json.dumps(plain), vkeys=[vkey()]).problems == ("order",)


def test_a_receipt_signed_by_another_key_does_not_hold(house):
    other = notes.Signer("grid.example.org/log", notes.LOG_KEY, hashlib.sha256(b"o").digest())
    checked = face.check_receipt(house["receipt"], vkeys=[other.verifier.vkey])
    assert "signature" in checked.problems
    assert {act.verdict for act in checked.acts} == {"wrong"}


def test_what_is_not_in_the_log_yet_is_said_to_wait(house):
    write(SUBJECT)
    checked = face.check_receipt(json.dumps(receipt()), vkeys=[vkey()])
    assert checked.problems == ()
    assert [act.verdict for act in checked.acts] == ["proven"] * 3 + ["waiting"]
    assert checked.witnessed_by == (("library.example/witness", 1773104400),)
