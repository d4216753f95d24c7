"""Every request gets an id, is measured, and leaves one line in the log that names no person.

The line holds the name of the route, never the address: addresses hold receipt codes, links of
one matter and what people search for. Ids are made here; one sent by the caller is not believed.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commongrid.site.metrics import count_request

LOGGER = logging.getLogger("commongrid.request")
request_id: ContextVar[str] = ContextVar("request_id", default="")


def watch(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Measure what all the other parts make of a request."""

    def answer(request: HttpRequest) -> HttpResponse:
        began, known = monotonic(), secrets.token_hex(8)
        token = request_id.set(known)
        try:
            response = get_response(request)
            took_s, route = monotonic() - began, route_of(request)
            method, status = request.method or "", response.status_code
            count_request(route=route, method=method, status=status, took_s=took_s)
            if settings.LOG_FORMAT == "json":
                LOGGER.info("%s %d", route, status, extra={"took_ms": round(took_s * 1000, 1)})
            response.headers["X-Request-Id"] = known
            return response
        finally:
            request_id.reset(token)

    return answer


def route_of(request: HttpRequest) -> str:
    """The name of the route that answered; one word for everything that no route answered."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unmatched"
