"""What supervision sees: an overview, and one page for each list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.overseeing import Overseer, overseer_of, supervising
from commongrid.rooms.findings import face as findings
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True)
class Tile:
    """A list on the overview."""

    watch: findings.Watch
    said: findings.Said
    count: int
    is_exact: bool


@staff
@require_safe
@places.one_look()
def index(request: HttpRequest) -> HttpResponse:
    """How many stand on each list; whoever oversees nothing is told what there is for them."""
    overseer = overseer_of(request)
    area = _area(request, overseer)
    who = (overseer.actor, overseer.at)
    context: dict[str, Any] = {
        "overseer": overseer, "area": area,
        "owed": findings.count_findings(*who, standing=findings.OPEN),
        "late": findings.count_findings(*who, standing=findings.LATE),
    }  # fmt: skip
    if not overseer.is_empty:
        context["tiles"] = _tiles(overseer, area)
    return render(request, "oversight/index.html", context)


@staff
@require_safe
@places.one_look()
def listed(request: HttpRequest, watch: str) -> HttpResponse:
    """One list, page by page, with how many each unit holds."""
    overseer = supervising(request)
    try:
        chosen = findings.Watch(watch)
    except ValueError:
        raise Http404 from None
    area = _area(request, overseer)
    found = findings.list_watched(
        chosen, actor=overseer.actor, at=overseer.at, page=_number(request),
        within=area.path if area else "",
    )  # fmt: skip
    said = findings.SAID[chosen].filled(findings.thresholds_of(overseer.actor, overseer.at))
    context = {
        "overseer": overseer, "area": area, "found": found, "said": said,
        "page": _pages(found), "many": chosen in (findings.Watch.BULK, findings.Watch.SAME_TEXT),
    }  # fmt: skip
    return render(request, "oversight/list.html", context)


def _tiles(overseer: Overseer, area: places.PlaceCard | None) -> list[Tile]:
    within = area.path if area else ""
    counted = (
        (one, findings.count_watched(one, actor=overseer.actor, at=overseer.at, within=within))
        for one in findings.Watch
    )
    by = findings.thresholds_of(overseer.actor, overseer.at)
    return [
        Tile(one, findings.SAID[one].filled(by), count, exact) for one, (count, exact) in counted
    ]


def _area(request: HttpRequest, overseer: Overseer) -> places.PlaceCard | None:
    """The one of several places that was chosen; None for all of them."""
    code = request.GET.get("place", "")
    if not code:
        return None
    area = overseer.place(code)
    if area is None:
        raise Http404
    return area


def _number(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < 6 else 1


def _pages(found: findings.WatchPage) -> Page[Any]:
    return Paginator(range(found.pages), 1).get_page(found.page)
