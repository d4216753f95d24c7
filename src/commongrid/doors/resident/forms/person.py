"""Step 3 and the person's own data: photos, a way to be reached, neighbours, proxy."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from commongrid.doors.resident.draft import ReportDraft
from commongrid.doors.resident.forms.photos import PhotosField
from commongrid.doors.resident.pending import MAX_PHOTOS
from commongrid.rooms.matters.face import Contact

_PHONE = re.compile(r"[0-9+()\s-]{3,20}")


class ContactForm(forms.Form):
    """Name and one way to be reached; all of it may stay empty."""

    name = forms.CharField(
        label=gettext_lazy("How may we address you?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=120,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(
                gettext("Write the number with digits, such as 13800000000.")
            )
        return phone

    def contact(self) -> Contact:
        """The cleaned data as the matters room takes it."""
        kept = self.cleaned_data
        return Contact(name=kept["name"], phone=kept["phone"], email=kept["email"])


class OwnContactForm(ContactForm):
    """Contact data of one's own matter, with a command id."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, kept: Contact | None, request: HttpRequest) -> OwnContactForm:
        """The form as sent, or filled with what is kept."""
        if request.method == "POST":
            return cls(request.POST)
        known = {"name": kept.name, "phone": kept.phone, "email": kept.email} if kept else {}
        return cls(initial={"command_id": uuid4(), **known})

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(kept.get(name) for name in ("name", "phone", "email")):
            self.add_error(None, gettext("Fill in one of the fields, or erase your data instead."))
        return kept


class PersonForm(ContactForm):
    """The whole of step 3."""

    is_shareable = forms.BooleanField(
        label=gettext_lazy("Neighbours may read my words and see my photos"),
        help_text=gettext_lazy(
            "They then notice that it is already reported. Where the rules of the place say so, "
            "the desk reads the words first. Your name and number are never shown."
        ),
        required=False,
    )
    is_for_other = forms.BooleanField(
        label=gettext_lazy("I report this for somebody else"), required=False
    )
    proxy_note = forms.CharField(
        label=gettext_lazy("How did that person agree?"),
        help_text=gettext_lazy(
            "For example: my neighbour asked me by phone today. Do not write their name here."
        ),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, room: int = MAX_PHOTOS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"] = PhotosField(room=room, required=False)

    @classmethod
    def of(cls, draft: ReportDraft, request: HttpRequest, *, room: int) -> PersonForm:
        """The form as sent, or filled from what the draft already knows."""
        if request.method == "POST":
            return cls(request.POST, request.FILES, room=room)
        begun = {name: getattr(draft, name) for name in cls.base_fields}
        return cls(initial=begun, room=room)

    def clean(self) -> dict[str, Any]:
        kept: dict[str, Any] = super().clean() or {}
        if kept.get("is_for_other") and not kept.get("proxy_note"):
            self.add_error("proxy_note", gettext("Say in a few words how they agreed."))
        return kept


class CodeForm(forms.Form):
    """The receipt code, however it is typed."""

    code = forms.CharField(
        label=gettext_lazy("Receipt code"),
        help_text=gettext_lazy("Capitals, spaces and dashes do not matter."),
        max_length=40,
        error_messages={"required": gettext_lazy("Type the code of your receipt.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
