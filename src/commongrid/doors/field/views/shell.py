"""The app itself: a page without any data, its service worker, its manifest and its words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import condition, require_safe

from commongrid.doors.common.gates import public
from commongrid.doors.field.shelf import version, worker_script
from commongrid.doors.field.words import WORDS

ASK_AGAIN = "no-cache"  # kept, and asked about each time: an old app must not linger
COLOUR = "#0d3b49"


@public
@require_safe
def shell(request: HttpRequest) -> HttpResponseBase:
    """The page the app lives in."""
    return _kept(render(request, "field/shell.html", {"version": version()}))


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, for this door and no other."""
    answer = HttpResponse(worker_script(request), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = reverse("field:shell")
    return _kept(answer)


@public
@require_safe
def manifest(_request: HttpRequest) -> HttpResponseBase:
    """What a phone has to know to put the app on its first page."""
    home = reverse("field:shell")
    answer = JsonResponse(
        {
            "id": home,
            "name": gettext("CommonGrid for grid workers"),
            "short_name": gettext("CommonGrid"),
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": COLOUR,
            "icons": [_icon("any"), _icon("maskable")],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
    return _kept(answer)


def _icon(purpose: str) -> dict[str, str]:
    return {
        "src": static("img/mark.svg"),
        "sizes": "any",
        "type": "image/svg+xml",
        "purpose": purpose,
    }


def _version_of_words(_request: HttpRequest, language: str) -> str:
    return f'"{version()}-{language}"'


@public
@require_safe
@condition(etag_func=_version_of_words)
def words(_request: HttpRequest, language: str) -> HttpResponseBase:
    """Every word of the app in one language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        told: dict[str, Any] = {key: str(word) for key, word in WORDS.items()}
    return _kept(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


def _kept(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = ASK_AGAIN
    return answer
