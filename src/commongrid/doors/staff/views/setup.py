"""Set up the second factor: at the first log-in, or from one's own page."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import public, staff
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.staff.entering import enter, safe_next
from commongrid.doors.staff.forms import CommandForm, ConfirmForm
from commongrid.doors.staff.pending import find_pending
from commongrid.doors.staff.sessions import own_row
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face

TRIES, WINDOW_S = 30, 600
QR_SCALE = 5


def _owner(request: HttpRequest) -> tuple[Any, str]:
    """Whose second factor is set up here, and where they go afterwards."""
    if request.user.is_authenticated:
        return request.user, reverse("staff:account")
    pending = find_pending(request)
    return (pending.account, pending.next_url) if pending else (None, "")


@public
@cache_control(no_store=True)
@limited("staff-setup", tries=TRIES, window_s=WINDOW_S, methods=frozenset({"POST"}))
@sensitive_post_parameters("code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret of the begun enrolment and take its first code."""
    account, next_url = _owner(request)
    if account is None:
        return redirect("staff:login")
    begun = face.find_begun_totp(account.pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _confirm(request, account, form, next_url)
    if begun is None:
        return _begin_page(request, account)
    return render(request, "staff/setup.html", {"form": form, "begun": begun})


def _begin_page(request: HttpRequest, account: Any) -> HttpResponse:
    if face.has_second_factor(account.pk):
        return redirect("staff:account")
    return render(request, "staff/setup_start.html", {"form": CommandForm()})


def _confirm(request: HttpRequest, account: Any, form: ConfirmForm, next_url: str) -> HttpResponse:
    at = timezone.now()
    try:
        codes = face.confirm_totp(
            actor=face.staff_actor(account, at), at=at, account_id=account.pk, **form.cleaned_data
        )
    except Refused as refusal:
        form.add_error("code", refusal.verdict.say.in_(get_language() or ""))
        begun = face.find_begun_totp(account.pk)
        if begun is None:
            return redirect("staff:setup")
        return render(request, "staff/setup.html", {"form": form, "begun": begun})
    if not request.user.is_authenticated:
        enter(request, account, device_id=face.second_factor_id(account.pk))
    return render(request, "staff/recovery_codes.html", {"codes": codes, "next": next_url})


@public
@require_POST
@limited("staff-setup-start", tries=TRIES, window_s=WINDOW_S)
def start(request: HttpRequest) -> HttpResponse:
    """Begin with a fresh secret."""
    account, _next = _owner(request)
    if account is None:
        return redirect("staff:login")
    if request.user.is_authenticated and not is_fresh(request):
        return prove_first(request, back_to=reverse("staff:setup"))
    form = CommandForm(request.POST)
    if not form.is_valid():
        return redirect("staff:setup")
    try:
        begin_setup(account, form.cleaned_data["command_id"])
    except Refused:
        return redirect("staff:account")
    return redirect("staff:setup")


def begin_setup(account: Any, command_id: UUID) -> None:
    """Begin with a fresh secret: one that an earlier visitor may have seen is thrown away."""
    at = timezone.now()
    actor = face.staff_actor(account, at)
    face.enroll_totp(actor=actor, at=at, command_id=command_id, account_id=account.pk)


@public
@require_GET
@cache_control(no_store=True)
def qr(request: HttpRequest) -> HttpResponse:
    """The secret as a QR picture, for its owner, until it is confirmed."""
    account, _next = _owner(request)
    begun = face.find_begun_totp(account.pk) if account is not None else None
    if begun is None:
        raise Http404
    out = BytesIO()
    segno.make(begun.uri, error="m").save(out, kind="svg", scale=QR_SCALE, light="#fff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@staff
@cache_control(no_store=True)
def recovery(request: HttpRequest) -> HttpResponse:
    """Give new recovery codes in place of the old ones."""
    if not is_fresh(request):
        return prove_first(request)
    form, account_id = CommandForm(request.POST or None), own_row(request).pk
    if request.method != "POST" or not form.is_valid():
        left = face.count_recovery_codes(account_id)
        return render(request, "staff/recovery.html", {"form": form, "left": left})
    at = timezone.now()
    actor = face.staff_actor(account_id, at)
    try:
        codes = face.renew_recovery_codes(
            actor=actor, at=at, account_id=account_id, **form.cleaned_data
        )
    except Refused:
        return redirect("staff:setup")
    page = {"codes": codes, "next": safe_next(request)}
    return render(request, "staff/recovery_codes.html", page)
