"""When a person has a matter erased, the salts of its leaves in the log are gone as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from commongrid.ledger import face as ledger
from commongrid.ledger.log import face as log
from commongrid.ledger.log.models import Leaf
from commongrid.ledger.models import Act
from commongrid.rooms.vault import face as vault
from tests.stories.erasing.test_postgresql import files_of_tables
from tests.stories.erasing.test_raw_bytes import (  # noqa: F401 - fixtures are used by their names
    database_files,
    elsewhere,
    erased,
    house,
    left,
    lived_through,
    manage,
    searched,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]


def traces() -> dict[str, dict[str, bytes]]:
    """The salts by whose acts they open."""
    log.append_acts()
    subjects = dict(Act.objects.values_list("pk", "subject"))
    found: dict[str, dict[str, bytes]] = {}
    for leaf in Leaf.objects.all():
        found.setdefault(subjects[leaf.act_id], {})[str(leaf.index)] = bytes(leaf.salt)
    return found


def seen() -> bytes:
    return database_files() if connection.vendor == "sqlite" else files_of_tables()


def test_no_salt_is_left_and_others_are(house, elsewhere, tmp_path):  # noqa: F811
    raised = lived_through()
    mine = f"matter:{raised.id}"
    salts = traces()
    others = {n: salt for whose, some in salts.items() if whose != mine for n, salt in some.items()}
    assert left(seen(), salts[mine]) == list(salts[mine])
    assert len(salts[mine]) >= 3
    if connection.vendor == "sqlite":
        call_command("backup", str(tmp_path / "backups"))
    gone = erased(raised)
    assert gone.counts["commitments"] == len(salts[mine])
    log.append_acts()
    assert vault.scrub(is_whole=True, patience_s=180), "another suite here may be writing"
    assert left(seen(), salts[mine]) == []
    assert left(seen(), others) == list(others)
    assert log.verify_log().is_whole
    assert ledger.verify().is_whole
    if connection.vendor == "sqlite":
        (made,) = (tmp_path / "backups").iterdir()
        assert left(searched(made), salts[mine]) != []
        told = manage(elsewhere, "restore", made, "--erasures", vault.list_path())
        assert "the ledger is whole" in told
        manage(elsewhere, "erase", "--scrub")
        assert left(searched(Path(elsewhere["COMMONGRID_HOME"])), salts[mine]) == []
