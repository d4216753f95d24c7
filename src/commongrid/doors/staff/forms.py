"""Shapes of what people type at this door; what is allowed is decided by the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commongrid.kernel.ids import new_id

_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "text",
    "autocapitalize": "characters",
    "spellcheck": "false",
}


class LoginForm(forms.Form):
    """Login name and password."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        """Login names are kept in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The 6 digits your authenticator app shows now, or one recovery code."),
        widget=forms.TextInput(attrs=_CODE),
    )


class CommandForm(forms.Form):
    """A form that is one command; sending it twice does it once."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_id


class ConfirmForm(CommandForm):
    """The first code of a newly set up app."""

    code = forms.CharField(
        label=_("Code"),
        max_length=10,
        help_text=_("The 6 digits the app shows now."),
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )


class AgainForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class LanguageField(forms.TypedChoiceField):
    """One of the languages, or "" for what the browser asks for."""

    BROWSER = "browser"

    def __init__(self) -> None:
        super().__init__(
            label=_("Language"),
            choices=lambda: [(self.BROWSER, _("as the browser asks for")), *settings.LANGUAGES],
            coerce=lambda value: "" if value == self.BROWSER else value,
            initial=self.BROWSER,
            widget=forms.RadioSelect,
        )


class LanguageForm(CommandForm):
    """The language to be greeted in."""

    language = LanguageField()


class MailForm(forms.Form):
    """A work address to which reminders are sent."""

    email = forms.EmailField(
        label=_("Work mail address"),
        max_length=254,
        help_text=_("That of the post, not a private one. Nobody sees it, not even here."),
        widget=forms.EmailInput(attrs={"autocomplete": "work email"}),
    )


class PasswordForm(CommandForm):
    """A new password, typed twice, and the one now in use."""

    current_password = forms.CharField(
        label=_("Current password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_(
            "At least 10 characters. Several words are easier to keep in mind than symbols."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("New password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both new ones must be the same."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("password") != given.get("password_again"):
            self.add_error("password_again", _("The two new passwords are not the same."))
        return given
