"""Offer several matters to one unit: choose, then read what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from commongrid.charter.compiler import propose_units
from commongrid.doors.common.gates import staff
from commongrid.doors.desk.filters import read_asked
from commongrid.doors.desk.forms import BulkForm, Choices
from commongrid.doors.desk.present import say
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.rules import Rules, rules_for
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.matters import face as matters

MOST = 100  # a page of the list


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one matter of a batch. ``refused`` is None when it was done."""

    card: matters.MatterCard
    refused: Verdict | None

    @property
    def is_done(self) -> bool:
        """Templates ask this: a verdict that refuses is false in a condition, like None."""
        return self.refused is None


@staff
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Choose the unit for the matters ticked in a list; offer them one by one."""
    reader, data = reader_of(request), request.POST or request.GET
    rules = rules_for(reader)
    cards = chosen(reader, data)
    units = units_for(cards, rules)
    form = BulkForm(request.POST or None, units=units, initial={"query": data.get("query", "")})
    page = {"form": form, "cards": cards, "asked_for": len(set(data.getlist("m")))}
    if request.method == "POST" and cards and form.is_valid():
        page["outcomes"] = offer_each(reader, cards, form, rules.offering())
        page["unit_name"] = rules.unit_name(form.cleaned_data["unit"])
        return render(request, "desk/offered.html", page)
    return render(request, "desk/offer.html", page)


def chosen(reader: Reader, data: QueryDict) -> tuple[matters.MatterCard, ...]:
    """The ticked matters, read again from the list they were ticked in. Cost: one list."""
    wanted = set(data.getlist("m")[:MOST])
    asked = read_asked(QueryDict(data.get("query", "")))
    listed = matters.list_matters(
        **reader.who, filters=asked.filters, page=asked.page, size=asked.size
    )
    return tuple(card for card in listed.cards if str(card.id) in wanted)


def units_for(cards: tuple[matters.MatterCard, ...], rules: Rules) -> Choices:
    """Units, those first that the dispatch catalogue names for most of the matters."""
    times: dict[str, int] = {}
    for card in cards:
        named = {d.unit for b in rules.books if card.type_code in b.charter.types
                 for d in propose_units(card.type_code, card.path, b)}  # fmt: skip
        for unit in named:
            times[unit] = times.get(unit, 0) + 1
    named_first = sorted(rules.units(), key=lambda option: -times.get(option[0], 0))
    return [
        (key, f"{say(name)} · {times[key]}/{len(cards)}" if key in times else say(name))
        for key, name in named_first
    ]


def offer_each(
    reader: Reader, cards: tuple[matters.MatterCard, ...], form: BulkForm, action: str
) -> list[Outcome]:
    """Each matter by its own command and verdict; sending the batch again does nothing twice."""
    fields = {"unit": form.cleaned_data["unit"], "reason": form.cleaned_data["reason"]}
    outcomes = []
    for card in cards:
        try:
            matters.take_action(
                **reader.who,
                command_id=command_of(form.id, card.id),
                matter_id=card.id,
                action=action,
                fields=fields,
            )
            outcomes.append(Outcome(card, None))
        except Refused as refused:
            outcomes.append(Outcome(card, refused.verdict))
    return outcomes


def command_of(batch: UUID, matter: UUID) -> UUID:
    """The command id of one matter in a batch: the same whenever the batch is sent again."""
    return uuid5(batch, str(matter))
