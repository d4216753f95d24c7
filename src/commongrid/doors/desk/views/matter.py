"""One matter: its page, its sheet of paper, and why a step is possible or not."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk.matterpage import choice_of, made_before, matter_context
from commongrid.doors.desk.present import lang
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.why import explain
from commongrid.rooms.matters import face as matters


def page_or_404(reader: Reader, matter_id: UUID) -> matters.MatterPage:
    """The matter, or the same "no such page" for one that is not there and one not to be read."""
    page = matters.get_matter(**reader.who, matter_id=matter_id, language=lang())
    if page is None:
        raise Http404
    return page


@staff
@require_safe
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show the matter, what may be done now, and why not the rest."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    return render(request, "desk/matter.html", matter_context(reader, page))


@staff
@require_safe
def sheet(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show the matter as a sheet of paper."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    context = {"page": page, "card": page.card, "now": reader.at, "made_when": made_before(page)}
    return render(request, "desk/sheet.html", context)


@staff
@require_safe
def why(request: HttpRequest, matter_id: UUID, action: str) -> HttpResponse:
    """Explain one step on one matter: rule, source, condition by condition."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    verdict = matters.explain_action(**reader.who, matter_id=matter_id, action=action)
    if verdict is None:
        raise Http404
    return render(
        request,
        "desk/why.html",
        {
            "page": page,
            "card": page.card,
            "action": action,
            "choice": choice_of(page, action),
            "verdict": verdict,
            "rows": explain(page, action, verdict),
        },
    )
