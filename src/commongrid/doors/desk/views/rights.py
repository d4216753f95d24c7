"""Carrying out what a person asked about their data: delete, restrict, correct."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.desk.forms_rights import RightsForm
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.views.matter import page_or_404
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters
from commongrid.stories.erasing import erase_person


@staff
def rights(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """What was asked, about which matter, and the steps that answer it."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    asked = matters.find_asked(matter_id)
    if asked is None or asked.about_id is None:
        raise Http404
    if not is_fresh(request):
        return prove_first(request, reverse("desk:rights", args=[matter_id]))
    about = matters.get_matter(**reader.who, matter_id=asked.about_id)
    form = RightsForm.of(request, about, asked.right)
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(form, reader, asked.about_id)
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
        else:
            messages.success(request, _("Done and recorded. Now answer the person in the request."))
            return redirect("desk:matter", matter_id)
    context = {"page": page, "card": page.card, "asked": asked, "about": about, "form": form}
    return render(request, "desk/rights.html", context, status=422 if form.errors else 200)


def _carry_out(form: RightsForm, reader: Reader, about_id: UUID) -> None:
    """One command by what was chosen. Raises: Refused."""
    given: dict[str, Any] = {**reader.who, "command_id": form.id, "matter_id": about_id}
    chosen = form.cleaned_data["do"]
    if chosen == "delete":
        erase_person(**given)
    elif chosen == "restrict":
        matters.restrict(**given)
    elif chosen == "lift":
        matters.lift_restriction(**given)
    else:
        text, address = form.cleaned_data["text"], form.cleaned_data["address"]
        matters.correct_words(**given, text=text, address=address)
