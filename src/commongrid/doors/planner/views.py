"""Rehearsals: the list, the form, the check, the run with its progress, the end."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commongrid.bridges.rehearsal.plain import PlainError, plan_to_plain
from commongrid.doors.common.gates import staff
from commongrid.doors.planner.boxes import Chooser, Maker
from commongrid.doors.planner.checking import checked
from commongrid.doors.planner.checking import known as stands_on
from commongrid.doors.planner.draft import changed_rows, plain_of
from commongrid.doors.planner.planning import Planner, lang, planner_of, rehearsal_or_404
from commongrid.doors.planner.progress import Line, line_of, title_of
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories import rehearsing

ON_A_PAGE = 20
WRONG = (PlainError, rehearsing.ChartersError)


@staff
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the rehearsals of my places, newest first."""
    planner = planner_of(request)
    page = _page(request, rehearsals.count_rehearsals(planner.actor, planner.at))
    offset = (page.number - 1) * ON_A_PAGE
    cards = rehearsals.list_rehearsals(planner.actor, planner.at, offset=offset, limit=ON_A_PAGE)
    context = {
        "lines": [line_of(card, planner) for card in cards],
        "page": page,
        "planner": planner,
        "questions": _questions(planner),
    }
    return render(request, "planner/index.html", context)


@staff
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, keep what was typed, and lead on to the check."""
    planner = planner_of(request)
    if not planner.places:
        return redirect("planner:index")
    place = planner.place(request.POST.get("place") or request.GET.get("place", ""))
    if request.method != "POST":
        return _begin(request, planner, place)
    if place is None:
        raise Http404
    if "known" in request.POST:
        return _check(request, planner, place, _kept(request), [])
    if "plan" in request.POST:
        return _form(request, planner, place, _kept(request))
    plan, faults = plain_of(place.path, request.POST)
    plan = changed_rows(plan, request.POST.get("add", ""), request.POST.get("drop", ""))
    if "check" not in request.POST:
        return _form(request, planner, place, plan)
    return _check(request, planner, place, plan, list(faults))


@staff
@require_safe
def reading(request: HttpRequest) -> HttpResponse:
    """How far somebody is with reading the past of a place; the check page asks while it waits."""
    planner = planner_of(request)
    place = planner.place(request.GET.get("place", ""))
    if place is None:
        raise Http404
    percent = rehearsing.shelf_of(place.path, planner.at).percent()
    return render(request, "planner/reading.html", {"percent": percent or 0})


@staff
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Put the checked plan in the queue."""
    planner, plan = planner_of(request), _kept(request)
    place = next((p for p in planner.places if p.path == plan.get("place")), None)
    command_id = _command_id(request)
    if place is None or command_id is None:
        raise Http404
    try:
        card = rehearsing.ask(actor=planner.actor, at=planner.at, command_id=command_id, plain=plan)
    except WRONG as error:
        return _form(request, planner, place, plan, error.faults)
    except Refused as refusal:
        messages.error(request, refusal.verdict.say.in_(lang()))
        return _check(request, planner, place, plan, [])
    return redirect("planner:rehearsal", card.ref)


@staff
@require_safe
def rehearsal(request: HttpRequest, ref: str) -> HttpResponse:
    """Show how a rehearsal stands; one that is done leads to its report."""
    planner = planner_of(request)
    card = rehearsal_or_404(planner, ref)
    if card.state is rehearsals.State.DONE:
        return redirect("planner:report", card.ref)
    return render(request, "planner/rehearsal.html", _standing(card, planner))


@staff
@require_safe
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """Give the part of the page that changes; at the end lead to what came of it."""
    planner = planner_of(request)
    card = rehearsal_or_404(planner, ref)
    answer = render(request, "planner/progress.html", _standing(card, planner))
    if not card.is_open:
        answer.headers["HX-Redirect"] = reverse("planner:rehearsal", args=[card.ref])
    return answer


@staff
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask whether to stop it, then stop it."""
    planner = planner_of(request)
    card = rehearsal_or_404(planner, ref)
    context = {**_standing(card, planner), "command_id": new_id()}
    if request.method != "POST":
        return render(request, "planner/cancel.html", context)
    command_id = _command_id(request)
    if command_id is None:
        raise Http404
    try:
        rehearsals.cancel_rehearsal(
            actor=planner.actor, at=planner.at, command_id=command_id, rehearsal_id=card.id
        )
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "planner/cancel.html", context, status=422)
    messages.success(request, _("The rehearsal is cancelled."))
    return redirect("planner:rehearsal", card.ref)


def _begin(request: HttpRequest, planner: Planner, place: places.PlaceCard | None) -> HttpResponse:
    """The first look at the form: empty, from a question, or copied."""
    if copied := request.GET.get("copy", ""):
        card = rehearsal_or_404(planner, copied)
        place = planner.place(card.place_code)
        if place is None:
            raise Http404
        return _form(request, planner, place, dict(card.plan))
    if place is None:
        return render(request, "planner/where.html", {"planner": planner, "asked": request.GET})
    question = request.GET.get("question", "")
    try:
        plan = rehearsing.starting_plan(place.path, planner.at, question, lang())
    except (KeyError, ValueError):
        raise Http404 from None
    return _form(request, planner, place, plan_to_plain(plan))


def _form(
    request: HttpRequest,
    planner: Planner,
    place: places.PlaceCard,
    plan: dict[str, Any],
    faults: Any = (),
) -> HttpResponse:
    book = places.charter_in_force(place.path, planner.at)[1]
    chooser = Chooser(place, book, planner.at)
    context = {"form": Maker(plan, faults, book, chooser).page(), "place": place}
    status = 422 if faults else 200
    return render(request, "planner/new.html", context, status=status)


def _check(
    request: HttpRequest,
    planner: Planner,
    place: places.PlaceCard,
    plan: dict[str, Any],
    faults: list[Any],
) -> HttpResponse:
    """Read the plan strictly; show what would be run, or what is wrong with it.

    What it stands on is shown at once where it is known today, or where it is asked for without a
    script; else the page asks for it as soon as it is there.
    """
    try:
        ready = rehearsing.check(plan, planner.at, lang())
    except WRONG as error:
        told = {path for path, _rule in faults}
        faults += [(path, rule) for path, rule in error.faults if path not in told]
        return _form(request, planner, place, plan, faults)
    if faults:
        return _form(request, planner, place, plan, faults)
    rules = places.charter_in_force(place.path, planner.at)[1]
    context = {
        **checked(ready, rules),
        "place": place,
        "plan": json.dumps(plan_to_plain(ready.plan), ensure_ascii=False),
        "command_id": new_id(),
        "is_known": False,
    }
    if "known" in request.POST or rehearsing.shelf_of(place.path, planner.at).is_filled():
        practice = rehearsing.practice_known(place.path, planner.at)
        context |= {"is_known": True, **stands_on(ready.plan, practice, rules)}
    template = "planner/known.html" if request.headers.get("HX-Request") else "planner/check.html"
    return render(request, template, context)


def _kept(request: HttpRequest) -> dict[str, Any]:
    """The plan the check page carried along. Raises: Http404 for anything else."""
    try:
        plan = json.loads(request.POST.get("plan", ""))
    except ValueError:
        raise Http404 from None
    if not isinstance(plan, dict) or not isinstance(plan.get("alternatives"), list):
        raise Http404
    return plan


def _standing(card: rehearsals.RehearsalCard, planner: Planner) -> dict[str, Any]:
    line: Line = line_of(card, planner)
    ahead = rehearsals.count_ahead(card) if card.state is rehearsals.State.ASKED else 0
    return {"card": card, "line": line, "ahead": ahead, "title": title_of(card.plan)}


def _questions(planner: Planner) -> list[dict[str, Any]]:
    """The ready questions, each with its first place and address."""
    found = []
    for place in planner.places[:1]:
        for key, question in rehearsing.list_questions(place.path, planner.at):
            query = QueryDict(mutable=True)
            query.update({"question": key} | ({"place": place.code} if _is_one(planner) else {}))
            found.append({"question": question, "query": query.urlencode()})
    return found


def _is_one(planner: Planner) -> bool:
    return len(planner.places) == 1


def _page(request: HttpRequest, count: int) -> Any:
    return Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))


def _command_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("command_id", ""))
    except ValueError:
        return None
