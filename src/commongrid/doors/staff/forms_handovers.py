"""Shapes of what is chosen about a handover; what is allowed the commands decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commongrid.doors.staff.forms import CommandForm
from commongrid.doors.staff.roster import day_starts
from commongrid.rooms.people import face

MOST_WORDS = 1000


class HandoverForm(CommandForm):
    """Who takes a grid over, for how long, and what it rests on."""

    incoming = forms.ChoiceField(
        label=_("Who takes it over"), required=False, help_text=_("Staff of your area.")
    )
    login = forms.CharField(
        label=_("Or a login name"),
        required=False,
        max_length=40,
        help_text=_("For somebody who has no post here yet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("For how long"),
        choices=[
            ("for_good", _("For good")),
            ("leave_cover", _("Leave cover: the post comes back by itself")),
        ],
        widget=forms.RadioSelect,
    )
    from_on = forms.DateField(
        label=_("First day"),
        required=False,
        help_text=_("Left empty: as soon as both have agreed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_on = forms.DateField(
        label=_("Last day of the cover"),
        required=False,
        help_text=_("Only for leave cover; the day after, the post is back."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=400,
        help_text=_("The document or decision it rests on, with its date. No cause of a leave."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, staff: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incoming"].choices = [("", "—"), *staff]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One person, named in one way; a cover with its last day."""
        given: dict[str, Any] = super().clean() or {}
        chosen, login = given.get("incoming"), given.get("login", "").strip()
        if bool(chosen) == bool(login):
            self.add_error("incoming", _("Choose one person, or give one login name."))
        elif login and face.find_account(login) is None:
            self.add_error("login", _("There is no such login name."))
        if given.get("kind") == "leave_cover" and not given.get("last_on"):
            self.add_error("last_on", _("Give the last day of the cover."))
        if given.get("kind") == "for_good" and given.get("last_on"):
            self.add_error("last_on", _("Only leave cover has a last day."))
        return given

    def asked(self) -> dict[str, Any]:
        """What the command takes. Today begins at once; the last day counts whole."""
        given = self.cleaned_data
        return {
            "command_id": given["command_id"],
            "incoming_id": self.incoming_id(),
            "kind": given["kind"],
            "from_at": self.from_at(),
            "until_at": day_starts(given["last_on"] + timedelta(days=1))
            if given["last_on"]
            else None,
            "basis": given["basis"],
        }

    def from_at(self) -> datetime | None:
        """The first instant of a later day."""
        first = self.cleaned_data["from_on"]
        is_later = first is not None and first != timezone.localdate()
        return day_starts(first) if is_later else None

    def incoming_id(self) -> int:
        """The account that was chosen or named."""
        named = face.find_account(self.cleaned_data["login"])
        return named.id if named else int(self.cleaned_data["incoming"])


class AgreeForm(CommandForm):
    """Consent, and what the other one should know."""

    words = forms.CharField(
        label=_("What the other one should know about the grid"),
        required=False,
        max_length=MOST_WORDS,
        help_text=_(
            "About places and matters: where water stands, which gate is locked, who keeps the key "
            "of an office. Never about persons or households. The two of you and the office read "
            "it; it is erased 90 days after the end."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
