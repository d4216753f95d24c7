"""What lets a phone in."""

from __future__ import annotations

import hashlib
import re
import secrets

PREFIX = "cgp_"
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"^cgp_[A-Za-z0-9_-]{43}\Z")


def new_token() -> str:
    """A new token: 256 random bits after a prefix by which a leaked one can be searched for."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token."""
    return _TOKEN.match(text) is not None


def token_digest(token: str) -> str:
    """Under which a phone is found again. Random bits cannot be guessed: a plain hash is enough.

    Source: ADR 0013.
    """
    return hashlib.sha256(token.encode("ascii")).hexdigest()
