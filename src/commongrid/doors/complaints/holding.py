"""The receipt code of a complaint in the session, and the gate of those who hold one.

Privacy: the code lies in the session, encrypted, until the person closes it or twelve hours are
over. Apart from the receipt of a matter: one says nothing of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from commongrid.rooms.complaints import face as complaints

HELD_S, SHOWN_S = 12 * 3600, 1800
_HELD, _SENT = "complaint", "complaint_sent"


def hold(request: HttpRequest, code: str, *, is_new: bool = False) -> bool:
    """Remember a code that opens a complaint; say whether it does."""
    if not is_new:
        if not complaints.is_own_code(code):
            return False
        request.session.cycle_key()
    request.session[_HELD] = _box().encrypt(code.encode()).decode()
    if is_new:
        request.session[_SENT] = request.session[_HELD]
    return True


def shown_once(request: HttpRequest) -> str:
    """The code just handed out, while its page may still show it."""
    return _opened(request.session.get(_SENT, ""), SHOWN_S)


def forget_shown(request: HttpRequest) -> None:
    """The person has noted the code: it is shown no more."""
    request.session.pop(_SENT, None)


def release(request: HttpRequest) -> None:
    """Forget the complaint on this device."""
    request.session.pop(_HELD, None)
    forget_shown(request)


def held(request: HttpRequest) -> str:
    """The code of this session, or ""."""
    return _opened(request.session.get(_HELD, ""), HELD_S)


def holder(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in whoever showed the code of a complaint in this session; the view receives it."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        code = held(request)
        if not code or not complaints.is_own_code(code):
            return redirect("complain:enter")
        response = view(request, *args, code=code, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    gated.gate = "receipt"  # type: ignore[attr-defined]
    return gated


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CONTACT_KEYS])


def _opened(sealed: str, age_s: int) -> str:
    try:
        return _box().decrypt(sealed.encode(), ttl=age_s).decode()
    except InvalidToken:
        return ""
