"""What can be reported here: the event types of the charter in force, with their questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commongrid.charter.schema import Kind, Question
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.faults import bad, missing
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import TypeCard
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

DATATYPES = {
    "text": "text",
    "number": "number",
    "choice": "singlevaluelist",
    "yes_no": "singlevaluelist",
}
"""How a question's kind is called by the standard; no charter asks for dates or several values."""

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """A matter type offered at this door."""

    group: Text
    card: TypeCard
    questions: tuple[Question, ...]


def list_services(place: PlaceCard, at: datetime) -> dict[str, Service]:
    """The types that may be raised here, by code.

    Events only, and none that is sealed or kept apart: what a person asks for themselves, a
    dispute or a complaint must not pass through the program of a third party (ADR 0012).
    Cost: 2 statements.
    """
    compiled = places.charter_in_force(place.path, at)[1]
    groups = matters.list_matter_types(path=place.path, at=at)
    return {
        card.code: Service(group, card, compiled.questions.get(card.code, ()))
        for group, cards in groups
        for card in cards
        if card.kind is Kind.EVENT and not card.is_sealed and not compiled.in_charge.get(card.code)
    }


def find_service(code: str, place: PlaceCard, at: datetime) -> Service:
    """One type. Raises: FaultError 400 without a code, 404 for one that is not offered here."""
    if not code:
        raise bad(_("service_code was not provided."))
    service = list_services(place, at).get(code)
    if service is None:
        raise missing(_("service_code %(code)s was not found.") % {"code": code[:40]})
    return service


def service_tree(service: Service) -> Tree:
    """One entry of the list of services."""
    card, tongue = service.card, language()
    return {
        "service_code": card.code,
        "service_name": card.name.in_(tongue),
        "description": _description(service),
        "metadata": bool(service.questions),
        "type": "realtime",
        "keywords": ", ".join(_other_words(service)),
        "group": service.group.in_(tongue),
    }


def definition_tree(service: Service) -> Tree:
    """The questions of a type as the standard's attributes."""
    asked = enumerate(service.questions, start=1)
    return {
        "service_code": service.card.code,
        "attributes": [_attribute(question, order) for order, question in asked],
    }


def options_of(question: Question) -> tuple[tuple[str, Text], ...]:
    """The keys and words a list question offers; () for one answered in words or numbers."""
    if question.kind == "yes_no":
        return (
            ("yes", Text(zh="是", en="Yes")),
            ("no", Text(zh="否", en="No")),
            ("unsure", Text(zh="不清楚", en="Not sure")),
        )
    return question.choices


def _attribute(question: Question, order: int) -> Tree:
    tongue = language()
    tree: Tree = {
        "variable": True,
        "code": question.question,
        "datatype": DATATYPES[question.kind],
        "required": question.required,
        "datatype_description": question.hint.in_(tongue) or None,
        "order": order,
        "description": question.label.in_(tongue),
    }
    options = options_of(question)
    if options:
        tree["values"] = [{"key": key, "name": name.in_(tongue)} for key, name in options]
    return tree


def _description(service: Service) -> str:
    units = pgettext("list", ", ").join(unit.in_(language()) for unit in service.card.leads)
    words = {"name": service.card.name.in_(language()), "units": units}
    return _("%(name)s. Usually taken on by: %(units)s.") % words if units else words["name"]


def _other_words(service: Service) -> list[str]:
    """The names in both languages, so that a search finds them in either."""
    names = (service.card.name, service.group)
    return list(dict.fromkeys(word for name in names for word in (name.zh, name.en) if word))
