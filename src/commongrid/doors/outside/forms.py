"""Forms of the one-matter door: one step, drawn from the fields the charter asks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commongrid.rooms.matters.face import ChoiceCard, FormField, Photo

ACCEPT = "image/jpeg,image/png,image/webp"
MOST_PHOTOS = 5
STAGE = "after"
WORDS = {
    "outside_words": {
        "outside_accept": gettext_lazy("When will you come?"),
        "outside_object": gettext_lazy("Why can it not be done?"),
        "outside_ask": gettext_lazy("What do you need to know?"),
    },
    "record": {"outside_done": gettext_lazy("What did you do?")},
    "photos": {"outside_done": gettext_lazy("Photos of the result")},
}
HINTS = {
    "outside_words": gettext_lazy("The unit reads this. Write about the work, not about people."),
    "record": gettext_lazy("The unit and the person who reported it read this."),
    "photos": gettext_lazy("From the camera or the album; hidden data are removed."),
}


class PhotosInput(forms.FileInput):
    """A file input for several pictures; a phone offers its camera and its album."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos. Clean value: their bytes; the room judges whether they are pictures."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """Each file by itself, at most a handful."""
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(n)d photos at once.") % {"n": MOST_PHOTOS})
        return [super(PhotosField, self).clean(one, initial).read() for one in files]


class CommandForm(forms.Form):
    """A command id that makes pressing twice harmless."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def id(self) -> UUID:
        """The command id of a valid form."""
        return UUID(str(self.cleaned_data["command_id"]))


class StepForm(CommandForm):
    """What one step asks for."""

    def __init__(self, choice: ChoiceCard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in choice.fields:
            self.fields[field.name] = _field(field, choice.action)

    @classmethod
    def of(cls, choice: ChoiceCard, request: HttpRequest) -> StepForm:
        """The form as sent, or a fresh one with a new command id."""
        if request.method == "POST":
            return cls(choice, request.POST, request.FILES)
        return cls(choice, initial={"command_id": uuid4()})

    def plain_fields(self) -> dict[str, Any]:
        """What the command takes: plain values, without pictures and empty answers."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "command_id" and isinstance(value, str) and value
        }

    def photos(self) -> tuple[Photo, ...]:
        """The pictures sent along."""
        many = [value for value in self.cleaned_data.values() if isinstance(value, list)]
        return tuple(Photo(content=one, stage=STAGE) for files in many for one in files)


def _field(field: FormField, action: str) -> forms.Field:
    own = WORDS.get(field.name, {}).get(action)
    label = own or (field.spec.label.in_(get_language() or "zh-hans") if field.spec else field.name)
    words: dict[str, Any] = {
        "required": field.required,
        "label": label,
        "help_text": HINTS.get(field.name, ""),
    }
    if field.spec is not None and field.spec.kind == "photos":
        return PhotosField(**words, widget=PhotosInput(attrs={"accept": ACCEPT}))
    most = (field.spec.max_length if field.spec else 0) or 1000
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": 4}), **words)
