"""Contact data as sealed bytes: encrypted and bound to the matter it was given for."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commongrid.rooms.matters.cards import Contact

NONCE_BYTES = 12
FORMAT = b"\x01"


class BrokenSeal(ValueError):  # noqa: N818
    """Sealed contact data does not open: another key, another matter, or altered bytes."""


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(contact: Contact, *, matter_id: str, key: bytes) -> bytes:
    """Encrypt contact data (AES-256-GCM) so that it opens for this matter only."""
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps(
        {"name": contact.name, "phone": contact.phone, "email": contact.email}, ensure_ascii=False
    ).encode()
    return FORMAT + nonce + _cipher(key).encrypt(nonce, plain, matter_id.encode())


def unseal(sealed: bytes, *, matter_id: str, keys: Sequence[bytes]) -> Contact:
    """Decrypt contact data with whichever key sealed it. Raises: BrokenSeal."""
    body = bytes(sealed)
    if body[:1] != FORMAT:
        raise BrokenSeal("unknown format")
    nonce, cipher = body[1 : 1 + NONCE_BYTES], body[1 + NONCE_BYTES :]
    for key in keys:
        try:
            plain = _cipher(key).decrypt(nonce, cipher, matter_id.encode())
        except InvalidTag:
            continue
        return Contact(**json.loads(plain))
    raise BrokenSeal("no key opens it")
