"""Findings: the list for supervision and for units, one finding, and its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.forms import WORDS, FindingForm, WordsForm
from commongrid.doors.oversight.overseeing import Overseer, lang, overseer_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.findings import face as findings

ON_A_PAGE = 20
STANDINGS = {
    findings.ALL: gettext_lazy("All findings"),
    findings.OPEN: gettext_lazy("Not settled"),
    findings.OWED: gettext_lazy("Waits for an answer"),
    findings.LATE: gettext_lazy("Answer overdue"),
}
STATES = {
    findings.FindingState.OPEN: (gettext_lazy("answer owed"), "yellow"),
    findings.FindingState.ANSWERED: (gettext_lazy("answered, to be judged"), "blue"),
    findings.FindingState.SETTLED: (pgettext_lazy("finding", "settled"), "green"),
    findings.FindingState.WITHDRAWN: (gettext_lazy("withdrawn"), ""),
}


@staff
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The findings of what one oversees, and those one's unit has to answer."""
    overseer = overseer_of(request)
    standing = request.GET.get("standing", findings.ALL)
    if standing not in STANDINGS:
        raise Http404
    who = (overseer.actor, overseer.at)
    count = findings.count_findings(*who, standing=standing)
    page = Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))
    cards = findings.list_findings(
        *who, standing=standing, offset=(page.number - 1) * ON_A_PAGE, limit=ON_A_PAGE
    )
    context = {
        "overseer": overseer, "lines": [(card, *state_of(card, overseer)) for card in cards],
        "page": page, "standing": standing, "standings": STANDINGS.items(),
    }  # fmt: skip
    return render(request, "oversight/findings.html", context)


@staff
def new(request: HttpRequest) -> HttpResponse:
    """Say what was found; a refusal is shown with its rule."""
    overseer = overseer_of(request)
    if not overseer.may_find or overseer.is_empty:
        raise PermissionDenied
    begun = {name: request.GET.get(name, "") for name in ("unit", "about", "matter")}
    form = FindingForm(request.POST or None, overseer=overseer, initial=begun)
    context: dict[str, Any] = {"overseer": overseer, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "oversight/finding_new.html", context, status=_status(form))
    given = form.cleaned_data
    try:
        made = findings.make_finding(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            place_code=given["place"], unit=given["unit"], text=given["text"],
            about=given["about"], matter_ref=given["matter"],
        )  # fmt: skip
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "oversight/finding_new.html", context, status=422)
    messages.success(request, _("The finding is sent. The unit owes an answer by its limit."))
    return redirect("oversight:finding", made.ref)


@staff
@require_safe
def shown(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding, its answer, and what can be done."""
    overseer = overseer_of(request)
    card = _card_or_404(overseer, finding)
    return render(request, "oversight/finding.html", _page(overseer, card))


@staff
def do(request: HttpRequest, finding: str, what: str) -> HttpResponse:
    """Answer, accept, reject or withdraw; a refusal is shown with its rule."""
    overseer = overseer_of(request)
    card = _card_or_404(overseer, finding)
    if what not in WORDS:
        raise Http404
    form = WordsForm(request.POST or None, what=what)
    context = {**_page(overseer, card), "form": form, "what": what}
    if request.method != "POST" or not form.is_valid():
        return render(request, "oversight/finding_do.html", context, status=_status(form))
    try:
        told = _done(overseer, card, what, form.cleaned_data)
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "oversight/finding_do.html", context, status=422)
    messages.success(request, told)
    return redirect("oversight:finding", card.ref)


def state_of(card: findings.FindingCard, overseer: Overseer) -> tuple[str, str]:
    """How a finding stands in words, and the tone of its tag."""
    if card.is_late(overseer.at):
        return _("answer overdue"), "red"
    words, tone = STATES[card.state]
    return str(words), tone


def _done(
    overseer: Overseer, card: findings.FindingCard, what: str, given: Mapping[str, Any]
) -> str:
    """One command of a finding, and what is told of it. Raises: Refused."""
    who: dict[str, Any] = {
        "actor": overseer.actor, "at": overseer.at, "command_id": given["command_id"],
        "finding_id": card.id, "text": given["text"],
    }  # fmt: skip
    if what == "answer":
        findings.answer_finding(**who)
        return _("The answer is sent.")
    if what == "withdraw":
        findings.withdraw_finding(**who)
        return _("The finding is withdrawn.")
    findings.settle_finding(**who, is_accepted=what == "accept")
    return _("The finding is settled.") if what == "accept" else _("The answer is owed anew.")


def _page(overseer: Overseer, card: findings.FindingCard) -> dict[str, Any]:
    words, tone = state_of(card, overseer)
    said = {str(key): one.name.in_(lang()) for key, one in findings.SAID.items()}
    may = {
        power: bool(findings.may_use(overseer.actor, power, card.place_path, overseer.at, unit))
        for power, unit in ((findings.ANSWER, card.unit), (findings.MAKE_FINDING, ""))
    }
    is_answered = card.state is findings.FindingState.ANSWERED
    return {
        "overseer": overseer, "card": card, "state": words, "tone": tone,
        "about": said.get(card.about, _("A re-check") if card.about == "sample" else ""),
        "may_answer": may[findings.ANSWER] and card.state is findings.FindingState.OPEN,
        "may_judge": may[findings.MAKE_FINDING] and is_answered,
        "may_withdraw": may[findings.MAKE_FINDING] and card.ended_at is None,
    }  # fmt: skip


def _card_or_404(overseer: Overseer, ref: str) -> findings.FindingCard:
    card = findings.find_finding(overseer.actor, ref, overseer.at)
    if card is None:
        raise Http404
    return card


def _status(form: Any) -> int:
    return 422 if form.errors else 200
