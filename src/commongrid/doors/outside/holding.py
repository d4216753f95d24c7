"""The link a session has shown: which matter this browser works on, and its gate.

The link leaves the address at once. The session holds its id, and the link is looked up anew on
every page, so one that was taken back or has run out opens nothing.
Privacy: the id of a link and the hour it was shown, until the session ends or the person leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from commongrid.rooms.matters import face as matters

HELD_S = 12 * 3600  # a working day; after that the link or its code is opened again
_KEY = "outside.link"


def hold_link(request: HttpRequest, token: str) -> bool:
    """Remember the link for this session; say whether there is such a link."""
    link_id = matters.find_link(token)
    if link_id is None:
        return False
    request.session.cycle_key()
    request.session[_KEY] = [str(link_id), _now_s()]
    return True


def held_link(request: HttpRequest) -> matters.LinkPage | None:
    """The link this session has shown, as it stands now; None when it has shown none of late."""
    kept = request.session.get(_KEY)
    if not kept or not 0 <= _now_s() - kept[1] < HELD_S:
        return None
    return matters.get_link_page(link_id=UUID(kept[0]), at=timezone.now())


def release_link(request: HttpRequest) -> None:
    """Forget the link: for a phone or a computer that others use too."""
    request.session.pop(_KEY, None)


def holder(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in whoever opened a link earlier in this session and whose link is live.

    The view receives ``page``. Everybody else is told what is the matter and what to do.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = held_link(request)
        if page is None:
            response: HttpResponseBase = not_live(request, "none")
        elif page.matter is None:
            response = not_live(request, page.link.state.value, page.link)
        else:
            response = view(request, *args, page=page, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    gated.gate = "receipt"  # type: ignore[attr-defined]
    return gated


def not_live(
    request: HttpRequest, why: str, link: matters.LinkCard | None = None, status: int = 200
) -> HttpResponseBase:
    """Say kindly why nothing opens. A link that is over is no error of whoever holds it."""
    said = {"why": why, "link": link}
    return render(request, "outside/not_live.html", said, status=status)


def _now_s() -> int:
    return int(timezone.now().timestamp())
