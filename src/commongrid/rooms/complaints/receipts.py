"""Receipt codes of complaints: they follow from the command, as those of matters (ADR 0011)."""

from __future__ import annotations

import hmac
from uuid import UUID

from commongrid.kernel.ids import derived_receipt_code, normalise_receipt_code, receipt_digest
from commongrid.rooms.complaints.keys import mark_keys, receipt_key


def receipt_for(command_id: UUID) -> tuple[str, str]:
    """The code a command hands out, and the digest under which it is stored."""
    key = receipt_key()
    code = derived_receipt_code(hmac.digest(key, b"code\n" + command_id.bytes, "sha256"))
    return code, receipt_digest(code, key)


def act_id_for(command_id: UUID) -> UUID:
    """The id under which the act of filing is kept: nobody gets from it to the code."""
    mark = hmac.digest(receipt_key(), b"act\n" + command_id.bytes, "sha256")
    return UUID(bytes=mark[:16], version=4)


def digest_of_code(code: str) -> str | None:
    """The digest of a typed code; None where it cannot be one."""
    known = normalise_receipt_code(code)
    return receipt_digest(known, receipt_key()) if known else None


def marks_of(complaint_id: UUID) -> tuple[str, ...]:
    """The marks under which the row of who complained may stand, the newest key's first."""
    return tuple(hmac.digest(key, complaint_id.bytes, "sha256").hex() for key in mark_keys())
