"""How long a session lives.

A session ends a fixed time after its start, and earlier when nobody used it. Requests that a
page makes by itself do not count as use: they carry the header ``X-Background: 1``.
The marks live in the session and die with it: nothing here records who worked when.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

from commongrid.doors.common.fresh import FRESH, now_s

SINCE, SEEN = "staff.since", "staff.seen"
BACKGROUND = "X-Background"
SEEN_STEP_S = 60  # written at most this often: a page view must not always write
DEFAULT_IDLE_MINUTES = 60
DEFAULT_WHOLE_HOURS = 12

Answer = Callable[[HttpRequest], HttpResponse]


def mark_start(request: HttpRequest, **_signal: Any) -> None:
    """Stamp a session that begins (receiver of Django's ``user_logged_in``)."""
    now = now_s()
    request.session[SINCE] = request.session[SEEN] = request.session[FRESH] = now


def end_old_sessions(get_response: Answer) -> Answer:
    """Middleware: log out whoever stayed too long or was away too long.

    Place it right after AuthenticationMiddleware. A logged-in session without marks did not
    come through the front door and ends at once.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            _keep_or_end(request)
        return get_response(request)

    return answer


def _keep_or_end(request: HttpRequest) -> None:
    now, session = now_s(), request.session
    since, seen = session.get(SINCE), session.get(SEEN)
    if since is None or seen is None or now - since >= whole_s() or now - seen >= idle_s():
        logout(request)
        return
    if now - seen >= SEEN_STEP_S and BACKGROUND not in request.headers:
        session[SEEN] = now


def whole_s() -> int:
    """Longest life of a session, in seconds."""
    return int(getattr(settings, "STAFF_SESSION_HOURS", DEFAULT_WHOLE_HOURS)) * 3600


def idle_s() -> int:
    """Longest pause within a session, in seconds."""
    return int(getattr(settings, "STAFF_IDLE_MINUTES", DEFAULT_IDLE_MINUTES)) * 60


def own_row(request: HttpRequest) -> Any:
    """The row of whoever is logged in; only behind the staff gate."""
    return request.user
