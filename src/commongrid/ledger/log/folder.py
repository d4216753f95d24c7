"""A witness that is a folder on a laptop: a key, and of each log the last checkpoint it cosigned.

For a library or a school that runs no server. Nothing of it needs a database.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from commongrid.ledger.log import mirroring
from commongrid.ledger.log.asking import post
from commongrid.ledger.log.hashing import EMPTY_ROOT
from commongrid.ledger.log.keys import seed_of
from commongrid.ledger.log.notes import (
    LOG_KEY,
    WITNESS_KEY,
    BadNoteError,
    Signer,
    Verifier,
    is_name,
    parse_signature,
    parse_vkey,
)
from commongrid.ledger.log.proofs import consistency_proof
from commongrid.ledger.log.tiles import nodes_of
from commongrid.ledger.log.witnessing import Answer, Request, Seen, judge

KEY, STATE, LOCK = "key", "logs.json", "lock"


@dataclass(frozen=True, slots=True)
class Looked:
    """How a look at one log went. ``is_conflict``: it took something back, or is forked."""

    origin: str
    size: int
    told: str
    is_conflict: bool
    evidence: str = ""


def make_folder(folder: Path, name: str) -> str:
    """Make a witness: its folder and key. Returns its key line. Raises: BadNoteError, OSError."""
    if not is_name(name):
        message = "the name of a witness has no spaces and no plus, such as library.example/witness"
        raise BadNoteError(message)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"name": name, "key": seed}, file)
    _write(folder, {})
    return signer_of(folder).verifier.vkey


def signer_of(folder: Path) -> Signer:
    """The key of a witness. Raises: OSError, ValueError."""
    plain = json.loads((folder / KEY).read_text("utf-8"))
    return Signer(str(plain["name"]), WITNESS_KEY, seed_of(str(plain["key"])))


def know(folder: Path, vkey: str, address: str) -> str:
    """Take a log into the folder, or a further key of it. Returns its name."""
    verifier = parse_vkey(vkey)
    if verifier.kind != LOG_KEY:
        message = f"the key of {verifier.name} is not that of a log"
        raise BadNoteError(message)
    with _locked(folder):
        state = _read(folder)
        one = state.setdefault(verifier.name, {"keys": [], "size": 0, "root": "", "note": ""})
        one["keys"] = list(dict.fromkeys([*one["keys"], verifier.vkey]))
        one["address"] = address
        _write(folder, state)
    return verifier.name


def look(
    folder: Path,
    *,
    at: datetime,
    get: mirroring.Fetch = mirroring.fetch,
    send: Callable[[str, bytes], tuple[int, str, bytes]] = post,
) -> list[Looked]:
    """Look at every log of the folder, cosign what only added, and bring the signature there."""
    found = []
    for origin, one in sorted(_read(folder).items()):
        if one.get("address"):
            found.append(_look_at(folder, origin, one, at, get, send))
    return found


def answer(folder: Path, body: str, *, at: datetime) -> Answer:
    """Answer a log that asks (C2SP tlog-witness); what is cosigned is kept first."""
    with _locked(folder):
        state = _read(folder)
        logs = {origin: tuple(map(parse_vkey, one["keys"])) for origin, one in state.items()}
        given = judge(
            body,
            logs=logs,
            seen=lambda origin: _seen(state[origin]),
            signer=signer_of(folder),
            seconds=int(at.timestamp()),
        )
        if given.kept is not None:
            point, note = given.kept.point, given.kept.note
            signed = note.joined([parse_signature(given.body.rstrip("\n"))])
            state[point.origin] |= {
                "size": point.size, "root": point.root.hex(), "note": signed.written,
            }  # fmt: skip
            _write(folder, state)
    return given


def _look_at(
    folder: Path, origin: str, one: dict[str, Any], at: datetime, get: Any, send: Any
) -> Looked:
    keys: tuple[Verifier, ...] = tuple(map(parse_vkey, one["keys"]))
    size = int(one["size"])
    try:
        read = mirroring.read_checkpoint(one["address"], keys, get=get)
        if read.point.size < size:
            return _conflict(folder, origin, size, read, "it is shorter than before", at)
        nodes = nodes_of(mirroring.remote_reader(one["address"], read.point.size, get=get))
        proof = consistency_proof(size, read.point.size, nodes)
    except (mirroring.UnreachableError, BadNoteError, ValueError) as error:
        return Looked(origin, size, f"could not be read: {error}", is_conflict=False)
    given = answer(folder, Request(size, proof, read.note, read.point).body, at=at)
    if given.kept is None:
        return _conflict(folder, origin, size, read, given.reason, at)
    told = "cosigned"
    try:
        note = _read(folder)[origin]["note"]
        address = f"{mirroring.base(one['address'])}cosignature"
        status, _, _ = send(address, note.encode())
        told = "cosigned" if status == 200 else f"cosigned, not taken there ({status})"
    except OSError:
        told = "cosigned, not brought there"
    return Looked(origin, read.point.size, told, is_conflict=False)


def _conflict(
    folder: Path, origin: str, size: int, read: mirroring.Read, why: str, at: datetime
) -> Looked:
    """Keep both notes: together they show what the log did, to anybody."""
    path = folder / f"conflict-{at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}.txt"
    path.write_text(f"{_read(folder)[origin]['note']}\n{read.note.written}", "utf-8")
    return Looked(origin, size, why, is_conflict=True, evidence=path.name)


def _seen(one: dict[str, Any]) -> Seen:
    return Seen(int(one["size"]), bytes.fromhex(one["root"]) if one["root"] else EMPTY_ROOT)


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    plain = json.loads((folder / STATE).read_text("utf-8"))
    return dict(plain)


def _write(folder: Path, state: dict[str, dict[str, Any]]) -> None:
    draft = folder / f".{STATE}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(state, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / STATE)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time looks and answers: the size kept last is the size held against."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
