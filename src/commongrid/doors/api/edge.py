"""The outermost layer of this door: language, methods, other origins, what caches may keep.

It looks at no cookie and starts no session: what a browser carries along opens nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from commongrid.doors.api import problems
from commongrid.doors.api.entry import Entrance
from commongrid.doors.common.problems import language_of
from commongrid.rooms.places import face as places

View = Callable[..., HttpResponse]
PREFLIGHT_S = 86_400


def at_the_edge(view: View, entrances: Mapping[str, Entrance]) -> View:
    """Wrap the view of one address; ``entrances`` says by method who may come in."""
    is_shared = "GET" in entrances and entrances["GET"].is_open
    allowed = ", ".join(sorted({*entrances, "OPTIONS", *(["HEAD"] if "GET" in entrances else [])}))

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)), places.one_look():
            if request.method == "OPTIONS":
                response = HttpResponse(status=204, headers={"Allow": allowed})
            elif request.method not in entrances and not _is_head(request, entrances):
                response = _not_allowed(allowed)
            else:
                response = _answered(view, request, *args, **kwargs)
            return _finished(request, response, is_shared=is_shared)

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # see `entry`
    answer.gate = _gate(entrances)  # type: ignore[attr-defined]
    return answer


def _gate(entrances: Mapping[str, Entrance]) -> str:
    if any(entrance.is_open for entrance in entrances.values()):
        return "public"
    scopes = sorted({scope for entrance in entrances.values() for scope in entrance.scopes})
    return f"key:{','.join(scopes)}" if scopes else "key"


def _is_head(request: HttpRequest, entrances: Mapping[str, Entrance]) -> bool:
    return request.method == "HEAD" and "GET" in entrances


def _not_allowed(allowed: str) -> HttpResponse:
    say = gettext("See the header Allow.")
    return problems.answer(problems.Problem(405, "api.method", say, headers={"Allow": allowed}))


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    is_head = request.method == "HEAD"
    if is_head:
        request.method = "GET"
    try:
        response = view(request, *args, **kwargs)
    except problems.Problem as problem:
        response = problems.answer(problem)
    if is_head:
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _finished(request: HttpRequest, response: HttpResponse, *, is_shared: bool) -> HttpResponse:
    is_plain = not request.headers.get("Authorization") and not request.headers.get("Receipt-Code")
    is_good = response.status_code in (200, 304)
    is_public = is_shared and is_plain and request.method in ("GET", "HEAD")
    response.headers["Cache-Control"] = "no-cache" if is_public and is_good else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = translation.get_language() or ""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")
    patch_vary_headers(response, ("Accept-Language", "Authorization", "Receipt-Code"))
    if is_shared and request.method in ("GET", "HEAD", "OPTIONS") and is_plain:
        # Other sites may show what is public. No credentials: nothing more than anybody reads.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_S)
    return response
