"""The public list of what grids are asked: in force, being heard, refused and ended."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commongrid.charter.demands import KINDS, demands_of, item_words
from commongrid.doors.common.gates import public
from commongrid.doors.duties import present
from commongrid.rooms.duties import face as duties
from commongrid.rooms.places import face as places

ON_A_PAGE = 20


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All places with a charter."""
    return render(request, "duties/index.html", {"places": places.list_chartered_places()})


@public
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the grids of a place are asked beyond the charter's own lists, and what was not."""
    at = timezone.now()
    found = places.find_place(code)
    if found is None:
        raise Http404
    with places.one_look():
        return render(request, "duties/place.html", _place_said(request, found, at))


@public
@require_safe
def admission(request: HttpRequest, ref: str) -> HttpResponseBase:
    """One admission: what, why, on which basis, what the grids said, what was decided."""
    at = timezone.now()
    card = duties.find_admission(ref, at)
    if card is None:
        raise Http404
    return render(request, "duties/admission.html", said_of(card, at))


def said_of(card: duties.AdmissionCard, at: Any) -> dict[str, Any]:
    """What a page about one admission shows."""
    rules = duties.rules_of(card.place_path, at)
    charter = rules.charter if rules else None
    (line,) = present.lines([card])
    return {
        "card": card,
        "line": line,
        "items": present.items(card, charter),
        "meter": present.meter(card, charter, at),
        "is_heard": card.state is duties.State.PROPOSED,
    }


def _place_said(request: HttpRequest, found: places.PlaceCard, at: Any) -> dict[str, Any]:
    count = duties.count_past(found.path, at)
    page = Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))
    offset = (page.number - 1) * ON_A_PAGE
    live = duties.list_live(found.path, at)
    past = duties.list_past(found.path, at, offset=offset, limit=ON_A_PAGE)
    shown = present.lines((*live, *past))
    return {
        "place": found,
        "in_force": [line for line in shown if line.card.is_in_force],
        "heard": [line for line in shown if line.card.state is duties.State.PROPOSED],
        "past": shown[len(live) :],
        "page": page,
        "burden": duties.burden_of(found.path, at),
        **_lists(found, at),
    }


def _lists(found: places.PlaceCard, at: Any) -> dict[str, Any]:
    """What the charter in force asks by its own lists, counted by kind; and what has run over."""
    rules = duties.rules_of(found.path, at)
    if rules is None:
        return {"own": [], "overrun": []}
    counts = Counter(key.partition(":")[0] for key in demands_of(rules.charter))
    overrun = duties.list_overrun(found.path, at)
    return {
        "charter": f"{rules.charter.charter_id}@{rules.charter.version}",
        "board": rules.charter.place,
        "own": [(KINDS[kind], count) for kind, count in sorted(counts.items())],
        "overrun": [(key, item_words(key, rules.charter)) for key in overrun],
    }
