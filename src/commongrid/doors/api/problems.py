"""What went wrong, for a program of this door: refusals and values of the wrong shape."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from commongrid.doors.common.problems import HOME, MEDIA_TYPE, TITLES, Problem, answer
from commongrid.kernel.verdict import Verdict

__all__ = [
    "HOME",
    "MEDIA_TYPE",
    "TITLES",
    "Problem",
    "answer",
    "invalid",
    "not_found",
    "of_verdict",
]

NEEDS = "needs:"


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
