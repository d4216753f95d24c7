"""Keys of this room. Words, identities and receipts each have their own, derived from one."""

from __future__ import annotations

import hmac
from functools import lru_cache

from django.conf import settings


def word_keys() -> tuple[bytes, ...]:
    """Keys of 32 bytes that seal words: the first seals, the others still open."""
    return tuple(_derived(key, "words") for key in settings.COMPLAINT_KEYS)


def identity_keys() -> tuple[bytes, ...]:
    """Keys that seal who complained: no other row opens with them."""
    return tuple(_derived(key, "identity") for key in settings.COMPLAINT_KEYS)


def mark_keys() -> tuple[bytes, ...]:
    """Keys that lead from a complaint to the row of who complained; no column does."""
    return tuple(_derived(key, "mark") for key in settings.COMPLAINT_KEYS)


def receipt_key() -> bytes:
    """The key of receipt codes; the same code opens no matter."""
    return _derived(settings.RECEIPT_KEY, "complaint receipt")


@lru_cache(maxsize=32)
def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"commongrid|{purpose}".encode(), "sha256")
