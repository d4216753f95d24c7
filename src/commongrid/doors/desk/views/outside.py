"""Hand a matter to an outside body by a link, and take the link back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commongrid.doors.common.gates import staff
from commongrid.doors.common.qr import qr_svg
from commongrid.doors.desk.forms import CommandForm
from commongrid.doors.desk.links import LinkForm
from commongrid.doors.desk.matterpage import choice_of
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import reader_of
from commongrid.doors.desk.views.matter import page_or_404
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters


@staff
def make(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Make a link; it is shown on this answer alone, with a sheet to print."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    choice = choice_of(page, "make_link")
    if choice is None or not choice.verdict.allowed:
        messages.error(request, say(choice.verdict.say) if choice else _("Not possible now."))
        return redirect("desk:matter", matter_id)
    form = LinkForm(page, reader.at, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            link = matters.make_link(
                **reader.who, command_id=form.id, matter_id=matter_id, **form.asked()
            )
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
        else:
            address = request.build_absolute_uri(reverse("outside:enter", args=[link.token]))
            given = form.cleaned_data["body"]
            said = {"page": page, "card": page.card, "link": link, "address": address}
            return render(
                request, "desk/link_made.html", {**said, "body": given, "qr": qr_svg(address)}
            )
    said = {"page": page, "card": page.card, "form": form}
    return render(request, "desk/link_new.html", said, status=422 if form.errors else 200)


@staff
@require_POST
def end(request: HttpRequest, matter_id: UUID, link_id: UUID) -> HttpResponse:
    """Take a link back."""
    reader = reader_of(request)
    page_or_404(reader, matter_id)
    form = CommandForm(request.POST)
    if form.is_valid():
        try:
            matters.end_link(**reader.who, command_id=form.id, link_id=link_id)
            messages.success(request, _("The link opens nothing any more."))
        except Refused as refused:
            messages.error(request, say(refused.verdict.say))
    return redirect(reverse("desk:matter", args=[matter_id]) + "#outside")
