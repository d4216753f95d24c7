"""What went wrong, for a program: problem details with the id of the rule that said no.

Source: RFC 9457 (problem details), RFC 6750 (Bearer), RFC 6585 (428, 429).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header

MEDIA_TYPE = "application/problem+json"
HOME = "/api/"

TITLES: dict[int, str | Promise] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("A key is needed"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("There is nothing here"),
    405: gettext_lazy("This address does not take this method"),
    409: gettext_lazy("Not possible now"),
    412: gettext_lazy("The matter has changed"),
    413: gettext_lazy("Too much was sent"),
    415: gettext_lazy("This format is not read here"),
    422: gettext_lazy("Something has to be put right"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something broke on our side"),
    503: gettext_lazy("We cannot answer just now"),
}


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818  it is an answer, as a refusal is
    """An answer that says no. ``detail`` is one sentence for the person behind the program."""

    status: int
    rule: str
    detail: str | Promise
    field: str = ""
    headers: dict[str, str] | None = None


def answer(problem: Problem) -> HttpResponse:
    """The problem as it is sent, in the language in force."""
    body = {
        "type": f"{HOME}#{problem.status}",
        "title": str(TITLES[problem.status]),
        "status": problem.status,
        "detail": str(problem.detail),
        "rule": problem.rule,
    }
    if problem.field:
        body["field"] = problem.field
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(
        text, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers
    )


def language_of(request: HttpRequest) -> str:
    """The language asked for in the header alone; a cookie may belong to somebody's pages."""
    for tag, _weight in parse_accept_lang_header(
        request.headers.get("Accept-Language", "").lower()
    ):
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
