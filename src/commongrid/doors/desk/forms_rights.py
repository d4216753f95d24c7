"""The form that carries out a request about personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commongrid.doors.desk.forms import CommandForm
from commongrid.rooms.matters.face import MatterPage

STEPS = (
    ("delete", _("Delete everything of the person (it cannot be taken back)")),
    ("restrict", _("Restrict its use: nobody opens it")),
    ("lift", _("Lift the restriction")),
    ("correct", _("Correct the words below")),
)


class RightsForm(CommandForm):
    """What is done, and the corrected words."""

    do = forms.ChoiceField(label=_("What is done"), choices=STEPS, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("The words as they should be"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("The address as it should be"), max_length=200, required=False
    )  # fmt: skip

    @classmethod
    def of(cls, request: HttpRequest, about: MatterPage | None, right: str) -> RightsForm:
        """The form as sent, or with what was asked chosen and the present words filled in."""
        if request.method == "POST":
            return cls(request.POST)
        known = {"text": about.text, "address": about.address} if about else {}
        return cls(initial={"do": right if right in dict(STEPS) else "", **known})

    def clean(self) -> dict[str, Any]:
        """Corrected words are words; what should go is deleted instead."""
        kept: dict[str, Any] = super().clean() or {}
        if kept.get("do") == "correct" and not kept.get("text"):
            self.add_error("text", gettext("Write the words as they should be."))
        return kept
