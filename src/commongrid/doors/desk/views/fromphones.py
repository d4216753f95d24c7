"""What came from phones and was not carried out; exported files handed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk.fromphones import (
    FindForm,
    HandInForm,
    OpenContactForm,
    SettleForm,
    answer_rows,
    list_rows,
)
from commongrid.doors.desk.present import lang, say
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.rules import rules_for
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.stories.handing_in import hand_in

PAGE = 25
DESK = "desk"


@staff
@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """List what was meant on phones of this area and not carried out, oldest first."""
    reader, find = reader_of(request), FindForm(request.GET or None)
    asked = find.cleaned_data if find.is_valid() else {}
    cards = fieldwork.list_returned(
        **reader.who, language=lang(), with_settled=bool(asked.get("settled"))
    )
    rows = list_rows(cards, rules_for(reader), asked.get("verdict", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "find": find, "may_hand_in": DESK in reader.roles, "now": reader.at}
    return render(request, "desk/field.html", context)


@staff
def returned_one(request: HttpRequest, intention_id: UUID) -> HttpResponse:
    """Show one of them; note how it was seen to."""
    reader = reader_of(request)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _card_or_404(reader, intention_id)
        try:
            fieldwork.settle_returned(
                **reader.who,
                command_id=form.id,
                intention_id=intention_id,
                how=form.cleaned_data["how"],
                words=form.cleaned_data["words"],
            )
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
        else:
            messages.success(request, _("Settled. It is off the list."))
            return redirect("desk:field")
    return _one(request, reader, intention_id, form=form)


@staff
@require_POST
def returned_contact(request: HttpRequest, intention_id: UUID) -> HttpResponse:
    """Open the contact data of one of them, once, by an act."""
    reader, form, contact = reader_of(request), OpenContactForm(request.POST), {}
    _card_or_404(reader, intention_id)
    if form.is_valid():
        try:
            contact = fieldwork.open_returned_contact(
                **reader.who,
                command_id=form.id,
                intention_id=intention_id,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
    return _one(request, reader, intention_id, contact_form=form, contact=contact)


@staff(DESK)
def handed_in(request: HttpRequest) -> HttpResponse:
    """Take in an exported file and show what became of each thing in it."""
    reader = reader_of(request)
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "desk/hand_in.html", {"form": form}, status=status)
    try:
        done = hand_in(
            **reader.who,
            command_id=form.id,
            content=form.cleaned_data["file"].read(),
            language=lang(),
        )
    except Refused as refused:
        form.add_error("file", say(refused.verdict.say))
        return render(request, "desk/hand_in.html", {"form": form}, status=422)
    rows = answer_rows(done, rules_for(reader))
    counts = {
        "done": done.count("done", "already"),
        "returned": done.count("refused", "conflict"),
        "waits": done.count("waits"),
    }
    return render(request, "desk/handed_in.html", {"done": done, "rows": rows, "counts": counts})


def _one(
    request: HttpRequest,
    reader: Reader,
    intention_id: UUID,
    *,
    form: SettleForm | None = None,
    contact_form: OpenContactForm | None = None,
    contact: dict[str, str] | None = None,
) -> HttpResponse:
    card = _card_or_404(reader, intention_id)
    (row,) = list_rows([card], rules_for(reader))
    bad = any(one is not None and one.errors for one in (form, contact_form))
    context = {
        "row": row,
        "form": form or SettleForm(),
        "contact_form": contact_form or OpenContactForm(auto_id="id_contact_%s"),
        "contact": contact,
    }
    return render(request, "desk/field_one.html", context, status=422 if bad else 200)


def _card_or_404(reader: Reader, intention_id: UUID) -> fieldwork.ReturnedCard:
    card = fieldwork.find_returned(reader.actor, intention_id)
    if card is None:
        raise Http404
    return card
