"""Keys of this room, read from settings (which read files or the environment)."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.conf import settings


def contact_keys() -> tuple[bytes, ...]:
    """Keys of 32 bytes for AES-256: the first seals, the others still open what they sealed."""
    return tuple(map(_of_32_bytes, settings.CONTACT_KEYS))


def receipt_key() -> bytes:
    return _bytes(settings.RECEIPT_KEY)


@lru_cache(maxsize=16)
def _of_32_bytes(key: bytes | str) -> bytes:
    return hashlib.sha256(_bytes(key)).digest()


def _bytes(key: bytes | str) -> bytes:
    return key if isinstance(key, bytes) else key.encode()
