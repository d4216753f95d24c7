"""One matter, worked on by an outside body: open the link, read, act, leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commongrid.doors.common.gates import public, receipt
from commongrid.doors.common.pictures import picture_answer
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.outside.forms import CommandForm, StepForm
from commongrid.doors.outside.holding import hold_link, holder, not_live, release_link
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face as matters

sending = limited("outside-send", tries=60, window_s=3600, methods=frozenset({"POST"}))


@receipt
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """Open a link; it leaves the address at once. Opening it again is harmless."""
    if hold_link(request, token):
        return redirect("outside:task")
    return not_live(request, "unknown", status=404)


@holder
def task(request: HttpRequest, page: matters.LinkPage) -> HttpResponseBase:
    """Show what is needed for the work, and what may be done."""
    taken = {step.action for step in page.talk}
    lead = "outside_done" if "outside_accept" in taken else "outside_accept"
    return render(request, "outside/task.html", _said(page, lead_step=lead))


@holder
@sending
def act(request: HttpRequest, action: str, page: matters.LinkPage) -> HttpResponseBase:
    """Take one step: accept, object, ask, or report it done."""
    choice = next((one for one in page.choices if one.action == action), None)
    if choice is None:
        messages.info(request, _("This step is not possible now. Perhaps it was taken already."))
        return redirect("outside:task")
    form = StepForm.of(choice, request)
    if request.method == "POST" and form.is_valid():
        done = _obeyed(form, lambda: _take(form, action, page))
        if done:
            messages.success(request, _("Sent. The unit can read it now."))
            return redirect("outside:task")
    return _form(request, "act", form, page, choice=choice)


@holder
@sending
def contact(request: HttpRequest, page: matters.LinkPage) -> HttpResponseBase:
    """Open the contact data for the purpose the unit named; shown on this answer alone."""
    if not page.may_reveal:
        raise Http404
    shown, form = None, CommandForm(request.POST or None, initial={"command_id": uuid4()})
    if request.method == "POST" and form.is_valid():
        shown = _obeyed(
            form,
            lambda: matters.reveal_to_link(
                link_id=page.link.id, at=timezone.now(), command_id=form.id
            ),
        )
    return _form(request, "contact", form, page, contact=shown)


@holder
def photo(request: HttpRequest, photo_id: UUID, page: matters.LinkPage) -> HttpResponseBase:
    """Show a photo of the matter."""
    content = matters.open_link_photo(link_id=page.link.id, photo_id=photo_id, at=timezone.now())
    if content is None:
        raise Http404
    return picture_answer(content)


@public
def leave(request: HttpRequest) -> HttpResponseBase:
    """Forget the link on this device."""
    if request.method == "POST":
        release_link(request)
        messages.success(request, _("Closed. This device no longer opens the matter."))
    return redirect("outside:task")


def _take(form: StepForm, action: str, page: matters.LinkPage) -> matters.Done:
    return matters.take_action(
        actor=page.actor,
        at=timezone.now(),
        command_id=form.id,
        matter_id=page.link.matter_id,
        action=action,
        fields=form.plain_fields(),
        photos=form.photos(),
    )


def _obeyed(form: Form, command: Callable[[], Any]) -> Any:
    """Do the command; when it is refused, the form says why and None comes back."""
    try:
        return command()
    except Refused as refusal:
        form.add_error(None, refusal.verdict.say.in_(get_language() or "zh-hans"))
        return None


def _said(page: matters.LinkPage, **more: Any) -> dict[str, Any]:
    return {"page": page, "link": page.link, "card": page.matter, **more}


def _form(
    request: HttpRequest, name: str, form: Form, page: matters.LinkPage, **more: Any
) -> HttpResponse:
    """A page with a form; 422 when something in it must be put right."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"outside/{name}.html", _said(page, form=form, **more), status=status)
