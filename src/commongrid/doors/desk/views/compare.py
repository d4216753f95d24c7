"""Two matters side by side, to see whether they are the same."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk.comparing import compare
from commongrid.doors.desk.reading import reader_of
from commongrid.doors.desk.views.matter import page_or_404


@staff
@require_safe
def side_by_side(request: HttpRequest, matter_id: UUID, other_id: UUID) -> HttpResponse:
    """Show both matters, how far apart they are, and the ways to join them."""
    if matter_id == other_id:
        raise Http404
    reader = reader_of(request)
    one, other = page_or_404(reader, matter_id), page_or_404(reader, other_id)
    return render(request, "desk/compare.html", compare(reader, one, other))
