"""Keys and backups: they are kept apart, and a backup knows which keys belong to it.

Whoever holds a backup and its keys reads all contact data; whoever holds one of the two reads
none. So keys leave the house only where they are asked for, best sealed with a passphrase.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

FOLDER = "keys"
FILES = ("secret", "contact", "receipt", "ledger", "tlog", "witness", "complaint", "office")


def check_values() -> dict[str, str]:
    """A value for each key by which it is known again. Keys are random: none follows from it."""
    keys = {
        "complaint": settings.COMPLAINT_KEYS[0],
        "contact": settings.CONTACT_KEYS[0],
        "ledger": settings.LEDGER_KEY,
        "receipt": settings.RECEIPT_KEY,
    }
    return {name: check_value(name, key) for name, key in keys.items()}


def check_value(name: str, key: str) -> str:
    """The check value of one key."""
    return hashlib.sha256(f"commongrid key|{name}|{key}".encode()).hexdigest()[:24]


def write_keys(folder: Path) -> None:
    """Write the keys in use into a closed folder, also those given by the environment."""
    target = folder / FOLDER
    target.mkdir(mode=0o700)
    values = {
        "secret": settings.SECRET_KEY,
        "contact": ",".join(settings.CONTACT_KEYS),
        "receipt": settings.RECEIPT_KEY,
        "ledger": settings.LEDGER_KEY,
        "tlog": ",".join(settings.TLOG_KEYS),
        "witness": settings.WITNESS_KEY,
        "complaint": ",".join(settings.COMPLAINT_KEYS),
        "office": settings.OFFICE_KEY,
    }
    for name, value in values.items():
        path = target / name
        path.touch(mode=0o600)
        path.write_text(value + "\n", encoding="ascii")
