"""What an API key is made of, what it may open, and for how long."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from commongrid.charter.matter import Hat
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.people.domain.powers import PATH_PATTERN, ends_at
from commongrid.rooms.people.domain.roles import contains

RAISE, READ, ACT, WEBHOOK = "raise", "read", "act", "webhook"
SCOPES = frozenset({RAISE, READ, ACT, WEBHOOK})
NEED_POST = frozenset({READ, ACT, WEBHOOK})
"""Scopes that open nothing by themselves: the appointments of the account do."""

MAX_TERM = timedelta(days=366)
PREFIX = "cgk_"
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"^cgk_[A-Za-z0-9_-]{43}\Z")

NO_SCOPE = Text(
    zh="请至少选择一种用途，并且只能选择列出的用途。", en="Choose at least one of the listed uses."
)
BAD_PLACE = Text(
    zh="密钥的地点与区划路径不一致。", en="The place of the key does not fit its path."
)
BAD_TERM = Text(
    zh="密钥的有效期须在此刻之后，最长一年。",
    en="A key ends after this moment and within a year.",
)
NO_NAME = Text(zh="请写明密钥的用途名称。", en="Give the key a name that says what it is for.")
NO_POST = Text(
    zh="读取、办理和管理推送需要先给这个程序账号任用，任用范围须与密钥的地点有重合。",
    en="Reading, acting and webhooks need an appointment of this service account in the key's "
    "area first.",
)


def new_token() -> str:
    """A new key: 256 random bits after a prefix by which a leaked one can be searched for."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the shape of a key."""
    return _TOKEN.match(text) is not None


def token_digest(token: str) -> str:
    """Under which a key is found again.

    A plain hash is enough and does not tie keys to the secret of the installation: 256 random
    bits cannot be guessed, unlike a password. Source: ADR 0013.
    """
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def is_sound_key(
    *,
    name: str,
    scopes: Iterable[str],
    place_code: str,
    place_path: str,
    until_at: datetime,
    at: datetime,
) -> Verdict:
    """Whether a key has a name, known scopes, a place that fits its path, and an end in time."""
    wanted = frozenset(scopes)
    if not name.strip():
        return Verdict.no("people.key_name", NO_NAME)
    if not wanted or not wanted <= SCOPES:
        return Verdict.no("people.key_scopes", NO_SCOPE, " ".join(sorted(wanted)))
    if not PATH_PATTERN.match(place_path) or not ends_at(place_path, place_code):
        return Verdict.no("people.bad_place", BAD_PLACE, f"{place_code!r} {place_path!r}")
    if not at < until_at <= at + MAX_TERM:
        return Verdict.no("people.key_term", BAD_TERM)
    return Verdict.yes("people.sound_key")


def has_post_for(scopes: Iterable[str], path: str, post_paths: Iterable[str]) -> Verdict:
    """Whether the account holds something that a reading or acting key could open."""
    if not NEED_POST & frozenset(scopes):
        return Verdict.yes("people.key_needs_no_post")
    if any(contains(post, path) or contains(path, post) for post in post_paths):
        return Verdict.yes("people.key_has_post")
    return Verdict.no("people.key_without_post", NO_POST, path)


def narrowed(hats: Iterable[Hat], path: str) -> tuple[Hat, ...]:
    """The hats as far as they lie within a place.

    Example:
        >>> narrowed([Hat("desk", "/15/"), Hat("desk", "/16/")], "/15/02/")
        (Hat(role='desk', path='/15/02/', unit=''),)
    """
    kept = []
    for hat in hats:
        if contains(path, hat.path):
            kept.append(hat)
        elif contains(hat.path, path):
            kept.append(Hat(hat.role, path, hat.unit))
    return tuple(dict.fromkeys(kept))
