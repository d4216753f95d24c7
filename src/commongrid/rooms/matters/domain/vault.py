"""Contact data as sealed bytes: encrypted and bound to the matter it was given for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commongrid.rooms.matters.commanded import Contact
from commongrid.rooms.vault.domain.wrapping import (
    FORM,
    BrokenWrapError,
    open_apart,
    seal_apart,
)

NONCE_BYTES = 12
FORMAT = b"\x01"  # under the house's key itself; before each person's data had a key of its own


class BrokenSeal(ValueError):  # noqa: N818
    """Sealed contact data does not open: another key, another matter, or altered bytes."""


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(contact: Contact, *, matter_id: str, key: bytes) -> bytes:
    """Encrypt contact data under a key of its own, so that it opens for this matter only."""
    plain = json.dumps(
        {"name": contact.name, "phone": contact.phone, "email": contact.email}, ensure_ascii=False
    ).encode()
    return seal_apart(plain, bound_to=matter_id.encode(), house_key=key)


def unseal(sealed: bytes, *, matter_id: str, keys: Sequence[bytes]) -> Contact:
    """Decrypt contact data with whichever key sealed it. Raises: BrokenSeal."""
    body = bytes(sealed)
    if body[:1] == FORM:
        try:
            plain = open_apart(body, bound_to=matter_id.encode(), house_keys=keys)
        except BrokenWrapError as error:
            raise BrokenSeal(str(error)) from error
        return Contact(**json.loads(plain))
    if body[:1] != FORMAT:
        raise BrokenSeal("unknown format")
    nonce, cipher = body[1 : 1 + NONCE_BYTES], body[1 + NONCE_BYTES :]
    for key in keys:
        try:
            plain = _cipher(key).decrypt(nonce, cipher, matter_id.encode())
        except InvalidTag:
            continue
        return Contact(**json.loads(plain))
    raise BrokenSeal("no key opens it")
