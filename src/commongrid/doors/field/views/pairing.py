"""Put a phone in service: a grid worker, logged in on that very phone."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commongrid.doors.common import problems
from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.field.packing import KEEP_DAYS, pack_sha
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

GRID_WORKER = "grid_worker"
TRIES, WINDOW_S = 20, 600


class PairForm(forms.Form):
    """The name of a phone. Its number, maker or place is never asked."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    label = forms.CharField(
        label=gettext_lazy("Name of this phone"),
        max_length=40,
        help_text=gettext_lazy(
            "So that you know it again when one is lost, such as \u201cblack, cracked corner\u201d."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@staff(GRID_WORKER)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("field-pair", tries=TRIES, window_s=WINDOW_S, methods=frozenset({"POST"}))
def pair(request: HttpRequest) -> HttpResponse:
    """Say what this phone will hold, and put it in service."""
    if request.method == "POST":
        try:
            return _paired(request)
        except problems.Problem as problem:
            return problems.answer(problem)
    if not is_fresh(request):
        return prove_first(request)
    return render(request, "field/pair.html", _page(request))


def _page(request: HttpRequest) -> dict[str, object]:
    at = timezone.now()
    account_id = _account(request)
    actor = people.staff_actor(account_id, at)
    paths = tuple(sorted({hat.path for hat in actor.hats if hat.role == GRID_WORKER}))
    known = places.list_places(paths)
    phones = [p for p in fieldwork.list_own_phones(account_id) if p.revoked_at is None]
    return {
        "form": PairForm(initial={"command_id": new_id()}),
        "grids": [known[path].name for path in paths if path in known],
        "phones": phones,
        "is_full": len(phones) >= fieldwork.MOST_PHONES,
        "keep_days": KEEP_DAYS,
    }


def _paired(request: HttpRequest) -> JsonResponse:
    """The token, this once. Raises: Problem."""
    if not is_fresh(request):
        raise problems.Problem(403, "field.prove_again", _("Please log in again, then go on."))
    form = PairForm(request.POST)
    if not form.is_valid():
        raise problems.Problem(422, "field.label", _("Give this phone a name."), "label")
    at, account_id = timezone.now(), _account(request)
    actor = people.staff_actor(account_id, at)
    try:
        paired = fieldwork.pair_phone(
            actor=actor, at=at, account_id=account_id, **form.cleaned_data
        )
    except Refused as refused:
        say = refused.verdict.say.in_(get_language() or "")
        raise problems.Problem(409, refused.verdict.rule, say) from refused
    if paired.is_replay:
        say = _("The key of this phone was shown once and is lost. Revoke it and begin again.")
        raise problems.Problem(409, "field.shown_once", say)
    phone = fieldwork.find_phone(paired.token, at=at)
    sha = pack_sha(phone, at) if phone is not None else ""
    return JsonResponse({"token": paired.token, "phone": paired.id, "pack": sha})


def _account(request: HttpRequest) -> int:
    return int(request.user.pk)  # type: ignore[arg-type]  # behind the staff gate
