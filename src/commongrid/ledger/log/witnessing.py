"""Being a witness: cosign a log that only ever added, refuse one that took anything back.

Source: C2SP tlog-witness (add-checkpoint). The rules are here once, for the witness that is this
house (rows) and for the one that is a folder on a laptop.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from commongrid.ledger.log.hashing import EMPTY_ROOT
from commongrid.ledger.log.notes import (
    BadNoteError,
    Checkpoint,
    Note,
    Signer,
    Verifier,
    parse_checkpoint,
    parse_note,
)
from commongrid.ledger.log.proofs import is_consistent

MOST_PROOF_LINES = 63
SIZE_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks a witness: from which size on, the proof, the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    point: Checkpoint

    @property
    def body(self) -> str:
        """The request as it is sent."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), ""]
        return "\n".join(lines) + "\n" + self.note.written


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of a log that a witness cosigned."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: an HTTP status, the kind of text and the text.

    ``kept``: what it has to have kept before the answer goes out. ``reason`` is stable.
    """

    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"
    kept: Request | None = None
    reason: str = ""


# The last checkpoint seen of an origin. Whoever gives it holds a lock until the answer is kept.
Memory = Callable[[str], Seen | None]


def parse_request(body: str) -> Request:
    """A request from its text. Raises: BadNoteError."""
    head, gap, written = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(lines) > MOST_PROOF_LINES:
        message = "this is no request to a witness: old size, proof and checkpoint were expected"
        raise BadNoteError(message)
    try:
        proof = tuple(base64.b64decode(line.encode("ascii"), validate=True) for line in lines)
    except (binascii.Error, ValueError) as error:
        message = "a line of the proof is no hash"
        raise BadNoteError(message) from error
    note = parse_note(written)
    return Request(int(old[1]), proof, note, parse_checkpoint(note.text))


def judge(
    body: str,
    *,
    logs: dict[str, tuple[Verifier, ...]],
    seen: Memory,
    signer: Signer,
    seconds: int,
) -> Answer:
    """The answer to a request, by the rules of tlog-witness in their order.

    Units: ``seconds`` since 1970, the time that is signed.
    """
    try:
        asked = parse_request(body)
    except BadNoteError as error:
        return _no(400, "malformed", str(error))
    point = asked.point
    if point.origin not in logs:
        return _no(404, "unknown", "this log is not witnessed here")
    if not any(asked.note.signed_by(verifier) for verifier in logs[point.origin]):
        return _no(403, "signature", "the checkpoint is not signed by the log's key")
    if asked.old > point.size:
        return _no(400, "old_size", "the old size is above the checkpoint's")
    last = seen(point.origin) or Seen(0, EMPTY_ROOT)
    if asked.old != last.size:
        return Answer(409, f"{last.size}\n", SIZE_TYPE, reason="other_size")
    if asked.old == point.size and point.root != last.root:
        return Answer(409, f"{last.size}\n", SIZE_TYPE, reason="other_root")
    if not is_consistent(last.size, point.size, last.root, point.root, asked.proof):
        return _no(422, "inconsistent", "the log does not go on from what was seen before")
    line = signer.cosign(point.text, seconds).line
    return Answer(200, line, kept=asked, reason="cosigned")


def _no(status: int, reason: str, why: str) -> Answer:
    return Answer(status, why + "\n", reason=reason)
