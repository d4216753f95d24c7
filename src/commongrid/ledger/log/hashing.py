"""Hashes of the tree: a leaf and a node never hash alike.

Source: RFC 6962 section 2.1 (the same in RFC 9162).
"""

from __future__ import annotations

import hashlib

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry of the log."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def whole_hash(hashes: list[bytes]) -> bytes:
    """The root over 2, 4, 8 ... hashes in a row. Raises: ValueError for another number of them."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        message = f"{len(hashes)} hashes are no whole subtree"
        raise ValueError(message)
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]
