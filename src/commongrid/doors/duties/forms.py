"""Forms of this door: they check shapes; the commands decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from commongrid.doors.duties.present import BASES
from commongrid.kernel.ids import new_id
from commongrid.rooms.duties import face as duties

FIELDS = {
    "answer": ("answer", "words"),
    "approve": ("reason",),
    "refuse": ("reason",),
    "withdraw": ("reason",),
}


class ProposeForm(forms.Form):
    """What is to be asked of which grids, on what basis, for how long."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    renews = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=gettext_lazy("For the grids of"))
    task = forms.CharField(
        label=gettext_lazy("What the grids are asked to do"), max_length=duties.LONGEST_TASK
    )
    items = forms.CharField(
        label=gettext_lazy("Forms and fields it needs"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line, such as type:A08 or question:A08/how_many:number!. A new version of the "
            "charter says which it lacks. Leave it empty for a task without a form."
        ),
    )  # fmt: skip
    basis_kind = forms.ChoiceField(
        label=gettext_lazy("It stands on"), choices=list(BASES.items()), widget=forms.RadioSelect
    )
    basis = forms.CharField(
        label=gettext_lazy("Which article, or which entry of the list"), max_length=duties.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    minutes_a_week = forms.IntegerField(
        label=gettext_lazy("Minutes a week of one grid, estimated"), min_value=1, max_value=2400
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Ends on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("From this day on grids are not asked it any more."),
    )
    heard_days = forms.IntegerField(
        label=gettext_lazy("Days in which the grids are asked"), min_value=1, max_value=60,
        required=False,
        help_text=gettext_lazy("Left empty: as many as the charter says at least."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=duties.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        self.fields["command_id"].initial = new_id

    def draft(self) -> duties.DutyDraft:
        """What was given, for the command."""
        given = self.cleaned_data
        names = ("task", "basis_kind", "basis", "reason", "minutes_a_week", "valid_until")
        return duties.DutyDraft(
            **{name: given[name] for name in names},
            items=tuple(given["items"].split()),
            heard_days=given["heard_days"] or 0,
            renews=given["renews"],
        )


class DoForm(forms.Form):
    """What one of the buttons of an admission asks for."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=gettext_lazy("Should grids be asked this?"), widget=forms.RadioSelect,
        choices=[("for", gettext_lazy("For it")), ("against", gettext_lazy("Against it"))],
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("In your words"), required=False, max_length=duties.LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Everybody can read them once it is decided, without your name. Leave out what would "
            "show who you are."
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=duties.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_id
        for name in set(self.fields) - {"command_id", *FIELDS[what]}:
            del self.fields[name]
