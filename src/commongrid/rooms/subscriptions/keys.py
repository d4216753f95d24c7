"""Keys of this room, derived from those the settings read from files or the environment."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings


def sealing_keys() -> tuple[bytes, ...]:
    """Keys of 32 bytes: the first seals, the others still open what they sealed."""
    return tuple(sha256(_bytes(key) + b"\nsubscriptions").digest() for key in settings.CONTACT_KEYS)


def link_key() -> bytes:
    """Marks the links in mails, and the digests of addresses."""
    return hmac.new(_bytes(settings.RECEIPT_KEY), b"subscriptions", sha256).digest()


def _bytes(key: bytes | str) -> bytes:
    return key if isinstance(key, bytes) else key.encode()
