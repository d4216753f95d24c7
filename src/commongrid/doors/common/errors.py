"""Pages for when something went wrong: what happened, and what to do next."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext


def _error(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    return render(request, f"common/{status}.html", {"status": status, **words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when what was sent is too large."""
    return _error(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; the exception's text is not shown, it may name what must not be named."""
    return _error(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    return _error(request, 413)


def too_many(request: HttpRequest, *, window_s: int) -> HttpResponse:
    """429, with the time to wait."""
    response = _error(request, 429, minutes=max(1, round(window_s / 60)))
    response.headers["Retry-After"] = str(window_s)
    return response


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many wrong passwords."""
    return too_many(request, window_s=int(settings.AXES_COOLOFF_TIME * 3600))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: both languages at once; the page needs neither the database nor a session."""
    parts = []
    for code, lang in (("zh-hans", "zh-Hans-CN"), ("en", "en")):
        with translation.override(code):
            parts.append(
                {
                    "lang": lang,
                    "what": gettext("Something broke on our side"),
                    "next": gettext(
                        "It has been noted. Wait a minute and try again; what you had already "
                        "sent and got a receipt for is safe."
                    ),
                    "home": gettext("To the start page"),
                }
            )
    words = {"parts": parts, "zh_title": parts[0]["what"], "en_title": parts[1]["what"]}
    return HttpResponse(render_to_string("common/500.html", words), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose session is over."""
    return render(request, "common/csrf.html", {"status": 403}, status=403)
