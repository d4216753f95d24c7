"""Forms of the charter's steps, built from the fields each step asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commongrid.charter.vocabulary import GUARDS, word_name
from commongrid.doors.desk.forms import Choices, CommandForm, PhotosField, pictures, spoken
from commongrid.doors.desk.present import say
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters import face as matters

SHORT = 120  # up to here a text is one line
NEEDS = "needs:"
FindMatter = Callable[[str], UUID | None]


class StepForm(CommandForm):
    """One step on one matter, with what it asks for.

    ``version`` is the matter as the page showed it; 0 where a list showed it and nobody compares.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        card: matters.ChoiceCard,
        *args: Any,
        proposals: Iterable[matters.UnitProposal] = (),
        version: int = 0,
        find: FindMatter | None = None,
        **kwargs: Any,
    ) -> None:
        self.card, self._find = card, find
        kwargs.setdefault("initial", {"version": version})
        kwargs.setdefault("auto_id", f"id_{card.action}_%s")
        super().__init__(*args, **kwargs)
        for asked in card.fields:
            self.fields[asked.name] = _field_of(asked, proposals)
            if asked.initial:
                self.initial.setdefault(asked.name, asked.initial)

    def clean(self) -> dict[str, Any]:
        """A matter may be named by its number; the rules know it by its id."""
        data = super().clean() or {}
        for asked in self.card.fields:
            if _kind(asked) == "matter" and data.get(asked.name):
                self._name_matter(asked.name, data)
        return data

    def values(self) -> dict[str, Any]:
        """Plain values for the command, as the rules read them; photos travel apart."""
        data = self.cleaned_data
        return {
            asked.name: _plain(data[asked.name])
            for asked in self.card.fields
            if _kind(asked) != "photos" and data.get(asked.name) not in (None, "", [], ())
        }

    def photos(self) -> tuple[matters.Photo, ...]:
        """The photos sent along."""
        names = [asked.name for asked in self.card.fields if _kind(asked) == "photos"]
        return tuple(p for name in names for p in pictures(self.cleaned_data[name], "evidence"))

    def see_version(self, version: int) -> None:
        """Let the form that was sent count as made for this version of the matter."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data

    def add_refusal(self, verdict: Verdict) -> None:
        """Show a refusal at the field it speaks of, or above the form."""
        names = [name for name in fields_of(verdict) if name in self.fields]
        self.add_error(names[0] if names else None, say(verdict.say))

    def _name_matter(self, name: str, data: dict[str, Any]) -> None:
        found = self._find(data[name]) if self._find else None
        if found is None:
            self.add_error(name, _("There is no matter with this number that you may read."))
        else:
            data[name] = str(found)


def fields_of(verdict: Verdict) -> tuple[str, ...]:
    """The fields a refusal speaks of: the one that is missing, or those its guard looks at."""
    last = verdict.rule.rpartition("/")[2]
    if last.startswith(NEEDS):
        return (last.removeprefix(NEEDS),)
    word = GUARDS.get(word_name(last))
    more = {"evidence": ("record", "photos"), "confirmed_obstacle": ("obstacle_verified",),
            "max_same_length": ("new_due_on",), "before_expiry": ("milestone",),
            "once": ("milestone",), "not_same_unit": ("unit",), "known_unit": ("unit", "units"),
            "case": ("redirect_case", "case"), "new_reason": ("obstacle", "reason"),
            "future_date": ("review_on", "new_due_on")}  # fmt: skip
    named = word.fields if word else ()
    return (*named, *more.get(word_name(last), ()))


def _kind(asked: matters.FormField) -> str:
    return asked.spec.kind if asked.spec else "text"


def _date(**words: Any) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)


PLAIN: dict[str, Callable[..., forms.Field]] = {
    "date": _date,
    "flag": forms.BooleanField,
    "photos": PhotosField,
}


def _field_of(asked: matters.FormField, proposals: Iterable[matters.UnitProposal]) -> forms.Field:
    spec = asked.spec
    words: dict[str, Any] = {
        "label": say(spec.label) if spec else asked.name,
        "help_text": say(spec.hint) if spec else "",
        "required": asked.required,
    }
    kind = _kind(asked)
    if kind == "unit":
        choices = unit_choices(spoken(asked.options), proposals)
        return forms.ChoiceField(choices=[("", _("Choose a unit")), *choices], **words)
    if kind == "units":
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=spoken(asked.options), widget=widget, **words)
    if kind in ("choice", "milestone", "rating", "type", "case") or asked.options:
        return _choice(asked, words)
    if kind in PLAIN:
        return PLAIN[kind](**words)
    return _text(spec.max_length if spec else 1000, kind, words)


def _choice(asked: matters.FormField, words: dict[str, Any]) -> forms.Field:
    options = asked.options or (asked.spec.choices if asked.spec else ())
    choices = spoken(options)
    if len(choices) <= 5:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
    return forms.ChoiceField(choices=[("", _("Choose")), *choices], **words)


def _text(most: int, kind: str, words: dict[str, Any]) -> forms.Field:
    is_line = kind == "matter" or 0 < most <= SHORT
    widget = forms.TextInput() if is_line else forms.Textarea(attrs={"rows": 3})
    if kind == "matter":
        words["help_text"] = words["help_text"] or gettext_lazy("The number of the matter.")
    return forms.CharField(widget=widget, max_length=most or None, **words)


def unit_choices(options: Choices, proposals: Iterable[matters.UnitProposal]) -> Choices:
    """Units the dispatch catalogue names first, with what they would be; then the others."""
    proposed = list(proposals)
    known = dict(options)
    groups: Choices = []
    for part, title in (("lead", _("Dispatch catalogue: leads")),
                        ("support", _("Dispatch catalogue: supports"))):  # fmt: skip
        rows = [
            (p.unit, _("%(unit)s (has objected)") % {"unit": say(p.name)})
            if p.has_refused
            else (p.unit, say(p.name))
            for p in proposed
            if p.part == part and p.unit in known
        ]
        if rows:
            groups.append((title, rows))
    named = {p.unit for p in proposed}
    rest = [(key, name) for key, name in options if key not in named]
    return [*groups, (_("Other units"), rest)] if groups and rest else groups or rest


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return tuple(value) if isinstance(value, list) else value
