"""Forms of the follow door."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from commongrid.kernel.text import Text
from commongrid.rooms.places.face import PlaceCard


class WhatForm(forms.Form):
    """Which place, and perhaps which type there."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    type = forms.ChoiceField(label=gettext_lazy("Type of matter"), required=False)

    def __init__(
        self,
        *args: Any,
        places: tuple[PlaceCard, ...],
        types: tuple[tuple[str, Text], ...],
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["place"].choices = [(one.code, _label(one, language)) for one in places]
        everything = gettext_lazy("all types")
        fields["type"].choices = [("", everything), *((c, w.in_(language)) for c, w in types)]


class MailForm(forms.Form):
    """An address, and what it is to hear of."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy("We first send one mail there and ask whether you want this."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    place = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    type = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    matter = forms.UUIDField(required=False, widget=forms.HiddenInput)


class WebhookForm(forms.Form):
    """A program that is to be told."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=60)
    url = forms.CharField(
        label=gettext_lazy("Address (https)"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    place = forms.ChoiceField(label=gettext_lazy("Place"))

    def __init__(
        self, *args: Any, places: tuple[PlaceCard, ...], language: str, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"command_id": uuid4()})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["place"].choices = [(one.code, _label(one, language)) for one in places]


def _label(place: PlaceCard, language: str) -> str:
    """Grids stand under their community: set in by two spaces that do not collapse."""
    inset = "\u2003" if place.level == "grid" else ""
    return f"{inset}{place.name.in_(language)}"
