"""The receipt a session has shown: which matter this browser may open, and its gate.

Privacy: the code lies in the session, encrypted, until the person closes the matter or the
session ends. It is looked up anew on every page, so a code that was ended opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from commongrid.charter.matter import Actor
from commongrid.doors.resident.sealing import seal, unseal
from commongrid.rooms.matters import face as matters

HELD_S = 12 * 3600
_KEY = "receipt"


def hold_receipt(request: HttpRequest, code: str, *, is_new: bool = False) -> bool:
    """Remember the code for this session when it opens a matter; say whether it does.

    A code just handed out keeps the session's key: were the button pressed twice, the browser
    may never see the answer that carries a new one.
    """
    if not is_new:
        if matters.find_by_receipt(code) is None:
            return False
        request.session.cycle_key()
    request.session[_KEY] = seal(code.encode()).decode()
    return True


def held_receipt(request: HttpRequest) -> tuple[UUID, Actor] | None:
    """The matter this session may open and who opens it, or None."""
    code = unseal(request.session.get(_KEY, "").encode(), max_age_s=HELD_S)
    return matters.find_by_receipt(code.decode()) if code else None


def release_receipt(request: HttpRequest) -> None:
    """Forget the code: for a phone or a computer that others use too."""
    request.session.pop(_KEY, None)


def holder(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in whoever showed a receipt code earlier in this session; the others are asked for it.

    The view receives ``matter_id`` and ``actor``. Guessing is limited where codes are shown
    (`gates.receipt`), so these pages need no count of their own.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        held = held_receipt(request)
        if held is None:
            return redirect("resident:my_code")
        response = view(request, *args, matter_id=held[0], actor=held[1], **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    gated.gate = "receipt"  # type: ignore[attr-defined]
    return gated
