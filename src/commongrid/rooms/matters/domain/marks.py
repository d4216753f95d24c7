"""The mark of a file: what an act says of a picture or a recording, without showing it."""

from __future__ import annotations

import hashlib
from uuid import UUID


def mark_of(file_id: UUID, content: bytes) -> str:
    """SHA-256 over the id of the file's row and its content.

    The id stands in no act and is erased with the row: what is left then fits no file one could
    try, not even the same picture from another place.
    """
    return hashlib.sha256(file_id.bytes + content).hexdigest()
