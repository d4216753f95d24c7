"""The form of one step on a matter, drawn from the fields the charter asks for."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from commongrid.doors.resident.forms.photos import PhotosField
from commongrid.doors.resident.telling import CAREFUL
from commongrid.rooms.matters.face import ChoiceCard, FormField, Photo

# What the reporter's pictures show when they dispute a result or answer a question.
STAGE = "report"
OWN_WORDS: dict[str, dict[str, Any]] = {
    "note": {"label": gettext_lazy("Something to add"), "help_text": ""},
    "reason": {"label": gettext_lazy("What is the reason?"), "help_text": ""},
    "photos": {
        "label": gettext_lazy("Photos"),
        "help_text": gettext_lazy("From the camera or the album; hidden data are removed."),
    },
}
_NOT_TOLD = frozenset({"command_id", "is_sure"})


class ActForm(forms.Form):
    """Fields of one action, and a command id that makes pressing twice harmless."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, choice: ChoiceCard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in choice.fields:
            self.fields[field.name] = _field(field)
        if choice.action in CAREFUL:
            self.fields["is_sure"] = _sure()

    @classmethod
    def of(cls, choice: ChoiceCard, request: HttpRequest) -> ActForm:
        """The form as sent, or a fresh one with a new command id."""
        if request.method == "POST":
            return cls(choice, request.POST, request.FILES)
        return cls(choice, initial={"command_id": uuid4()})

    def plain_fields(self) -> dict[str, Any]:
        """What the command takes: plain values, without pictures and empty answers."""
        kept = {k: v for k, v in self.cleaned_data.items() if k not in _NOT_TOLD}
        return {
            name: _plain(value)
            for name, value in kept.items()
            if value not in (None, "") and not isinstance(value, list)
        }

    def photos(self) -> tuple[Photo, ...]:
        """The pictures of every photo field."""
        lists = [v for v in self.cleaned_data.values() if isinstance(v, list)]
        return tuple(Photo(content=one, stage=STAGE) for many in lists for one in many)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) or not hasattr(value, "isoformat"):
        return value
    return timezone.make_aware(datetime.combine(value, time(18, 0)))


def _field(field: FormField) -> forms.Field:
    language = get_language() or "zh-hans"
    kind = field.spec.kind if field.spec else "text"
    words: dict[str, Any] = {"required": field.required, "initial": field.initial}
    if field.spec:
        words["label"] = field.spec.label.in_(language)
        words["help_text"] = field.spec.hint.in_(language)
    # The charter's hint is written for staff who type into these; here the person does.
    words |= OWN_WORDS.get(field.name, {})
    if kind == "photos":
        words.pop("initial")
        return PhotosField(**words)
    if kind == "flag":
        return forms.BooleanField(**words)
    if kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)
    rows = field.options or (field.spec.choices if field.spec else ())
    if rows:
        choices = [(key, text.in_(language)) for key, text in rows]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
    most = (field.spec.max_length if field.spec else 0) or 500
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **words)


def _sure() -> forms.Field:
    return forms.BooleanField(
        label=gettext_lazy("Yes, I am sure"),
        error_messages={"required": gettext_lazy("Tick the box to go on.")},
    )


class SureForm(forms.Form):
    """Asked before data are erased: it cannot be taken back."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    is_sure = _sure()


class SendForm(forms.Form):
    """The last press: nothing to fill in, and pressing twice sends once."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
