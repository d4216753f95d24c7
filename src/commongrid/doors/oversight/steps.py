"""What the pages of supervision share: a number of a page, one card, and a form with its step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commongrid.kernel.verdict import Refused

Card = TypeVar("Card")
Given = Mapping[str, Any]
Step = Callable[[Given], tuple[str, str]]
LONGEST_NUMBER = 5


def page_number(request: HttpRequest) -> int:
    """The page that was asked for; the first where that is no number."""
    number = request.GET.get("page", "1")
    return int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else 1


def pages_of(page: int, pages: int) -> Page[Any]:
    """A page of so many, as the line under a list draws it."""
    return Paginator(range(pages), 1).get_page(page)


def or_404(card: Card | None) -> Card:
    """The card. Raises: Http404 where there is none, or none for this reader."""
    if card is None:
        raise Http404
    return card


def form_page(
    request: HttpRequest, template: str, form: forms.Form, context: Mapping[str, Any], step: Step
) -> HttpResponse:
    """Show a form, or take its step once it is whole; a refusal is shown with its rule.

    ``step`` gets what was given, does one command and says what is told, and the page to go on to.
    """
    shown = {**context, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, shown, status=422 if form.errors else 200)
    try:
        told, to = step(form.cleaned_data)
    except Refused as refusal:
        return render(request, template, {**shown, "refused": refusal.verdict}, status=422)
    messages.success(request, told)
    return redirect(to)
