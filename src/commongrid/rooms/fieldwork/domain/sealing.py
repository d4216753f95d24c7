"""Words of what was returned as sealed bytes, bound to their row."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
FORMAT = b"\x01"


class BrokenSealError(ValueError):
    """It does not open: another key, another row, or altered bytes."""


def seal(words: Mapping[str, Any], *, row: UUID, key: bytes) -> bytes:
    """Encrypt (AES-256-GCM) so that it opens for this row only."""
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps(words, ensure_ascii=False).encode()
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, row.bytes)


def unseal(sealed: bytes, *, row: UUID, keys: Sequence[bytes]) -> dict[str, Any]:
    """Decrypt with whichever key sealed it. Raises: BrokenSealError."""
    body = bytes(sealed)
    nonce, cipher = body[1 : 1 + NONCE_BYTES], body[1 + NONCE_BYTES :]
    for key in keys if body[:1] == FORMAT else ():
        try:
            opened: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, cipher, row.bytes))
        except InvalidTag:
            continue
        return opened
    raise BrokenSealError
