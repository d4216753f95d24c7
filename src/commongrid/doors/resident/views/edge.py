"""What the views share: the clock read once, the language, the place and the draft at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from commongrid.doors.common.ratelimit import limited
from commongrid.doors.resident.draft import ReportDraft, load_draft, save_draft
from commongrid.doors.resident.flow import next_page
from commongrid.doors.resident.sent import shown
from commongrid.doors.resident.whereabouts import chosen_place
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

POST = frozenset({"POST"})
# Several people may share one address (a counter, a mobile network); a flood may not.
sending = limited("resident-send", tries=60, window_s=3600, methods=POST)
typing = limited("resident-form", tries=600, window_s=3600, methods=POST)
asking = limited("resident-ask", tries=300, window_s=600)

now = timezone.now


def language() -> str:
    """The language of this page."""
    return get_language() or "zh-hans"


def show(
    request: HttpRequest, page: str, place: PlaceCard | None = None, status: int = 200, **said: Any
) -> HttpResponse:
    """A page of this door, with the name of the chosen place in its head."""
    name = place.name.in_(language()) if place else ""
    said = {"place": place, "place_name": name, "now": now(), **said}
    return render(request, f"resident/{page}.html", said, status=status)


def show_form(
    request: HttpRequest, page: str, form: Form, place: PlaceCard | None = None, **said: Any
) -> HttpResponse:
    """A page with a form; 422 when something in it must be put right."""
    status = 422 if form.is_bound and form.errors else 200
    return show(request, page, place, status, form=form, **said)


def drafting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the report at hand and its place; without one, start at the beginning."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with places.one_look():
            draft, place = load_draft(request), chosen_place(request)
            if draft is None and was_sent(request):
                return redirect("resident:sent")
            if draft is None or place is None or place.code != draft.place_code:
                return redirect("resident:report")
            response = view(request, *args, draft=draft, place=place, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def described(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let on whoever has said what it is about; a page opened out of its turn leads back there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        draft: ReportDraft = kwargs["draft"]
        if not (draft.text and draft.type_code):
            return redirect("resident:what")
        return view(request, *args, **kwargs)

    return guarded


def was_sent(request: HttpRequest) -> bool:
    """Whether this press repeats one that was already answered with a receipt."""
    receipt = shown(request)
    return receipt is not None and request.POST.get("command_id") == receipt.command_id


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is empty; None when the page was only opened."""
    return request.POST if request.method == "POST" else None


def go_on(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Keep the report and go to the next page that has something to ask.

    Once past the similar matters they are not asked about again: pressing "send" twice would
    else find the first report as a neighbour of the second.
    """
    page = next_page(draft, place, now())
    if page in ("resident:photo", "resident:check"):
        draft = replace(draft, has_seen_similar=True)
    save_draft(request, draft)
    return redirect(page)


def obeyed(form: Form, command: Callable[[], Any]) -> Any:
    """Do the command; when it is refused, the form says why and None comes back."""
    try:
        return command()
    except Refused as refusal:
        form.add_error(None, refusal.verdict.say.in_(language()))
        return None
