"""Hashes and seals of the ledger: pure functions over text.

The hash links an act to the one before it; the seal (HMAC) binds the head of a chain to a
key kept outside the database, so that rewriting every row of a chain is still seen.
"""

from __future__ import annotations

import hashlib
import hmac

GENESIS = "0" * 64


def act_hash(core: str, previous: str) -> str:
    """Hash of an act: SHA-256 over the previous hash and the canonical core."""
    return hashlib.sha256(f"{previous}\n{core}".encode()).hexdigest()


def words_digest(words: str, salt: str) -> str:
    """Salted digest of free words, the only trace that stays when they are erased."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def chain_seal(key: bytes, subject: str, length: int, head: str) -> str:
    return _seal(key, f"chain\n{subject}\n{length}\n{head}")


def checkpoint_seal(key: bytes, last_act: int, acts: int, digest: str) -> str:
    return _seal(key, f"checkpoint\n{last_act}\n{acts}\n{digest}")


def is_seal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected, given)


def _seal(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
