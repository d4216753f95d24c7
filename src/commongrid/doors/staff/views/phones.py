"""Phones of grid workers: one's own, and those of the area one appoints for; revoking one.

No page says when a phone spoke last: the house does not know.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.forms_phones import RevokePhoneForm
from commongrid.doors.staff.roster import APPOINTING, WORKING, Officer, officer_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places


@staff
@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """My phones, and those in service in the area I appoint for."""
    officer = officer_of(request)
    roles = {hat.role for hat in officer.actor.hats}
    others = _others(officer)
    known = places.list_places(tuple({path for phone in others for path in phone.paths}))
    names = face.display_names({_holder(phone) for phone in others}, get_language() or "")
    context = {
        "own": fieldwork.list_own_phones(_account(request)),
        "others": [
            (
                phone,
                names[_holder(phone)],
                [known[path].name for path in phone.paths if path in known],
            )
            for phone in others
        ],
        "is_worker": WORKING in roles,
        "is_appointing": APPOINTING in roles,
    }
    return render(request, "staff/phones.html", context)


@staff
def phone_revoke(request: HttpRequest, phone_id: int) -> HttpResponse:
    """Take a phone out of service at once."""
    if not is_fresh(request):
        return prove_first(request)
    officer, form, refused = officer_of(request), RevokePhoneForm(request.POST or None), None
    phone, is_own = _phone_or_404(officer, _account(request), phone_id)
    if request.method == "POST" and form.is_valid():
        given: Any = form.cleaned_data
        try:
            fieldwork.revoke_phone(actor=officer.actor, at=officer.at, phone_id=phone.id, **given)
        except Refused as refusal:
            refused = refusal.verdict
        else:
            messages.success(request, _("The phone is out of service."))
            return redirect("staff:phones")
    name = face.display_names([_holder(phone)], get_language() or "")[_holder(phone)]
    context = {"phone": phone, "name": name, "is_own": is_own, "form": form, "refused": refused}
    return render(request, "staff/phone_revoke.html", context)


def _others(officer: Officer) -> list[fieldwork.PhoneEntry]:
    """Phones of the area that are not one's own."""
    if not officer.areas:
        return []
    mine = officer.actor.key
    found = fieldwork.list_phones(officer.actor, officer.at)
    return [phone for phone in found if _holder(phone) != mine]


def _holder(phone: fieldwork.PhoneEntry) -> str:
    return f"staff:{phone.account_id}"


def _phone_or_404(
    officer: Officer, account_id: int, phone_id: int
) -> tuple[fieldwork.PhoneEntry, bool]:
    own = fieldwork.list_own_phones(account_id)
    for phone in (*own, *_others(officer)):
        if phone.id == phone_id and phone.revoked_at is None:
            return phone, phone in own
    raise Http404


def _account(request: HttpRequest) -> int:
    return int(request.user.pk)  # type: ignore[arg-type]  # behind the staff gate
