"""Log in, second step, log out, and proving it is you once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from commongrid.doors.common.fresh import mark_fresh
from commongrid.doors.common.gates import public, staff
from commongrid.doors.common.ratelimit import count_knock, count_knocks, limited
from commongrid.doors.staff.entering import enter, greeted, safe_next
from commongrid.doors.staff.forms import AgainForm, CodeForm, LoginForm
from commongrid.doors.staff.pending import begin_pending, count_try, find_pending
from commongrid.doors.staff.sessions import own_row
from commongrid.doors.staff.views.setup import begin_setup
from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face

CODE_TRIES, CODE_WINDOW_S = 30, 600
LOGIN_TRIES, LOGIN_WINDOW_S = 60, 600
# Wrong passwords for one name, from wherever they come: many networks are rented cheaply.
NAME_TRIES, NAME_WINDOW_S = 25, 900
_POST = frozenset({"POST"})


@public
@never_cache
@sensitive_post_parameters("password")
@limited("staff-login", tries=LOGIN_TRIES, window_s=LOGIN_WINDOW_S, methods=_POST)
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; a wrong one never tells which of the two was wrong."""
    form = LoginForm(request.POST or None)
    next_url = safe_next(request)
    if request.method == "POST" and form.is_valid():
        guessed = {
            "page": "staff-name", "address": form.cleaned_data["username"],
            "window_s": NAME_WINDOW_S, "at": timezone.now(),
        }  # fmt: skip
        if count_knocks(**guessed) >= NAME_TRIES:
            return _locked(request)
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            return _after_password(request, account, next_url)
        if getattr(request, "axes_locked_out", False):
            return _locked(request)
        count_knock(**guessed)
        form.add_error(None, _("The login name or the password is not right."))
    return render(request, "staff/login.html", {"form": form, "next": next_url})


def _after_password(request: HttpRequest, account: Any, next_url: str) -> HttpResponse:
    if face.has_second_factor(account.pk):
        begin_pending(request, account, next_url)
        return redirect("staff:code")
    if face.must_have_second_factor(account):
        begin_pending(request, account, next_url)
        begin_setup(account, new_id())
        return redirect("staff:setup")
    enter(request, account)
    return greeted(request, account, next_url)


def _locked(request: HttpRequest) -> HttpResponse:
    """Say how long and what to do; the same for a name that exists and one that does not."""
    request.axes_locked_out = False  # type: ignore[attr-defined]  # this page is the answer
    pause = get_cool_off(request) or timedelta(minutes=15)
    page = {"until": timezone.now() + pause, "minutes": max(1, int(pause.total_seconds() // 60))}
    response = render(request, "staff/locked.html", page, status=429)
    response.headers["Retry-After"] = str(int(pause.total_seconds()))
    return response


@public
@never_cache
@sensitive_post_parameters("code")
@limited("staff-code", tries=CODE_TRIES, window_s=CODE_WINDOW_S, methods=_POST)
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor."""
    pending = find_pending(request)
    if pending is None:
        return _start_over(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check = face.check_code(pending.account.pk, form.cleaned_data["code"])
        if check.is_right:
            enter(request, pending.account, device_id=check.device_id)
            _say_codes_left(request, check, pending.account.pk)
            return greeted(request, pending.account, pending.next_url)
        if not check.wait_s:
            count_try(request)
        form.add_error("code", code_trouble(check))
    return render(request, "staff/code.html", {"form": form})


def code_trouble(check: face.CodeCheck) -> str:
    """Why a code was not taken."""
    if check.wait_s:
        return ngettext(
            "Too many wrong codes. Wait %(s)d second, then type a new code.",
            "Too many wrong codes. Wait %(s)d seconds, then type a new code.",
            check.wait_s,
        ) % {"s": check.wait_s}
    return _("The code is not right or has been used. Take the newest one from the app.")


def _say_codes_left(request: HttpRequest, check: face.CodeCheck, account_id: int) -> None:
    if not check.was_recovery:
        return
    left = face.count_recovery_codes(account_id)
    words = ngettext(
        "You used a recovery code; %(n)d is left.",
        "You used a recovery code; %(n)d are left.",
        left,
    )
    messages.warning(request, words % {"n": left})


def _start_over(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This took too long or there were too many tries. Please start over."))
    return redirect("staff:login")


@public
@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    messages.success(request, _("You are logged out."))
    return redirect("staff:login")


@staff
@never_cache
@sensitive_post_parameters("password", "code")
@limited("staff-again", tries=CODE_TRIES, window_s=CODE_WINDOW_S, methods=_POST)
def again(request: HttpRequest) -> HttpResponse:
    """Ask once more who it is, before something sensitive."""
    has_code = face.has_second_factor(own_row(request).pk)
    form = (CodeForm if has_code else AgainForm)(request.POST or None)
    next_url = safe_next(request)
    if request.method == "POST" and form.is_valid():
        trouble = _trouble_again(request, **form.cleaned_data)
        if getattr(request, "axes_locked_out", False):
            logout(request)
            return _locked(request)
        if not trouble:
            mark_fresh(request)
            return redirect(next_url)
        form.add_error(None, trouble)
    return render(request, "staff/again.html", {"form": form, "next": next_url})


def _trouble_again(request: HttpRequest, *, code: str = "", password: str = "") -> str:
    if code:
        check = face.check_code(own_row(request).pk, code)
        return "" if check.is_right else code_trouble(check)
    found = authenticate(request, username=request.user.get_username(), password=password)
    return "" if found is not None else _("The password is not right.")
