"""A backup is one moment of a place that runs, and a place restored from it equals that moment."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.site.backups import keys, making, restoring, sealed
from commongrid.site.backups.manifest import NAME, BackupError, read_manifest
from commongrid.site.notes import last_backup
from tests.support import factories as f
from tests.support import recordings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
PASSPHRASE = b"correct horse battery"


@pytest.fixture
def house(place, settings, tmp_path):
    """A place with matters, a picture and its attachments in a folder of their own."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "attachments"
    settings.HOME.mkdir()
    f.raised(photos=(f.photo(),))
    ledger.make_checkpoint(at=f.AT)
    return settings.HOME


@pytest.fixture
def elsewhere(tmp_path):
    """An empty house for a restore: a folder, and an empty database of the same kind."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    env = {**os.environ, "COMMONGRID_HOME": str(home), "DATABASE_URL": "", "PYTHONPATH": "src"}
    env["DJANGO_SETTINGS_MODULE"] = "commongrid.site.settings"
    if connection.vendor == "sqlite":
        yield env
        return
    row, name = connection.settings_dict, f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    who = quote(row["USER"]) + (f":{quote(row['PASSWORD'])}" if row["PASSWORD"] else "")
    env["DATABASE_URL"] = f"postgres://{who}@/{name}?host={quote(row['HOST'], safe='')}"
    if row["PORT"]:
        env["DATABASE_URL"] += f"&port={row['PORT']}"
    env["RESTORED"] = name
    yield env
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(env, *words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "commongrid", *map(str, words)],
        env=env, cwd=django_settings.SOURCE_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def tables_of(env=None) -> dict[str, list[str]]:
    """Every row of every table, in words that can be compared."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        path = name if env is None else Path(env["COMMONGRID_HOME"], "commongrid.sqlite3")
        with closing(sqlite3.connect(path)) as found:
            asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
            names = [n for (n,) in found.execute(asked) if not n.startswith("sqlite_")]
            return {n: sorted(map(repr, found.execute(f'SELECT * FROM "{n}"'))) for n in names}
    import psycopg

    connection.ensure_connection()
    params = connection.get_connection_params()
    wanted = {k: params[k] for k in ("user", "password", "host", "port") if params.get(k)}
    dbname = params["dbname"] if env is None else env["RESTORED"]
    with psycopg.connect(dbname=dbname, **wanted) as found:
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [n for (n,) in found.execute(asked).fetchall()]
        return {
            n: sorted(map(repr, found.execute(f'SELECT * FROM "{n}"').fetchall())) for n in names
        }


def test_a_restored_place_equals_the_one_that_was_backed_up(house, elsewhere, tmp_path):
    matter = f.raised()
    matters.add_voice_note(
        actor=matters.reporter_of(matter.id), at=f.AT, command_id=new_id(),
        matter_id=matter.id, content=recordings.webm(1),
    )  # fmt: skip
    before = tables_of()
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    assert "whole" in manage(elsewhere, "verify_backup", made)
    told = manage(elsewhere, "restore", made)
    assert f"the ledger is whole: {Act.objects.count()} acts" in told
    after = tables_of(elsewhere)
    assert after.keys() == before.keys()
    for name, rows in before.items():
        assert after[name] == rows, name
    pictures = [p.relative_to(house) for p in (house / "attachments").rglob("*") if p.is_file()]
    assert {path.suffix for path in pictures} == {".jpg", ".webm"}
    for picture in pictures:
        restored = Path(elsewhere["COMMONGRID_HOME"]) / picture
        assert restored.read_bytes() == (house / picture).read_bytes()
    # The place goes on: what it numbers next does not meet what is there.
    assert "steps of time" in manage(elsewhere, "tick")
    refused = manage(elsewhere, "restore", made, code=1)
    assert "not empty" in refused


def test_a_backup_while_others_write_is_one_moment(house, elsewhere, tmp_path):
    stop, raised, faults = threading.Event(), [], []

    def write():
        try:
            while not stop.is_set():
                raised.append(f.raised())
        except BaseException as error:  # noqa: BLE001
            faults.append(error)
        finally:
            connections.close_all()

    before = Act.objects.count()
    writer = threading.Thread(target=write)
    writer.start()
    while len(raised) < 3:
        assert not faults, faults
    made = making.make_backup(tmp_path / "backups", at=AT)
    stop.set()
    writer.join()
    assert not faults, faults
    manage(elsewhere, "restore", made.path)
    after, live = tables_of(elsewhere), tables_of()
    acts = after["ledger_act"]
    assert before < len(acts) <= Act.objects.count()
    assert set(acts) <= set(live["ledger_act"])
    assert len(after["matters_matter"]) == len(after["matters_searchwords"])
    of_matters = [act for act in acts if "'matter:" in act]
    assert len(of_matters) == len(after["ledger_outboxrow"])


def test_pictures_of_later_are_left_out_and_erased_ones_stay_erased(house, tmp_path, monkeypatch):
    taken, folder = making.rows.take_rows, house / "attachments"
    gone = next(p for p in folder.rglob("*") if p.is_file())

    def take_and_go_on(inner):
        said = taken(inner)
        gone.unlink()
        late = folder / "late"
        late.write_bytes(b"x")
        ahead = (datetime.now(UTC) + timedelta(seconds=60)).timestamp()
        os.utime(late, (ahead, ahead))
        return said

    monkeypatch.setattr(making.rows, "take_rows", take_and_go_on)
    made = making.make_backup(tmp_path / "backups", at=AT)
    assert not any(name.startswith("attachments/") for name in made.manifest.files)


# --- keys -------------------------------------------------------------------------------------


def test_no_key_is_in_an_open_backup(house, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT)
    secret = django_settings.CONTACT_KEYS[0].encode()
    for path in made.path.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes()
    assert not read_manifest(made.path).has_keys
    with pytest.raises(BackupError, match="sealed"):
        making.make_backup(tmp_path / "backups", at=AT, with_keys=True)


def test_a_sealed_backup_brings_its_keys_back(house, elsewhere, tmp_path):
    words = tmp_path / "passphrase"
    words.write_bytes(PASSPHRASE)
    words.chmod(0o600)
    out = tmp_path / "backups"
    call_command("backup", str(out), "--with-keys", "--passphrase-file", str(words))
    (made,) = out.iterdir()
    assert made.stat().st_mode & 0o077 == 0
    plain = made.read_bytes()
    assert b"matters_matter" not in plain
    assert django_settings.CONTACT_KEYS[0].encode() not in plain
    strange = {k: v for k, v in elsewhere.items() if not k.endswith(("_KEY", "_KEYS"))}
    told = manage(strange, "restore", made, "--passphrase-file", words)
    assert "the keys of the backup are in place" in told
    assert "the ledger is whole" in told
    kept = Path(strange["COMMONGRID_HOME"], "keys", "contact")
    assert kept.read_text().strip() == django_settings.CONTACT_KEYS[0]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_restore_without_the_keys_is_refused_until_it_is_meant(house, elsewhere, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT)
    strange = {k: v for k, v in elsewhere.items() if not k.endswith(("_KEY", "_KEYS"))}
    assert "--without-keys" in manage(strange, "restore", made.path, code=1)
    assert "cannot be used" in manage(strange, "restore", made.path, "--without-keys")


def test_a_sealed_backup_that_was_touched_does_not_open(house, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT, passphrase=PASSPHRASE)
    whole = made.path.read_bytes()
    with pytest.raises(BackupError, match="wrong"):
        making.verify_backup(made.path, b"another passphrase")
    assert making.verify_backup(made.path, PASSPHRASE) == made.manifest
    for broken in (whole[:-40], whole[:300] + bytes([whole[300] ^ 1]) + whole[301:]):
        made.path.write_bytes(broken)
        with pytest.raises(BackupError):
            making.verify_backup(made.path, PASSPHRASE)


def test_sealed_blocks_cannot_be_dropped_or_moved(tmp_path):
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a").write_bytes(os.urandom(3 * sealed.BLOCK))
    sealed.seal_folder(folder, tmp_path / "x", PASSPHRASE)
    whole = (tmp_path / "x").read_bytes()
    head = len(sealed.MARK) + sealed.SALT + sealed.NONCE
    step = sealed.LENGTH.size + sealed.BLOCK + 16
    first, second = whole[head : head + step], whole[head + step : head + 2 * step]
    rest = whole[head + 2 * step :]
    for number, broken in enumerate((second + first + rest, first + rest, first + second)):
        (tmp_path / "y").write_bytes(whole[:head] + broken)
        with pytest.raises(BackupError, match="damaged"):
            sealed.open_sealed(tmp_path / "y", tmp_path / f"out{number}", PASSPHRASE)


# --- what is refused --------------------------------------------------------------------------


def test_damage_is_found(house, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT)
    victim = next(p for p in (made.path / "charters").rglob("*.csv"))
    victim.write_text(victim.read_text() + "x")
    with pytest.raises(CommandError, match="damaged"):
        call_command("verify_backup", str(made.path))
    victim.unlink()
    with pytest.raises(BackupError, match="not whole"):
        making.verify_backup(made.path)
    (made.path / NAME).unlink()
    with pytest.raises(BackupError, match="no backup"):
        making.verify_backup(made.path)


def test_a_backup_beside_the_data_is_none(house):
    with pytest.raises(BackupError, match="COMMONGRID_HOME"):
        making.make_backup(house / "backups", at=AT)


def test_a_place_that_is_not_empty_is_left_alone(house, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT)
    before = tables_of()
    with pytest.raises(BackupError, match="not empty"):
        restoring.restore_backup(made.path, at=AT)
    assert tables_of() == before


def test_another_kind_of_database_is_refused(house, tmp_path):
    made = making.make_backup(tmp_path / "backups", at=AT)
    manifest = json.loads((made.path / NAME).read_text())
    manifest["vendor"] = {"sqlite": "postgresql"}.get(manifest["vendor"], "sqlite")
    (made.path / NAME).write_text(json.dumps(manifest))
    with pytest.raises(BackupError):
        restoring.restore_backup(made.path, at=AT)


def test_a_broken_backup_leaves_nothing_that_looks_like_one(house, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "write_manifest", full)
    with pytest.raises(CommandError, match="No space"):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []
    assert last_backup() is None


def test_old_backups_go_and_strangers_stay(house, tmp_path):
    out = tmp_path / "backups"
    out.mkdir()
    (out / "commongrid-notes.txt").write_text("not a backup")
    for day in range(4):
        making.make_backup(out, at=AT + timedelta(days=day))
    dropped = making.drop_old(out, keep=2)
    assert [path.name for path in dropped] == [
        "commongrid-20260310T010000Z", "commongrid-20260311T010000Z",
    ]  # fmt: skip
    assert len(list(out.iterdir())) == 3
    assert making.drop_old(out, keep=0) == []
    assert last_backup().at == AT + timedelta(days=3)


def test_check_values_tell_keys_apart_and_do_not_give_them_away():
    values = keys.check_values()
    assert set(values) == {"complaint", "contact", "ledger", "receipt"}
    assert len(set(values.values())) == 4
    assert keys.check_value("contact", "a") != keys.check_value("contact", "b")
