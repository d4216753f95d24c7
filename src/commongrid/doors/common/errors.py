"""Pages for when something went wrong: what happened, and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _error(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    return render(request, f"common/{status}.html", {"status": status, **words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when what was sent is too large."""
    from django.core.exceptions import RequestDataTooBig

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


def locked_out(
    request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    """429 after too many wrong passwords."""
    from django.conf import settings

    return too_many(request, window_s=int(settings.AXES_COOLOFF_TIME * 3600))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither the database nor a session."""
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("common/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose session is over."""
    return render(request, "common/csrf.html", {"status": 403}, status=403)
