"""What supervision sees: an overview, and one page for each list."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.overseeing import Overseer, overseer_of, supervising
from commongrid.doors.oversight.steps import page_number, pages_of
from commongrid.rooms.findings import face as findings
from commongrid.rooms.places import face as places


@staff
@require_safe
@places.one_look()
def index(request: HttpRequest) -> HttpResponse:
    """How many stand on each list; whoever oversees nothing is told what there is for them."""
    overseer = overseer_of(request)
    area = _area(request, overseer)
    found = findings.get_overview(
        actor=overseer.actor, at=overseer.at, within=area.path if area else ""
    )
    context = {"overseer": overseer, "area": area, "found": found}
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
        chosen, actor=overseer.actor, at=overseer.at, page=page_number(request),
        within=area.path if area else "",
    )  # fmt: skip
    context = {
        "overseer": overseer, "area": area, "found": found, "said": found.said,
        "page": pages_of(found.page, found.pages),
        "many": chosen in (findings.Watch.BULK, findings.Watch.SAME_TEXT),
    }  # fmt: skip
    return render(request, "oversight/list.html", context)


def _area(request: HttpRequest, overseer: Overseer) -> places.PlaceCard | None:
    """The one of several places that was chosen; None for all of them."""
    code = request.GET.get("place", "")
    if not code:
        return None
    area = overseer.place(code)
    if area is None:
        raise Http404
    return area
