"""What a form had sent, kept on the page that answers when it could not be taken.

A form is lost when its session ended meanwhile, when its token was renewed by a log-in in another
tab, when it must be proved first who sends it, or when the house cannot answer. The browser's own
way back does not bring the words again: pages for staff are not kept by it. Nothing is stored
here; the answer itself carries the fields.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url

LARGEST_AGAIN = 64 * 1024
SECRET_FIELDS = ("password", "passphrase", "otp", "token_", "secret")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field

Fields = tuple[tuple[str, str], ...]


class First(StrEnum):
    """What the person does before the form is sent once more."""

    NOTHING = ""
    LOG_IN = "log-in"
    PROVE = "prove"


def fields_to_send_again(request: HttpRequest) -> Fields:
    """What a form had sent, so that its page can send the same once more.

    Empty for anything that is no form of ours (a form of ours has a token), that holds a
    password, or that is too much for a page.
    """
    # What was not read yet is not read now: the client may have stopped sending it.
    posted = getattr(request, "_post", None) or QueryDict()
    if TOKEN not in posted:
        return ()
    if any(word in name for name in posted for word in SECRET_FIELDS):
        return ()
    pairs = tuple((name, value) for name, values in posted.lists() for value in values)
    size = sum(len(name) + len(str(value)) for name, value in pairs)
    return pairs if size <= LARGEST_AGAIN else ()


def had_files(request: HttpRequest) -> bool:
    """Whether the form could have carried files, which no page can give back."""
    return (request.content_type or "").startswith("multipart/")


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this house sent the form.

    Without this a stranger's page could have its own words laid before somebody to send.
    """
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def holds_words(again: Fields) -> bool:
    """Whether a person would have to write something again."""
    return any(_is_words(name, value) for name, value in again)


def sent_too_late(
    request: HttpRequest, again: Fields, *, first: First, where: str = ""
) -> HttpResponse:
    """403 with all that was written, and a button that sends it once more.

    where: address of what comes first, opened in another tab; of the log-in without one.
    """
    page = {
        "again": [(name, value) for name, value in again if name != TOKEN],
        "written": [value for name, value in again if _is_words(name, value)],
        "files": had_files(request),
        "path": request.get_full_path(),
        "first": first,
        "where": where or resolve_url(settings.LOGIN_URL),
    }
    response = render(request, "common/late.html", page, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_words(name: str, value: str) -> bool:
    """Whether a person wrote it to be read.

    What forms carry by themselves has no space and no Chinese; a receipt code may have spaces.
    """
    return "code" not in name and (not value.isascii() or " " in value.strip())
