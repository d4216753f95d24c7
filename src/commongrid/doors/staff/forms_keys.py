"""Shapes of what is typed about programs and their keys; what is allowed the commands decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commongrid.doors.staff.forms import CommandForm
from commongrid.doors.staff.roster import day_starts
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places

MOST_DAYS = 365
_LINE = {"autocomplete": "off", "spellcheck": "false"}
SCOPES: tuple[tuple[str, Any], ...] = (
    ("raise", _("raise: raise and follow matters for people")),
    ("read", _("read: read what the appointments of the program allow")),
    ("act", _("act: take the steps that its appointments allow")),
    ("webhook", _("webhook: be told when something happens")),
)


class ProgramForm(CommandForm):
    """A new service account."""

    username = forms.CharField(
        label=_("Short name of the program"),
        max_length=40,
        help_text=_("2 to 40 lower-case letters, digits, dots, dashes or underscores."),
        widget=forms.TextInput(attrs={**_LINE, "autocapitalize": "none"}),
    )
    display_name = forms.CharField(
        label=_("Name of the program"),
        max_length=60,
        help_text=_("It stands in the history of every matter the program acts on."),
    )
    display_name_en = forms.CharField(
        label=_("Name in Latin letters"), max_length=60, required=False
    )
    work_phone = forms.CharField(
        label=_("Work phone"),
        max_length=30,
        required=False,
        help_text=_("Of the post that answers for the program, never a private one."),
        widget=forms.TextInput(attrs={**_LINE, "inputmode": "tel"}),
    )


class KeyForm(CommandForm):
    """A key: for which program, for what, where and until when."""

    account_id = forms.TypedChoiceField(label=_("Program"), coerce=int)
    name = forms.CharField(
        label=_("What the key is for"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=SCOPES, widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(label=_("Place"), help_text=_("It opens nothing outside this place."))
    until_on = forms.DateField(
        label=_("Last day"),
        help_text=_("At most a year from now. A new key is issued before that, not this one kept."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Basis"),
        max_length=400,
        help_text=_("The agreement or decision the key rests on. It is kept in the ledger."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        programs: Iterable[face.AccountCard],
        areas: Iterable[places.PlaceCard],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        self.fields["account_id"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((card.id, f"{card.name_in(language)} ({card.username})") for card in programs),
        ]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (card.code, f"{card.name.in_(language)} {card.code}") for card in areas
        ]
        last = timezone.localdate() + timedelta(days=MOST_DAYS)
        self.initial.setdefault("until_on", last)

    def until_at(self) -> datetime:
        """The first instant after the last day."""
        return day_starts(self.cleaned_data["until_on"] + timedelta(days=1))

    def told(self) -> dict[str, Any]:
        """What was chosen, in words, to be read once more."""
        fields: Any = self.fields
        given = self.cleaned_data
        return {
            "program": dict(fields["account_id"].choices)[given["account_id"]],
            "scopes_told": [dict(SCOPES)[scope] for scope in given["scopes"]],
            "place_told": dict(fields["place"].choices)[given["place"]],
        }
