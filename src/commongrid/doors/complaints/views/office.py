"""The pages of those who handle and review complaints, as far as they are free of interest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.charter.matter import Actor
from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.complaints import words
from commongrid.doors.complaints.forms import (
    AccusedForm,
    IdentityForm,
    KeyForm,
    Numbered,
    PassphraseForm,
    SureForm,
    WordsForm,
)
from commongrid.doors.complaints.views.own import lang, obeyed, shown
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

POST = frozenset({"POST"})
# A passphrase is long; who mistypes it tries again, a machine is slowed.
opening = limited("complaint-passphrase", tries=30, window_s=600, methods=POST)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when; only behind the staff gate."""

    actor: Actor
    at: datetime


def reader_of(request: HttpRequest) -> Reader:
    """The person behind the request. Cost: 2 statements."""
    at = timezone.now()
    return Reader(people.staff_actor(request.user.pk, at), at)  # type: ignore[arg-type]


@staff
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what one may handle or review, what is due first."""
    reader, is_closed = reader_of(request), "closed" in request.GET
    cards = complaints.list_complaints(reader.actor, reader.at, is_closed=is_closed)
    names = places.list_places(tuple({card.place_path for card in cards}))
    levels = complaints.list_levels(reader.actor, reader.at)
    lines = [
        (card, *words.STATES[card.state], words.ABOUT[card.about], _name(names, card.place_path))
        for card in cards
    ]
    context = {"lines": lines, "is_closed": is_closed, "levels": levels}
    return render(request, "complaints/index.html", context)


@staff
@opening
def complaint(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one complaint; sealed words with the passphrase, for this one answer."""
    reader = reader_of(request)
    form = PassphraseForm(request.POST if request.method == "POST" else None)
    passphrase = form.cleaned_data["passphrase"] if form.is_bound and form.is_valid() else ""
    page = page_or_404(reader, ref, passphrase=passphrase)
    if passphrase and not page.is_open:
        form.add_error("passphrase", _("This passphrase does not open it."))
    context = {**_told(page), "form": form}
    return render(request, "complaints/complaint.html", context, status=422 if form.errors else 200)


@staff
def do(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """One step: take, ask, answer, say whom it is about, open who complained, step out."""
    reader = reader_of(request)
    page = page_or_404(reader, ref)
    if what not in words.STEPS:
        raise Http404
    if what == "open_identity" and not is_fresh(request):
        return prove_first(request, reverse("complaints:do", args=[ref, what]))
    form = _form(reader, page, what, request.POST if request.method == "POST" else None)
    label, hint = words.STEPS[what]
    said = {**_told(page), "label": label, "hint": hint, "what": what}
    if request.method == "POST" and form.is_valid():
        done = obeyed(form, lambda: _step(reader, ref, what, form.cleaned_data))
        if done and what == "open_identity":
            return render(request, "complaints/identity.html", {**said, "reach": done[0]})
        if done:
            messages.success(request, _("Done."))
            return _onwards(reader, ref)
    return shown(request, "do", form, **said)


@staff
def key(request: HttpRequest) -> HttpResponse:
    """Make the key of supervision for a place."""
    reader = reader_of(request)
    levels = complaints.list_levels(reader.actor, reader.at)
    if not levels:
        return redirect("complaints:index")
    names = places.list_places(levels)
    choices = [(path, _name(names, path)) for path in levels]
    form = KeyForm(request.POST if request.method == "POST" else None, levels=choices)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        made = obeyed(
            form,
            lambda: complaints.make_key(
                actor=reader.actor, at=reader.at, command_id=kept["command_id"],
                path=kept["level"], passphrase=kept["passphrase"],
            ),
        )  # fmt: skip
        if made:
            messages.success(request, _("The key is made. Only its passphrase opens what comes."))
            return redirect("complaints:key")
    held = [(name, complaints.has_key(path)) for path, name in choices]
    return shown(request, "key", form, held=held)


def page_or_404(reader: Reader, ref: str, *, passphrase: str = "") -> complaints.ComplaintPage:
    """A complaint this person may read. Raises: Http404, also for what they may not know of."""
    page = complaints.find_complaint(
        reader.actor, ref, reader.at, passphrase=passphrase, language=lang()
    )
    if page is None:
        raise Http404
    return page


def _form(reader: Reader, page: complaints.ComplaintPage, what: str, sent: Any) -> Form:
    if what in ("ask", "answer"):
        return WordsForm(sent)
    if what == "open_identity":
        return IdentityForm(sent, is_sealed=page.card.is_sealed)
    if what == "name_accused":
        posts = complaints.list_named_staff(reader.actor, page.card.ref, reader.at)
        named = {
            str(post.account_id): (post.display_name_en if lang().startswith("en") else "")
            or post.display_name
            for post in posts
        }
        return AccusedForm(sent, staff=sorted(named.items(), key=lambda row: row[1]))
    return SureForm(sent) if what == "step_out" else Numbered(sent)


def _step(reader: Reader, ref: str, what: str, kept: dict[str, Any]) -> Any:
    """One command of the office. Raises: Refused."""
    given = {name: value for name, value in kept.items() if name != "is_sure"}
    commands: dict[str, Callable[..., Any]] = {
        "take": complaints.take,
        "ask": complaints.ask,
        "answer": complaints.answer,
        "open_identity": complaints.open_identity,
        "name_accused": complaints.name_accused,
        "step_out": complaints.step_out,
    }
    return commands[what](actor=reader.actor, at=reader.at, ref=ref, **given)


def _onwards(reader: Reader, ref: str) -> HttpResponse:
    """Back to the complaint, or to the list where it left this person."""
    page = complaints.find_complaint(reader.actor, ref, reader.at)
    return redirect("complaints:complaint", ref) if page else redirect("complaints:index")


def _told(page: complaints.ComplaintPage) -> dict[str, Any]:
    state, tone = words.STATES[page.card.state]
    names = places.list_places((page.card.place_path, page.card.level_path))
    return {
        "page": page,
        "card": page.card,
        "state": state,
        "tone": tone,
        "about": words.ABOUT[page.card.about],
        "outcome": words.OUTCOMES[page.card.outcome] if page.card.outcome else "",
        "place": _name(names, page.card.place_path),
        "level": _name(names, page.card.level_path),
        "stages": [(one, words.STATES[one.state][0]) for one in page.stages],
        "entries": [(one, words.KINDS[one.kind]) for one in page.entries],
        "steps": [(step, words.STEPS[step][0]) for step in page.can if _fits(step, page)],
    }


def _fits(step: str, page: complaints.ComplaintPage) -> bool:
    return step != "open_identity" or page.has_identity


def _name(names: dict[str, places.PlaceCard], path: str) -> str:
    card = names.get(path)
    return card.name.in_(lang()) if card else path
