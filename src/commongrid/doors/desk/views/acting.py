"""Take a step on a matter, and open contact data for a purpose."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.desk.forms import RevealForm
from commongrid.doors.desk.matterpage import (
    choice_of,
    kinds_of_reasons,
    matter_context,
    step_form,
    was_done,
)
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.steps import StepForm
from commongrid.doors.desk.views.matter import page_or_404
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters


@staff
@require_POST
def act(request: HttpRequest, matter_id: UUID, action: str) -> HttpResponse:
    """Take one step; what is refused comes back with everything that was typed."""
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    card = choice_of(page, action)
    if card is None:
        return _gone(request, reader, page, action)
    form = step_form(reader, page, card, request.POST, request.FILES)
    if not form.is_valid():
        return _back(request, reader, page, form, status=422)
    if is_stale(form, page):
        return _back(request, reader, page, form, status=409)
    try:
        done = matters.take_action(
            **reader.who,
            command_id=form.id,
            matter_id=matter_id,
            action=action,
            fields=form.values(),
            photos=form.photos(),
        )
    except Refused as refused:
        form.add_refusal(refused.verdict)
        return _back(request, reader, page, form, status=422)
    say_done(request, done, say(card.choice.label))
    return redirect(safe_next(request, matter_id))


def is_stale(form: StepForm, page: matters.MatterPage) -> bool:
    """Whether the matter changed since the form was shown, other than by this very command."""
    seen = form.cleaned_data.get("version")
    return bool(seen) and seen != page.version and not was_done(page, form.id)


def say_done(request: HttpRequest, done: matters.Done, label: str) -> None:
    """Say what happened in one sentence."""
    if done.is_proposal:
        messages.info(
            request,
            _("“%(step)s” is proposed. A second person has to confirm it.") % {"step": label},
        )
    else:
        told = say(done.told)
        messages.success(request, f"{label} · {told}" if told else label)


def safe_next(request: HttpRequest, matter_id: UUID) -> str:
    """Back to the list a quick form stood in, else to the matter."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("desk:matter", args=[matter_id])


def _back(
    request: HttpRequest, reader: Reader, page: matters.MatterPage, form: StepForm, *, status: int
) -> HttpResponse:
    """The page again, with the form as it was sent and the matter as it is now."""
    context = matter_context(reader, page, form, changed=status == 409)
    if status == 409:
        form.see_version(page.version)
    return render(request, "desk/matter.html", context, status=status)


def _gone(
    request: HttpRequest, reader: Reader, page: matters.MatterPage, action: str
) -> HttpResponse:
    """The state does not know the step (any more): say so, or that it was done already."""
    sent = request.POST.get("command_id", "")
    if any(str(step.command_id) == sent for step in page.steps):
        return redirect("desk:matter", page.card.id)
    verdict = matters.explain_action(**reader.who, matter_id=page.card.id, action=action)
    if verdict is None:
        raise Http404
    messages.error(request, say(verdict.say))
    context = matter_context(reader, page, changed=True)
    return render(request, "desk/matter.html", context, status=409)


@staff
@require_POST
def reveal(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Show contact data once, on this answer alone, after a logged act."""
    if not is_fresh(request):
        return prove_first(request, reverse("desk:matter", args=[matter_id]) + "#contact")
    reader = reader_of(request)
    page = page_or_404(reader, matter_id)
    form = RevealForm(request.POST, auto_id="id_reveal_%s", kinds=kinds_of_reasons(page))
    contact, status = None, 422
    if form.is_valid():
        try:
            contact = matters.reveal_contact(
                **reader.who,
                command_id=form.id,
                matter_id=matter_id,
                purpose=form.cleaned_data["purpose"],
                opened_for=form.cleaned_data.get("opened_for", ""),
            )
            status = 200
        except Refused as refused:
            form.add_error(None, say(refused.verdict.say))
    context = matter_context(reader, page, contact=contact, reveal_form=form)
    return render(request, "desk/matter.html", context, status=status)
