"""The id of a command from the number a program sends along, so that a repeat does nothing twice.

The receipt code follows from the command id (ADR 0011). So the id is made under the site's key and
for the caller's API key: nobody else gets to the same receipt by sending the same number, and a
number that can be guessed is none.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac

IDEMPOTENCY = "Idempotency-Key"
RANDOM = (4, 7)  # the versions of a UUID that nobody can guess


def command_id_from(number: str, *, door: str, key_id: int | None) -> UUID | None:
    """The command id of a program's own number; None when that is no random UUID.

    ``key_id`` is None for a caller without a key.
    """
    try:
        sent = UUID(number.strip())
    except ValueError:
        return None
    if sent.version not in RANDOM:
        return None
    scope = f"{'open' if key_id is None else key_id}:{sent}"
    digest = salted_hmac(door, scope, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)
