"""The last step of every log-in, and where to go from there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request
from django_otp import DEVICE_ID_SESSION_KEY

from commongrid.doors.staff.pending import BACKEND, end_pending


def safe_next(request: HttpRequest) -> str:
    """The page asked for, if it is one of ours; else the page staff start at."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def enter(request: HttpRequest, account: Any, *, device_id: str = "") -> None:
    """Log the account in; `device_id` is the second factor it was verified with."""
    end_pending(request)
    login(request, account, backend=BACKEND)
    if device_id:
        request.session[DEVICE_ID_SESSION_KEY] = device_id


def greeted(request: HttpRequest, account: Any, next_url: str) -> HttpResponse:
    """Go on, in the language the person chose, unless this browser has chosen one.

    Who chose none is greeted in what the browser asks for (``Accept-Language``).
    """
    response = HttpResponseRedirect(next_url)
    if account.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember_language(response, account.language)
    return response


def language_of(request: HttpRequest, chosen: str) -> str:
    """The language chosen, or what the browser asks for when it is told nothing else."""
    if chosen:
        return chosen
    request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
    return get_language_from_request(request)


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in the browser, as the language buttons do; "" forgets it."""
    if not language:
        response.delete_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            samesite="Lax",
        )
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
