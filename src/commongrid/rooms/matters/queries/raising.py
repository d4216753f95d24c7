"""What a person is asked and shown before a matter is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import MatterType, Question
from commongrid.charter.sorting import SortAdvice, sort_request
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import TypeCard
from commongrid.rooms.places import face as places


def list_matter_types(*, path: str, at: datetime) -> tuple[tuple[Text, tuple[TypeCard, ...]], ...]:
    """The matter catalogue of a place by group; procedural types are not offered to choose."""
    compiled = places.charter_in_force(path, at)[1]
    groups: dict[Text, list[TypeCard]] = {}
    for row in compiled.charter.types.values():
        if not row.procedural:
            groups.setdefault(row.group, []).append(type_card(row, compiled))
    return tuple((group, tuple(cards)) for group, cards in groups.items())


def list_questions(*, path: str, at: datetime, type_code: str) -> tuple[Question, ...]:
    """The questions a type asks when it is raised."""
    compiled = places.charter_in_force(path, at)[1]
    return compiled.questions.get(type_code, ())


def advise_before_raising(
    *, path: str, at: datetime, text: str, type_code: str, answers: Mapping[str, str]
) -> SortAdvice | None:
    """Whether this should go another way at once (an emergency line, a court ...), and why."""
    compiled = places.charter_in_force(path, at)[1]
    return sort_request(text=text, type_code=type_code, answers=answers, compiled=compiled)


def type_card(row: MatterType, compiled: Compiled) -> TypeCard:
    first = compiled.charter.classes[row.urgency].first_answer
    milestones = compiled.charter.milestones
    return TypeCard(
        code=row.code,
        name=row.name,
        kind=row.kind,
        urgency=row.urgency,
        photo=row.photo,
        note=row.note,
        is_sealed=row.sealed,
        first_answer=str(first) if first else "",
        milestones=tuple(
            (
                milestones[m.milestone].name
                if m.milestone in milestones
                else Text.both(m.milestone),
                compiled.charter.cases[m.case].name if m.case else Text("", ""),
                str(m.duration),
            )
            for m in compiled.limits.get(row.code, ())
        ),
        leads=tuple(
            compiled.unit_name(duty.unit)
            for duty in compiled.duties.get(row.code, ())
            if duty.part == "lead"
        ),
    )
