"""The complainant's pages: file, keep the code, go on, judge, erase. No account anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commongrid.doors.common.gates import public, receipt
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.complaints import holding, words
from commongrid.doors.complaints.forms import CodeForm, NewForm, SureForm, VerdictForm, WordsForm
from commongrid.doors.complaints.holding import holder
from commongrid.kernel.verdict import Refused
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.places import face as places

POST = frozenset({"POST"})
# A counter or a mobile network may share one address; a flood may not.
sending = limited("complain-send", tries=30, window_s=3600, methods=POST)


@public
def start(request: HttpRequest) -> HttpResponse:
    """Say how complaints go here, who never reads them, and ask for the place."""
    context = {"served": places.list_chartered_places(), "form": CodeForm()}
    return render(request, "complaints/start.html", context)


@public
@sending
def new(request: HttpRequest) -> HttpResponseBase:
    """File a complaint; pressing twice files once."""
    at = timezone.now()
    place = _place(request.GET.get("place", ""))
    if place is None:
        return redirect("complain:start")
    form = NewForm(request.POST or None, **_choices(place, at))
    if request.method == "POST" and form.is_valid():
        filed = obeyed(
            form,
            lambda: complaints.file_complaint(
                at=at, command_id=form.cleaned_data["command_id"],
                filing=form.filing(place.code), reach=form.reach(),
            ),
        )  # fmt: skip
        if filed:
            holding.hold(request, filed[0].code, is_new=True)
            return redirect("complain:sent")
    response = shown(request, "new", form, place=place, place_name=place.name.in_(lang()))
    response.headers["Cache-Control"] = "no-store"
    return response


@holder
def sent(request: HttpRequest, code: str) -> HttpResponseBase:
    """The receipt: its code, once."""
    given = holding.shown_once(request)
    if request.method == "POST" or not given:
        holding.forget_shown(request)
        return redirect("complain:my")
    page = complaints.find_own(code, timezone.now())
    return render(request, "complaints/sent.html", {"code": given, **told(page)})


@receipt
def enter(request: HttpRequest) -> HttpResponseBase:
    """Open a complaint with its typed code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if holding.hold(request, form.cleaned_data["code"]):
            return redirect("complain:my")
        form.add_error("code", _("No complaint opens with this code. Check each letter."))
    return shown(request, "enter", form)


@holder
def my(request: HttpRequest, code: str) -> HttpResponse:
    """How the complaint stands, the dialogue, and what the person may do now."""
    page = complaints.find_own(code, timezone.now())
    return render(request, "complaints/my.html", told(page))


@holder
@sending
def say(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add words, or answer a question."""
    form = WordsForm(request.POST if request.method == "POST" else None)
    return _done(
        request, "say", form,
        lambda kept: complaints.say_more(
            code=code, at=timezone.now(), command_id=kept["command_id"], words=kept["words"]
        ),
        _("Added. Whoever handles the complaint reads it."),
    )  # fmt: skip


@holder
@sending
def verdict(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say whether it is solved, or withdraw."""
    page = complaints.find_own(code, timezone.now())
    verdicts = page.verdicts if page else ()
    if not verdicts and request.method != "POST":
        messages.info(request, _("This cannot be done now. Perhaps it has been done already."))
        return redirect("complain:my")
    form = VerdictForm(request.POST if request.method == "POST" else None, offered=verdicts)
    return _done(
        request, "verdict", form,
        lambda kept: complaints.give_verdict(
            code=code, at=timezone.now(), command_id=kept["command_id"],
            verdict=complaints.Outcome(kept["verdict"]), words=kept["words"],
        ),
        _("Your verdict counts. Below you see how it goes on."),
    )  # fmt: skip


@holder
@sending
def erase(request: HttpRequest, code: str) -> HttpResponseBase:
    """Erase who complained; the complaint goes on."""
    form = SureForm(request.POST if request.method == "POST" else None)
    return _done(
        request, "erase", form,
        lambda kept: complaints.erase_identity(
            code=code, at=timezone.now(), command_id=kept["command_id"]
        ),
        _("Your name and contact data are erased."),
    )  # fmt: skip


@public
def close(request: HttpRequest) -> HttpResponse:
    """Forget the complaint on this device."""
    if request.method == "POST":
        holding.release(request)
        messages.success(request, _("Closed. This device no longer opens your complaint."))
    return redirect("complain:start")


def lang() -> str:
    """The language of the page."""
    return get_language() or "zh-hans"


def shown(request: HttpRequest, name: str, form: Form, /, **said: Any) -> HttpResponse:
    """A page with a form; 422 when something in it must be put right."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"complaints/{name}.html", {"form": form, **said}, status=status)


def obeyed(form: Form, command: Callable[[], Any]) -> tuple[Any, ...]:
    """Do the command; what it gave, or nothing where it is refused: then the form says why."""
    try:
        return (command(),)
    except Refused as refusal:
        form.add_error(None, refusal.verdict.say.in_(lang()))
        return ()


def told(page: complaints.OwnPage | None) -> dict[str, Any]:
    """A complaint in the words of its pages."""
    assert page is not None  # the gate has just looked it up
    state, tone = words.STATES[page.card.state]
    return {
        "page": page,
        "card": page.card,
        "state": state,
        "tone": tone,
        "about": words.ABOUT[page.card.about],
        "outcome": words.OUTCOMES[page.card.outcome] if page.card.outcome else "",
        "stages": [(one, words.STATES[one.state][0]) for one in page.stages],
        "was_reviewed": any(one.state is complaints.State.REVIEWED for one in page.stages),
        "entries": [(one, words.OWN_KINDS[one.kind]) for one in page.entries],
        "openings": [(one, words.PURPOSES[one.purpose]) for one in page.openings],
    }


def _done(
    request: HttpRequest, page: str, form: Form, command: Callable[[dict[str, Any]], None], say: str
) -> HttpResponseBase:
    """One command of the complainant behind its form."""
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and obeyed(form, lambda: command(form.cleaned_data)):
        messages.success(request, say)
        return redirect("complain:my")
    return shown(request, page, form)


def _place(code: str) -> places.PlaceCard | None:
    served = places.list_chartered_places()
    if not code and len(served) == 1:
        return served[0]
    return next((card for card in served if card.code == code), None)


def _choices(place: places.PlaceCard, at: Any) -> dict[str, list[tuple[str, str]]]:
    rules = places.charter_in_force(place.path, at)[1]
    grids = places.list_grids(place.path, at)
    units = sorted(
        (row.name.in_(lang()), key) for key, row in rules.charter.units.items()
    )  # fmt: skip
    return {
        "grids": [(grid.code, grid.name.in_(lang())) for grid in grids],
        "units": [(key, name) for name, key in units],
    }
