"""The gate's staff pages: what waits for my answer or decision, and proposing something new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.charter.matter import Actor
from commongrid.doors.common.gates import staff
from commongrid.doors.duties import present
from commongrid.doors.duties.forms import FIELDS, DoForm, ProposeForm
from commongrid.doors.duties.views import said_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.duties import face as duties
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True)
class Me:
    """Who is at this page, and when."""

    actor: Actor
    at: datetime


def me_of(request: HttpRequest) -> Me:
    """The person behind the request; only behind the staff gate. Cost: 2 statements."""
    at = timezone.now()
    return Me(people.staff_actor(request.user.pk, at), at)  # type: ignore[arg-type]


@staff
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for me, and what is proposed or in force where I may decide."""
    me = me_of(request)
    said = {
        "to_answer": present.lines(duties.list_to_answer(me.actor, me.at)),
        "lines": present.lines(duties.list_for_staff(me.actor, me.at)),
        "may_propose": bool(duties.list_own_places(me.actor, me.at)),
    }
    return render(request, "duties/mine.html", said)


@staff
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a task, form or field; or the same again before or after it ends."""
    me = me_of(request)
    choices = _places(me)
    if not choices:
        raise Http404
    form = ProposeForm(
        request.POST or None, choices=choices, initial=_renewal(request.GET.get("renews", ""), me)
    )
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            card = duties.propose_duty(
                actor=me.actor, at=me.at, command_id=form.cleaned_data["command_id"],
                place_code=form.cleaned_data["place"], draft=form.draft(),
            )  # fmt: skip
        except Refused as refusal:
            context["refused"] = refusal.verdict
        else:
            messages.success(request, _("Proposed. The grids are asked now."))
            return redirect("duties:show", card.ref)
    return render(
        request, "duties/propose.html", context, status=422 if request.method == "POST" else 200
    )


@staff
@require_safe
def show(request: HttpRequest, ref: str) -> HttpResponse:
    """One admission with what I can do about it."""
    me = me_of(request)
    card = _card_or_404(ref, me)
    said = {**said_of(card, me.at), "can": _can(card, me)}
    said["asked_now"] = duties.count_asked(card.place_path, me.at)
    said["burden"] = duties.burden_of(card.place_path, me.at)
    return render(request, "duties/show.html", said)


@staff
def do(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """Give an opinion, approve, refuse or take back; a refusal is shown with its rule."""
    me = me_of(request)
    card = _card_or_404(ref, me)
    if what not in FIELDS:
        raise Http404
    form = DoForm(request.POST or None, what=what)
    context = {**said_of(card, me.at), "form": form, "what": what}
    if request.method == "POST" and form.is_valid():
        try:
            told = _done(card, what, me, form.cleaned_data)
        except Refused as refusal:
            context["refused"] = refusal.verdict
        else:
            messages.success(request, told)
            return redirect("duties:mine" if what == "answer" else "duties:show", *_to(card, what))
    return render(
        request, "duties/do.html", context, status=422 if request.method == "POST" else 200
    )


def _done(card: duties.AdmissionCard, what: str, me: Me, given: Mapping[str, Any]) -> str:
    """One command about an admission, and what is told of it. Raises: Refused."""
    who = {
        "actor": me.actor, "at": me.at, "command_id": given["command_id"], "admission_id": card.id
    }  # fmt: skip
    if what == "answer":
        duties.give_opinion(**who, is_for=given["answer"] == "for", said=given["words"])
        return _("Counted. Your name is not kept with it.")
    if what == "withdraw":
        duties.withdraw_duty(**who, reason=given["reason"])
        return _("Taken back. Grids are not asked it any more.")
    duties.decide_duty(**who, is_approved=what == "approve", reason=given["reason"])
    return (
        _("Approved: in force until its end.")
        if what == "approve"
        else _("Refused, for all to see.")
    )


def _can(card: duties.AdmissionCard, me: Me) -> dict[str, bool]:
    """Which buttons lead somewhere for this person."""
    is_heard = card.state is duties.State.PROPOSED
    may = {
        power: bool(duties.may_use(power, me.actor, card.place_path, me.at))
        for power in (duties.PROPOSE, duties.OPINE, duties.ADMIT)
    }
    is_own = is_heard and duties.is_proposer(me.actor, card.id)
    decides = is_heard and may[duties.ADMIT] and not is_own
    return {
        "answer": is_heard
        and may[duties.OPINE]
        and me.at < card.heard_until
        and not is_own
        and not duties.was_heard(me.actor, card.id),
        "approve": decides,
        "refuse": decides,
        "withdraw": (is_heard or card.is_in_force) and (may[duties.PROPOSE] or may[duties.ADMIT]),
        "renew": may[duties.PROPOSE]
        and card.state in (duties.State.APPROVED, duties.State.EXPIRED),
    }


def _places(me: Me) -> list[tuple[str, str]]:
    """The chartered places this person proposes for, and the communities in them."""
    found = []
    for place in duties.list_own_places(me.actor, me.at):
        name = place.name.in_(present.language())
        found.append((place.code, name))
        children = places.list_children(place.code, me.at, code_system=place.code_system)
        found += [(c.code, f"{name} · {c.name.in_(present.language())}") for c in children]
    return found


def _renewal(ref: str, me: Me) -> dict[str, Any]:
    """What a renewal begins with: everything but its end."""
    card = duties.find_admission(ref, me.at) if ref else None
    if card is None:
        return {"basis_kind": "list"}
    names = ("task", "basis_kind", "basis", "reason", "minutes_a_week")
    return {
        **{name: getattr(card, name) for name in names},
        "place": card.place_code,
        "items": "\n".join(card.items),
        "renews": card.ref,
    }


def _card_or_404(ref: str, me: Me) -> duties.AdmissionCard:
    """Any admission: everything on it is public. Raises: Http404."""
    card = duties.find_admission(ref, me.at)
    if card is None:
        raise Http404
    return card


def _to(card: duties.AdmissionCard, what: str) -> tuple[str, ...]:
    return () if what == "answer" else (card.ref,)
