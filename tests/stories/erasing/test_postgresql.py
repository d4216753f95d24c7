"""On PostgreSQL: the files of the tables, once written anew, hold no byte of the person's data.

The server's own write-ahead log is not searched: what it keeps is the keeper's (docs/adr/0036).
"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters.models import ContactRow
from commongrid.rooms.vault import face as vault
from commongrid.rooms.vault.scrubbing import personal_tables
from commongrid.stories.erasing import erase_person
from tests.stories.erasing.test_raw_bytes import OFFICER, TRACES, lived_through

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.real_clock,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL"),
]


def files_of_tables() -> bytes:
    """Every byte of the tables, their long values and their indexes, as they lie on the disk."""
    asked = """
        SELECT pg_relation_filepath(c.oid) FROM pg_class c
        WHERE c.relkind IN ('r', 'i', 't') AND c.relnamespace IN
            ('public'::regnamespace, 'pg_toast'::regnamespace)
    """
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(asked)
        paths = [path for (path,) in cursor.fetchall() if path]
        parts = []
        for path in paths:
            cursor.execute("SELECT pg_read_binary_file(%s, 0, 100000000, true)", [path])
            parts.append(bytes(cursor.fetchone()[0] or b""))
    return b"\0".join(parts)


def lived_and_traced(settings, tmp_path) -> tuple[UUID, dict[str, bytes]]:
    """One who lived through everything, and the bytes by which they would be found."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "attachments"
    settings.HOME.mkdir()
    settings.SITE_URL = "https://grid.example.org"
    raised = lived_through()
    traces = {name: words.encode() for name, words in TRACES.items()}
    traces["sealed"] = bytes(ContactRow.objects.get(matter_id=raised.id).sealed)[20:60]
    return raised.id, traces


def left_of(traces: dict[str, bytes]) -> list[str]:
    """The names of what is still found in the files."""
    files = files_of_tables()
    return [name for name, trace in traces.items() if trace in files]


def test_the_tables_hold_no_byte_after_they_are_written_anew(place, settings, tmp_path):
    matter_id, traces = lived_and_traced(settings, tmp_path)
    assert left_of(traces) == list(traces)
    erase_person(actor=OFFICER, at=timezone.now(), command_id=new_id(), matter_id=matter_id)
    assert vault.scrub(is_whole=True, patience_s=180), "another suite on this server may be writing"
    assert left_of(traces) == []
    assert "matters_matter" in personal_tables()


def test_who_still_reads_the_past_is_noticed(place):
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1")
            assert not vault.scrub(), "somebody sees the database as it was"
            cursor.execute("COMMIT")
        assert vault.scrub(patience_s=180)
    finally:
        reader.close()


def test_a_writer_in_another_database_keeps_the_bytes_and_is_noticed(place, settings, tmp_path):
    """A table is written anew through a snapshot, which reaches back to the oldest writer anywhere.

    Seen where two suites shared a server: every erased byte was still in the new files.
    """
    matter_id, traces = lived_and_traced(settings, tmp_path)
    elsewhere = connection.copy()
    elsewhere.settings_dict["NAME"] = "postgres"
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            erase_person(actor=OFFICER, at=timezone.now(), command_id=new_id(), matter_id=matter_id)
            assert not vault.scrub(is_whole=True), "who began before may still see it"
            assert left_of(traces) != []
            cursor.execute("COMMIT")
        assert vault.scrub(is_whole=True, patience_s=180)
        assert left_of(traces) == []
    finally:
        elsewhere.close()
