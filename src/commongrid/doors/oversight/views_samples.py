"""Samples: announced, drawn, re-checked matter by matter, and what they say of the rest."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.bridges import sampling
from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.forms import CommandForm, RecheckForm, SampleForm
from commongrid.doors.oversight.overseeing import Overseer, supervising
from commongrid.doors.oversight.present import view_of
from commongrid.kernel.verdict import Refused
from commongrid.rooms.findings import face as findings

ON_A_PAGE = 20


@staff
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The samples of what one oversees, newest first."""
    overseer = supervising(request)
    count = findings.count_samples(overseer.actor, overseer.at)
    page = Paginator(range(count), ON_A_PAGE).get_page(request.GET.get("page"))
    cards = findings.list_samples(
        overseer.actor, overseer.at, offset=(page.number - 1) * ON_A_PAGE, limit=ON_A_PAGE
    )
    lines = [(card, view_of(sampling.estimate_sample(card))) for card in cards]
    context = {"overseer": overseer, "lines": lines, "page": page}
    return render(request, "oversight/samples.html", context)


@staff
def new(request: HttpRequest) -> HttpResponse:
    """Announce a sample; a refusal is shown with its rule."""
    overseer = supervising(request)
    if not overseer.may_plan:
        raise PermissionDenied
    form = SampleForm(request.POST or None, overseer=overseer)
    context: dict[str, Any] = {"overseer": overseer, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "oversight/sample_new.html", context, status=_status(form))
    given = form.cleaned_data
    since, until = form.period(overseer.at)
    try:
        made = findings.announce_sample(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            place_code=given["place"], since=since, until=until, by=given["by"],
            size=given["size"],
        )  # fmt: skip
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "oversight/sample_new.html", context, status=422)
    messages.success(request, _("The sample is announced with its seed."))
    return redirect("oversight:sample", made.ref)


@staff
@require_safe
def shown(request: HttpRequest, sample: str) -> HttpResponse:
    """One sample: how it was drawn, what was found, what that says."""
    overseer = supervising(request)
    return render(request, "oversight/sample.html", _page(overseer, _card_or_404(overseer, sample)))


@staff
def draw(request: HttpRequest, sample: str) -> HttpResponse:
    """Draw an announced sample once its time has come."""
    overseer = supervising(request)
    card = _card_or_404(overseer, sample)
    form = CommandForm(request.POST or None)
    context = {**_page(overseer, card), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "oversight/sample_draw.html", context, status=_status(form))
    try:
        sampling.draw_sample(
            actor=overseer.actor, at=overseer.at, command_id=form.cleaned_data["command_id"],
            sample_id=card.id,
        )  # fmt: skip
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "oversight/sample_draw.html", context, status=422)
    messages.success(request, _("The sample is drawn."))
    return redirect("oversight:sample", card.ref)


@staff
def recheck(request: HttpRequest, sample: str, drawn: str) -> HttpResponse:
    """Say what an independent look found; who had a hand in it is told so before writing."""
    overseer = supervising(request)
    card = _card_or_404(overseer, sample)
    one = next((each for each in card.drawn if each.ref == drawn), None)
    if one is None:
        raise Http404
    form = RecheckForm(request.POST or None)
    context: dict[str, Any] = {"overseer": overseer, "card": card, "one": one, "form": form}
    if not (verdict := findings.may_recheck(overseer.actor, one.matter_id)):
        context["refused"] = verdict
    if request.method != "POST" or not form.is_valid():
        return render(request, "oversight/recheck.html", context, status=_status(form))
    given = form.cleaned_data
    try:
        findings.recheck_matter(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            sample_id=card.id, matter_ref=one.ref, found=findings.Found(given["found"]),
            how=given["how"],
        )  # fmt: skip
    except Refused as refusal:
        context["refused"] = refusal.verdict
        return render(request, "oversight/recheck.html", context, status=422)
    messages.success(request, _("What you found is kept."))
    return redirect("oversight:sample", card.ref)


@staff
@require_safe
def frame(request: HttpRequest, sample: str) -> HttpResponse:
    """What a sample was drawn from, so that anybody can draw it again."""
    overseer = supervising(request)
    card = _card_or_404(overseer, sample)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{card.ref}.csv"'
    writer = csv.writer(answer)
    writer.writerow(("matter", "stratum"))
    writer.writerows(findings.read_frame(card.id))
    return answer


def _page(overseer: Overseer, card: findings.SampleCard) -> dict[str, Any]:
    place = card.place_path
    power = {
        name: bool(findings.may_use(overseer.actor, name, place, overseer.at))
        for name in (findings.PLAN_SAMPLE, findings.RECHECK)
    }
    is_drawn = card.state is findings.SampleState.DRAWN
    return {
        "overseer": overseer, "card": card, "is_drawn": is_drawn,
        "view": view_of(sampling.estimate_sample(card)),
        "may_draw": power[findings.PLAN_SAMPLE] and not is_drawn,
        "is_time": overseer.at >= card.draw_from,
        "may_recheck": power[findings.RECHECK] and is_drawn,
    }  # fmt: skip


def _card_or_404(overseer: Overseer, ref: str) -> findings.SampleCard:
    card = findings.find_sample(overseer.actor, ref, overseer.at)
    if card is None:
        raise Http404
    return card


def _status(form: Any) -> int:
    return 422 if form.errors else 200
