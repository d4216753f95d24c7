"""Programs and their keys: list them, make a program, issue a key, revoke it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.forms_keys import KeyForm, ProgramForm
from commongrid.doors.staff.forms_people import ReasonForm
from commongrid.doors.staff.roster import APPOINTING, Officer, area_places, officer_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places


@staff(APPOINTING)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys of my area and the programs there are."""
    officer = officer_of(request)
    found = [key for area in officer.areas for key in face.list_api_keys(path=area)]
    known = places.list_places(tuple({key.place_path for key in found}))
    language = get_language() or ""
    context = {
        "rows": [
            (key, key.name_in(language), known.get(key.place_path), key.is_in_force(officer.at))
            for key in found
        ],
        "programs": [(c, c.name_in(language)) for c in face.list_service_accounts()],
    }
    return render(request, "staff/keys.html", context)


@staff(APPOINTING)
def program_new(request: HttpRequest) -> HttpResponse:
    """Make an account for a program."""
    if not is_fresh(request):
        return prove_first(request)
    form, refused = ProgramForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        officer = officer_of(request)
        try:
            face.create_service_account(actor=officer.actor, at=officer.at, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal.verdict
        else:
            messages.success(request, _("The program has an account. It opens nothing yet."))
            return redirect("staff:keys")
    return render(request, "staff/program_new.html", {"form": form, "refused": refused})


@staff(APPOINTING)
def key_new(request: HttpRequest) -> HttpResponse:
    """Issue a key: fill in, read once more, confirm; the key is shown once."""
    if not is_fresh(request):
        return prove_first(request)
    officer = officer_of(request)
    form = KeyForm(
        request.POST or None, programs=face.list_service_accounts(), areas=area_places(officer)
    )
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "staff/key_new.html", {"form": form})
    if "confirmed" not in request.POST:
        return render(request, "staff/key_confirm.html", {"form": form, **form.told()})
    try:
        issued = _issue(officer, form)
    except Refused as refusal:
        return render(request, "staff/key_new.html", {"form": form, "refused": refusal.verdict})
    name = issued.key.name_in(get_language() or "")
    return render(request, "staff/key_shown.html", {"issued": issued, "program": name})


@staff(APPOINTING)
def key_revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key at once."""
    if not is_fresh(request):
        return prove_first(request)
    officer, form, refused = officer_of(request), ReasonForm(request.POST or None), None
    key = _key_or_404(officer, key_id)
    if request.method == "POST" and form.is_valid():
        given: Any = form.cleaned_data
        try:
            face.revoke_api_key(actor=officer.actor, at=officer.at, key_id=key.id, **given)
        except Refused as refusal:
            refused = refusal.verdict
        else:
            messages.success(request, _("The key opens nothing any more."))
            return redirect("staff:keys")
    context = {"key": key, "program": key.name_in(get_language() or "")}
    return render(request, "staff/key_revoke.html", {**context, "form": form, "refused": refused})


def _issue(officer: Officer, form: KeyForm) -> face.IssuedKey:
    given = form.cleaned_data
    place = places.get_place(given["place"], officer.at)
    return face.issue_api_key(
        actor=officer.actor,
        at=officer.at,
        command_id=given["command_id"],
        account_id=given["account_id"],
        name=given["name"],
        scopes=given["scopes"],
        place_code=place.code,
        place_path=place.path,
        until_at=form.until_at(),
        reason=given["reason"],
    )


def _key_or_404(officer: Officer, key_id: int) -> face.ApiKeyCard:
    try:
        key = face.get_api_key(key_id)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    if not officer.reaches(key.place_path):
        raise Http404
    return key
