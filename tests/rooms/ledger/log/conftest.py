"""Each test has a folder of its own for what the log remembers outside the database."""

import json
from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def own_memory(settings, tmp_path):
    settings.HOME = tmp_path
    settings.TLOG_NAME = "grid.example.org/log"


@pytest.fixture
def library(settings):
    """A witness that the settings name."""
    from tests.rooms.ledger.log.tampering import Library

    found = Library()
    settings.WITNESSES = [f"{found.signer.verifier.vkey} https://library.example"]
    return found


@pytest.fixture
def house(library, clock):
    """A log with two checkpoints, cosigned; and the receipt a resident took home."""
    from commongrid.ledger import face as ledger
    from commongrid.ledger.log import asking, face
    from tests.rooms.ledger.log.tampering import LATER, SUBJECT, receipt
    from tests.rooms.ledger.test_acts import AT, write

    clock.move_to(AT)
    write(SUBJECT, "matter:2", SUBJECT, "matter:2")
    face.run_log_round(at=AT)
    asking.ask_witnesses(at=AT, send=library.post)
    clock.move_to(AT + timedelta(days=1))
    write(SUBJECT, "matter:3", "matter:2")
    face.run_log_round(at=AT + timedelta(days=1))
    asking.ask_witnesses(at=AT + timedelta(days=1), send=library.post)
    ledger.make_checkpoint(at=AT)
    assert ledger.verify().is_whole
    assert face.verify_log().is_whole
    clock.move_to(LATER)
    return {"receipt": json.dumps(receipt()), "note": face.find_log().note}
