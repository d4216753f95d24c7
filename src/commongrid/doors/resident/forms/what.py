"""Step 1: what it is about, and the questions its type asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from commongrid.charter.schema import Question

MAX_WORDS = 1000


class WhatForm(forms.Form):
    """The person's words and the type they chose."""

    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy(
            "One or two sentences are enough. Leave out names and phone numbers of people."
        ),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say in a few words what it is about.")},
    )
    type_code = forms.CharField(
        label=gettext_lazy("Kind of matter"),
        max_length=8,
        error_messages={"required": gettext_lazy("Choose the kind that fits best.")},
    )

    def __init__(self, *args: Any, codes: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = frozenset(codes)

    def clean_type_code(self) -> str:
        code = str(self.cleaned_data["type_code"])
        if code not in self.codes:
            raise forms.ValidationError(gettext("Choose a kind from the list."))
        return code


class QuestionsForm(forms.Form):
    """One field for each question of the type; cleaned to strings as the charter reads them."""

    def __init__(self, questions: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.question] = _field(question)

    def answers(self) -> dict[str, str]:
        """What was answered, by question; unanswered ones are left out."""
        return {k: str(v) for k, v in self.cleaned_data.items() if v not in (None, "")}


def _field(question: Question) -> forms.Field:
    language = get_language() or "zh-hans"
    words: Mapping[str, Any] = {
        "label": question.label.in_(language),
        "help_text": question.hint.in_(language),
        "required": question.required,
    }
    if question.kind in ("yes_no", "choice"):
        return forms.ChoiceField(
            choices=_choices(question, language), widget=forms.RadioSelect, **words
        )
    if question.kind == "number":
        return forms.DecimalField(min_value=0, max_digits=8, decimal_places=2, **words)
    return forms.CharField(max_length=300, **words)


def _choices(question: Question, language: str) -> list[tuple[str, str]]:
    if question.kind == "choice":
        rows = [(key, words.in_(language)) for key, words in question.choices]
    else:
        rows = [("yes", gettext("Yes")), ("no", gettext("No"))]
    return rows if question.required else [*rows, ("", gettext("I do not know"))]
