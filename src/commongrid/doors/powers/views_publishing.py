"""The publisher's pages: what is due, and the form to publish it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commongrid.charter.matter import Actor
from commongrid.charter.schema import Publication
from commongrid.doors.common.gates import staff
from commongrid.doors.powers import present
from commongrid.doors.powers.views_affairs import promise_view
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import AffairCard, AffairDraft

MOST_FILE_BYTES = 8_000_000


class AffairForm(forms.Form):
    """What is published: a title, the words, a file; for a major matter the day it was decided."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    decided_on = forms.DateField(
        label=gettext_lazy("Decided on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=publications.TITLE_LENGTH)
    text = forms.CharField(
        label=gettext_lazy("What is published"),
        max_length=publications.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Sums, decisions, reasons. No numbers of persons: no identity cards, no telephones."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Photo or table"),
        required=False,
        help_text=gettext_lazy("A photo or scan (JPEG, PNG, WebP) or a CSV table in UTF-8."),
    )

    def __init__(self, *args: Any, is_at_once: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_id
        if not is_at_once:
            del self.fields["decided_on"]

    def clean_file(self) -> bytes:
        """The bytes, never more than a phone photo has; what they are is the command's question."""
        file = self.cleaned_data.get("file")
        if not file:
            return b""
        if file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        content: bytes = file.read()
        return content


@staff
@require_safe
@places.one_look()
def publishing(request: HttpRequest) -> HttpResponseBase:
    """What the bodies I publish for owe, the most urgent first; and what may come at once."""
    actor, now = _actor(request), timezone.now()
    owed = publications.list_owed(actor, at=now)
    at_once = [one for root in places.list_chartered_places() for one in _at_once(actor, root)]
    said = {"owed": [promise_view(row) for row in owed], "at_once": at_once}
    return render(request, "powers/publishing.html", said)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, body: str, rule: str, period: str) -> HttpResponseBase:
    """Publish for a body and a period; ``now`` as period is for a major matter."""
    actor, place = _actor(request), places.find_place(body)
    known = _rule(place, rule) if place else None
    if place is None or known is None or not _may(actor, place):
        raise Http404
    corrects = _corrected(request, place, rule)
    is_at_once = known.every == publications.AT_ONCE and corrects is None
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AffairForm(*given, is_at_once=is_at_once)
    if request.method == "POST" and form.is_valid():
        draft = _draft(form, place, known, period, corrects)
        try:
            card = publications.publish_affair(
                actor=actor,
                at=timezone.now(),
                command_id=form.cleaned_data["command_id"],
                draft=draft,
            )
        except Refused as refused:
            form.add_error(None, present.say(refused.verdict.say))
        else:
            messages.success(request, gettext("Published. Anybody can read it now."))
            return redirect("powers:affair", card.id)
    said = {
        "form": form,
        "body": place,
        "rule": known,
        "period": corrects.period if corrects else period,
        "is_at_once": is_at_once,
        "corrects": corrects,
    }
    return render(request, "powers/publish.html", said)


def _draft(
    form: AffairForm,
    place: places.PlaceCard,
    rule: Publication,
    period: str,
    corrects: AffairCard | None,
) -> AffairDraft:
    given = form.cleaned_data
    decided_on = given.get("decided_on")
    return AffairDraft(
        place_code=place.code,
        rule=rule.publication,
        period=decided_on.isoformat() if decided_on else (corrects.period if corrects else period),
        title=given["title"],
        text=given["text"],
        file=given["file"],
        corrects=corrects.id if corrects else None,
    )


def _actor(request: HttpRequest) -> Actor:
    return people.staff_actor(request.user.pk, timezone.now())  # type: ignore[arg-type]


def _may(actor: Actor, place: places.PlaceCard) -> bool:
    return bool(publications.may_publish(actor, place.path, timezone.now()))


def _rule(place: places.PlaceCard, key: str) -> Publication | None:
    try:
        compiled = places.charter_in_force(place.path, timezone.now())[1]
    except places.NoCharterError:
        return None
    rule = compiled.charter.publications.get(key)
    return rule if rule and rule.level == place.level else None


def _at_once(actor: Actor, root: places.PlaceCard) -> list[dict[str, Any]]:
    """Bodies and rules for which something may be published at any time."""
    try:
        compiled = places.charter_in_force(root.path, timezone.now())[1]
    except places.NoCharterError:
        return []
    rules = [r for r in compiled.charter.publications.values() if r.every == publications.AT_ONCE]
    return [
        {"place": place, "rule": rule}
        for place in publications.list_bodies(root, compiled, timezone.now())
        for rule in rules
        if rule.level == place.level and _may(actor, place)
    ]


def _corrected(request: HttpRequest, place: places.PlaceCard, rule: str) -> AffairCard | None:
    """The publication that this one corrects. Raises: Http404."""
    asked = request.GET.get("corrects", "")
    if not asked:
        return None
    try:
        card = publications.find_affair(UUID(asked))
    except ValueError as error:
        raise Http404 from error
    if card is None or (card.place_code, card.rule) != (place.code, rule):
        raise Http404
    return card
