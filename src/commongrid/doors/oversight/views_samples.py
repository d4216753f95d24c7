"""Samples: announced, drawn, re-checked matter by matter, and what they say of the rest."""

from __future__ import annotations

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commongrid.bridges import sampling
from commongrid.doors.common.gates import staff
from commongrid.doors.oversight.forms import CommandForm, RecheckForm, SampleForm
from commongrid.doors.oversight.overseeing import Overseer, supervising
from commongrid.doors.oversight.present import view_of
from commongrid.doors.oversight.steps import Given, form_page, or_404, page_number, pages_of
from commongrid.rooms.findings import face as findings


@staff
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The samples of what one oversees, newest first."""
    overseer = supervising(request)
    found = findings.list_samples(overseer.actor, overseer.at, page=page_number(request))
    lines = [(card, view_of(sampling.estimate_sample(card))) for card in found.cards]
    context = {"overseer": overseer, "lines": lines, "page": pages_of(found.page, found.pages)}
    return render(request, "oversight/samples.html", context)


@staff
def new(request: HttpRequest) -> HttpResponse:
    """Announce a sample; a refusal is shown with its rule."""
    overseer = supervising(request)
    if not overseer.may_plan:
        raise PermissionDenied
    form = SampleForm(request.POST or None, overseer=overseer)

    def announce(given: Given) -> tuple[str, str]:
        since, until = form.period(overseer.at)
        made = findings.announce_sample(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            place_code=given["place"], since=since, until=until, by=given["by"],
            size=given["size"],
        )  # fmt: skip
        return _("The sample is announced with its seed."), _page_of(made)

    return form_page(request, "oversight/sample_new.html", form, {"overseer": overseer}, announce)


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

    def do(given: Given) -> tuple[str, str]:
        sampling.draw_sample(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            sample_id=card.id,
        )  # fmt: skip
        return _("The sample is drawn."), _page_of(card)

    form = CommandForm(request.POST or None)
    return form_page(request, "oversight/sample_draw.html", form, _page(overseer, card), do)


@staff
def recheck(request: HttpRequest, sample: str, drawn: str) -> HttpResponse:
    """Say what an independent look found; who had a hand in it is told so before writing."""
    overseer = supervising(request)
    asked = or_404(findings.find_drawn(overseer.actor, sample, drawn, overseer.at))
    card, one = asked.sample, asked.drawn

    def keep(given: Given) -> tuple[str, str]:
        findings.recheck_matter(
            actor=overseer.actor, at=overseer.at, command_id=given["command_id"],
            sample_id=card.id, matter_ref=one.ref, found=findings.Found(given["found"]),
            how=given["how"],
        )  # fmt: skip
        return _("What you found is kept."), _page_of(card)

    context = {"overseer": overseer, "card": card, "one": one}
    told = {} if asked.verdict else {"refused": asked.verdict}
    form = RecheckForm(request.POST or None)
    return form_page(request, "oversight/recheck.html", form, {**context, **told}, keep)


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
    return or_404(findings.find_sample(overseer.actor, ref, overseer.at))


def _page_of(card: findings.SampleCard) -> str:
    return reverse("oversight:sample", args=[card.ref])
