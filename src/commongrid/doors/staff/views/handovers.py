"""Hand a grid over: propose, agree, carry out, withdraw, and the sheet for both ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.forms import CommandForm
from commongrid.doors.staff.forms_handovers import AgreeForm, HandoverForm
from commongrid.doors.staff.forms_people import ReasonForm
from commongrid.doors.staff.handing import (
    is_office,
    lines_of,
    post_lines,
    preview_of,
    staff_choices,
)
from commongrid.doors.staff.roster import APPOINTING, Officer, officer_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face
from commongrid.stories import handing_over


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that can be done to a handover: its words, its form, its command."""

    title: str | Promise
    what: str | Promise
    button: str | Promise
    told: str | Promise
    form: type[CommandForm]
    run: Callable[..., fieldwork.HandoverCard]
    is_office: bool = True
    tone: str = "primary"


DOINGS: dict[str, Doing] = {
    "agree": Doing(
        gettext_lazy("Agree to the handover"),
        gettext_lazy(
            "You say that you know of it and agree. The office that appoints has decided it; it "
            "takes effect when both have agreed and its first day has come."
        ),
        gettext_lazy("I agree"),
        gettext_lazy("You have agreed."),
        AgreeForm,
        handing_over.confirm,
        is_office=False,
    ),
    "carry-out": Doing(
        gettext_lazy("Go on without a consent"),
        gettext_lazy(
            "For illness, death or refusal, or when the office that proposed it no longer appoints "
            "here. The act says whose consent is missing and why."
        ),
        gettext_lazy("Carry it out"),
        gettext_lazy("It is carried out, or will be on its first day."),
        ReasonForm,
        handing_over.decide,
        tone="danger",
    ),
    "withdraw": Doing(
        gettext_lazy("Withdraw the handover"),
        gettext_lazy("Nothing changes then: the grid stays with whoever works there."),
        gettext_lazy("Withdraw it"),
        gettext_lazy("The handover is withdrawn."),
        ReasonForm,
        fieldwork.withdraw_handover,
        tone="danger",
    ),
    "bring-back": Doing(
        gettext_lazy("End the cover now"),
        gettext_lazy("The post goes back at this moment, not only at the end of the cover."),
        gettext_lazy("Give the post back"),
        gettext_lazy("The cover is over; the post is back."),
        ReasonForm,
        handing_over.bring_back,
    ),
}


@staff
@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    """List handovers of my own and of the area I appoint for."""
    officer, is_over = officer_of(request), request.GET.get("show") == "over"
    cards = fieldwork.list_handovers(officer.actor, is_open=not is_over)
    context = {
        "lines": lines_of(cards, _account(request)),
        "is_over": is_over,
        "is_appointing": bool(officer.areas),
    }
    return render(request, "staff/handovers.html", context)


@staff(APPOINTING)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a post, fill in the rest, see what would move, propose."""
    if not is_fresh(request):
        return prove_first(request)
    officer = officer_of(request)
    lines = post_lines(officer)
    wanted = request.POST.get("post") or request.GET.get("post")
    line = next((line for line in lines if str(line.post.id) == wanted), None)
    if line is None:
        return render(request, "staff/handover_where.html", {"lines": lines})
    choices = staff_choices(officer, line.post.account_id)
    form = HandoverForm(request.POST or None, staff=choices)
    context: dict[str, Any] = {"line": line, "form": form}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "staff/handover_new.html", context)
    post = line.post
    if "confirmed" not in request.POST:
        context |= {
            "incoming": face.get_account(form.incoming_id()),
            "preview": preview_of(
                code=post.place_code, path=post.place_path, unit=post.unit_key,
                outgoing_id=post.account_id, at=officer.at,
            ),
        }  # fmt: skip
        return render(request, "staff/handover_preview.html", context)
    try:
        card = fieldwork.propose_handover(
            actor=officer.actor, at=officer.at, grid_code=post.place_code,
            outgoing_post=post.id, **form.asked(),
        )  # fmt: skip
    except Refused as refusal:
        return render(
            request, "staff/handover_new.html", {**context, "refused": refusal.verdict}, status=422
        )
    messages.success(request, _("Proposed. Both are asked to agree on their own pages."))
    return redirect("staff:handover", card.id)


@staff
@require_safe
def handover(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Show one handover, what it moves, and what can be done."""
    return render(request, "staff/handover.html", _page(request, handover_id))


@staff
@require_safe
def sheet(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Show the paper for both ends: what is open in the grid, and the telephones of the post."""
    page = _page(request, handover_id)
    if not page["is_end"] or page["preview"] is None:
        raise Http404
    return render(request, "staff/handover_sheet.html", page)


@staff
def do(request: HttpRequest, handover_id: UUID, what: str) -> HttpResponse:
    """Agree, carry out, withdraw or bring back; a refusal is shown with its rule."""
    doing = DOINGS.get(what)
    officer, card = _card_or_404(request, handover_id)
    if doing is None or (doing.is_office and not is_office(officer.actor, card)):
        raise Http404
    if doing.is_office and not is_fresh(request):
        return prove_first(request)
    form, refused = doing.form(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            doing.run(actor=officer.actor, at=officer.at, handover_id=card.id, **form.cleaned_data)
        except Refused as refusal:
            refused = refusal.verdict
        else:
            messages.success(request, str(doing.told))
            return redirect("staff:handover", card.id)
    (line,) = lines_of([card], _account(request))
    context = {"line": line, "card": card, "doing": doing, "form": form, "refused": refused}
    status = 422 if refused is not None or form.errors else 200
    return render(request, "staff/handover_do.html", context, status=status)


def _page(request: HttpRequest, handover_id: UUID) -> dict[str, Any]:
    officer, card = _card_or_404(request, handover_id)
    (line,) = lines_of([card], _account(request))
    preview = None
    if card.is_open:
        preview = preview_of(
            code=card.grid_code, path=card.grid_path, unit=card.unit,
            outgoing_id=card.outgoing_id, at=officer.at,
        )  # fmt: skip
    office = is_office(officer.actor, card)
    trouble = fieldwork.find_trouble(card, officer.at) if card.is_waiting else ""
    is_late = card.state is fieldwork.HandoverState.AGREED and card.from_at <= officer.at
    return {
        "line": line,
        "card": card,
        "preview": preview,
        "is_end": officer.actor.key in {f"staff:{card.outgoing_id}", f"staff:{card.incoming_id}"},
        "is_office": office,
        "trouble": fieldwork.LAPSES.get(trouble),
        "needs_office": is_late and not trouble,
        "now": officer.at,
    }


def _card_or_404(request: HttpRequest, handover_id: UUID) -> tuple[Officer, fieldwork.HandoverCard]:
    officer = officer_of(request)
    card = fieldwork.find_handover(officer.actor, handover_id)
    if card is None:
        raise Http404
    return officer, card


def _account(request: HttpRequest) -> int:
    return int(request.user.pk)  # type: ignore[arg-type]  # behind the staff gate
