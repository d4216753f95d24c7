"""What supervision and units write: shapes only, the room decides."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from commongrid.doors.oversight.overseeing import Overseer, lang
from commongrid.kernel.ids import new_id
from commongrid.rooms.findings import face as findings
from commongrid.rooms.places import face as places

WORDS = {
    "answer": gettext_lazy("What the unit says"),
    "accept": gettext_lazy("Why the answer is accepted"),
    "reject": gettext_lazy("What is still missing"),
    "withdraw": gettext_lazy("Why it is withdrawn"),
}


def _day_widget() -> forms.DateInput:
    """A day as browsers want it: a localised one would be dropped and the field left empty."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CommandForm(forms.Form):
    """A form that is sent once, however often the button is pressed."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_id


class FindingForm(CommandForm):
    """What was found, where, and who answers."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    unit = forms.ChoiceField(label=gettext_lazy("Which unit answers"))
    about = forms.ChoiceField(label=gettext_lazy("About"))
    matter = forms.CharField(
        label=gettext_lazy("Number of a matter it shows in"), required=False, max_length=20,
        help_text=gettext_lazy("Only where there is one."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What was found"), max_length=findings.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Of a process or a unit. Name no person: who acted is no subject."),
    )  # fmt: skip

    def __init__(self, *args: Any, overseer: Overseer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: dict[str, str] = {}
        for place in overseer.places:
            compiled = places.charter_in_force(place.path, overseer.at)[1]
            units |= {key: compiled.unit_name(key).in_(lang()) for key in compiled.charter.units}
        self._choose("place", [(one.code, one.name.in_(lang())) for one in overseer.places])
        self._choose("unit", [("", ""), *sorted(units.items(), key=lambda one: one[1])])
        about = [(str(key), said.name.in_(lang())) for key, said in findings.SAID.items()]
        other = str(gettext_lazy("Something else"))
        self._choose("about", [*about, ("sample", str(gettext_lazy("A re-check"))),
                               (findings.OTHER, other)])  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class WordsForm(CommandForm):
    """One step of a finding, with its words."""

    text = forms.CharField(
        max_length=findings.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = WORDS[what]


class SampleForm(CommandForm):
    """From when to when, by what, how many."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    since = forms.DateField(label=gettext_lazy("Closed from"), widget=_day_widget())
    until = forms.DateField(
        label=gettext_lazy("Closed until"), widget=_day_widget(),
        help_text=gettext_lazy("This day included; today ends now."),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=gettext_lazy("In proportion by"), widget=forms.RadioSelect,
        choices=[
            (findings.TYPE, gettext_lazy("kind of matter")),
            (findings.COMMUNITY, gettext_lazy("community")),
        ],
    )  # fmt: skip
    size = forms.IntegerField(
        label=gettext_lazy("How many matters"), min_value=1, max_value=findings.MOST_SAMPLED,
        help_text=gettext_lazy("With fewer than 30 the answer will be wide; 60 is a good start."),
    )  # fmt: skip

    def __init__(self, *args: Any, overseer: Overseer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(overseer.at)
        named = [(one.code, one.name.in_(lang())) for one in overseer.places]
        self.fields["place"].choices = named  # type: ignore[attr-defined]
        self.fields["since"].initial = today - timedelta(days=30)
        self.fields["until"].initial = today
        self.fields["by"].initial = findings.TYPE
        self.fields["size"].initial = 60

    def period(self, at: datetime) -> tuple[datetime, datetime]:
        """The chosen days as instants; the last one no later than now."""
        given = self.cleaned_data
        until = _begin(given["until"] + timedelta(days=1))
        return _begin(given["since"]), min(until, at)


class RecheckForm(CommandForm):
    """What an independent look found."""

    found = forms.ChoiceField(
        label=gettext_lazy("What you found"), widget=forms.RadioSelect,
        choices=[
            ("solved", gettext_lazy("It is solved")),
            ("not-solved", gettext_lazy("It is not solved")),
            ("cannot-tell", gettext_lazy("It cannot be told")),
        ],
    )  # fmt: skip
    how = forms.CharField(
        label=gettext_lazy("How you found out"), max_length=findings.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Seen on the spot, asked, measured. Name no person."),
    )  # fmt: skip


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
