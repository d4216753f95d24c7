"""Complaints die without a byte left: who complained, what was said on both sides, the receipt.

The words never lie there in the open, so what is looked for are the sealed bytes as well. Both
kinds are lived through: about an official, and about the keepers of the platform (sealed twice).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.models import Accused, Complaint, Entry, Identity
from commongrid.rooms.complaints.receipts import marks_of
from commongrid.rooms.vault import face as vault
from commongrid.site.keys import new_key
from tests.rooms.complaints import standing as s
from tests.stories.erasing.test_postgresql import files_of_tables
from tests.stories.erasing.test_raw_bytes import (  # noqa: F401 - a fixture is used by its name
    database_files,
    elsewhere,
    left,
    manage,
    searched,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="searches SQLite's files")
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="searches PostgreSQL's files"
)
REACH = face.Reach(name="zqnamea1", phone="zq-phone-b2", email="zqmailc3@example.org")
PLAIN = (
    "zqnamea1", "zq-phone-b2", "zqmailc3@example.org", "zqwordsd4", "zqmoree5", "zqaskedf6",
    "zqanswerg7", "zqverdicth8",
)  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """Two complaints that were closed, and the bytes by which they would be found."""

    filed: tuple[face.Filed, ...]
    identity: dict[str, bytes]
    words: dict[str, bytes]

    @property
    def all(self) -> dict[str, bytes]:
        return {**self.identity, **self.words}


@pytest.fixture
def house(place, settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "attachments"
    settings.HOME.mkdir()
    return settings.HOME


def lived_through() -> Lived:
    """Filed, asked back, answered and judged: about an official, and about the keepers."""
    at = timezone.now() - timedelta(days=2)
    names = s.people_of("worker", "supervisor", "reviewer")
    supervisor = names["supervisor"]
    face.make_key(
        actor=s.actor(supervisor, at), at=at, command_id=new_id(), path=s.TOWN,
        passphrase=s.PASSPHRASE,
    )  # fmt: skip
    filed = []
    for more in ({"whom": "zqwordsd4"}, {"about": face.About.ADMINISTRATOR}):
        one = s.filed(at=at, reach=REACH, **{"words": "zqwordsd4 13800002222", **more})
        s.do(face.take, supervisor, one.ref, at)
        s.do(face.ask, supervisor, one.ref, at, words="zqaskedf6")
        face.say_more(code=one.code, at=at, command_id=new_id(), words="zqmoree5")
        s.do(face.answer, supervisor, one.ref, at, words="zqanswerg7")
        face.give_verdict(
            code=one.code, at=at, command_id=new_id(), verdict=face.Outcome.SOLVED,
            words="zqverdicth8",
        )  # fmt: skip
        filed.append(one)
    return Lived(filed=tuple(filed), identity=identity_traces(), words=word_traces())


def identity_traces() -> dict[str, bytes]:
    found = {}
    for row in Complaint.objects.all():
        kept = Identity.objects.get(mark__in=marks_of(row.pk))
        found[f"identity {row.about}"] = bytes(kept.sealed)[20:60]
        found[f"mark {row.about}"] = kept.mark.encode()
    return found


def word_traces() -> dict[str, bytes]:
    found = {}
    for row in Complaint.objects.all():
        assert row.receipt
        found[f"receipt {row.about}"] = row.receipt.encode()
        if row.own_wrapped:
            found["own key"] = bytes(row.own_wrapped)[-40:]
    for entry in Entry.objects.select_related("complaint"):
        name = f"{entry.kind} {entry.complaint.about} {entry.pk}"
        found[name] = bytes(entry.sealed)[-40:]
        if entry.own:
            found[f"own {name}"] = bytes(entry.own)[-40:]
    return found


def asked_to_forget(lived: Lived) -> None:
    """Each of the two asks that their name goes."""
    for one in lived.filed:
        face.erase_identity(code=one.code, at=timezone.now(), command_id=new_id())


def assert_gone_but_counted(lived: Lived) -> None:
    assert not Entry.objects.exists()
    assert not Identity.objects.exists()
    assert not Accused.objects.exists()
    assert Complaint.objects.filter(outcome="solved", receipt=None).count() == len(lived.filed)
    assert ledger.verify().is_whole


def days_on(days: int):
    return timezone.now() + timedelta(days=days)


@on_sqlite
def test_nothing_of_a_complaint_lies_in_the_open(house):
    lived = lived_through()
    seen = database_files() + searched(house)
    assert [words for words in (*PLAIN, "13800002222") if words.encode() in seen] == []
    codes = [one.code for one in lived.filed]
    assert [code for code in codes if code.encode() in seen] == []
    assert left(seen, lived.all) == list(lived.all)  # what is sealed can be found


@on_sqlite
def test_the_clock_leaves_no_byte(house):
    lived = lived_through()
    face.erase_due(at=days_on(29))  # of thirty days, two are over
    vault.scrub()
    assert left(database_files(), lived.all) == list(lived.words)
    face.erase_due(at=days_on(364))
    vault.scrub()
    assert left(database_files() + searched(house), lived.all) == []
    assert_gone_but_counted(lived)


@on_sqlite
def test_who_asks_to_be_forgotten_leaves_no_byte_and_the_complaint_goes_on(house):
    lived = lived_through()
    asked_to_forget(lived)
    vault.scrub()
    assert left(database_files() + searched(house), lived.identity) == []
    assert left(database_files(), lived.words) == list(lived.words)
    own = face.find_own(lived.filed[0].code, timezone.now())
    assert own is not None
    assert own.entries
    assert ledger.verify().is_whole


@on_sqlite
@pytest.mark.parametrize("how", ["asked", "clock"])
def test_a_backup_from_before_brings_nothing_back(house, elsewhere, tmp_path, how):  # noqa: F811
    """The other machine has other keys: what was erased is found without them."""
    lived = lived_through()
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    assert left(searched(made), lived.all) == list(lived.all)
    if how == "asked":
        asked_to_forget(lived)
    else:
        face.erase_due(at=days_on(29))
        face.erase_due(at=days_on(364))
    elsewhere["COMMONGRID_COMPLAINT_KEYS"] = new_key()
    told = manage(
        elsewhere, "restore", made, "--erasures", vault.list_path(), "--without-keys"
    )  # fmt: skip
    assert " 0 erased again" not in told
    assert "the ledger is whole" in manage(elsewhere, "ledger", "verify")
    manage(elsewhere, "erase", "--scrub")
    seen = searched(Path(elsewhere["COMMONGRID_HOME"]))
    assert left(seen, lived.all) == (list(lived.words) if how == "asked" else [])


@on_postgresql
def test_the_tables_hold_no_byte_after_they_are_written_anew(house):
    lived = lived_through()
    assert left(files_of_tables(), lived.all) == list(lived.all)
    asked_to_forget(lived)
    assert vault.scrub(is_whole=True, patience_s=180), "another suite here may be writing"
    assert left(files_of_tables(), lived.all) == list(lived.words)
    face.erase_due(at=days_on(364))
    assert vault.scrub(is_whole=True, patience_s=180), "another suite here may be writing"
    assert left(files_of_tables(), lived.all) == []
    assert_gone_but_counted(lived)
