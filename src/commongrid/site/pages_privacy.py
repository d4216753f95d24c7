"""/-/privacy: what the office answers for: assessments before, breaches after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import staff
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.vault import face as vault
from commongrid.site.pages_reading import KEEPERS, Reader, page_lang, reader_of

OFFICER = "data_officer"
STEPS = {
    "tell_authority": gettext_lazy("The authority was told"),
    "tell_persons": gettext_lazy("The persons were told"),
    "close": gettext_lazy("Close it"),
}


class AssessForm(forms.Form):
    """An impact assessment."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    purposes = forms.CharField(
        label=gettext_lazy("Purposes"),
        help_text=gettext_lazy("Keys of purposes.csv, separated by spaces."),
        max_length=400,
    )
    findings = forms.CharField(
        label=gettext_lazy("Findings"),
        help_text=gettext_lazy("Is it lawful and needed? What could it do to people?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    measures = forms.CharField(
        label=gettext_lazy("Protective measures"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_allowed = forms.BooleanField(label=gettext_lazy("It may be adopted"), required=False)


class BreachForm(forms.Form):
    """A breach that was found."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.CharField(
        label=gettext_lazy("What happened to the data"),
        help_text=gettext_lazy("Write no names and no data."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kinds = forms.CharField(label=gettext_lazy("Which kinds of data"), max_length=400)
    persons = forms.IntegerField(
        label=gettext_lazy("How many persons, if known"), min_value=0, required=False
    )
    found_at = forms.DateTimeField(
        label=gettext_lazy("Found at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


@staff(*KEEPERS)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Breaches with their clocks, and the assessments; the officer writes both."""
    return _page(request, reader_of(request))


@staff(*KEEPERS)
@require_POST
def assess(request: HttpRequest) -> HttpResponse:
    """Record an impact assessment."""
    form = AssessForm(request.POST)

    def work(reader: Reader, path: str) -> None:
        given = {**form.cleaned_data, "purposes": form.cleaned_data["purposes"].split()}
        vault.assess(actor=reader.actor, at=reader.at, path=path, **given)

    return _sent(request, form, work, {"assess_form": form})


@staff(*KEEPERS)
@require_POST
def breach(request: HttpRequest) -> HttpResponse:
    """Record a breach."""
    form = BreachForm(request.POST)

    def work(reader: Reader, path: str) -> None:
        vault.record_breach(actor=reader.actor, at=reader.at, path=path, **form.cleaned_data)

    return _sent(request, form, work, {"breach_form": form})


@staff(*KEEPERS)
@require_POST
def breach_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Go on with a breach."""
    reader = reader_of(request)
    try:
        vault.step_breach(
            actor=reader.actor, at=reader.at, ref=ref, step=step,
            command_id=UUID(request.POST.get("command_id", "")),
            words=request.POST.get("words", "")[:2000],
        )  # fmt: skip
    except ValueError as error:
        raise SuspiciousOperation from error
    except Refused as refused:
        messages.error(request, refused.verdict.say.in_(page_lang()))
    else:
        messages.success(request, _("Recorded."))
    return redirect("about:privacy")


def _sent(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[Reader, str], None],
    shown: dict[str, forms.Form],
) -> HttpResponse:
    reader = reader_of(request)
    if form.is_valid():
        try:
            work(reader, _officer_path(reader))
        except Refused as refused:
            form.add_error(None, refused.verdict.say.in_(page_lang()))
        else:
            messages.success(request, _("Recorded."))
            return redirect("about:privacy")
    return _page(request, reader, status=422, **shown)


def _officer_path(reader: Reader) -> str:
    """Where the reader answers for personal data, or ""."""
    return next((hat.path for hat in reader.actor.hats if hat.role == OFFICER), "")


def _page(request: HttpRequest, reader: Reader, status: int = 200, **more: Any) -> HttpResponse:
    paths = reader.paths_as(KEEPERS)
    breaches = {b.ref: b for path in paths for b in vault.list_breaches(path, at=reader.at)}
    assessed = {a.ref: a for path in paths for a in vault.list_assessments(path)}
    new = {"command_id": new_id()}
    page = {
        "breaches": [(one, _open_steps(one)) for one in breaches.values()],
        "assessments": list(assessed.values()),
        "is_officer": bool(_officer_path(reader)),
        "assess_form": AssessForm(initial=new, auto_id="assess_%s"),
        "breach_form": BreachForm(initial=new, auto_id="breach_%s"),
        **more,
    }
    return render(request, "site/privacy.html", page, status=status)


def _open_steps(card: vault.BreachCard) -> list[tuple[str, str, UUID]]:
    """The steps that are still to be taken, each with a command id."""
    if card.closed_at:
        return []
    told = {"tell_authority": card.authority_told_at, "tell_persons": card.persons_told_at}
    return [(step, str(name), new_id()) for step, name in STEPS.items() if not told.get(step)]
