"""What every page of this door reads first: the place, its charter, the month asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from commongrid.charter.compiler import Compiled
from commongrid.rooms.places import face as places

PAGE_S, DATA_S = 300, 3600


def place_or_404(code: str) -> tuple[places.PlaceCard, Compiled]:
    """A place with a charter of its own, and the charter in force."""
    place = places.find_place(code)
    if place is None or place.path not in {p.path for p in places.list_chartered_places()}:
        raise Http404
    try:
        return place, places.charter_in_force(place.path, timezone.now())[1]
    except places.NoCharterError as error:
        raise Http404 from error


def month_asked(request: HttpRequest) -> date | None:
    """The month asked for, or None for the newest. Raises: Http404."""
    asked = request.GET.get("month", "")
    if not asked:
        return None
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Http404 from error


def page(request: HttpRequest, name: str, /, **said: Any) -> HttpResponse:
    """A page; private, for it carries the reader's own language."""
    answer = render(request, f"powers/{name}.html", said)
    answer.headers["Cache-Control"] = f"private, max-age={PAGE_S}"
    return answer


def data(plain: dict[str, Any]) -> JsonResponse:
    """Public numbers, for anybody's page."""
    answer = JsonResponse(plain, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = f"public, max-age={DATA_S}"
    return answer
