"""Proposed changes of a charter: made of a rehearsed alternative, attached, adopted, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from commongrid.bridges.rehearsal.plain import PlainError, plan_from_plain
from commongrid.charter import diff, from_plain
from commongrid.doors.common.fresh import is_fresh, prove_first
from commongrid.doors.common.gates import staff
from commongrid.doors.planner import report_question as question
from commongrid.doors.planner.planning import Planner, lang, planner_of, rehearsal_or_404
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories import rehearsing

ON_A_PAGE = 20
STATES = {
    rehearsals.ProposalState.DRAFT: (gettext_lazy("proposed"), "blue"),
    rehearsals.ProposalState.ADOPTED: (gettext_lazy("adopted"), "green"),
    rehearsals.ProposalState.WITHDRAWN: (gettext_lazy("withdrawn"), ""),
}


class ProposalForm(forms.Form):
    """Which alternative, under which version number, why."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    alternative = forms.TypedChoiceField(
        label=gettext_lazy("Which change"), coerce=int, widget=forms.RadioSelect
    )
    version = forms.CharField(
        label=gettext_lazy("New version number"), max_length=40,
        help_text=gettext_lazy("A version is never changed: what is new gets a new number."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alternative"].choices = choices  # type: ignore[attr-defined]
        self.fields["command_id"].initial = new_id
        if choices:
            self.fields["alternative"].initial = choices[0][0]


class DoForm(forms.Form):
    """What one of the buttons of a proposal asks for."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    rehearsal_ref = forms.CharField(
        label=gettext_lazy("Number of the rehearsal"), max_length=12,
        help_text=gettext_lazy("It stands on its report, such as R-7K3M-9QTD."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_without = forms.BooleanField(
        label=gettext_lazy("Yes: adopt it without a rehearsal. The act will say so.")
    )

    def __init__(self, *args: Any, asked: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_id
        for name in set(self.fields) - {"command_id", *asked}:
            del self.fields[name]


@staff
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals of my places, newest first."""
    planner = planner_of(request)
    count = rehearsals.count_proposals(planner.actor, planner.at)
    page = Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))
    offset = (page.number - 1) * ON_A_PAGE
    cards = rehearsals.list_proposals(planner.actor, planner.at, offset=offset, limit=ON_A_PAGE)
    lines = [(card, *STATES[card.state], _place(planner, card)) for card in cards]
    return render(request, "planner/proposals.html", {"lines": lines, "page": page})


@staff
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a change that a rehearsal, or the plan of the check page, has in it."""
    planner = planner_of(request)
    card, plan = _source(request, planner)
    place = next((p for p in planner.places if p.path == plan["place"]), None)
    if place is None:
        raise Http404
    choices = _choices(plan, place, planner, card)
    is_sent = request.method == "POST" and "command_id" in request.POST
    form = ProposalForm(request.POST if is_sent else None, choices=choices)
    context: dict[str, Any] = {
        "form": form, "place": place, "card": card, "plan": json.dumps(plan, ensure_ascii=False),
        "base": places.charter_in_force(place.path, planner.at)[0], "choices": choices,
    }  # fmt: skip
    if not is_sent or not form.is_valid():
        return render(request, "planner/propose.html", context, status=422 if is_sent else 200)
    given = form.cleaned_data
    try:
        made = rehearsing.propose(
            actor=planner.actor, at=planner.at, command_id=given["command_id"],
            place_code=place.code, changes=plan["alternatives"][given["alternative"]],
            version=given["version"], reason=given["reason"],
            rehearsal_ref=card.ref if card else "",
        )  # fmt: skip
    except (PlainError, rehearsing.ChartersError) as error:
        for _field, rule in error.faults:
            form.add_error("alternative", rule.in_(lang()))
    except Refused as refusal:
        context["refused"] = refusal.verdict
    else:
        return redirect("planner:proposal", made.ref)
    return render(request, "planner/propose.html", context, status=422)


@staff
@require_safe
def proposal(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what a proposal changes, on what it rests, and what can be done."""
    planner = planner_of(request)
    return render(request, "planner/proposal.html", _page(planner, _card_or_404(planner, ref)))


@staff
def do(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """Attach a rehearsal, adopt the text, or withdraw it; a refusal is shown with its rule."""
    planner = planner_of(request)
    card = _card_or_404(planner, ref)
    if what not in ("attach", "adopt", "withdraw"):
        raise Http404
    if what == "adopt" and not is_fresh(request):
        return prove_first(request)
    form = DoForm(request.POST or None, asked=_asked(what, card))
    context = {**_page(planner, card), "form": form, "what": what}
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "planner/proposal_do.html", context, status=422 if form.errors else 200
        )
    try:
        told = _done(planner, card, what, form.cleaned_data)
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "planner/proposal_do.html", context, status=422)
    messages.success(request, told)
    return redirect("planner:proposal", card.ref)


def _done(
    planner: Planner, card: rehearsals.ProposalCard, what: str, given: Mapping[str, Any]
) -> str:
    """One command of a proposal, and what is told of it. Raises: Refused."""
    who = {"actor": planner.actor, "at": planner.at, "command_id": given["command_id"]}
    if what == "attach":
        rehearsals.attach_rehearsal(
            **who, proposal_id=card.id, rehearsal_ref=given["rehearsal_ref"].strip().upper()
        )
        return _("The rehearsal is attached.")
    if what == "withdraw":
        rehearsals.withdraw_proposal(**who, proposal_id=card.id, reason=given["reason"])
        return _("The proposal is withdrawn.")
    adopted = rehearsing.adopt(
        **who, ref=card.ref, reason=given["reason"], is_without=given.get("is_without", False)
    )
    return _("Adopted: %(key)s is in force from now on.") % {"key": adopted.key}


def _asked(what: str, card: rehearsals.ProposalCard) -> tuple[str, ...]:
    if what == "attach":
        return ("rehearsal_ref",)
    is_bare = what == "adopt" and not card.rehearsal_ref
    return ("reason", "is_without") if is_bare else ("reason",)


def _page(planner: Planner, card: rehearsals.ProposalCard) -> dict[str, Any]:
    before = places.get_charter(card.base_key).charter
    changes = diff(before, from_plain(json.loads(card.plain)))
    state, tone = STATES[card.state]
    return {
        "card": card,
        "place": _place(planner, card),
        "changes": [one.words.in_(lang()) for one in changes],
        "state": state,
        "tone": tone,
        "is_draft": card.state is rehearsals.ProposalState.DRAFT,
    }


def _source(
    request: HttpRequest, planner: Planner
) -> tuple[rehearsals.RehearsalCard | None, dict[str, Any]]:
    """The rehearsal a proposal begins with, or the plan of the check page."""
    ref = request.POST.get("rehearsal") or request.GET.get("rehearsal", "")
    if ref:
        card = rehearsal_or_404(planner, ref)
        return (card if card.state is rehearsals.State.DONE else None), dict(card.plan)
    try:
        plan = json.loads(request.POST.get("plan", ""))
        plan_from_plain(plan)
    except ValueError:
        raise Http404 from None
    return None, plan


def _choices(
    plan: Mapping[str, Any],
    place: places.PlaceCard,
    planner: Planner,
    card: rehearsals.RehearsalCard | None,
) -> list[tuple[int, str]]:
    """The alternatives that change the charter in force, in words."""
    key, rules = places.charter_in_force(place.path, planner.at)
    keys = {used.alternative: used.key for used in card.charters} if card else {}
    rows = question.asked(plan_from_plain(plan), rules)
    found = []
    for number, one in enumerate(plan["alternatives"]):
        stands_on = keys.get(one["name"]) or one.get("charter") or key
        if rehearsals.changes_of(one) and stands_on == key:
            words = "; ".join(rows[number].changes)
            found.append((number, f"{one['name']}: {words}"))
    return found


def _card_or_404(planner: Planner, ref: str) -> rehearsals.ProposalCard:
    card = rehearsals.find_proposal(planner.actor, ref, planner.at)
    if card is None:
        raise Http404
    return card


def _place(planner: Planner, card: rehearsals.ProposalCard) -> str:
    place = next((p for p in planner.places if p.path == card.place_path), None)
    return place.name.in_(lang()) if place else card.place_code
