"""Voice notes of a matter: listen, and write down what is said."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.common.playing import sound_answer
from commongrid.doors.desk.forms import WriteDownForm
from commongrid.doors.desk.matterpage import matter_context
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import reader_of
from commongrid.doors.desk.views.matter import page_or_404
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters


@staff
@require_safe
def sound(request: HttpRequest, sound_id: UUID) -> HttpResponse:
    """Play one voice note to whoever may read its matter."""
    found = matters.open_sound(actor=reader_of(request).actor, sound_id=sound_id)
    return sound_answer(request, found)


@staff
@require_POST
def write_down(request: HttpRequest, matter_id: UUID, sound_id: UUID) -> HttpResponse:
    """Keep what is said in it, as the reader heard it."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    form = WriteDownForm(request.POST, sound_id=sound_id)
    if form.is_valid():
        try:
            matters.write_down(
                **reader.who,
                command_id=form.id,
                sound_id=sound_id,
                words=form.cleaned_data["words"],
            )
            messages.success(request, _("What is said in the voice note is kept."))
            return redirect("desk:matter", matter_id)
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
    context = matter_context(reader, page, words_form=form)
    return render(request, "desk/matter.html", context, status=422)
