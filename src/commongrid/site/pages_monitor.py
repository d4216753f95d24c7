"""Pages for monitors: does the process answer, may requests come, and the figures."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from commongrid import __version__
from commongrid.doors.common.gates import public
from commongrid.site import metrics, readiness
from commongrid.site.figures import Figures

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
_figures = Figures()


@public
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a person that the server answers; touches no database."""
    return HttpResponse(f"ok {__version__}\n", content_type="text/plain")


@public
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Tell a machine that the process answers; touches no database."""
    return JsonResponse({"status": "ok", "version": __version__})


@public
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Tell a balancer or an alarm whether requests may come: 200, or 503 with what is wrong."""
    parts = readiness.read_parts(timezone.now())
    wrong = [part for part in parts if not part.is_ok]
    told = {
        "ready": not wrong,
        "parts": {part.name: part.state for part in parts},
        "reasons": [f"{part.name}: {part.state}" for part in wrong],
    }
    return JsonResponse(told, status=503 if wrong else 200)


@public
@never_cache
def measures(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures: on this machine, or with the token. Else there is no page."""
    if not may_scrape(request):
        raise Http404
    body = metrics.exposition(_figures)
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def may_scrape(request: HttpRequest) -> bool:
    """Whether the token was given, or the request comes from this machine and no proxy."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and compare_digest(given.encode(), token.encode()):
        return True
    if settings.TRUSTED_PROXIES or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False
