"""A grid worker's phone in Python: docs/explanation/field.md to the letter, without a screen.

It holds intentions in an outbox, its own copy of the open matters, and the files of what it meant.
It speaks over any line: the test client in this process, or real HTTP. Whatever goes wrong on the
line comes out as ``LostError``; the phone then knows no more than before and sends again.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FINAL = frozenset({"done", "already", "refused", "conflict"})
MOST_AT_ONCE = 60
PIECE = 256 * 1024
MOST_ROUNDS = 12


class LostError(Exception):
    """Nothing came back: the request or its answer went astray, or nobody was there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unpacked; ``wire`` is how many bytes of body really came."""

    status: int
    body: dict[str, Any]
    wire: int = 0


class Line(Protocol):
    """Whatever carries a request to the house and its answer back. Raises: LostError."""

    def send(
        self, method: str, path: str, *, token: str, content: bytes, kind: str
    ) -> tuple[int, Mapping[str, str], bytes]: ...


@dataclass
class File:
    """A picture or a voice note on the phone, and how much of it the house has."""

    sha: str
    command: str
    kind: str
    stage: str
    content: bytes
    received: int = 0
    is_whole: bool = False
    is_attached: bool = False
    is_unreadable: bool = False

    @property
    def is_over(self) -> bool:
        return self.is_attached or self.is_unreadable


@dataclass(frozen=True, slots=True)
class Known:
    """What a step is decided on; None is what the phone cannot know."""

    version: int | None
    state: str | None
    unit: str | None
    place: str | None

    def base(self) -> dict[str, Any]:
        return {
            "version": self.version, "state": self.state, "unit": self.unit, "place": self.place,
        }  # fmt: skip


@dataclass
class Phone:
    """One phone of one person. ``now`` is the true time; the phone believes ``now() + ahead``."""

    token: str
    line: Line
    now: Callable[[], datetime]
    name: str = "phone"
    ahead: timedelta = timedelta()
    seq: int = 0
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)  # the test's memory, not its own
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)  # the last "waits"
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, str], File] = field(default_factory=dict)  # (command, sha)
    matter_of: dict[str, str] = field(default_factory=dict)  # raise -> matter, when acknowledged
    last_on: dict[str, str] = field(default_factory=dict)  # matter or raise -> last intention
    cursor: str = ""
    have: str = ""
    pack_sha: str = ""
    pack: dict[str, Any] = field(default_factory=dict)
    state: str = "in_service"
    new_id: Callable[[], str] = lambda: str(uuid4())
    up: int = 0  # bytes of bodies really sent and received
    down: int = 0

    @property
    def clock(self) -> datetime:
        """The time this phone believes it is."""
        return self.now() + self.ahead

    @property
    def is_revoked(self) -> bool:
        return self.state == "revoked"

    # --- what a tap makes
    def raise_matter(
        self, type_code: str, text: str, photos: Sequence[tuple[bytes, str]] = (), **more: Any
    ) -> str:
        """Mean to raise a matter; the id of the intention."""
        contact = more.pop("contact", {"name": "", "phone": "", "email": ""})
        minutes = {"minutes": more.pop("minutes")} if "minutes" in more else {}
        draft = {
            "type_code": type_code, "text": text, "grid_code": "", "community_code": "",
            "lon": None, "lat": None, "address": "", "answers": {}, "cases": [],
            "is_shareable": False, "channel": "grid_worker", "proxy_note": "",
            "language": "zh-hans", **more, "contact": contact,
        }  # fmt: skip
        made = self._made("raise", photos, {"draft": draft, **minutes})
        self.last_on[made["id"]] = made["id"]
        return str(made["id"])

    def step(
        self,
        subject: str,
        action: str,
        fields: Mapping[str, Any],
        photos: Sequence[tuple[bytes, str]] = (),
    ) -> str:
        """Mean to take a step on a matter, or on what a raise of this phone will become."""
        subject = self.matter_of.get(subject, subject)
        of = subject if subject in self.outbox else ""
        known = self.known(subject)
        made = self._made(
            "step",
            photos,
            {
                "matter": "" if of else subject, "of": of,
                "after": self.last_on.get(subject, ""), "action": action,
                "fields": dict(fields), "base": known.base(),
            },
        )  # fmt: skip
        self.last_on[subject] = made["id"]
        return str(made["id"])

    def _made(
        self, kind: str, photos: Sequence[tuple[bytes, str]], more: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.seq += 1
        known, named = self.new_id(), []
        for content, stage in photos:
            sha = hashlib.sha256(content).hexdigest()
            self.files[known, sha] = File(sha, known, "photo", stage, content)
            named.append({"sha": sha, "bytes": len(content), "kind": "photo", "stage": stage})
        made = {
            "id": known, "seq": self.seq, "made_at": _iso(self.clock), "kind": kind,
            **more, "photos": named,
        }  # fmt: skip
        self.outbox[known] = self.made[known] = made
        return made

    # --- what the phone believes
    def pending_on(self, subject: str) -> list[dict[str, Any]]:
        """What is meant for one matter and not answered, in its order."""
        names = {subject, *(known for known, matter in self.matter_of.items() if matter == subject)}
        return [
            made
            for made in self.outbox.values()
            if made["id"] in names or made.get("matter") in names or made.get("of") in names
        ]

    def known(self, subject: str) -> Known:
        """How a matter stands as far as this phone can know, after all it means to do itself."""
        pending = self.pending_on(subject)
        card = self.cards.get(subject)
        if card is None:
            answer = next((a for a in self.answered.values() if a.get("matter") == subject), None)
            start = Known(None, None, None, None)
            if answer is not None and answer["verdict"] in ("done", "already"):
                start = Known(answer["version"], answer["state"], None, None)
        else:
            start = Known(card["version"], card["state"], card["unit"], card["place"])
        if not pending:
            return start
        kind, state = self.kind_of(subject), start.state
        for made in pending:
            action = "raise" if made["kind"] == "raise" else made["action"]
            state = self.predicted(kind, "" if action == "raise" else state, action)
        return Known(None, state, None, start.place)

    def predicted(self, kind: str, state: str | None, action: str) -> str | None:
        """The state after a step by the pack's flows; None where more than one may follow."""
        if action == "raise":
            return self._first_state(kind)
        if state is None:
            return None
        found = {step["to"] for step in self.steps_from(kind, state) if step["action"] == action}
        return found.pop() if len(found) == 1 else None

    def steps_from(self, kind: str, state: str) -> list[dict[str, Any]]:
        """The steps that the pack gives this phone's holder from a state."""
        flow = self.pack.get("flows", {}).get(kind, {"steps": []})
        return [step for step in flow["steps"] if step["from"] == state]

    def _first_state(self, kind: str) -> str | None:
        raised = [step for step in self.steps_from(kind, "") if step["action"] == "raise"]
        return str(raised[0]["to"]) if raised else None

    def kind_of(self, subject: str) -> str:
        if subject in self.cards:
            return str(self.cards[subject]["kind"])
        made = next(
            (m for known, m in self.made.items() if self.matter_of.get(known, known) == subject), {}
        )
        code = made.get("draft", {}).get("type_code", "")
        return str(self.pack.get("types", {}).get(code, {}).get("kind", ""))

    # --- speaking with the house
    def body(self, commands: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """A sync as it is sent now."""
        return {
            "v": 1, "phone_at": _iso(self.clock), "cursor": self.cursor, "have": self.have,
            "pack": self.pack_sha, "commands": list(commands),
        }  # fmt: skip

    def sync(self, commands: Sequence[dict[str, Any]] | None = None) -> Reply:
        """Send some of the outbox (all of it, in its order, up to a batch) and take the answer."""
        chosen = list(self.outbox.values())[:MOST_AT_ONCE] if commands is None else commands
        reply = self.ask("POST", "/field/sync/", json.dumps(self.body(chosen)).encode())
        if reply.status == 200:
            self.take(reply.body)
        elif reply.status == 403 and reply.body.get("rule") == "field.revoked":
            self.erase_everything()
        return reply

    def ask(self, method: str, path: str, content: bytes = b"", kind: str = "") -> Reply:
        """One request. Raises: LostError."""
        kind = kind or "application/json"
        status, headers, got = self.line.send(
            method, path, token=self.token, content=content, kind=kind
        )
        self.up, self.down = self.up + len(content), self.down + len(got)
        if headers.get("Content-Encoding") == "gzip" and got[:2] == b"\x1f\x8b":
            got_body = gzip.decompress(got)
        else:
            got_body = got
        is_json = "json" in headers.get("Content-Type", "")
        return Reply(status, json.loads(got_body) if is_json and got_body else {}, len(got))

    def take(self, said: Mapping[str, Any]) -> None:
        """Believe an answer: verdicts first, then what changed, then what must be erased."""
        for answer in said["answers"]:
            self._hear(answer)
        self._follow(said["feed"])
        self.state = said["phone"]["state"]
        if said["phone"]["erase"]:
            self.erase_known()

    def _hear(self, answer: Mapping[str, Any]) -> None:
        known = str(answer["id"])
        made = self.outbox.get(known)
        if answer["verdict"] not in FINAL:
            if made is not None:
                self.waiting[known] = dict(answer)
            return
        self.waiting.pop(known, None)
        if made is None:
            return  # an answer that was heard before
        del self.outbox[known]
        self.answered[known] = dict(answer)
        if made["kind"] == "raise" and answer.get("matter"):
            matter = str(answer["matter"])
            self.matter_of[known] = matter
            self.last_on[matter] = self.last_on.pop(known, known)
        self._mind_files(known, answer)

    def _mind_files(self, known: str, answer: Mapping[str, Any]) -> None:
        """After a step that was done, what the house no longer needs hangs on the matter."""
        if answer["verdict"] not in ("done", "already"):
            return
        for (command, sha), file in self.files.items():
            if command == known and sha not in answer["need"]:
                file.is_attached = True

    def _follow(self, feed: Mapping[str, Any]) -> None:
        if feed["is_whole"]:
            self.cards.clear()
        for card in feed["matters"]:
            self.cards[card["id"]] = card
        for known in feed["gone"]:
            self.cards.pop(known, None)
        self.cursor, self.have = feed["cursor"], feed["have"]

    # --- files, in pieces
    def wanted(self) -> Iterator[File]:
        """Files whose intention was done, or waits for them."""
        for (command, sha), file in self.files.items():
            if file.is_over:
                continue
            answer = self.answered.get(command)
            is_done = answer is not None and answer["verdict"] in ("done", "already")
            waits = sha in self.waiting.get(command, {"need": ()})["need"]
            if is_done or (waits and not file.is_whole):
                yield file

    def piece(self, file: File, offset: int, length: int) -> Reply:
        """Send one piece and believe what the house says it has. Raises: LostError."""
        told = {
            "command": file.command, "bytes": len(file.content), "offset": offset,
            "kind": file.kind, "stage": file.stage,
        }  # fmt: skip
        content = file.content[offset : offset + length]
        path = f"/field/files/{file.sha}/?{urlencode(told)}"
        reply = self.ask("PUT", path, content, "application/octet-stream")
        self._told_of(file, reply)
        return reply

    def ask_file(self, file: File) -> Reply:
        """How far a file has come. Raises: LostError."""
        reply = self.ask("GET", f"/field/files/{file.sha}/?{urlencode({'command': file.command})}")
        self._told_of(file, reply)
        return reply

    def _told_of(self, file: File, reply: Reply) -> None:
        if reply.status == 200:
            file.received = reply.body["received"]
            file.is_whole = reply.body["is_whole"]
            file.is_attached = reply.body["is_attached"]
        elif reply.status == 409:
            file.received = reply.body["received"]
        elif reply.status == 422 and reply.body.get("rule") == "field.other_file":
            file.received = 0
        elif reply.status == 422 and reply.body.get("rule") == "field.unreadable":
            file.is_unreadable = True
        elif reply.status == 403 and reply.body.get("rule") == "field.revoked":
            self.erase_everything()

    def upload(self, file: File, length: int = PIECE) -> None:
        """Send what is missing of a file. Raises: LostError."""
        for _ in range(MOST_ROUNDS + len(file.content) // length):
            if file.is_over or self.is_revoked:
                return
            if self.piece(file, file.received, length).status == 200 and file.is_whole:
                return

    # --- the pack
    def fetch_pack(self) -> Reply:
        """The rules and the map of its grid. Raises: LostError."""
        reply = self.ask("GET", "/field/pack/")
        if reply.status == 200:
            self.pack, self.pack_sha = reply.body, reply.body["sha"]
        return reply

    # --- taking what is unsent out as a file
    def export(self) -> bytes:
        """All that is unsent, with its files, sealed for the office whose key the pack names."""
        files = [
            {
                "sha": file.sha, "command": file.command, "kind": file.kind, "stage": file.stage,
                "content": _b64(file.content),
            }
            for file in self.files.values()
            if not file.is_over
        ]  # fmt: skip
        inside = {
            "token": self.token, "phone_at": _iso(self.clock),
            "commands": list(self.outbox.values()), "files": files,
        }  # fmt: skip
        spki = base64.b64decode(self.pack["office_key"])
        office = serialization.load_der_public_key(spki)
        assert isinstance(office, RSAPublicKey)
        key, iv = os.urandom(32), os.urandom(12)
        sha = hashes.SHA256()
        wrapped = office.encrypt(key, OAEP(mgf=MGF1(algorithm=sha), algorithm=sha, label=None))
        sealed = AESGCM(key).encrypt(iv, json.dumps(inside).encode(), None)
        outer = {"v": 1, "for": hashlib.sha256(spki).hexdigest(), "key": _b64(wrapped)}
        return json.dumps({**outer, "iv": _b64(iv), "sealed": _b64(sealed)}).encode()

    # --- erasing
    def erase_known(self) -> None:
        """Nothing that was acknowledged stays; what is unsent does."""
        self.cards.clear()
        self.answered.clear()
        self.pack, self.pack_sha, self.cursor, self.have = {}, "", "", ""
        self.files = {key: file for key, file in self.files.items() if key[0] in self.outbox}

    def erase_everything(self) -> None:
        """This phone was revoked."""
        self.state = "revoked"
        self.erase_known()
        self.outbox.clear()
        self.files.clear()

    # --- until nothing moves any more
    def settle(self) -> None:
        """Sync and upload until nothing is left to do, or nothing moves any more."""
        before: object = None
        for _ in range(MOST_ROUNDS):
            self.sync()
            wanted = list(self.wanted())
            for file in wanted:
                self.upload(file)
            now = (tuple(self.outbox), [f.received for f in self.files.values()])
            if self.is_revoked or not (self.outbox or wanted) or now == before:
                return
            before = now


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
