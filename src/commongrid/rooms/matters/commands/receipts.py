"""Receipt codes: what a person keeps instead of an account.

The code is derived from the command id under a key outside the database. So a repeated request
shows the same code again although only its digest is stored. The command id is therefore as
secret as the code: the act, the outbox and every page know the command by another id, from which
nobody gets back to it. Whoever sends *that* id has sent an id that was used already.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from commongrid.kernel.ids import derived_receipt_code, receipt_digest
from commongrid.rooms.matters.keys import receipt_key


def receipt_code_of(command_id: UUID) -> str:
    """The code that a command which raised a matter handed out, for whoever sent that command."""
    return receipt_for(command_id)[0]


def receipt_for(command_id: UUID) -> tuple[str, str]:
    """The code that this command hands out, and the digest under which it is stored."""
    key = receipt_key()
    seed = hmac.digest(key, b"receipt\n" + command_id.bytes, "sha256")
    code = derived_receipt_code(seed)
    return code, receipt_digest(code, key)


def act_id_for(command_id: UUID) -> UUID:
    """The id under which the act of a command that hands out a code is kept and shown."""
    mark = hmac.digest(receipt_key(), b"act\n" + command_id.bytes, "sha256")
    return UUID(bytes=mark[:16], version=4)
