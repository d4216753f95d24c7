"""What must not be read in a backup: mail addresses and secrets, each bound to its own row."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
MARK_BYTES = 16
FORMAT = b"\x01"


class BrokenSealError(ValueError):
    """It does not open: another key, another row, or altered bytes."""


def seal(plain: str, *, bound_to: str, key: bytes) -> bytes:
    """Encrypt (AES-256-GCM) so that it opens for this row only."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain.encode(), bound_to.encode())


def unseal(sealed: bytes, *, bound_to: str, keys: Sequence[bytes]) -> str:
    """Decrypt with whichever key sealed it. Raises: BrokenSealError."""
    body = bytes(sealed)
    nonce, cipher = body[1 : 1 + NONCE_BYTES], body[1 + NONCE_BYTES :]
    for key in keys if body[:1] == FORMAT else ():
        try:
            return AESGCM(key).decrypt(nonce, cipher, bound_to.encode()).decode()
        except InvalidTag:
            continue
    raise BrokenSealError


def digest_of(key: bytes, *parts: str) -> str:
    """What knows a value again without telling it."""
    return hmac.new(key, "\n".join(parts).encode(), sha256).hexdigest()


def token_for(subject: UUID | int, purpose: str, key: bytes) -> str:
    """What a link carries: which row, and a mark that nobody else can make.

    Example:
        >>> token = token_for(7, "stop", b"key")
        >>> read_token(token, "stop", b"key"), read_token(token, "confirm", b"key")
        (7, None)
    """
    number = subject.int if isinstance(subject, UUID) else subject
    body = number.to_bytes(16, "big")
    mark = _mark(body, purpose, key)
    return base64.urlsafe_b64encode(body + mark).decode().rstrip("=")


def read_token(token: str, purpose: str, key: bytes) -> int | None:
    """The number of the row a link was made for, or None when it was not made here."""
    try:
        plain = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, mark = plain[:16], plain[16:]
    is_ours = len(plain) == 16 + MARK_BYTES and hmac.compare_digest(mark, _mark(body, purpose, key))
    return int.from_bytes(body, "big") if is_ours else None


def _mark(body: bytes, purpose: str, key: bytes) -> bytes:
    return hmac.new(key, purpose.encode() + b"\n" + body, sha256).digest()[:MARK_BYTES]
