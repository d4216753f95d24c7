"""The ledger's key, kept outside the database (settings read it from a file or the environment)."""

from __future__ import annotations

from django.conf import settings


def ledger_key() -> bytes:
    """The key that seals the heads of chains."""
    key: bytes | str = settings.LEDGER_KEY
    return key.encode() if isinstance(key, str) else key
