"""Who may report through this door: a key with the scope ``raise``, or anybody where it is open."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from commongrid.doors.common.ratelimit import caller_address, count_knock
from commongrid.doors.open311.asking import word
from commongrid.doors.open311.faults import TOO_MANY, Fault, FaultError, forbidden
from commongrid.rooms.people import face as people
from commongrid.rooms.people.face import KeyCard

RAISE = "raise"
HOUR_S = 3600
# A program speaks for many people from one address, a caller without a key for one household.
KEY_TRIES, OPEN_TRIES, WRONG_TRIES = 1200, 60, 60


def check_key(request: HttpRequest, at: datetime) -> KeyCard | None:
    """The key a report came with; None where this place takes reports without one.

    Raises: FaultError 403 for a missing or wrong key, 429 for too many reports.
    Cost: 1 statement for the key, 4 for the count.
    """
    token = word(request.POST, "api_key") or word(request.GET, "api_key")
    if not token:
        if not settings.OPEN311_KEYLESS:
            raise forbidden(_("api_key is missing. Reporting needs a key; reading does not."))
        _count(f"address:{caller_address(request)}", OPEN_TRIES, at)
        return None
    key = people.find_api_key(token, at=at)
    if key is None or RAISE not in key.scopes:
        _count(f"wrong:{caller_address(request)}", WRONG_TRIES, at)
        raise forbidden(_("Invalid api_key received, or it is not for reporting."))
    _count(f"key:{key.id}", KEY_TRIES, at)
    return key


def check_area(key: KeyCard | None, path: str) -> None:
    """Hold a key to its place. Raises: FaultError 403."""
    if key is not None and not path.startswith(key.path):
        raise forbidden(_("This api_key is not for this place."))


def _count(who: str, tries: int, at: datetime) -> None:
    knocks = count_knock(page="open311", address=who, window_s=HOUR_S, at=at)
    if knocks > tries:
        wait = {"Retry-After": str(HOUR_S)}
        raise FaultError(Fault(_("Too many requests. Please wait."), TOO_MANY), headers=wait)
