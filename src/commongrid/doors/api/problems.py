"""What went wrong, for a program: problem details with the id of the rule that said no.

Source: RFC 9457 (problem details), RFC 6750 (Bearer), RFC 6585 (428, 429).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from commongrid.kernel.verdict import Verdict

MEDIA_TYPE = "application/problem+json"
HOME = "/api/"
NEEDS = "needs:"

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


def of_verdict(verdict: Verdict) -> Problem:
    """A refusal of the rules. Who may not: 403; a field: 422; not now: 409; unknown: 404."""
    rule = verdict.rule
    last = rule.rpartition("/")[2]
    say = verdict.say.in_(get_language() or "")
    if rule == "matter.unknown":
        return Problem(404, rule, say)
    if rule == "matter.version":
        return Problem(412, rule, say, "If-Match")
    if rule in ("command.id_reused", f"raise/{NEEDS}command_id"):
        return Problem(409, rule, say, "Idempotency-Key")
    if last.startswith(NEEDS):
        return Problem(422, rule, say, last.removeprefix(NEEDS))
    if rule.startswith("photo."):
        return Problem(422, rule, say, "photos")
    if last in ("who", "no_interest", "kept_apart"):
        return Problem(403, rule, say)
    return Problem(409, rule, say)


def not_found() -> Problem:
    """Nothing is there, or nothing that this caller may know of."""
    return Problem(404, "api.not_found", gettext("There is nothing at this address."))


def invalid(name: str, detail: str | Promise) -> Problem:
    """A value of the wrong shape."""
    return Problem(422, "api.invalid", detail, name)
