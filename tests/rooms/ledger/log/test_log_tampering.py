"""Somebody has every right in the database, and even the ledger's key. What they do is found out:
by verify, by a resident's receipt, or by a witness. Each way names who finds it.
"""

from __future__ import annotations

import json

import pytest

from commongrid.ledger.log import asking, face, memory, notes
from commongrid.ledger.log.models import Cosignature, SignedCheckpoint, Tile
from commongrid.ledger.log.witnessing import Request
from tests.rooms.ledger.log.tampering import (
    LATER,
    RECEIPT,
    SUBJECT,
    WAYS,
    forge_checkpoint,
    garble_witness,
    receipt,
    rewrite_everything,
    roll_back,
    vkey,
)
from tests.rooms.ledger.test_acts import write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", WAYS)
def test_it_is_found(name, house, library):
    tamper, codes, told_by, witnessed = WAYS[name]
    tamper()
    assert {finding.code for finding in face.verify_log().findings} >= codes
    assert codes or told_by or witnessed
    if RECEIPT in told_by:
        assert differs_from_home(house)
    if codes & {"log_memory"}:
        assert face.run_log_round(at=LATER).trouble  # and nothing more is signed
    if witnessed:
        asking.ask_witnesses(at=LATER, send=library.post)
        troubles = {card.trouble for card in face.find_log().witnesses}
        assert troubles == ({""} if witnessed == "cosigned" else {witnessed})
        assert any(card.is_conflict for card in face.find_log().witnesses) == (
            witnessed != "cosigned"
        )


def differs_from_home(house: dict) -> bool:
    """What the house says now is not what the receipt at home proves."""
    at_home = face.check_receipt(house["receipt"], vkeys=[vkey()])
    assert at_home.problems == ()
    assert all(one.verdict == "proven" for one in at_home.acts)
    now = [json.loads(one["told"]) for one in receipt()["acts"]]
    return now[: len(at_home.acts)] != [one.told for one in at_home.acts]


def test_nothing_is_found_where_nothing_was_done(house, library):
    assert face.verify_log().is_whole
    assert not differs_from_home(house)
    write(SUBJECT)
    assert face.run_log_round(at=LATER).trouble == ""
    assert asking.ask_witnesses(at=LATER, send=library.post) == 1
    report = face.verify_log()
    assert report.is_whole
    assert (report.size, report.checkpoints, report.cosignatures) == (8, 3, 3)


def test_a_log_forked_for_one_reader_shows_two_roots(house, library):
    """One reader is served another tree, signed by the house's own key."""
    rewrite_everything()
    forked = face.find_log().note
    told = face.check_receipt(json.dumps(receipt()), vkeys=[vkey()], other=house["note"])
    assert told.problems == ("two_roots",)
    assert face.check_receipt(house["receipt"], vkeys=[vkey()], other=forked).problems == (
        "two_roots",
    )
    asking.ask_witnesses(at=LATER, send=library.post)
    assert [card.trouble for card in face.find_log().witnesses] == ["differs"]
    assert told.witnessed_by == ()  # no witness signed what this reader was shown


def test_a_fork_that_went_on_is_not_cosigned(house, library):
    rewrite_everything()
    write(SUBJECT, SUBJECT)
    face.append_acts()
    forge_checkpoint(9)
    asking.ask_witnesses(at=LATER, send=library.post)
    assert [card.trouble for card in face.find_log().witnesses] == ["inconsistent"]
    assert library.answers[-1].status == 422


def test_a_log_rolled_back_with_its_memory_is_behind_its_witness(house, library):
    """Database and memory of an old backup: only the witness knows better."""
    roll_back()
    point = SignedCheckpoint.objects.get()
    memory.remember(memory.Signed(point.origin, point.size, bytes(point.root).hex()))
    asking.Asking.objects.all().delete()
    Cosignature.objects.all().delete()
    assert face.verify_log().is_whole
    assert face.run_log_round(at=LATER).trouble == ""
    asking.ask_witnesses(at=LATER, send=library.post)
    assert [card.trouble for card in face.find_log().witnesses] == ["ahead"]


def test_an_old_checkpoint_sent_again_is_refused(house, library):
    """Replayed: rightly signed, and of yesterday."""
    old = notes.parse_note(SignedCheckpoint.objects.order_by("size")[0].note)
    body = Request(4, (), old, notes.parse_checkpoint(old.text)).body
    status, kind, content = library.post("https://library.example/add-checkpoint", body.encode())
    assert (status, kind, content) == (409, "text/x.tlog.size", b"7\n")


def test_what_was_altered_stops_neither_the_page_nor_the_asking(house, library, client):
    garble_witness()
    assert client.get("/log/checkpoint").status_code == 200
    Cosignature.objects.all().delete()
    Tile.objects.update(hashes=bytes(32))
    asking.Asking.objects.update(size=4)
    assert asking.ask_witnesses(at=LATER, send=library.post) == 0
    assert [card.trouble for card in face.find_log().witnesses] == ["damaged"]
