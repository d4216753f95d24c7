"""Who calls: nobody in particular, or a key. Cookies and sessions mean nothing at this door.

A browser cannot be made to send a key by another site, so there is nothing to forge here and no
CSRF token is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.doors.api.problems import Problem
from commongrid.doors.common.once import IDEMPOTENCY, command_id_from
from commongrid.doors.common.ratelimit import caller_address, count_knock
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people

REALM = 'Bearer realm="commongrid"'
WINDOW_S = 600
KEY_CALLS = 6000  # ten a second, one key
WRONG_KEYS = 60
NEVER = 0  # versions count from 1


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by which key if any, and when."""

    at: datetime
    address: str
    key: people.KeyCard | None = None

    @property
    def actor(self) -> Actor:
        """Whom the rules see."""
        return self.key.actor if self.key else PUBLIC

    @property
    def speaker(self) -> Actor:
        """Who raises and follows: a key names its account and brings none of its posts."""
        return Actor(key=self.key.actor.key) if self.key else PUBLIC

    def count(self, page: str, *, tries: int, window_s: int = WINDOW_S) -> None:
        """Count one call of an address without a key. Raises: Problem when there were too many.

        A key has been counted at the entrance already.
        """
        if self.key is None:
            knock(page, self.address, tries=tries, window_s=window_s, at=self.at)

    def must_reach(self, path: str) -> None:
        """Raises: Problem when the key is for another place."""
        if self.key is not None and not path.startswith(self.key.path):
            say = gettext("This key is for another place.")
            raise Problem(403, "api.area", say)


class Entrance:
    """Lets callers in: with a key of one of the scopes or, where open, without any."""

    def __init__(self, *scopes: str, is_open: bool = False) -> None:
        self.scopes, self.is_open = scopes, is_open

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises: Problem (401 without a key or with a wrong one, 403, 429)."""
        caller = caller_of(request)
        if caller.key is None and not self.is_open:
            say = gettext("Send a key in the header Authorization: Bearer ...")
            raise Problem(401, "api.no_key", say, headers={"WWW-Authenticate": REALM})
        if caller.key is not None and self.scopes and not caller.key.scopes & set(self.scopes):
            wanted = " ".join(self.scopes)
            say = gettext("This key may not do this; it needs: %(scopes)s.") % {"scopes": wanted}
            header = f'{REALM}, error="insufficient_scope", scope="{wanted}"'
            raise Problem(403, "api.scope", say, headers={"WWW-Authenticate": header})
        return caller


anybody = Entrance(is_open=True)
raising = Entrance("raise", is_open=True)
reading = Entrance("read")
looking = Entrance("read", "act")
acting = Entrance("act")
hooking = Entrance("webhook")
any_key = Entrance()


def caller_of(request: HttpRequest) -> Caller:
    """The caller of a request. Raises: Problem for a wrong key, or for too many calls."""
    at, address = timezone.now(), caller_address(request)
    sent = request.headers.get("Authorization", "")
    if not sent:
        return Caller(at, address)
    kind, _, token = sent.partition(" ")
    key = people.find_api_key(token.strip(), at=at) if kind.lower() == "bearer" else None
    if key is None:
        knock("api-wrong-key", address, tries=WRONG_KEYS, at=at)
        say = gettext("This key is wrong, has ended or was revoked.")
        header = f'{REALM}, error="invalid_token"'
        raise Problem(401, "api.wrong_key", say, headers={"WWW-Authenticate": header})
    knock("api-key", f"key:{key.id}", tries=KEY_CALLS, at=at)
    return Caller(at, address, key)


def knock(page: str, who: str, *, tries: int, at: datetime, window_s: int = WINDOW_S) -> None:
    """Count one call. Raises: Problem (429) when there were too many in this window."""
    if count_knock(page=page, address=who, window_s=window_s, at=at) > tries:
        wait_s = window_s - int(at.timestamp()) % window_s
        say = gettext("Too many requests. Wait and try again.")
        raise Problem(429, "api.too_many", say, headers={"Retry-After": str(wait_s)})


def own_matter(request: HttpRequest, caller: Caller) -> tuple[UUID, Actor]:
    """The matter a receipt code opens. The code travels in a header: addresses lie in logs.

    Raises: Problem (401, 429).
    """
    knock("receipt", caller.address, tries=60, at=caller.at)
    found = matters.find_by_receipt(request.headers.get("Receipt-Code", ""))
    if found is None:
        say = gettext("Send the code of the receipt in the header Receipt-Code.")
        header = {"WWW-Authenticate": 'Receipt realm="commongrid"'}
        raise Problem(401, "api.receipt", say, "Receipt-Code", headers=header)
    return found


def command_id_of(request: HttpRequest) -> UUID:
    """The number of the command: sending it twice does nothing twice. Raises: Problem."""
    number = request.headers.get(IDEMPOTENCY)
    if number is None:
        say = gettext("Send a new UUID in the header Idempotency-Key, the same one when you retry.")
        raise Problem(400, "api.needs_command_id", say, IDEMPOTENCY)
    key = caller_in(request).key
    command_id = command_id_from(number, door="api", key_id=key.id if key else None)
    if command_id is None:
        say = gettext("%(name)s must be a random UUID (version 4 or 7).") % {"name": IDEMPOTENCY}
        raise Problem(400, "api.needs_command_id", say, IDEMPOTENCY)
    return command_id


def other_body() -> Problem:
    """The number was used for something else, of which nothing is told here."""
    say = gettext("This Idempotency-Key was used with another body. Send a new one.")
    return Problem(422, "idempotency.other_body", say, IDEMPOTENCY)


def version_seen(request: HttpRequest, version: int) -> int | None:
    """The version the caller decided on, where it says so; one that never was, for a stale tag.

    ``version`` is the present one: of several tags it is the one that counts.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent or sent == "*":
        return None
    seen = {tag.strip().strip('"').partition(".")[0] for tag in sent.split(",")}
    return version if str(version) in seen else NEVER


def caller_in(request: Any) -> Caller:
    """The caller whom the entrance let in."""
    caller: Caller = request.auth
    return caller
