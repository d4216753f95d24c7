"""Houses outside: a witness on a laptop, a mirror, and the commands people type."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commongrid.ledger import face as ledger
from commongrid.ledger.log import asking, face, folder, mirroring, notes
from commongrid.ledger.log.keys import signers
from commongrid.ledger.log.models import Leaf, SignedCheckpoint, Tile
from commongrid.ledger.models import Act
from commongrid.site.management.commands import witness as witness_command
from tests.rooms.ledger.test_acts import AT, write

pytestmark = pytest.mark.django_db
PREFIX = "https://grid.example.org/log/"


def get(address: str) -> bytes:
    assert address.startswith(PREFIX)
    answer = Client().get(urlsplit(address).path)
    if answer.status_code != 200:
        raise mirroring.UnreachableError(address)
    return answer.content


def send(address: str, body: bytes) -> tuple[int, str, bytes]:
    answer = Client().post(urlsplit(address).path, body.decode(), content_type="text/plain")
    return answer.status_code, answer.headers["Content-Type"].partition(";")[0], answer.content


def grow(acts: int = 300) -> None:
    write(*["matter:1"] * acts)
    assert face.run_log_round(at=AT).trouble == ""


def vkey() -> str:
    return signers("grid.example.org/log")[0].verifier.vkey


@pytest.fixture
def school(tmp_path, settings):
    place = tmp_path / "school"
    settings.WITNESSES = [folder.make_folder(place, "school.example/witness")]
    folder.know(place, vkey(), PREFIX)
    return place


def look(place):
    (found,) = folder.look(place, at=AT, get=get, send=send)
    return found


class TestTheWitnessOnALaptop:
    def test_it_looks_cosigns_and_brings_its_signature(self, school):
        for acts in (3, 260, 1):
            grow(acts)
            found = look(school)
            assert (found.told, found.is_conflict) == ("cosigned", False)
            assert [card.trouble for card in face.find_log().witnesses] == [""]
            assert face.find_log().witnesses[0].size == found.size
        assert look(school).told == "cosigned"  # the same once more, with the time of now
        assert face.verify_log().is_whole

    def test_its_key_is_closed_and_not_made_twice(self, school):
        assert (school / "key").stat().st_mode & 0o077 == 0
        with pytest.raises(FileExistsError):
            folder.make_folder(school, "school.example/witness")
        with pytest.raises(notes.BadNoteError):
            folder.make_folder(school / "x", "a name")

    def test_a_fork_is_seen_and_both_notes_are_kept(self, school):
        grow()
        assert look(school).told == "cosigned"
        before = (school / "logs.json").read_text()
        SignedCheckpoint.objects.all().delete()
        Tile.objects.filter(level=0, number=0).update(hashes=bytes(8192))
        point = notes.Checkpoint("grid.example.org/log", 301, bytes(32))
        signed = notes.Note(point.text, (signers(point.origin)[0].sign(point.text),))
        SignedCheckpoint.objects.create(
            origin=point.origin, size=301, root=point.root, note=signed.written, made_at=AT
        )
        Leaf.objects.create(index=300, act_id=10_000_000, salt=b"", entry=bytes(32))
        Tile.objects.filter(level=0, number=1).update(hashes=bytes(45 * 32))
        found = look(school)
        assert (found.told, found.is_conflict) == ("inconsistent", True)
        kept = (school / found.evidence).read_text()
        assert kept.count("grid.example.org/log\n30") == 2
        assert (school / "logs.json").read_text() == before

    def test_a_log_that_became_shorter_is_seen(self, school):
        grow(5)
        look(school)
        state = json.loads((school / "logs.json").read_text())
        state["grid.example.org/log"]["size"] = 9
        (school / "logs.json").write_text(json.dumps(state))
        assert look(school).is_conflict

    def test_a_house_that_does_not_answer_is_no_conflict(self, school):
        found = look(school)
        assert not found.is_conflict
        assert found.told.startswith("could not be read")

    def test_a_checkpoint_by_another_key_is_not_taken(self, school, settings):
        settings.TLOG_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktb3Q="]
        grow(2)
        found = look(school)
        assert "not signed by the key" in found.told


class TestTheMirror:
    def test_all_of_a_log_is_read_and_gives_the_root(self):
        grow(700)
        read = mirroring.read_checkpoint(PREFIX, [notes.parse_vkey(vkey())], get=get)
        assert mirroring.read_all(PREFIX, read.point, get=get) == 700

    @pytest.mark.parametrize("what", ["entry", "tile", "upper tile"])
    def test_what_does_not_give_the_root_is_told(self, what):
        grow(700)
        read = mirroring.read_checkpoint(PREFIX, [notes.parse_vkey(vkey())], get=get)
        if what == "entry":
            Leaf.objects.filter(index=333).update(entry=bytes(32))
        else:
            tile = Tile.objects.filter(level=int(what == "upper tile")).order_by("number")[0]
            hashes = bytes(tile.hashes)
            Tile.objects.filter(pk=tile.pk).update(hashes=hashes[32:64] + hashes[32:])
        with pytest.raises(mirroring.NotWholeError):
            mirroring.read_all(PREFIX, read.point, get=get)


class TestTheCommands:
    def test_verify_reads_acts_log_and_files(self, capsys):
        grow(3)
        call_command("ledger", "verify")
        told = capsys.readouterr().out
        assert "the ledger is whole: 3 acts" in told
        assert "log: 3 leaves, 0 acts wait, 1 signed checkpoints" in told
        Leaf.objects.filter(index=1).update(salt=bytes(32))
        with pytest.raises(CommandError, match="not whole"):
            call_command("ledger", "verify")
        assert "log_entry: matter:1 act 1" in capsys.readouterr().out

    def test_a_receipt_is_checked_from_its_file(self, tmp_path, capsys):
        grow(3)
        path = tmp_path / "r.json"
        plain = face.receipt_of("matter:1", ref="r", at=AT)
        path.write_text(json.dumps(plain))
        call_command("receipt", "verify", str(path), "--key", vkey())
        told = capsys.readouterr().out
        assert told.count("proven:") == 3
        assert "the receipt holds" in told
        assert "(given)" in told
        plain["acts"][0]["index"] = 2
        path.write_text(json.dumps(plain))
        with pytest.raises(CommandError, match="does not fit the signed log"):
            call_command("receipt", "verify", str(path))
        for content in (
            "{}",
            "[]",
            "x",
            '{"format": "commongrid-receipt/1"}',
            '{"format": "commongrid-receipt/1", "keys": [1], "witnesses": [], "acts": []}',
        ):
            path.write_text(content)
            with pytest.raises(CommandError):
                call_command("receipt", "verify", str(path))

    def test_a_receipt_without_a_proof_does_not_hold_yet(self, tmp_path):
        write("matter:1")
        path = tmp_path / "r.json"
        path.write_text(json.dumps(face.receipt_of("matter:1", ref="r", at=AT)))
        with pytest.raises(CommandError, match="download it again later"):
            call_command("receipt", "verify", str(path))

    def test_the_log_tells_how_it_stands_and_goes_on_after_a_loss(self, capsys, tmp_path):
        call_command("log", "status")
        write("matter:1")
        call_command("log", "append")
        call_command("log", "status")
        told = capsys.readouterr().out
        assert "nothing is signed yet" in told
        assert "1 appended, 1 signed" in told
        assert f"key {vkey()}" in told
        Act.objects.all()._raw_delete(Act.objects.db)
        Leaf.objects.all().delete()
        from commongrid.ledger.log.models import Head

        Head.objects.update(size=0, mark=0)
        Tile.objects.all().delete()
        write("matter:2")
        with pytest.raises(CommandError, match="differs"):
            call_command("log", "append")
        call_command("log", "renew", "grid.example.org/log/2", "--reason", "磁盘损坏")
        (act,) = ledger.list_acts("log:grid.example.org/log/2")
        assert (act.action, act.words, act.before["size"]) == ("renew_log", "磁盘损坏", 1)
        assert "goes on as grid.example.org/log/2" in capsys.readouterr().out
        assert face.run_log_round(at=AT).trouble == ""

    def test_a_witness_is_made_and_knows_a_log(self, tmp_path, capsys):
        place = str(tmp_path / "library")
        call_command("witness", "make", place, "--name", "library.example/witness")
        made = capsys.readouterr().out.strip()
        assert notes.parse_vkey(made).name == "library.example/witness"
        call_command("witness", "know", place, vkey())
        call_command("witness", "look", place)  # without an address there is nothing to look at
        call_command("witness", "key")
        assert face.own_witness_key() in capsys.readouterr().out
        with pytest.raises(CommandError):
            call_command("witness", "know", place, made)
        with pytest.raises(CommandError):
            call_command("witness", "know", place, "nonsense")

    def test_a_signature_in_a_file_is_taken(self, school, tmp_path, capsys):
        grow(2)
        folder.look(school, at=AT, get=get, send=lambda *_: (500, "", b""))
        path = tmp_path / "signed.txt"
        path.write_text(
            json.loads((school / "logs.json").read_text())["grid.example.org/log"]["note"]
        )
        call_command("log", "take", str(path))
        assert "signed by school.example/witness" in capsys.readouterr().out
        assert face.find_log().witnesses[0].size == 2


@pytest.mark.enable_socket
@pytest.mark.real_clock
def test_a_witness_answers_over_the_net(tmp_path, settings):
    """The real way: our round asks a witness that listens on this machine."""
    place = tmp_path / "library"
    key = folder.make_folder(place, "library.example/witness")
    folder.know(place, vkey(), "")
    server = HTTPServer(("127.0.0.1", 0), witness_command._handler(place))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        settings.WITNESSES = [f"{key} http://127.0.0.1:{server.server_port}"]
        at = datetime.now(UTC)
        grow(3)
        assert face.ask_witnesses(at=at) == 1
        assert face.ask_witnesses(at=at) == 0  # it has signed this one
        grow(300)
        assert face.ask_witnesses(at=at + timedelta(minutes=1)) == 1
        note = notes.parse_note(face.find_log().note)
        assert note.signed_by(notes.parse_vkey(key))
        assert face.verify_log().is_whole
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    grow(1)
    assert face.ask_witnesses(at=at) == 0
    assert [card.trouble for card in face.find_log().witnesses] == ["unreachable"]
    assert face.ask_witnesses(at=at + timedelta(minutes=1)) == 0  # let alone for a while
    with pytest.raises(OSError, match="over HTTP"):
        asking.post("file:///etc/hostname", b"")
    with pytest.raises(mirroring.UnreachableError):
        mirroring.fetch("file:///etc/hostname")
