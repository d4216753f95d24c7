"""One's own account: appointments, language, password, sessions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from commongrid.doors.common.gates import staff
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.staff.entering import language_of, remember_language
from commongrid.doors.staff.forms import (
    CommandForm,
    LanguageField,
    LanguageForm,
    MailForm,
    PasswordForm,
)
from commongrid.doors.staff.handing import lines_of
from commongrid.doors.staff.naming import post_rows
from commongrid.doors.staff.roster import APPOINTING, HEARING, KEEPING, OVERSEEING, WORKING
from commongrid.doors.staff.sessions import own_row
from commongrid.kernel.verdict import Refused
from commongrid.rooms.duties import face as duties
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.subscriptions import face as subscriptions

TRIES, WINDOW_S = 10, 600


def _doing(request: HttpRequest) -> dict[str, Any]:
    """Who, when and about whom: what every command about oneself takes."""
    at = timezone.now()
    account_id = own_row(request).pk
    return {"actor": face.staff_actor(account_id, at), "at": at, "account_id": account_id}


@staff
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is here, which posts one holds and what one can set."""
    return render(request, "staff/account.html", _page(request))


def _page(request: HttpRequest, **more: Any) -> dict[str, Any]:
    at = timezone.now()
    me = face.get_account(own_row(request).pk)
    posts = post_rows(face.list_own_appointments(me.id), at)
    roles = {row.post.role for row in posts if row.is_now}
    actor = face.staff_actor(me.id, at)
    return {
        "me": me,
        "my_name": me.name_in(get_language() or ""),
        "posts": posts,
        "is_appointing": APPOINTING in roles,
        "is_keeper": KEEPING in roles,
        "is_planning": bool(rehearsals.list_planned_places(actor, at)),
        "is_overseeing": bool(OVERSEEING & roles),
        "hears_complaints": bool(HEARING & roles),
        "is_worker": WORKING in roles,
        "duties_asked": len(duties.list_to_answer(actor, at)) if WORKING in roles else 0,
        "asked": lines_of(fieldwork.list_waiting_for(me.id), me.id),
        "has_code": face.has_second_factor(me.id),
        "codes_left": face.count_recovery_codes(me.id),
        "language_form": LanguageForm(initial={"language": me.language or LanguageField.BROWSER}),
        "end_form": CommandForm(),
        "has_mail": settings.MAIL_IS_ON,
        "mail": subscriptions.find_staff_mail(at=at, account_id=me.id)
        if settings.MAIL_IS_ON
        else None,
        "mail_form": MailForm(),
        **more,
    }


@staff
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose one's language."""
    form = LanguageForm(request.POST)
    response = redirect("staff:account")
    if not form.is_valid():
        messages.error(request, _("Please choose one of the languages."))
        return response
    face.change_language(**_doing(request), **form.cleaned_data)
    remember_language(response, form.cleaned_data["language"])
    with translation.override(language_of(request, form.cleaned_data["language"])):
        messages.success(request, _("Saved. Pages now greet you in this language."))
    return response


@staff
@require_POST
@limited("staff-mail", tries=TRIES, window_s=WINDOW_S)
def mail(request: HttpRequest) -> HttpResponse:
    """Ask for reminders by mail; a mail asks to confirm the address."""
    form = MailForm(request.POST)
    if not settings.MAIL_IS_ON:
        raise Http404
    if form.is_valid():
        try:
            subscriptions.ask_staff_mail(
                at=timezone.now(),
                account_id=own_row(request).pk,
                email=form.cleaned_data["email"],
                language=get_language() or settings.LANGUAGE_CODE,
            )
        except Refused as refusal:
            form.add_error("email", refusal.verdict.say.in_(get_language() or ""))
        else:
            messages.success(request, _("A mail asks you to confirm the address."))
            return redirect(reverse("staff:account") + "#mail")
    return render(request, "staff/account.html", _page(request, mail_form=form), status=422)


@staff
@require_POST
def mail_stop(request: HttpRequest) -> HttpResponse:
    """Stop the reminders by mail; the address is erased."""
    subscriptions.stop_staff_mail(at=timezone.now(), account_id=own_row(request).pk)
    messages.success(request, _("No more reminders by mail. The address is erased."))
    return redirect(reverse("staff:account") + "#mail")


@staff
@sensitive_post_parameters()
@limited("staff-password", tries=TRIES, window_s=WINDOW_S, methods=frozenset({"POST"}))
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; this session goes on, all others end."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {k: v for k, v in form.cleaned_data.items() if k != "password_again"}
        try:
            face.set_password(**_doing(request), **given)
        except Refused as refusal:
            form.add_error(_field_of(refusal), refusal.verdict.say.in_(get_language() or ""))
        else:
            _stay(request)
            messages.success(request, _("Your password is changed. All other sessions ended."))
            return redirect("staff:account")
    return render(request, "staff/password.html", {"form": form})


@staff
@require_POST
def end_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    form = CommandForm(request.POST)
    if form.is_valid():
        face.end_sessions(**_doing(request), **form.cleaned_data)
        _stay(request)
        messages.success(request, _("All your other sessions ended."))
    return redirect("staff:account")


def _field_of(refusal: Refused) -> str:
    is_current = refusal.verdict.rule == "people.wrong_password"
    return "current_password" if is_current else "password"


def _stay(request: HttpRequest) -> None:
    """Keep this session alive although the account's hash changed: read the row anew."""
    account = own_row(request)
    account.refresh_from_db()
    update_session_auth_hash(request, account)
