"""A key of its own for each person's data, wrapped by the house's key: destroyed with the data.

What is sealed opens only with its own key; that key opens only with the house's, which lies outside
the database; and both are bound to what the data was given for. Form 2 of sealed bytes:
``02 | nonce | wrapped key | nonce | sealed data``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = b"\x02"
NONCE_BYTES, KEY_BYTES, TAG_BYTES = 12, 32, 16
_WRAPPED = NONCE_BYTES + KEY_BYTES + TAG_BYTES
_PURPOSE = b"key|"


class BrokenWrapError(ValueError):
    """Sealed data does not open: another key, another owner, or altered bytes."""


@lru_cache(maxsize=8)
def _house(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal_apart(plain: bytes, *, bound_to: bytes, house_key: bytes) -> bytes:
    """Seal under a fresh key and wrap that key (AES-256-GCM both). Cost: microseconds."""
    own, first, second = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
    wrapped = _house(house_key).encrypt(first, own, _PURPOSE + bound_to)
    return FORM + first + wrapped + second + AESGCM(own).encrypt(second, plain, bound_to)


def open_apart(sealed: bytes, *, bound_to: bytes, house_keys: Sequence[bytes]) -> bytes:
    """Open what ``seal_apart`` sealed, with whichever house key wrapped it.

    Raises: BrokenWrapError.
    """
    if sealed[:1] != FORM or len(sealed) < 1 + _WRAPPED + NONCE_BYTES + TAG_BYTES:
        message = "unknown form"
        raise BrokenWrapError(message)
    head, body = sealed[1 : 1 + _WRAPPED], sealed[1 + _WRAPPED :]
    for key in house_keys:
        try:
            own = _house(key).decrypt(head[:NONCE_BYTES], head[NONCE_BYTES:], _PURPOSE + bound_to)
        except InvalidTag:
            continue
        try:
            return AESGCM(own).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound_to)
        except InvalidTag as error:
            message = "altered"
            raise BrokenWrapError(message) from error
    message = "no key opens it"
    raise BrokenWrapError(message)
