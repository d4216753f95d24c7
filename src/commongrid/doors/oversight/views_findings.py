"""Findings: the list for supervision and for units, one finding, and its steps."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.forms import WORDS, FindingForm, WordsForm
from commongrid.doors.oversight.overseeing import Overseer, lang, overseer_of
from commongrid.doors.oversight.steps import Given, form_page, or_404, page_number, pages_of
from commongrid.rooms.findings import face as findings

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
    found = findings.list_findings(
        overseer.actor, overseer.at, standing=standing, page=page_number(request)
    )
    context = {
        "overseer": overseer, "lines": [(card, *state_of(card, overseer)) for card in found.cards],
        "page": pages_of(found.page, found.pages), "standing": standing,
        "standings": STANDINGS.items(),
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

    def make(given: Given) -> tuple[str, str]:
        made = findings.make_finding(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            place_code=given["place"], unit=given["unit"], text=given["text"],
            about=given["about"], matter_ref=given["matter"],
        )  # fmt: skip
        return _("The finding is sent. The unit owes an answer by its limit."), _page_of(made)

    return form_page(request, "oversight/finding_new.html", form, {"overseer": overseer}, make)


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
    return form_page(
        request, "oversight/finding_do.html", WordsForm(request.POST or None, what=what),
        {**_page(overseer, card), "what": what},
        lambda given: (_done(overseer, card, what, given), _page_of(card)),
    )  # fmt: skip


def state_of(card: findings.FindingCard, overseer: Overseer) -> tuple[str, str]:
    """How a finding stands in words, and the tone of its tag."""
    if card.is_late(overseer.at):
        return _("answer overdue"), "red"
    words, tone = STATES[card.state]
    return str(words), tone


def _done(overseer: Overseer, card: findings.FindingCard, what: str, given: Given) -> str:
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
    return or_404(findings.find_finding(overseer.actor, ref, overseer.at))


def _page_of(card: findings.FindingCard) -> str:
    return reverse("oversight:finding", args=[card.ref])
