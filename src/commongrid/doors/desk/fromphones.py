"""What came back from phones, and exports handed in: cards in, values for templates out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from commongrid.doors.desk.forms import CommandForm
from commongrid.doors.desk.present import say
from commongrid.doors.desk.rules import Rules
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.places import face as places
from commongrid.stories.handing_in import HandedIn
from commongrid.stories.syncing import Answer

HOW = {
    "raised": gettext_lazy("Raised anew at the desk"),
    "done": gettext_lazy("Done on the matter by somebody else"),
    "not_needed": gettext_lazy("Not needed any more"),
}
VERDICTS = {
    "done": pgettext_lazy("intention", "carried out"),
    "already": pgettext_lazy("intention", "carried out before"),
    "refused": pgettext_lazy("intention", "refused"),
    "conflict": pgettext_lazy("intention", "others were first"),
    "waits": pgettext_lazy("intention", "waits for another one"),
}
TONES = {"done": "green", "already": "green", "refused": "red", "conflict": "yellow"}
OF_DRAFT = {
    "text": gettext_lazy("What was told"),
    "address": gettext_lazy("Where"),
    "proxy_note": gettext_lazy("How the person agreed"),
}


@dataclass(frozen=True, slots=True)
class Returned:
    """One intention that was not carried out, in words."""

    card: fieldwork.ReturnedCard
    what: Text
    place: Text
    words: tuple[tuple[Any, Any], ...]
    verdict: Any
    tone: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of what became of an export."""

    answer: Answer
    what: Text
    is_raise: bool
    verdict: Any
    tone: str


class FindForm(forms.Form):
    """What the list is narrowed to; a value that makes no sense is left out."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Why"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("refused", VERDICTS["refused"]),
            ("conflict", VERDICTS["conflict"]),
        ],
    )
    settled = forms.BooleanField(label=gettext_lazy("Also what was settled"), required=False)


class SettleForm(CommandForm):
    """How something was seen to."""

    how = forms.ChoiceField(
        label=gettext_lazy("What became of it"), choices=list(HOW.items()), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("About the matter only; it is kept in the ledger."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OpenContactForm(CommandForm):
    """Why contact data are opened."""

    reason = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=300,
        help_text=gettext_lazy("It is recorded with your name."),
    )


class HandInForm(CommandForm):
    """An exported file."""

    file = forms.FileField(
        label=gettext_lazy("Exported file (.cgx)"),
        widget=forms.FileInput(attrs={"accept": ".cgx"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """No larger than an export may be."""
        file = self.cleaned_data["file"]
        if file.size > fieldwork.LARGEST_EXPORT:
            raise forms.ValidationError(say(fieldwork.EXPORT_TOO_LARGE))
        return file


def list_rows(
    cards: Iterable[fieldwork.ReturnedCard], rules: Rules, verdict: str = ""
) -> list[Returned]:
    """The cards in words, those of one verdict. Cost: 1 statement for the names of places."""
    wanted = [card for card in cards if verdict in ("", card.verdict)]
    known = places.list_places(tuple({card.path for card in wanted}))
    names = {path: place.name for path, place in known.items()}
    return [
        Returned(
            card=card,
            what=what_is(card.kind, card.action, rules),
            place=names.get(card.path, Text("", "")),
            words=tuple(_words(card.words, rules)),
            verdict=VERDICTS[card.verdict],
            tone=TONES[card.verdict],
        )
        for card in wanted
    ]


def answer_rows(handed: HandedIn, rules: Rules) -> list[Answered]:
    """What became of an export, line by line."""
    return [
        Answered(
            answer=answer,
            what=what_is(kind, name, rules),
            is_raise=kind == "raise",
            verdict=VERDICTS[answer.verdict],
            tone=TONES.get(answer.verdict, ""),
        )
        for answer, (kind, name) in zip(handed.answers, handed.names, strict=True)
    ]


def what_is(kind: str, name: str, rules: Rules) -> Text:
    """What was meant: the type of what was raised, the name of a step."""
    if not name:
        return Text(zh="无法读取的一条", en="One that cannot be read")
    return rules.type_name(name) if kind == "raise" else rules.action_name(name)


def _words(words: Mapping[str, Any], rules: Rules) -> Iterator[tuple[Any, Any]]:
    """What was written, under the names of its fields. Empty ones and keys are left out."""
    draft = words.get("draft")
    for name, label in OF_DRAFT.items():
        if isinstance(draft, Mapping) and draft.get(name):
            yield label, draft[name]
    fields = words.get("fields")
    for name, value in fields.items() if isinstance(fields, Mapping) else ():
        spec = next((b.charter.fields[name] for b in rules.books if name in b.charter.fields), None)
        if spec is None or value in (None, "", [], ()):
            continue
        chosen = dict(spec.choices).get(value) if isinstance(value, str) else None
        yield say(spec.label), say(chosen) if chosen else _plain(value, rules)


def _plain(value: Any, rules: Rules) -> Any:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return say(rules.unit_name(value)) if isinstance(value, str) else value
