"""Pages for when something went wrong: what happened, and what to do next."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from commongrid.doors.common.again import (
    First,
    fields_to_send_again,
    had_files,
    is_from_here,
    sent_too_late,
)
from commongrid.doors.common.machines import asks_by_program, machine_answer, machine_error
from commongrid.doors.common.trouble import RETRY_S, Trouble, trouble_of


def _error(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    return render(request, f"common/{status}.html", {"status": status, **words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when what was sent is too large."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    if asks_by_program(request):
        title = "Too much was sent." if status == 413 else "The request cannot be read."
        return machine_answer(request, status, title, "house.unreadable")
    return _error(request, status)


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
    """500, or 503 when the house cannot answer now; programs get it in their own form.

    Django calls this while it handles the exception. Needs neither the database nor a session.
    """
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is Trouble.CUT_OFF:
        return HttpResponse(status=408)  # nobody is there to read a page
    retry_s = RETRY_S.get(trouble, 0)
    status = 503 if retry_s else 500
    if asks_by_program(request):
        response = machine_error(request, status, trouble)
    else:
        response = HttpResponse(_both_languages(request, trouble), status=status)
    if retry_s:
        response.headers["Retry-After"] = str(retry_s)
    response.headers["Cache-Control"] = "no-store"
    return response


def _both_languages(request: HttpRequest, trouble: Trouble) -> str:
    again = fields_to_send_again(request) if trouble in RETRY_S else ()
    files = bool(again) and had_files(request)
    parts = []
    for code, lang in (("zh-hans", "zh-Hans-CN"), ("en", "en")):
        with translation.override(code):
            parts.append({"lang": lang, **_words(trouble, is_again=bool(again), files=files)})
    words = {"parts": parts, "zh_title": parts[0]["what"], "en_title": parts[1]["what"]}
    return render_to_string("common/500.html", {**words, "again": again, "path": request.path})


def _words(trouble: Trouble, *, is_again: bool, files: bool) -> dict[str, str]:
    """The page's words in the language at hand."""
    said = {
        "home": gettext("To the start page"),
        **dict.fromkeys(("send", "files", "other", "safe"), ""),
    }
    if trouble not in RETRY_S:
        return said | {
            "what": gettext("Something broke on our side"),
            "next": gettext(
                "It has been noted. Wait a minute and try again; what you had already "
                "sent and got a receipt for is safe."
            ),
        }
    said["what"] = gettext("We cannot answer just now")
    said["next"] = gettext(
        "The system has lost its database for a moment. Wait a minute and try again."
    )
    if trouble is Trouble.DISK:
        said["next"] = gettext(
            "The system has no room left to write. Those who run it have to act; try again later."
        )
    if is_again:
        said["send"] = gettext("Send the same again")
        said["other"] = gettext(
            "Leave this page open: it holds what you wrote. Sending it again does nothing twice."
        )
        if files:
            said["files"] = gettext("Photos that you chose on that page must be chosen again.")
    else:
        said["other"] = gettext("What you had already sent and got a receipt for is safe.")
    said["safe"] = gettext(
        "You can always do this without the computer: by phone, on paper or at the service "
        "window of your community."
    )
    return said


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose session is over; what a page of ours sent is on the answer."""
    if is_from_here(request) and (again := fields_to_send_again(request)):
        return sent_too_late(request, again, first=First.NOTHING)
    return render(request, "common/csrf.html", {"status": 403}, status=403)
