"""Forms of the complaints door: they check shapes; the commands decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext, gettext_lazy

from commongrid.doors.complaints import words
from commongrid.rooms.complaints import face as complaints

Choices = Iterable[tuple[str, Any]]
_ROWS = {"rows": 5}


class Numbered(forms.Form):
    """A form whose command is done once however often it is sent."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = uuid4


class NewForm(Numbered):
    """Whom it is about, what happened, and who says so only if they want to."""

    about = forms.ChoiceField(
        label=gettext_lazy("Whom is it about?"), widget=forms.RadioSelect,
        choices=[(about.value, words.ABOUT[about]) for about in complaints.About],
        initial=complaints.About.STAFF.value,
    )  # fmt: skip
    whom = forms.CharField(
        label=gettext_lazy("Name or post"), required=False, max_length=complaints.LONGEST_WHO,
        help_text=gettext_lazy(
            "As well as you know. Whoever is recognised by it, their unit and their superiors "
            "cannot read the complaint."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    grid = forms.ChoiceField(label=gettext_lazy("Or: the worker of this grid"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Or: this unit"), required=False)
    matter_code = forms.CharField(
        label=gettext_lazy("Or: those who handled my matter"), required=False, max_length=40,
        help_text=gettext_lazy(
            "The receipt code of that matter. Everybody who worked on it is left out. The code is "
            "not kept."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=complaints.LONGEST_WORDS,
        help_text=gettext_lazy(
            "When, where, what was done or said. Leave out what would show who you are, if you "
            "do not want to be known."
        ),
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("How may we address you?"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    may_open = forms.BooleanField(
        label=gettext_lazy("Whoever handles the complaint may see how to reach me"),
        help_text=gettext_lazy("Each time it is opened you see it here, with the purpose."),
        required=False,
    )

    def __init__(self, *args: Any, grids: Choices, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = ("", "—")
        fields: dict[str, Any] = self.fields
        fields["grid"].choices = [nobody, *grids]
        fields["unit"].choices = [nobody, *units]

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        named = any(kept.get(name) for name in ("whom", "grid", "unit", "matter_code"))
        if kept.get("about") != complaints.About.ADMINISTRATOR and not named:
            self.add_error("whom", gettext("Say whom it is about in one of these four ways."))
        if kept.get("may_open") and not (kept.get("phone") or kept.get("email")):
            self.add_error("may_open", gettext("Give a telephone number or an e-mail for that."))
        return kept

    def reach(self) -> complaints.Reach:
        """Who complained, as far as they said so."""
        kept = self.cleaned_data
        return complaints.Reach(
            name=kept["name"], phone=kept["phone"], email=kept["email"], may_open=kept["may_open"]
        )

    def filing(self, place_code: str) -> complaints.Filing:
        """The complaint as the room takes it."""
        kept = self.cleaned_data
        return complaints.Filing(
            place_code=place_code, about=complaints.About(kept["about"]), words=kept["words"],
            whom=kept["whom"], grid_code=kept["grid"], unit=kept["unit"],
            matter_code=kept["matter_code"],
        )  # fmt: skip


class CodeForm(forms.Form):
    """The receipt code of a complaint, however it is typed."""

    code = forms.CharField(
        label=gettext_lazy("Receipt code"), max_length=40,
        help_text=gettext_lazy("Capitals, spaces and dashes do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip


class WordsForm(Numbered):
    """Something to say."""

    words = forms.CharField(
        label=gettext_lazy("Your words"), max_length=complaints.LONGEST_WORDS,
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip


class VerdictForm(Numbered):
    """Whether it is solved, by the complainant's word."""

    verdict = forms.ChoiceField(label=gettext_lazy("Is it solved?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Why?"), required=False, max_length=complaints.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, offered: Iterable[complaints.Outcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(one.value, words.OUTCOMES[one]) for one in offered]
        field: Any = self.fields["verdict"]
        # Any may be sent: what may be said at this stage is the command's question.
        field.choices = [(one.value, words.OUTCOMES[one]) for one in complaints.Outcome]
        field.widget.choices = shown
        self.withdraws = [value for value, _ in shown] == [complaints.Outcome.WITHDRAWN.value]
        if self.withdraws:
            field.widget, field.initial = forms.HiddenInput(), complaints.Outcome.WITHDRAWN.value


class SureForm(Numbered):
    """Yes, I want that."""

    is_sure = forms.BooleanField(label=gettext_lazy("Yes, I am sure"))


class AccusedForm(Numbered):
    """Which official of the place it is about."""

    account_id = forms.TypedChoiceField(label=gettext_lazy("Whom it is about"), coerce=int)

    def __init__(self, *args: Any, staff: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_id"].choices = list(staff)  # type: ignore[attr-defined]


class IdentityForm(Numbered):
    """For which purpose; with the passphrase where it is sealed to supervision's key."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What for?"), widget=forms.RadioSelect,
        choices=[(key, words.PURPOSES[key]) for key in complaints.PURPOSES],
    )  # fmt: skip
    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase of supervision's key"), max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, is_sealed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_sealed:
            del self.fields["passphrase"]


class PassphraseForm(forms.Form):
    """The passphrase that opens sealed words for this one page."""

    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase of supervision's key"), max_length=200,
        help_text=gettext_lazy("It is used for this one page and kept nowhere."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class KeyForm(Numbered):
    """A new key of supervision for one place."""

    level = forms.ChoiceField(label=gettext_lazy("Place"))
    passphrase = forms.CharField(
        label=gettext_lazy("New passphrase"), max_length=200,
        help_text=gettext_lazy(
            "At least sixteen characters. It is kept nowhere: write it down and lock it away with "
            "supervision, not with the server."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("The same again"), max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = list(levels)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if kept.get("passphrase") != kept.get("again"):
            self.add_error("again", gettext("The two do not agree."))
        return kept
