"""The ledger's key, kept outside the database (settings read it from a file or the environment)."""

from __future__ import annotations

from django.conf import settings


def ledger_key() -> bytes:
    key = settings.LEDGER_KEY
    return key if isinstance(key, bytes) else str(key).encode()
