"""What the style page shows: each component with words of the field."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SampleForm(forms.Form):
    """One field of each kind."""

    what = forms.CharField(
        label=gettext_lazy("What is the matter?"),
        help_text=gettext_lazy("One or two sentences are enough."),
        widget=forms.Textarea(attrs={"maxlength": 500, "rows": 4}),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Community"),
        choices=[("1", gettext_lazy("Mingren community")), ("2", gettext_lazy("Huolin community"))],
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Is it solved?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label=gettext_lazy("Phone number"), required=False)


def samples() -> dict[str, Any]:
    """Give the style page its rows."""
    lights = [
        ("blue", _("Half of the time is used")),
        ("yellow", _("Due in 4 hours")),
        ("red", _("Overdue by 2 hours")),
        ("grey", _("Paused: waiting for the person")),
    ]
    rows = [
        {"ref": "0417", "what": _("Street lamp is dark"), "light": "yellow", "tone": "blue"},
        {"ref": "0418", "what": _("Manhole cover is loose"), "light": "red", "tone": "red"},
        {"ref": "0419", "what": _("Rubbish was not collected"), "light": "blue", "tone": "green"},
    ]
    return {"lights": lights, "rows": rows, "now": timezone.now()}
