"""Between password and second step: known, but not logged in.

The person is logged in only when everything asked of them is done, so that no page has to
remember to check for the second step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import load_backend
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from commongrid.doors.common.fresh import now_s

KEY = "staff.pending"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIFE_S = 10 * 60
TRIES = 5


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right. `account` is the row Django's login wants."""

    account: Any
    next_url: str
    tries: int


def begin_pending(request: HttpRequest, account: Any, next_url: str) -> None:
    """Remember whose password was right, under a new session key."""
    request.session.cycle_key()
    request.session[KEY] = {
        "id": account.pk,
        "hash": account.get_session_auth_hash(),
        "at": now_s(),
        "next": next_url,
        "tries": 0,
    }


def find_pending(request: HttpRequest) -> Pending | None:
    """Who is between the steps, or None when the time or the tries are over.

    A password changed or an account closed in the meantime ends it too.
    """
    kept = request.session.get(KEY)
    if not kept:
        return None
    account = load_backend(BACKEND).get_user(kept["id"])
    is_good = (
        account is not None
        and 0 <= now_s() - kept["at"] < LIFE_S
        and kept["tries"] < TRIES
        and constant_time_compare(kept["hash"], account.get_session_auth_hash())
    )
    if not is_good:
        end_pending(request)
        return None
    return Pending(account=account, next_url=kept["next"], tries=kept["tries"])


def count_try(request: HttpRequest) -> None:
    """One more wrong code."""
    request.session[KEY] = {**request.session[KEY], "tries": request.session[KEY]["tries"] + 1}


def end_pending(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
