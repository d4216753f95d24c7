"""Photos of a matter: look, add, blacken for good."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.common.pictures import picture_answer
from commongrid.doors.desk.forms import AddPhotosForm, RedactForm
from commongrid.doors.desk.matterpage import matter_context
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import reader_of
from commongrid.doors.desk.views.matter import page_or_404
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters


@staff
@require_safe
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Give one photo to whoever may read its matter."""
    found = matters.open_photo(actor=reader_of(request).actor, photo_id=photo_id)
    if found is None:
        raise Http404
    return picture_answer(found[0])


@staff
@require_POST
def add(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Add photos to the matter."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    form = AddPhotosForm(request.POST, request.FILES, auto_id="id_photos_%s")
    if form.is_valid():
        try:
            matters.add_photos(
                **reader.who, command_id=form.id, matter_id=matter_id, photos=form.pictures()
            )
            messages.success(request, _("The photos are added."))
            return redirect("desk:matter", matter_id)
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
    context = matter_context(reader, page, photos_form=form)
    return render(request, "desk/matter.html", context, status=422)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: HttpRequest, matter_id: UUID, photo_id: UUID) -> HttpResponse:
    """Blacken parts of a photo; what is under them is gone for good."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    card = next((p for p in page.photos if p.id == photo_id), None)
    if card is None:
        raise Http404
    form = RedactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            matters.redact_photo(
                **reader.who,
                command_id=form.id,
                photo_id=photo_id,
                boxes=form.cleaned_data["boxes"],
            )
            messages.success(request, _("These parts of the photo are gone for good."))
            return redirect("desk:matter", matter_id)
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
    status = 422 if form.is_bound else 200
    context = {"page": page, "card": page.card, "photo": card, "form": form}
    return render(request, "desk/redact.html", context, status=status)
