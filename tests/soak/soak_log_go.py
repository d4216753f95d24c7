"""Somebody else's code reads our log: golang.org/x/mod/sumdb checks note, tiles and proofs.

Needs Go and its module in the GOPATH of the system (Debian: golang-go,
golang-golang-x-mod-dev); without them it says loudly that nothing was checked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from commongrid.ledger.log import face, notes
from commongrid.ledger.log.keys import signers
from commongrid.ledger.log.models import SignedCheckpoint
from commongrid.ledger.log.tiles import names_in
from tests.rooms.ledger.test_acts import AT, write

pytestmark = pytest.mark.django_db
GOPATH = Path("/usr/share/gocode")
MODULE = GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog"
PROGRAM = Path(__file__).parent / "golog" / "main.go"


@pytest.fixture(scope="session")
def golog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("go") or not MODULE.is_dir():
        pytest.skip("NOT CHECKED: no Go or no golang.org/x/mod here; see the head of this file")
    folder = tmp_path_factory.mktemp("golog")
    built = folder / "golog"
    environment = {
        **os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"),
        "CGO_ENABLED": "0",
    }  # fmt: skip
    subprocess.run(["go", "build", "-o", built, PROGRAM], check=True, env=environment)
    return built


@pytest.fixture
def served(settings, tmp_path) -> Path:
    """A log of three checkpoints as its files, and a receipt."""
    settings.HOME = tmp_path / "home"
    settings.TLOG_NAME = "grid.example.org/log"
    write(*["matter:1"] * 3)
    grow(997)
    write("matter:2", "matter:1")
    grow(1500)
    write("matter:1")
    face.run_log_round(at=AT)
    card = face.find_log()
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "checkpoint").write_text(card.note, "utf-8")
    for name in names_in(card.size):
        path = folder / "tile" / name.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(face.find_tile(name.path))
    receipt = face.receipt_of("matter:1", ref="r", at=AT)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), "utf-8")
    return folder


def grow(acts: int) -> None:
    for begin in range(0, acts, 500):
        write(*["matter:9"] * min(500, acts - begin))
    face.run_log_round(at=AT)


def run(golog: Path, served: Path) -> subprocess.CompletedProcess[str]:
    old = SignedCheckpoint.objects.order_by("size")[0]
    vkey = signers(old.origin)[0].verifier.vkey
    return subprocess.run(
        [golog, served, vkey, served.parent / "receipt.json", str(old.size), bytes(old.root).hex()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_their_code_agrees_with_every_part(golog, served):
    done = run(golog, served)
    assert done.stdout == "OK 2503 entries, 5 acts, from 1000 on\n", done.stdout + done.stderr


@pytest.mark.parametrize("part", ["checkpoint", "tile/0/001", "tile/1/000.p/9", "tile/entries/000",
                                  "../receipt.json"])  # fmt: skip
def test_their_code_finds_one_flipped_bit(golog, served, part):
    path = served / part
    content = bytearray(path.read_bytes())
    at = content.find(b'"salt": "') + 10 if part.endswith("json") else len(content) // 2
    if part.endswith("json"):
        content[at] = ord("0") if content[at] != ord("0") else ord("1")
    else:
        content[at] ^= 1
    path.write_bytes(content)
    done = run(golog, served)
    assert done.returncode == 1, done.stdout
    assert done.stdout.startswith("FAIL")


def test_our_notes_are_theirs(golog, served):
    note = notes.parse_note((served / "checkpoint").read_text("utf-8"))
    assert note.signed_by(signers("grid.example.org/log")[0].verifier)
