"""Raising a matter at the desk for somebody who calls, comes or writes: forms and places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commongrid.charter.schema import Question
from commongrid.doors.desk import words
from commongrid.doors.desk.forms import CommandForm, PhotosField, pictures
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import Reader
from commongrid.doors.desk.steps import NEEDS
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

OPENED_PLACES = 3  # communities whose grids are listed when their name is found
MOST_GRIDS = 60
ASKED = "q_"
OutOf = Callable[[float, float], bool]
UNSURE = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}


@dataclass(frozen=True, slots=True)
class GridChoice:
    """A grid somebody may mean, with the community it lies in."""

    grid: places.PlaceCard
    within: str


def find_grids(reader: Reader, text: str) -> list[GridChoice]:
    """Grids whose own name, number or community is meant by the words; all of a small area else."""
    found: dict[str, places.PlaceCard] = {}
    for root in reader.roots:
        cards = places.search_places(text, root, reader.at) if text.strip() else ()
        wider = [c for c in cards if c.level not in (places.Level.GRID, places.Level.MICRO_GRID)]
        for card in cards:
            if card.level == places.Level.GRID:
                found.setdefault(card.path, card)
        for card in wider[:OPENED_PLACES]:
            for grid in places.list_grids(card.path, reader.at):
                found.setdefault(grid.path, grid)
        if not text.strip():
            for grid in places.list_grids(root, reader.at):
                found.setdefault(grid.path, grid)
    grids = list(found.values())[:MOST_GRIDS]
    above = {grid.path: grid.path.rsplit("/", 2)[0] + "/" for grid in grids}
    named = places.list_places(tuple(sorted(set(above.values()))))
    return [
        GridChoice(grid, say(named[above[grid.path]].name) if above[grid.path] in named else "")
        for grid in grids
    ]


def type_choices(reader: Reader, path: str) -> list[tuple[str, Any]]:
    """The matter catalogue as grouped options."""
    try:
        groups = matters.list_matter_types(path=path, at=reader.at)
    except places.NoCharterError:
        return []
    return [
        (say(group), [(card.code, f"{say(card.name)} · {card.code}") for card in cards])
        for group, cards in groups
    ]


class StartForm(forms.Form):
    """How it came in, and where it is; sent by GET, so the next page has an address."""

    channel = forms.ChoiceField(label=_("It came in by"), widget=forms.RadioSelect)
    find = forms.CharField(
        label=_("Where is it? Search by name or number of grid or community"),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"channel": words.INTAKE_CHANNELS[0]})
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, words.CHANNELS[key]) for key in words.INTAKE_CHANNELS]


class IntakeForm(CommandForm):
    """What was said, by whom, and what they agreed to."""

    text = forms.CharField(
        label=_("What happened, in the person's words"),
        help_text=_("Leave out names and papers of other people."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )
    address = forms.CharField(
        label=_("Where exactly"),
        help_text=_("Building, stairwell, road, hamlet or landmark."),
        required=False,
        max_length=200,
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    photos = PhotosField(label=_("Photos"), required=False)
    name = forms.CharField(label=_("Name, if the person wants to give it"), required=False,
                           max_length=60)  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone, for questions about this matter only"), required=False, max_length=30
    )
    is_shareable = forms.BooleanField(
        label=_("Neighbours may read these words and see the photos"), required=False
    )
    proxy_note = forms.CharField(
        label=_("On whose behalf, and how they agreed"),
        help_text=_("Needed when somebody speaks for another person. No papers, no numbers."),
        required=False,
        max_length=300,
    )
    overrule = forms.BooleanField(
        label=_("I have said this to the person; raise it all the same"), required=False
    )

    def __init__(
        self,
        questions: Sequence[Question],
        channel: str,
        *args: Any,
        is_outside: OutOf | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.questions, self._is_outside = questions, is_outside
        for question in questions:
            self.fields[ASKED + question.question] = _question_field(question)
        self.fields["proxy_note"].required = channel == "proxy"

    def clean(self) -> dict[str, Any]:
        """A point is whole, and lies in the grid that was chosen."""
        data = super().clean() or {}
        lon, lat = data.get("lon"), data.get("lat")
        if lon is None or lat is None:
            data["lon"] = data["lat"] = None
        elif self._is_outside is not None and self._is_outside(lon, lat):
            self.add_error(
                None, _("The point on the map lies outside the grid. Move it, or change the grid.")
            )
        return data

    def answers(self) -> dict[str, str]:
        """The answers to the type's questions."""
        data = self.cleaned_data
        given = {q.question: data.get(ASKED + q.question, "") for q in self.questions}
        return {key: str(value) for key, value in given.items() if value not in ("", None)}

    def contact(self) -> matters.Contact | None:
        """How to reach the person, if they said so."""
        data = self.cleaned_data
        contact = matters.Contact(name=data["name"], phone=data["phone"])
        return None if contact.is_empty else contact

    def pictures(self) -> tuple[matters.Photo, ...]:
        """The photos handed in."""
        return pictures(self.cleaned_data["photos"], "report")

    def add_refusal(self, verdict: Verdict) -> None:
        """Show a refusal at the field it speaks of, or above the form."""
        named = verdict.rule.rpartition("/")[2].removeprefix(NEEDS)
        at = next((n for n in (named, ASKED + named) if n in self.fields), None)
        self.add_error(at, say(verdict.say))


class FollowForm(CommandForm):
    """Somebody who calls about what is known already: how to reach them, if they want."""

    name = IntakeForm.base_fields["name"]
    phone = IntakeForm.base_fields["phone"]

    def contact(self) -> matters.Contact | None:
        """How to reach the person, if they said so."""
        data = self.cleaned_data
        contact = matters.Contact(name=data["name"], phone=data["phone"])
        return None if contact.is_empty else contact


def _question_field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": say(question.label),
        "help_text": say(question.hint),
        "required": question.required,
    }
    if question.kind == "yes_no":
        return forms.ChoiceField(choices=list(UNSURE.items()), widget=forms.RadioSelect, **common)
    if question.kind == "choice":
        options = [(key, say(name)) for key, name in question.choices]
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if question.kind == "number":
        return forms.DecimalField(**common)
    return forms.CharField(max_length=300, **common)
