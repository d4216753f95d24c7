"""Signed notes, checkpoints and cosignatures: text that people can print and programs can check.

Source: C2SP signed-note (types 0x01 and 0x04), tlog-checkpoint, tlog-cosignature (cosignature/v1),
c2sp.org; Ed25519 as in RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG_KEY, WITNESS_KEY = 0x01, 0x04
MARK = "\N{EM DASH} "
MOST_SIGNATURES = 64
LONGEST_NOTE = 64 * 1024
KEY_BYTES, SIGNATURE_BYTES, TIME_BYTES, ID_BYTES = 32, 64, 8, 4
_NAME = re.compile(r"[^\s+\x00-\x20]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNoteError(ValueError):
    """Text that is no signed note, no checkpoint or no key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose signatures are believed: a name, the kind of key and the public key."""

    name: str
    kind: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return key_id(self.name, self.kind, self.key)

    @property
    def vkey(self) -> str:
        """The key as one line that is passed from hand to hand."""
        packed = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"

    def is_by(self, signature: Signature, text: str) -> bool:
        """Whether this key made the signature over the text of a note."""
        if (signature.name, signature.key_id) != (self.name, self.id):
            return False
        if self.kind == LOG_KEY:
            return _is_signed(self.key, signature.blob, text.encode())
        if len(signature.blob) != TIME_BYTES + SIGNATURE_BYTES:
            return False
        message = cosigned(text, signature.seconds)
        return _is_signed(self.key, signature.blob[TIME_BYTES:], message)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. ``seed`` is the private key and never shown."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, self.kind, key.public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """A log's signature over the text of a note. The same text gives the same signature."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Signature(self.name, self.verifier.id, key.sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> Signature:
        """A witness's signature: at this time it saw the log with nothing taken back.

        Units: seconds since 1970.
        """
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        blob = seconds.to_bytes(TIME_BYTES, "big") + key.sign(cosigned(text, seconds))
        return Signature(self.name, self.verifier.id, blob)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note; nothing is checked yet."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line end."""
        packed = base64.b64encode(self.key_id + self.blob).decode()
        return f"{MARK}{self.name} {packed}\n"

    @property
    def seconds(self) -> int:
        """When a witness cosigned. Units: seconds since 1970."""
        return int.from_bytes(self.blob[:TIME_BYTES], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def written(self) -> str:
        """The whole note."""
        return self.text + "\n" + "".join(one.line for one in self.signatures)

    def signed_by(self, verifier: Verifier) -> Signature | None:
        """The signature of this key, None without one that is right."""
        return next((one for one in self.signatures if verifier.is_by(one, self.text)), None)

    def joined(self, more: Iterable[Signature]) -> Note:
        """The note with further signatures; one that stands there already is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: who it is, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, kind: int, key: bytes) -> bytes:
    """The first four bytes of the hash over name, kind and public key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:ID_BYTES]


def cosigned(text: str, seconds: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def parse_vkey(vkey: str) -> Verifier:
    """A key from its line. Raises: BadNoteError when it is not whole or of another kind."""
    name, _, rest = vkey.strip().partition("+")
    told, _, packed = rest.partition("+")
    content = _unpacked(packed)
    is_known = len(content) == KEY_BYTES + 1 and content[0] in (LOG_KEY, WITNESS_KEY)
    if not is_name(name) or not is_known:
        message = "this is no key of a log or witness: name+number+key was expected"
        raise BadNoteError(message)
    found = Verifier(name, content[0], content[1:])
    if found.id.hex() != told:
        message = f"the key of {name} does not fit its number; was it copied whole?"
        raise BadNoteError(message)
    return found


def parse_note(written: str) -> Note:
    """A note from its text. Raises: BadNoteError."""
    if len(written) > LONGEST_NOTE:
        message = "the note is too long"
        raise BadNoteError(message)
    text, gap, tail = written.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or any(c < " " and c != "\n" for c in written):
        message = "this is no signed note"
        raise BadNoteError(message)
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        message = "the note has too many signatures"
        raise BadNoteError(message)
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """A signature from its line, without the line end. Raises: BadNoteError."""
    name, _, packed = line.removeprefix(MARK).partition(" ")
    blob = _unpacked(packed)
    if not line.startswith(MARK) or not is_name(name) or len(blob) <= ID_BYTES:
        message = "a line of the note is no signature"
        raise BadNoteError(message)
    return Signature(name, blob[:ID_BYTES], blob[ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a note; further lines are let stand. Raises: BadNoteError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        message = "this is no checkpoint: origin, size and root were expected"
        raise BadNoteError(message)
    root = _unpacked(lines[2])
    if len(root) != KEY_BYTES:
        message = "the root of the checkpoint is no hash"
        raise BadNoteError(message)
    return Checkpoint(lines[0], int(lines[1]), root)


def is_name(name: str) -> bool:
    """Whether a key may be named so: no spaces, no plus, no control characters."""
    return _NAME.fullmatch(name) is not None


def _unpacked(packed: str) -> bytes:
    try:
        found = base64.b64decode(packed.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return b""
    # Two spellings of the same bytes would make two notes of one.
    return found if base64.b64encode(found).decode() == packed else b""


def _is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
