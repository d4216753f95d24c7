"""Shapes of what an appointing officer types; what is allowed is decided by the commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commongrid.charter.schema import Charter
from commongrid.doors.staff.forms import CommandForm, LanguageField
from commongrid.doors.staff.naming import ROLES, role_name, unit_name
from commongrid.doors.staff.roster import Wanted, day_starts

_LINE = {"autocomplete": "off", "spellcheck": "false"}


def _day(label: Any, hint: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget)


class FindForm(forms.Form):
    """What the list of people is narrowed to; a value that makes no sense is left out."""

    q = forms.CharField(required=False, max_length=60, strip=True)
    role = forms.CharField(required=False, max_length=40)
    unit = forms.CharField(required=False, max_length=60)
    place = forms.CharField(required=False, max_length=200)
    on = forms.DateField(required=False)

    def wanted(self) -> Wanted:
        """The filter."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(
            text=given.get("q", ""),
            role=given.get("role", ""),
            unit=given.get("unit", ""),
            place=given.get("place", ""),
            on=given.get("on"),
        )


class NewPersonForm(CommandForm):
    """A new account."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=40,
        help_text=_("2 to 40 lower-case letters, digits, dots, dashes or underscores."),
        widget=forms.TextInput(attrs={**_LINE, "autocapitalize": "none"}),
    )
    display_name = forms.CharField(label=_("Name"), max_length=60)
    display_name_en = forms.CharField(
        label=_("Name in Latin letters"), max_length=60, required=False
    )
    work_phone = forms.CharField(
        label=_("Work phone"),
        max_length=30,
        required=False,
        help_text=_("The phone of the post, never a private one."),
        widget=forms.TextInput(attrs={**_LINE, "inputmode": "tel"}),
    )
    language = LanguageField()
    must_use_totp = forms.TypedChoiceField(
        label=_("Two-step log-in"),
        choices=[("yes", _("required")), ("no", _("the person may choose"))],
        initial="yes",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class AppointForm(CommandForm):
    """A role at a place, with its unit, its term and what it rests on."""

    role = forms.ChoiceField(label=_("Role"))
    unit_key = forms.ChoiceField(
        label=_("Unit"), required=False, help_text=_("Handlers and heads of units need one.")
    )
    from_on = _day(_("First day"), _("Left empty: from this moment."))
    until_on = _day(_("Last day"), _("Left empty: no end is set."))
    basis = forms.CharField(
        label=_("Basis"),
        max_length=400,
        help_text=_("The document or decision the appointment rests on, with its date."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, charter: Charter | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles, units = list(ROLES), []
        if charter is not None:
            roles = [key for key, row in charter.roles.items() if row.body == "staff"]
            units = [(key, unit_name(charter, key)) for key in charter.units]
        named = [(key, role_name(charter, key)) for key in roles]
        self.fields["role"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.fields["unit_key"].choices = [("", "—"), *units]  # type: ignore[attr-defined]

    def term(self) -> dict[str, datetime | None]:
        """The term in instants: today begins now, and the last day counts whole."""
        first, last = self.cleaned_data["from_on"], self.cleaned_data["until_on"]
        is_later = first is not None and first != timezone.localdate()
        return {
            "from_at": day_starts(first) if is_later else None,
            "until_at": day_starts(last + timedelta(days=1)) if last else None,
        }


class ReasonForm(CommandForm):
    """A careful act and why it is done."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("It is kept in the ledger. No private circumstances, please."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BulkForm(ReasonForm):
    """What somebody may do more of within a day, and why."""

    what = forms.ChoiceField(
        label=_("More of what"),
        choices=[
            ("reveal", _("Open contact data")),
            ("erase", _("Erase the data of persons")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("what", "reason")


class EndPostForm(ReasonForm):
    """The end of a post."""

    until_on = _day(_("Last day"), _("Left empty: it ends at this moment."))

    def until_at(self) -> datetime | None:
        """The first instant after the last day."""
        last = self.cleaned_data["until_on"]
        return day_starts(last + timedelta(days=1)) if last else None
