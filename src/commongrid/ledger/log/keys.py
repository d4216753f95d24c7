"""Keys of the log and of us as a witness, outside the database; whom we believe, from settings."""

from __future__ import annotations

import base64
import binascii

from django.conf import settings

from commongrid.ledger.log.notes import (
    KEY_BYTES,
    LOG_KEY,
    WITNESS_KEY,
    BadNoteError,
    Signer,
    Verifier,
    parse_vkey,
)


def signers(origin: str) -> tuple[Signer, ...]:
    """The keys that sign our checkpoints, the newest first."""
    return tuple(Signer(origin, LOG_KEY, seed_of(key)) for key in keys_in(settings.TLOG_KEYS))


def keys_in(given: list[str]) -> list[str]:
    """The keys one by one: a key file may hold several, as the setting may."""
    return [one.strip() for line in given for one in line.split(",") if one.strip()]


def witness_signer() -> Signer:
    """The key by which this house cosigns the logs of others."""
    return Signer(f"{own_name()}/witness", WITNESS_KEY, seed_of(settings.WITNESS_KEY))


def witnesses() -> tuple[tuple[Verifier, str], ...]:
    """Who cosigns our checkpoints, and the address of each. Raises: BadNoteError."""
    found = []
    for line in settings.WITNESSES:
        vkey, _, address = line.partition(" ")
        verifier = parse_vkey(vkey)
        if verifier.kind != WITNESS_KEY:
            message = f"the key of {verifier.name} is not that of a witness"
            raise BadNoteError(message)
        found.append((verifier, address.strip().rstrip("/")))
    return tuple(found)


def witnessed_logs() -> dict[str, tuple[Verifier, ...]]:
    """The logs of others that this house cosigns, with their keys. Raises: BadNoteError."""
    found: dict[str, tuple[Verifier, ...]] = {}
    for vkey in settings.WITNESSED_LOGS:
        verifier = parse_vkey(vkey)
        if verifier.kind != LOG_KEY:
            message = f"the key of {verifier.name} is not that of a log"
            raise BadNoteError(message)
        found[verifier.name] = (*found.get(verifier.name, ()), verifier)
    return found


def seed_of(key: str) -> bytes:
    """The 32 bytes a key file holds. Raises: ValueError when it holds none."""
    try:
        seed = base64.urlsafe_b64decode(key.encode("ascii"))
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != KEY_BYTES:
        message = "the key of the log or witness is not 32 bytes in base64"
        raise ValueError(message)
    return seed


def own_name() -> str:
    """The name this house's log begins with, from the settings."""
    name: str = settings.TLOG_NAME
    return name
