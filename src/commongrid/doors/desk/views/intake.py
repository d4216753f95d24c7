"""Raise a matter for somebody at the telephone, at the service window or on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commongrid.charter.sorting import SortAdvice
from commongrid.doors.common.gates import staff
from commongrid.doors.desk import words
from commongrid.doors.desk.intake import (
    FollowForm,
    IntakeForm,
    StartForm,
    find_grids,
    type_choices,
)
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

INTAKE = ("desk", "dispatcher", "centre", "township", "community", "grid_worker")
MOST_KNOWN = 100  # what was shown a minute ago may rank lower now


@dataclass(frozen=True, slots=True)
class Start:
    """Where a matter lies and of what type it is: enough to ask the rest."""

    grid: places.PlaceCard
    type_code: str
    channel: str

    @property
    def query(self) -> str:
        """The address of the second step."""
        data = QueryDict(mutable=True)
        data.update({"grid": self.grid.code, "type": self.type_code, "channel": self.channel})
        return data.urlencode()


def start_of(reader: Reader, data: QueryDict) -> Start | None:
    """The first step's answer; None while something is missing, or where another post is held."""
    code, type_code = data.get("grid", ""), data.get("type", "")
    grid = places.find_place(code, reader.at) if code and type_code else None
    posts = [hat.path for hat in reader.actor.hats if hat.role in INTAKE and hat.path]
    if grid is None or not any(grid.path.startswith(path) for path in posts):
        return None
    channel = data.get("channel", "")
    known = channel if channel in words.INTAKE_CHANNELS else words.INTAKE_CHANNELS[0]
    return Start(grid, type_code, known)


@staff(*INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask where and what; then the rest; then raise it."""
    reader = reader_of(request)
    start = start_of(reader, request.GET)
    if start is None:
        return _ask_where(request, reader)
    questions = matters.list_questions(
        path=start.grid.path, at=reader.at, type_code=start.type_code
    )
    form = IntakeForm(
        questions,
        start.channel,
        request.POST or None,
        request.FILES or None,
        is_outside=lambda lon, lat: _is_outside(start, reader, lon, lat),
    )
    if request.method == "POST" and form.is_valid():
        advice = advice_on(reader, start, form)
        if advice is not None and not form.cleaned_data["overrule"]:
            return _ask_rest(request, reader, start, form, advice=advice, status=422)
        try:
            raised = matters.raise_matter(
                **reader.who,
                command_id=form.id,
                draft=draft_of(start, form),
                contact=form.contact(),
                photos=form.pictures(),
            )
            page = {"raised": raised, "grid": start.grid, "is_followed": False}
            return render(request, "desk/raised.html", page)
        except Refused as refused:
            form.add_refusal(refused.verdict)
    return _ask_rest(request, reader, start, form, status=422 if form.is_bound else 200)


def draft_of(start: Start, form: IntakeForm) -> matters.Draft:
    """What was told, as the room takes it."""
    data = form.cleaned_data
    return matters.Draft(
        type_code=start.type_code,
        text=data["text"],
        grid_code=start.grid.code,
        lon=data["lon"],
        lat=data["lat"],
        address=data["address"],
        channel=start.channel,
        answers=form.answers(),
        is_shareable=data["is_shareable"],
        proxy_note=data["proxy_note"],
        language=get_language() or "zh-hans",
    )


def _is_outside(start: Start, reader: Reader, lon: float, lat: float) -> bool:
    """Whether a point lies in another grid than the chosen one, or in none."""
    found = places.locate_grid(lon, lat, reader.at)
    return found is None or found.code != start.grid.code


def advice_on(reader: Reader, start: Start, form: IntakeForm) -> SortAdvice | None:
    """Whether this should go another way at once; the officer decides."""
    return matters.advise_before_raising(
        path=start.grid.path,
        at=reader.at,
        text=form.cleaned_data["text"],
        type_code=start.type_code,
        answers=form.answers(),
    )


@staff(*INTAKE)
@require_POST
def follow(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Let the person follow what somebody else raised already, with a receipt of their own."""
    reader = reader_of(request)
    start = start_of(reader, request.GET)
    form = FollowForm(request.POST)
    if start is None or not form.is_valid():
        raise Http404
    known = similar_in(reader, start, limit=MOST_KNOWN)
    if matter_id not in {card.id for card in known}:
        messages.error(request, _("This matter has ended or lies elsewhere. Raise a new one."))
        return redirect(f"{reverse('desk:new')}?{start.query}")
    try:
        raised = matters.follow_matter(
            **reader.who,
            command_id=form.id,
            matter_id=matter_id,
            contact=form.contact(),
            language=get_language() or "zh-hans",
        )
    except Refused as refused:
        messages.error(request, say(refused.verdict.say))
        return redirect(f"{reverse('desk:new')}?{start.query}")
    page = {"raised": raised, "grid": start.grid, "is_followed": True}
    return render(request, "desk/raised.html", page)


@staff(*INTAKE)
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """Give the grids some words may mean, while they are typed."""
    found = find_grids(reader_of(request), request.GET.get("find", ""))
    picked = request.GET.get("grid", "")
    return render(request, "desk/parts/grids.html", {"found": found, "picked": picked})


def _ask_where(request: HttpRequest, reader: Reader) -> HttpResponse:
    is_sent = bool(request.GET)
    root = reader.root
    page = {
        "form": StartForm(request.GET) if is_sent else StartForm(),
        "found": find_grids(reader, request.GET.get("find", "")) if root else [],
        "types": type_choices(reader, _charter_path(reader)) if root else [],
        "picked": request.GET.get("grid", ""),
        "picked_type": request.GET.get("type", ""),
        "is_missing": is_sent and "go" in request.GET,
    }
    return render(request, "desk/new.html", page)


def similar_in(
    reader: Reader, start: Start, *, text: str = "", limit: int = 5
) -> tuple[matters.SimilarCard, ...]:
    """Open matters of the grid that may be the same as what is being told."""
    return matters.find_similar(
        **reader.who, type_code=start.type_code, path=start.grid.path, text=text, limit=limit
    )


def _charter_path(reader: Reader) -> str:
    """A place of the reader's whose charter can be asked for the catalogue."""
    grids_ = places.list_grids(reader.root, reader.at)
    return grids_[0].path if grids_ else reader.root


def _ask_rest(
    request: HttpRequest, reader: Reader, start: Start, form: IntakeForm, **more: Any
) -> HttpResponse:
    status = more.pop("status")
    groups = matters.list_matter_types(path=start.grid.path, at=reader.at)
    kind = next((c for _, cards in groups for c in cards if c.code == start.type_code), None)
    if kind is None:
        return _ask_where(request, reader)
    similar = similar_in(reader, start, text=str(form.data.get("text", "")))
    page = {
        "form": form,
        "start": start,
        "type": kind,
        "similar": [(card, FollowForm(auto_id=f"id_{card.ref}_%s")) for card in similar],
        "bounds": json.dumps(places.bounds_of(start.grid.path, reader.at)),
        "advice": None,
        "now": reader.at,
        **more,
    }
    return render(request, "desk/new_rest.html", page, status=status)
