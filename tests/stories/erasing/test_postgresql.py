"""On PostgreSQL: the files of the tables, once written anew, hold no byte of the person's data.

The server's own write-ahead log is not searched: what it keeps is the keeper's (docs/adr/0036).
"""

from __future__ import annotations

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


def test_the_tables_hold_no_byte_after_they_are_written_anew(place, settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "attachments"
    settings.HOME.mkdir()
    settings.SITE_URL = "https://grid.example.org"
    raised = lived_through()
    traces = {name: words.encode() for name, words in TRACES.items()}
    traces["sealed"] = bytes(ContactRow.objects.get(matter_id=raised.id).sealed)[20:60]
    found = files_of_tables()
    assert [name for name, trace in traces.items() if trace not in found] == []
    erase_person(actor=OFFICER, at=timezone.now(), command_id=new_id(), matter_id=raised.id)
    assert vault.scrub(is_whole=True, patience_s=60), "the server's own cleaner may be reading"
    left = files_of_tables()
    assert [name for name, trace in traces.items() if trace in left] == []
    assert "matters_matter" in personal_tables()


def test_who_still_reads_the_past_is_noticed(place):
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1")
            assert not vault.scrub(), "somebody sees the database as it was"
            cursor.execute("COMMIT")
        assert vault.scrub(patience_s=60)
    finally:
        reader.close()
