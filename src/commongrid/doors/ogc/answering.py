"""How this door answers: JSON or a page, errors in the same form, readable from other sites."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from commongrid.doors.ogc.asked import CRS84, FORMATS, BadAskError
from commongrid.doors.ogc.features import NoFeatureError

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
METHODS = "GET, HEAD, OPTIONS"
FRESH_S = 60  # how long a client may use an answer again without asking
_JSON_TYPES = (JSON, GEOJSON, HTML, SCHEMA)
View = Callable[..., HttpResponseBase]


def answering(view: View) -> View:
    """Read only, errors as the standard has them, and readable from pages of other sites.

    What is said here does not depend on who asks, so other sites learn nothing through a reader's
    browser that they could not ask for themselves.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _guarded(view, request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Content-Crs, ETag, Link"
        patch_vary_headers(response, ("Accept", "Accept-Language"))
        return response

    # Nothing is written here: without this a program would be told about forms, not about methods.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _guarded(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "*"}
        return HttpResponse(status=204, headers={"Allow": METHODS, **allowed})
    if request.method not in ("GET", "HEAD"):
        response = error(request, 405, "MethodNotAllowed", _("This interface only reads."))
        response.headers["Allow"] = METHODS
        return response
    try:
        return view(request, *args, **kwargs)
    except BadAskError as bad:
        words = f"{bad.parameter}: {bad.words}"
        return error(request, 400, "InvalidParameterValue", words)
    except NoFeatureError:
        return error(request, 404, "NotFound", _("There is nothing at this address."))


def error(request: HttpRequest, status: int, code: str, words: str) -> HttpResponse:
    """An error as the standard has it: a code and a description; a page for people."""
    said = {"code": code, "description": words}
    if wants_page(request):
        return render(request, "ogc/error.html", {"error": said}, status=status)
    return _json(said, JSON, status=status)


def wants_page(request: HttpRequest) -> bool:
    """Whether a person with a browser asks, by ``f`` or else by the header Accept."""
    asked = request.GET.get("f")
    if asked in FORMATS:
        return asked == "html"
    return request.get_preferred_type(list(_JSON_TYPES)) == HTML


def check_format(request: HttpRequest) -> None:
    """Raises: BadAskError for a format that is not offered."""
    if request.GET.get("f", FORMATS[0]) not in FORMATS:
        raise BadAskError("f", _("json or html."))


def answer_with(
    request: HttpRequest,
    said: dict[str, Any],
    page: str,
    *,
    content_type: str = JSON,
    stamped: bool = False,
    **shown: Any,
) -> HttpResponse:
    """The same content as JSON, or through a template.

    ``stamped`` adds the time of the answer, which the fingerprint leaves out. Without a page it
    is JSON whoever asks.
    """
    check_format(request)
    if page and wants_page(request):
        return render(request, f"ogc/{page}.html", {"said": said, **shown})
    etag = f'"{hashlib.sha256(_dumped(said)).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={FRESH_S}"}
    if content_type == GEOJSON:
        headers["Content-Crs"] = f"<{CRS84}>"
    if _knows(request, etag):
        return HttpResponse(status=304, headers=headers)
    if stamped:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        said = {"type": said["type"], "timeStamp": now, **said}
    return _json(said, content_type, headers=headers)


def _knows(request: HttpRequest, etag: str) -> bool:
    known = request.headers.get("If-None-Match", "")
    return known.strip() == "*" or etag in (part.strip() for part in known.split(","))


def _json(said: Any, content_type: str, **more: Any) -> HttpResponse:
    return HttpResponse(_dumped(said), content_type=content_type, **more)


def _dumped(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str).encode()
