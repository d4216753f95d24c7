"""The gate of phones: whoever shows the token of a phone in service, and nothing else.

Cookies and sessions mean nothing behind it. A browser cannot be made to send a token by another
site, so there is nothing to forge and no CSRF token is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from commongrid.doors.common.problems import Problem, answer, language_of
from commongrid.doors.common.ratelimit import caller_address, count_knock
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork

View = Callable[..., HttpResponseBase]
REALM = 'Bearer realm="commongrid field"'
WINDOW_S = 600
PHONE_CALLS = 6000  # ten a second, one phone
WRONG_TOKENS = 60

NO_PHONE = Text(
    zh="这部手机没有启用；请登录后重新启用。",
    en="This phone is not in service. Log in and put it in service.",
)
REVOKED = Text(
    zh="这部手机已停用，上面的数据须全部删除。",
    en="This phone was taken out of service. Everything on it must be erased.",
)
TOO_MANY = Text(zh="请求太多，请稍候再试。", en="Too many requests. Wait and try again.")


def phone(view: View) -> View:
    """Let in a phone by its token and put it into ``request.phone``. Problems become answers.

    401 ``field.no_phone``; 403 ``field.revoked``; 429 with ``Retry-After``.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            response: HttpResponseBase
            try:
                request.phone = _phone_of(request, timezone.now())  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)
            except Problem as problem:
                response = answer(problem)
            except Refused as refused:
                response = answer(problem_of(refused))
            return _closed(response)

    gated.gate = "phone"  # type: ignore[attr-defined]
    gated.csrf_exempt = True  # type: ignore[attr-defined]  # see above
    return gated


def problem(status: int, rule: str, say: Text, **more: Any) -> Problem:
    """A problem in the language in force."""
    return Problem(status, rule, say.in_(translation.get_language() or ""), **more)


def problem_of(refused: Refused) -> Problem:
    """A refusal as a problem: 422, for nothing behind this gate depends on who asks."""
    status = 413 if refused.verdict.rule == "field.too_much" else 422
    return problem(status, refused.verdict.rule, refused.verdict.say)


def the_phone(request: HttpRequest) -> fieldwork.PhoneCard:
    """The phone the gate let in."""
    card: fieldwork.PhoneCard = request.phone  # type: ignore[attr-defined]
    return card


def _phone_of(request: HttpRequest, at: datetime) -> fieldwork.PhoneCard:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    card = fieldwork.find_phone(token.strip(), at=at) if kind.lower() == "bearer" else None
    if card is None:
        _knock("field-wrong-token", caller_address(request), WRONG_TOKENS, at)
        raise problem(401, "field.no_phone", NO_PHONE, headers={"WWW-Authenticate": REALM})
    if card.state is fieldwork.PhoneState.REVOKED:
        raise problem(403, "field.revoked", REVOKED)
    _knock("field-phone", f"phone:{card.id}", PHONE_CALLS, at)
    return card


def _knock(page: str, who: str, tries: int, at: datetime) -> None:
    if count_knock(page=page, address=who, window_s=WINDOW_S, at=at) > tries:
        wait_s = WINDOW_S - int(at.timestamp()) % WINDOW_S
        raise problem(429, "field.too_many", TOO_MANY, headers={"Retry-After": str(wait_s)})


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing of it stays in a cache, and a stray copy runs nothing."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")
    if isinstance(response, HttpResponse) and response.content:
        response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    patch_vary_headers(response, ("Accept-Language", "Authorization"))
    return response
