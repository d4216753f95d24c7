"""The start page, choosing the place, and the pages that explain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from commongrid.doors.common.gates import public
from commongrid.doors.resident import flow, whereabouts
from commongrid.doors.resident.draft import load_draft
from commongrid.doors.resident.forms.person import CodeForm
from commongrid.doors.resident.receipts import held_receipt
from commongrid.doors.resident.views.edge import now, show, typing
from commongrid.rooms.vault import face as vault


@public
def home(request: HttpRequest) -> HttpResponseBase:
    """What this is, and the two things people come for."""
    place, draft = whereabouts.chosen_place(request), load_draft(request)
    return show(
        request,
        "home",
        place,
        served=whereabouts.served_places(),
        code_form=CodeForm(auto_id="home_%s"),
        has_draft=bool(draft and draft.text),
        has_receipt=held_receipt(request) is not None,
    )


@public
@typing
def places(request: HttpRequest) -> HttpResponseBase:
    """Choose the place; kept for this session only."""
    if request.method == "POST" and whereabouts.choose_place(
        request, request.POST.get("place", "")
    ):
        is_report = request.POST.get("next") == "report"
        return redirect("resident:report" if is_report else "resident:home")
    served, chosen = whereabouts.served_places(), whereabouts.chosen_place(request)
    return show(request, "places", chosen, served=served, goal=request.GET.get("next", ""))


@public
def help_page(request: HttpRequest) -> HttpResponseBase:
    """Every way to raise a matter, with and without the machine."""
    return show(request, "help", whereabouts.chosen_place(request))


@public
def paper(request: HttpRequest) -> HttpResponseBase:
    """The report as a sheet of paper, to print and to hand in."""
    place = whereabouts.chosen_place(request)
    groups = flow.type_groups(place, now()) if place else ()
    return show(request, "paper", place, groups=groups)


@public
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept, why, who sees it and how long."""
    return show(request, "privacy", whereabouts.chosen_place(request), rows=vault.notice())


@public
def register(request: HttpRequest) -> HttpResponseBase:
    """Every field that holds personal data, as declared beside the rows."""
    return show(request, "register", whereabouts.chosen_place(request), rows=vault.register())


@public
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """What works for whom, and what does not yet."""
    return show(request, "accessibility", whereabouts.chosen_place(request))
