"""Asking about one's own data."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from commongrid.rooms.matters.face import RIGHTS

NAMES = {
    "see": gettext_lazy("See what is kept"),
    "copy": gettext_lazy("Have a copy"),
    "correct": gettext_lazy("Correct something"),
    "delete": gettext_lazy("Have it deleted"),
    "restrict": gettext_lazy("Have its use restricted"),
    "explain": gettext_lazy("Have it explained"),
}
LONGEST = 1000


class RightForm(forms.Form):
    """What is asked for, and a few words where they are needed."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    right = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        choices=[(right, NAMES[right]) for right in RIGHTS],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What exactly?"),
        help_text=gettext_lazy(
            "For a correction: what is wrong, and how it should be. You need not say why."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @classmethod
    def of(cls, request: HttpRequest) -> RightForm:
        """The form as sent, or a fresh one with a new command id."""
        if request.method == "POST":
            return cls(request.POST)
        return cls(initial={"command_id": uuid4()})
