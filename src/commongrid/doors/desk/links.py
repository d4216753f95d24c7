"""The form of a one-matter link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commongrid.doors.desk.forms import Boxes, CommandForm
from commongrid.rooms.matters import face as matters

FIRST_DAYS = 7  # what the form proposes; the charter sets the most
STEPS = {
    "outside_accept": _("accept the work"),
    "outside_object": _("say why it cannot be done"),
    "outside_ask": _("ask your unit"),
    "outside_done": _("report it done, with photos"),
}


class LinkForm(CommandForm):
    """To whom, until when, for which steps, and whether contact data may be seen."""

    body = forms.CharField(
        label=_("Outside body"),
        help_text=_("The name of a company, committee or office; never of a person."),
        max_length=80,
    )
    until_on = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    steps = forms.MultipleChoiceField(label=_("It may"), widget=Boxes, choices=list(STEPS.items()))
    is_reaching = forms.BooleanField(
        label=_("It may see how to reach the person who reported it"),
        help_text=_("Each look is logged, and the person reads who looked and why."),
        required=False,
    )
    purpose = forms.CharField(
        label=_("For which purpose"),
        help_text=_("Needed with the tick above. Example: to agree on a time to come in."),
        max_length=300,
        required=False,
    )

    def __init__(self, page: matters.MatterPage, at: datetime, *args: Any, **kwargs: Any) -> None:
        day = timezone.localtime(at).date() + timedelta(days=FIRST_DAYS)
        super().__init__(*args, initial={"until_on": day, "steps": list(STEPS)}, **kwargs)
        if not page.has_contact:
            del self.fields["is_reaching"], self.fields["purpose"]

    def clean(self) -> dict[str, Any]:
        """A purpose is named, or contact data stay closed."""
        data = super().clean() or {}
        if data.get("is_reaching") and not data.get("purpose"):
            self.add_error("purpose", _("Name the purpose, or leave the box unticked."))
        return data

    def asked(self) -> dict[str, Any]:
        """What the command takes."""
        data = self.cleaned_data
        return {
            "body": data["body"],
            "until_on": data["until_on"],
            "actions": data["steps"],
            "contact_purpose": data["purpose"] if data.get("is_reaching") else "",
        }
