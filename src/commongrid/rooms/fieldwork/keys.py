"""Numbers and digests of this room, made under the keys of the installation."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from commongrid.kernel.canon import canonical_json


def command_id_for(number: UUID, *, account_id: int) -> UUID:
    """The command id of an intention: of the account, not of the phone.

    So a second phone of the same person, or an exported file, does nothing twice; and nobody else
    gets to the same receipt by sending the same number.
    """
    return _derived("fieldwork.command", account_id, number)


def row_id_for(number: UUID, *, account_id: int) -> UUID:
    """Under which the answer is kept. Another id than the command's: from that, a receipt follows
    (ADR 0011), so it stands nowhere.
    """
    return _derived("fieldwork.intention", account_id, number)


def body_digest(body: dict[str, Any]) -> str:
    """What knows a body again without telling it."""
    return salted_hmac("fieldwork.body", canonical_json(body), algorithm="sha256").hexdigest()


def sealing_keys() -> tuple[bytes, ...]:
    """Keys of 32 bytes: the first seals, the others still open what they sealed."""
    return tuple(sha256(_bytes(key) + b"\nfieldwork").digest() for key in settings.CONTACT_KEYS)


def _derived(use: str, account_id: int, number: UUID) -> UUID:
    digest = salted_hmac(use, f"{account_id}:{number}", algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def _bytes(key: bytes | str) -> bytes:
    return key if isinstance(key, bytes) else key.encode()
