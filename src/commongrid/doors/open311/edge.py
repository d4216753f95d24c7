"""What every address of the standard shares: its form, its language, its errors, its headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from commongrid.doors.common.gates import public
from commongrid.doors.open311.answers import faults_answer
from commongrid.doors.open311.faults import Fault, FaultError
from commongrid.rooms.places import face as places

View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")
KEPT_S = 60  # a list may be this old in a cache; a matter does not move faster
NOT_ALLOWED = 405

now = timezone.now


def speaking(*methods: str) -> Callable[[View], View]:
    """Decorate a view of the standard: method, language, faults and headers.

    The view takes ``form`` ("json" or "xml"). It needs no CSRF token: it never looks at a session
    or a cookie, so a foreign page can make a browser do nothing here that it could not do itself.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @public
        @wraps(view)
        def spoken(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            with translation.override(_language(request)), places.one_look():
                response = _answered(view, methods, request, *args, form=form, **kwargs)
                response.headers["Content-Language"] = language()
            return _with_headers(response, request)

        return spoken  # type: ignore[return-value]

    return decorate


def language() -> str:
    """The language of this answer."""
    return get_language() or "zh-hans"


def _answered(
    view: View, methods: tuple[str, ...], request: HttpRequest, *args: Any, form: str, **kwargs: Any
) -> HttpResponse:
    try:
        _check_method(request, methods)
        return view(request, *args, form=form, **kwargs)
    except FaultError as error:
        response = faults_answer(error.faults, form, status=error.status)
        for name, value in error.headers.items():
            response.headers[name] = value
        return response


def _check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        words = _("This address does not take %(method)s.") % {"method": request.method}
        allow = {"Allow": ", ".join(methods)}
        raise FaultError(Fault(words, NOT_ALLOWED), headers=allow)


def _language(request: HttpRequest) -> str:
    """``locale`` counts more than what the browser prefers; an unknown one counts nothing."""
    wanted = request.GET.get("locale", "").strip().replace("_", "-").lower()
    try:
        return get_supported_language_variant(wanted) if wanted else language()
    except (LookupError, ValueError):
        return language()


def _with_headers(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    is_read = request.method in READING and response.status_code == HttpResponse.status_code
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}" if is_read else "no-store"
    if request.method in READING:
        response.headers["Access-Control-Allow-Origin"] = "*"  # public figures, no credentials
    return response
