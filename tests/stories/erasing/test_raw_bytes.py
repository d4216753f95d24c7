"""After an erasure no byte of the person's data is left: not in the database's files, not in the
attachments, not in a backup made before it once it is restored; and the ledger verifies.

The files are searched as bytes, and what is looked for is found there before the erasure.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from commongrid.charter.matter import Hat
from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter, PhotoRow, SoundRow
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.vault import face as vault
from commongrid.stories.erasing import erase_person
from tests.support import factories as f
from tests.support import recordings
from tests.support.words import index_words_now

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.real_clock,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL: see test_postgresql.py"),
]
OFFICER = f.somebody("15", Hat("data_officer", f.TOWN))
# Each is written in another place of the house; none stands for a real person.
TRACES = {
    "text": "zqtexta1 13800001111 雪兔巷",
    "address": "zqaddressb2",
    "proxy": "zqproxyc3",
    "note": "zqnoted4",
    "rating": "zqratinge5",
    "writing": "zqwritingf6",
}
NEVER_PLAIN = ("zqnameg7", "zq-phone-h8", "zqmaili9@example.org", "zqnewsj1@example.org")


@pytest.fixture
def house(place, settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "attachments"
    settings.HOME.mkdir()
    settings.SITE_URL = "https://grid.example.org"
    f.raised()  # somebody else's, which stays
    return settings.HOME


def noisy() -> matters.Photo:
    """A picture no part of which occurs elsewhere."""
    image, content = Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3)), io.BytesIO()
    image.save(content, "JPEG")
    return matters.Photo(content=content.getvalue())


def lived_through() -> matters.Raised:
    """A matter that left traces wherever a matter can, and was closed."""
    at = timezone.now() - timedelta(days=20)
    contact = matters.Contact(name=NEVER_PLAIN[0], phone=NEVER_PLAIN[1], email=NEVER_PLAIN[2])
    raised = f.raised(
        "A01", TRACES["text"], address=TRACES["address"], proxy_note=TRACES["proxy"], at=at,
        lon=122.2635, lat=43.6174, contact=contact, photos=(noisy(),),
    )  # fmt: skip
    owner = matters.reporter_of(raised.id)
    sound = matters.add_voice_note(
        actor=owner, at=at, command_id=new_id(), matter_id=raised.id, content=recordings.webm(1)
    )
    assert sound
    SoundRow.objects.filter(matter_id=raised.id).update(words=TRACES["writing"])
    f.step(raised.id, "desk", "note", at, note=TRACES["note"])
    followed = subscriptions.Followed(matter_id=raised.id, is_own=True)
    subscriptions.ask_by_mail(
        at=at, email=NEVER_PLAIN[3], followed=followed, language="zh-hans"
    )  # fmt: skip
    f.step(raised.id, "reporter", "withdraw", at + timedelta(days=1))
    Matter.objects.filter(pk=raised.id).update(rating_words=TRACES["rating"])
    index_words_now()  # so that they lie in the index too
    return raised


def wanted(matter_id) -> dict[str, bytes]:
    """What is looked for, as bytes: words, sealed data, and parts of the files."""
    found = {name: words.encode() for name, words in TRACES.items()}
    found["search"] = b"zqtexta1"
    found["telephone in words"] = b"13800001111"
    found["sealed contact"] = bytes(ContactRow.objects.get(matter_id=matter_id).sealed)[20:60]
    for kind in (PhotoRow, SoundRow):
        name = kind.objects.filter(matter_id=matter_id).values_list("file", flat=True)[0]
        content = (Path(django_settings.MEDIA_ROOT) / name[:2] / name).read_bytes()
        found[kind.__name__] = content[len(content) // 2 :][:48]
    return found


def searched(*folders: Path) -> bytes:
    """Every byte of every file."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\0".join(path.read_bytes() for path in files)


def database_files() -> bytes:
    name = Path(str(connection.settings_dict["NAME"]))
    files = [name.with_name(name.name + end) for end in ("", "-wal", "-shm", "-journal")]
    return b"\0".join(path.read_bytes() for path in files if path.exists())


def left(seen: bytes, traces: dict[str, bytes]) -> list[str]:
    return [name for name, trace in traces.items() if trace in seen]


def erased(raised: matters.Raised) -> matters.Gone:
    return erase_person(
        actor=OFFICER, at=timezone.now(), command_id=new_id(), matter_id=raised.id
    )  # fmt: skip


def test_no_byte_is_left_in_database_index_and_files(house):
    raised = lived_through()
    traces = wanted(raised.id)
    assert left(database_files() + searched(house), traces) == list(traces)  # it can be found
    plain = [words for words in NEVER_PLAIN if words.encode() in database_files()]
    assert plain == []  # contact data never lie there in the open
    gone = erased(raised)
    assert gone.counts["contact"] == gone.counts["pictures"] == gone.counts["voice_notes"] == 1
    assert gone.counts["subscriptions"] == 1
    assert gone.counts["files"] == 2
    vault.scrub()
    assert left(searched(house), traces) == []
    assert left(database_files(), traces) == []
    assert ledger.verify().is_whole
    assert Matter.objects.count() == 2  # what is counted stays


def test_the_clock_leaves_no_byte_either(house):
    raised = lived_through()
    traces = wanted(raised.id)
    late = timezone.now() + timedelta(days=1200)
    while matters.erase_due(at=late).total:
        pass
    subscriptions.erase_expired(at=late)
    vault.scrub()
    assert left(database_files() + searched(house), traces) == []
    assert ledger.verify().is_whole


def manage(env, *words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "commongrid", *map(str, words)],
        env=env, cwd=django_settings.SOURCE_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def elsewhere(tmp_path):
    home = tmp_path / "elsewhere"
    home.mkdir()
    env = {**os.environ, "COMMONGRID_HOME": str(home), "DATABASE_URL": "", "PYTHONPATH": "src"}
    env["DJANGO_SETTINGS_MODULE"] = "commongrid.site.settings"
    return env


def test_a_backup_from_before_brings_nothing_back(house, elsewhere, tmp_path):
    raised = lived_through()
    traces = wanted(raised.id)
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    assert left(searched(made), traces) == list(traces)
    erased(raised)
    told = manage(elsewhere, "restore", made, "--erasures", vault.list_path())
    assert "the ledger is whole" in told
    assert " 0 erased again" not in told
    manage(elsewhere, "erase", "--scrub")
    home = Path(elsewhere["COMMONGRID_HOME"])
    assert left(searched(home), traces) == []
    # The restored place knows them now, and its own list names them for the next restore.
    assert (home / "erasures").read_bytes().count(b"\n") >= 2


def test_a_restore_without_the_list_says_so(house, elsewhere, tmp_path):
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    assert "may be back" in manage(elsewhere, "restore", made)


def test_a_later_backup_carries_the_list(house, elsewhere, tmp_path):
    raised = lived_through()
    traces = wanted(raised.id)
    call_command("backup", str(tmp_path / "first"))
    erased(raised)
    call_command("backup", str(tmp_path / "second"))
    (first,), (second,) = (tmp_path / "first").iterdir(), (tmp_path / "second").iterdir()
    vault.scrub()
    assert left(searched(second), traces) == [] or left(database_files(), traces) == []
    manage(elsewhere, "restore", first, "--erasures", second / "erasures")
    manage(elsewhere, "erase", "--scrub")
    assert left(searched(Path(elsewhere["COMMONGRID_HOME"])), traces) == []


def test_an_altered_list_is_refused(house, elsewhere, tmp_path):
    raised = lived_through()
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    erased(raised)
    lines = vault.list_path().read_bytes().splitlines(keepends=True)
    assert len(lines) >= 2
    short = tmp_path / "short"
    short.write_bytes(b"".join(lines[1:]))
    told = manage(elsewhere, "restore", made, "--erasures", short, code=1)
    assert "line 1 is not what was written" in told
