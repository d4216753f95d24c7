"""Errors made before or outside a view of the standard, said in its form all the same.

An unknown path, a NUL in the address, a broken upload, a server that fails: Django answers these
with a page. A program that asked for JSON or XML gets its list of code and description instead.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from commongrid.doors.open311.answers import JSON, TYPES, XML, faults_answer
from commongrid.doors.open311.faults import Fault

PREFIXES = ("/open311/v2/", "/open311/discovery")
KEPT = ("Allow", "Retry-After")
FIRST_ERROR = 400
WORDS = {
    400: gettext_lazy("The request cannot be read."),
    403: gettext_lazy("This is not allowed."),
    404: gettext_lazy("There is no such resource. Addresses end in .json or .xml."),
    413: gettext_lazy("What was sent is too large."),
    429: gettext_lazy("Too many requests. Please wait."),
    500: gettext_noop("Something broke on our side"),
}


def answer_in_kind(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Turn every error page below the addresses of the standard into the standard's errors."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_ours = request.path_info.startswith(PREFIXES)
        if not is_ours or response.status_code < FIRST_ERROR or _is_spoken(response):
            return response
        return _spoken(request, response)

    return answered


def _is_spoken(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "") in TYPES.values()


def _spoken(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    language = translation.get_language_from_request(request)
    with translation.override(language):
        known = WORDS.get(page.status_code, WORDS[FIRST_ERROR])
        fault = Fault(_(str(known)), page.status_code)
        spoken = faults_answer([fault], form_of(request), status=page.status_code)
    for name in KEPT:
        if name in page.headers:
            spoken.headers[name] = page.headers[name]
    spoken.headers["Content-Language"] = language
    spoken.headers["Cache-Control"] = "no-store"
    return spoken


def form_of(request: HttpRequest) -> str:
    """The form a program wants, where its address does not say: XML is the required one."""
    if request.path_info.endswith(f".{JSON}"):
        return JSON
    if request.path_info.endswith(f".{XML}"):
        return XML
    return JSON if JSON in request.headers.get("Accept", "") else XML
