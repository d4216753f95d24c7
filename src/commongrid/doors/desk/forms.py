"""Forms of the desk, but for those built from the charter (``steps``)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commongrid.doors.desk import words
from commongrid.doors.desk.filters import ORDERS, SIZES, Asked
from commongrid.doors.desk.present import place_options, say
from commongrid.doors.desk.reading import Reader
from commongrid.doors.desk.rules import Option, Rules
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters

PHOTOS_AT_ONCE = 5
Choices = list[tuple[str, Any]]


def spoken(options: tuple[Option, ...]) -> Choices:
    """Options of the charter as choices of a form, in the language of the page."""
    return [(key, say(name)) for key, name in options]


class CommandForm(forms.Form):
    """A form that sends one command: its id is made with the page, so sending twice does once."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"command_id": new_id(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def id(self) -> UUID:
        """The command id of a valid form."""
        return UUID(str(self.cleaned_data["command_id"]))


class SeveralFiles(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos. Clean value: a list of uploaded files."""

    widget = SeveralFiles(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself, at most a handful."""
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > PHOTOS_AT_ONCE:
            raise forms.ValidationError(_("At most %(n)d photos at once.") % {"n": PHOTOS_AT_ONCE})
        return [super(PhotosField, self).clean(file, initial) for file in given]


class Boxes(forms.CheckboxSelectMultiple):
    """Several of a few."""


class FilterForm(forms.Form):
    """Everything a list can be narrowed by; sent by GET, read by ``filters``."""

    q = forms.CharField(label=_("Text, number or place"), required=False, max_length=100)
    show = forms.ChoiceField(label=_("Which"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)
    path = forms.ChoiceField(label=_("Place"), required=False)
    redone = forms.ChoiceField(label=_("Redone"), required=False)
    size = forms.ChoiceField(label=_("Lines a page"), required=False)
    day_from = forms.DateField(label=_("Received from"), required=False)
    day_until = forms.DateField(label=_("Received until"), required=False)
    light = forms.MultipleChoiceField(label=_("Light"), required=False, widget=Boxes)
    kind = forms.MultipleChoiceField(label=_("Kind"), required=False, widget=Boxes)
    state = forms.MultipleChoiceField(label=_("State"), required=False)
    type = forms.MultipleChoiceField(label=_("Type"), required=False)
    unit = forms.MultipleChoiceField(label=_("Handling unit"), required=False)
    channel = forms.MultipleChoiceField(label=_("Came in by"), required=False)
    mine = forms.BooleanField(label=_("Only matters I handled"), required=False)

    def __init__(self, asked: Asked, reader: Reader, rules: Rules) -> None:
        super().__init__(initial=_initial(asked))
        choose = {
            "show": [("", _("In hand and waiting")), *words.SHOWN.items()],
            "order": [(key, words.ORDERS[key]) for key in ORDERS],
            "light": list(words.LIGHTS.items()),
            "kind": list(words.KINDS.items()),
            "state": spoken(rules.states()),
            "type": [(say(group), spoken(rows)) for group, rows in rules.types()],
            "unit": spoken(rules.units()),
            "path": [("", _("Everywhere")), *place_options(reader.roots, reader.at)],
            "channel": list(words.CHANNELS.items()),
            "redone": [("", _("Either")), ("yes", _("Redone")), ("no", _("Never redone"))],
            "size": [(str(size), str(size)) for size in SIZES],
        }
        for name, choices in choose.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        for name in ("day_from", "day_until"):
            self.fields[name].widget.input_type = "date"

    def add_prefix(self, field_name: str) -> str:
        """`from` is a word of Python, so the field is called otherwise than its parameter."""
        return field_name.removeprefix("day_")


def _initial(asked: Asked) -> dict[str, Any]:
    from django.http import QueryDict

    from commongrid.doors.desk.filters import query_of  # the address is the one source

    data = QueryDict(query_of(asked.filters, size=asked.size))
    many = {"light", "kind", "state", "type", "unit", "channel"}
    values = {k: data.getlist(k) if k in many else data[k] for k in data}
    for name in ("from", "until"):
        if name in values:
            values[f"day_{name}"] = values.pop(name)
    return values


class ViewForm(CommandForm):
    """Keep a list under a name."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, required=False)


class BulkForm(CommandForm):
    """Offer several matters to one unit. The command id is the batch; each matter has its own."""

    unit = forms.ChoiceField(label=_("Offer to"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Read by the unit and by the people who raised the matters."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a unit")), *units]


class RevealForm(CommandForm):
    """Why the contact data of a person have to be seen: a kind of the charter's list, and words."""

    opened_for = forms.ChoiceField(label=_("Kind of reason"), required=False)
    purpose = forms.CharField(
        label=_("What do you need it for?"),
        help_text=_("The person reads this. Example: to agree on a time for the repair."),
        max_length=300,
    )

    def __init__(self, *args: Any, kinds: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["opened_for"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *(kinds or [])]
        if not kinds:  # a charter of before has no list
            del self.fields["opened_for"]


class AddPhotosForm(CommandForm):
    """Photos added by staff."""

    photos = PhotosField(label=_("Photos"))
    stage = forms.ChoiceField(label=_("They show"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stage"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, words.STAGES[key]) for key in ("evidence", "before", "after")]

    def pictures(self) -> tuple[matters.Photo, ...]:
        """The photos of a valid form."""
        return pictures(self.cleaned_data["photos"], self.cleaned_data["stage"])


class WriteDownForm(CommandForm):
    """What is said in a voice note, typed by who listened to it."""

    words = forms.CharField(
        label=_("What is said in it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args: Any, sound_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_sound_{sound_id.hex}_%s", **kwargs)
        self.sound_id = sound_id


def pictures(files: list[Any], stage: str) -> tuple[matters.Photo, ...]:
    """Uploaded files as photos."""
    return tuple(matters.Photo(content=file.read(), stage=stage) for file in files)


class RedactForm(CommandForm):
    """Parts of a photo to blacken, in percent of its width and height, one box a line."""

    boxes = forms.CharField(
        label=_("Boxes"),
        help_text=_(
            "One box a line: from the left, from the top, width, height, in percent. "
            "Example: 10 20 30 15"
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        max_length=2000,
    )

    def clean_boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        """Boxes as shares of the picture, cut off at its edges."""
        lines = [line for line in self.cleaned_data["boxes"].splitlines() if line.strip()]
        found = tuple(_box(line) for line in lines)
        if not found or len(found) > 50:
            raise forms.ValidationError(_("Draw or write between 1 and 50 boxes."))
        return found


def _box(line: str) -> tuple[float, float, float, float]:
    try:
        x, y, w, h = (float(p) / 100 for p in line.replace(",", " ").replace("%", " ").split())
    except ValueError:
        raise forms.ValidationError(
            _("“%(line)s” is not a box: write four numbers.") % {"line": line.strip()[:40]}
        ) from None
    w, h = min(w, 1 - x), min(h, 1 - y)
    if not (0 <= x < 1 and 0 <= y < 1 and w > 0 and h > 0):
        raise forms.ValidationError(
            _("“%(line)s” lies outside the picture.") % {"line": line.strip()[:40]}
        )
    return x, y, w, h
