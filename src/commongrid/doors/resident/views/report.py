"""Report a matter: what, where, photo and contact; then check and send."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from commongrid.doors.common.gates import public
from commongrid.doors.common.pictures import picture_answer
from commongrid.doors.resident import flow, pending, sent, whereabouts
from commongrid.doors.resident.draft import (
    ReportDraft,
    drop_draft,
    load_draft,
    new_draft,
    save_draft,
)
from commongrid.doors.resident.forms.act import SendForm
from commongrid.doors.resident.forms.person import ContactForm, PersonForm
from commongrid.doors.resident.forms.what import QuestionsForm, WhatForm
from commongrid.doors.resident.forms.where import way_forms
from commongrid.doors.resident.views.edge import (
    described,
    drafting,
    go_on,
    language,
    now,
    obeyed,
    posted,
    sending,
    show,
    show_form,
    typing,
)
from commongrid.rooms.places.face import PlaceCard


@public
@typing
def report(request: HttpRequest) -> HttpResponseBase:
    """Start a report, or go on with the one this session has begun."""
    place, draft = whereabouts.chosen_place(request), load_draft(request)
    if place is None:
        return redirect("resident:places")
    if request.method == "POST" or draft is None or draft.place_code != place.code:
        pending.drop_pending(draft.photos if draft else ())
        pending.erase_old_pending(at=now())
        save_draft(request, new_draft(place.code))
        return redirect("resident:what")
    if not draft.text:
        return redirect("resident:what")
    return show(request, "resume", place, draft=draft)


@public
@typing
@drafting
def what(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Step 1: the person's words and the kind of matter."""
    groups = flow.type_groups(place, now())
    codes = [card.code for card in flow.all_types(groups)]
    begun = {"text": draft.text, "type_code": draft.type_code}
    is_sent = request.method == "POST" and "suggest" not in request.POST
    form = WhatForm(request.POST if is_sent else None, codes=codes, initial=begun)
    if is_sent and form.is_valid():
        return go_on(request, flow.put_what(draft, form.cleaned_data, place, now()), place)
    said = request.POST.get("text", draft.text)
    chosen = request.POST.get("type_code", draft.type_code)
    if request.method == "POST" and not is_sent:
        form.initial = {"text": said, "type_code": chosen}
    hints = flow.suggestions(groups, said)
    return show_form(request, "what", form, place, groups=groups, hints=hints, chosen=chosen)


@public
@typing
@drafting
def suggest(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """The suggested kinds for the words typed so far, as a piece of the page."""
    hints = flow.suggestions(flow.type_groups(place, now()), request.POST.get("text", ""))
    chosen = request.POST.get("type_code", "")
    return show(request, "hints", place, hints=hints, chosen=chosen)


@public
@typing
@drafting
@described
def questions(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Step 1, continued: what this kind of matter asks."""
    form = QuestionsForm(
        flow.questions_of(draft, place, now()), posted(request), initial=draft.answers
    )
    if request.method == "POST" and form.is_valid():
        answered = replace(draft, answers=form.answers(), has_answered=True, overruled=())
        return go_on(request, answered, place)
    kind = flow.find_type(flow.type_groups(place, now()), draft.type_code)
    return show_form(request, "questions", form, place, draft=draft, kind=kind)


@public
@typing
@drafting
@described
def advice(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """What to do instead, or first: an emergency line, another route."""
    advised = flow.advice_for(draft, place, now())
    if advised is None:
        return go_on(request, draft, place)
    if request.method == "POST":
        return go_on(request, replace(draft, overruled=(*draft.overruled, advised.rule)), place)
    return show(request, "advice", place, draft=draft, advice=advised)


@public
@typing
@drafting
@described
def where(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Step 2: the place, by map, by list or by address."""
    listed = whereabouts.communities(place, now())
    forms = way_forms(draft, posted(request), listed, language())
    form = forms.get(request.POST.get("way", ""))
    if form is not None and form.is_valid():
        try:
            found = whereabouts.locate(draft, form.way, form.cleaned_data, place, now())
            return go_on(request, found, place)
        except whereabouts.NotFoundHereError as why:
            form.add_error(None, str(why))
    way = form.way if form else draft.way
    said = {"forms": forms, "way": way, "listed": listed, "draft": draft}
    return show_form(request, "where", form or forms["list"], place, **said)


@public
@typing
@drafting
@described
def similar(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Open matters near by that may be the same: follow one, or go on."""
    if request.method == "POST":
        return go_on(request, replace(draft, has_seen_similar=True), place)
    cards = flow.similar_to(draft, now())
    return show(request, "similar", place, draft=draft, cards=cards)


@public
@sending
@drafting
@described
def follow(
    request: HttpRequest, matter_id: UUID, draft: ReportDraft, place: PlaceCard
) -> HttpResponseBase:
    """Follow a matter that is already open instead of raising the same again."""
    card = next((c for c in flow.similar_to(draft, now()) if c.id == matter_id), None)
    if card is None:
        raise Http404
    form = ContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        contact = form.contact()
        raised = obeyed(
            form, lambda: flow.follow(draft, matter_id, contact, at=now(), language=language())
        )
        if raised:
            return sent.keep_and_show(request, raised, draft, is_followed=True)
    return show_form(request, "follow", form, place, card=card)


@public
@typing
@drafting
def photo(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Step 3: photos and a way to be reached, both optional."""
    room = pending.MAX_PHOTOS - len(draft.photos)
    form = PersonForm.of(draft, request, room=room)
    if request.method == "POST" and form.is_valid():
        draft = flow.put_person(draft, form.cleaned_data)
        if "remove" in request.POST or "add" in request.POST:
            save_draft(request, flow.drop_photo(draft, request.POST.get("remove", "")))
            return redirect("resident:photo")
        return go_on(request, replace(draft, has_done_photo=True), place)
    return show_form(request, "photo", form, place, draft=draft, room=room, most=pending.MAX_PHOTOS)


@public
@drafting
def waiting_photo(
    request: HttpRequest, token: str, draft: ReportDraft, place: PlaceCard
) -> HttpResponseBase:
    """A small picture of a photo that waits to be sent, for the one who chose it."""
    content = pending.preview_pending(token) if token in draft.photos else None
    if content is None:
        raise Http404
    return picture_answer(content)


@public
@sending
@drafting
def check(request: HttpRequest, draft: ReportDraft, place: PlaceCard) -> HttpResponseBase:
    """Read it once more, and send."""
    missing = flow.next_page(draft, place, now())
    if missing != "resident:check":
        return redirect(missing)
    form = SendForm(posted(request), initial={"command_id": draft.command_id})
    if request.method == "POST" and form.is_valid():
        raised = obeyed(form, lambda: flow.send(draft, at=now(), language=language()))
        if raised:
            return sent.keep_and_show(request, raised, draft)
    return show_form(request, "check", form, place, draft=draft, **flow.review(draft, place, now()))


@public
@typing
def cancel(request: HttpRequest) -> HttpResponseBase:
    """Throw the report away, with its photos."""
    draft = load_draft(request)
    if request.method == "POST" and draft:
        pending.drop_pending(draft.photos)
        drop_draft(request)
    return redirect("resident:home")
