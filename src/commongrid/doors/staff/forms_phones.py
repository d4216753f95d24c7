"""Shapes of what is chosen about a phone; what is allowed the commands decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from commongrid.doors.staff.forms import CommandForm


class RevokePhoneForm(CommandForm):
    """Why a phone goes out of service."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=(
            (
                "lost",
                _("It is lost or stolen: everything on it is erased the next time it speaks."),
            ),
            ("handed_back", _("It was handed back, or is not used for this work any more.")),
        ),
        widget=forms.RadioSelect,
    )
