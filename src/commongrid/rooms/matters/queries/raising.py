"""What a person is asked and shown before a matter is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind, MatterType, Question
from commongrid.charter.sorting import SortAdvice, sort_request
from commongrid.kernel.coordinates import distance_m
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import SimilarCard, TypeCard
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.queries.presenting import Rules, matter_card
from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import face as places

SIMILAR_FOR = timedelta(weeks=12)
METRES_PER_DEGREE = 111_320
LOOKED_AT = 200


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


def find_similar(
    *,
    at: datetime,
    type_code: str,
    path: str,
    lon: float | None = None,
    lat: float | None = None,
    limit: int = 5,
) -> tuple[SimilarCard, ...]:
    """Open public matters near by that may be the same, nearest first.

    Only events are shown: what a person asks for themselves, and disputes, are nobody else's.
    Without a point, those of the same grid. Cost: one statement and the charters.
    """
    compiled = places.charter_in_force(path, at)[1]
    matter_type = compiled.charter.types.get(type_code)
    if matter_type is None or matter_type.kind is not Kind.EVENT:
        return ()
    rows = (
        Matter.objects.filter(
            kind=Kind.EVENT.value,
            type_code__in=(type_code, *matter_type.near),
            state_kind__in=("open", "waiting"),
            received_at__gte=at - SIMILAR_FOR,
            is_sealed=False,
        )
        .select_related("place__parent")
        .order_by("-received_at")
    )
    if lon is None or lat is None:
        found = rows.filter(is_within("path", path))[:limit]
        near: list[tuple[Matter, float | None]] = [(row, None) for row in found]
    else:
        near = [*_by_distance(rows, lon, lat, matter_type.reach_m)[:limit]]
    rules = Rules()
    return tuple(_similar(row, metres, rules.of(row.charter_key), at) for row, metres in near)


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


def _by_distance(
    rows: QuerySet[Matter], lon: float, lat: float, reach_m: int
) -> list[tuple[Matter, float]]:
    d_lat = reach_m / METRES_PER_DEGREE
    d_lon = d_lat / max(0.01, math.cos(math.radians(lat)))
    box = rows.filter(
        lon__gte=lon - d_lon, lon__lte=lon + d_lon, lat__gte=lat - d_lat, lat__lte=lat + d_lat
    )
    near = [(row, distance_m(lon, lat, row.lon or 0, row.lat or 0)) for row in box[:LOOKED_AT]]
    return sorted(((r, m) for r, m in near if m <= reach_m), key=lambda pair: pair[1])


def _similar(row: Matter, metres: float | None, compiled: Compiled, at: datetime) -> SimilarCard:
    card = matter_card(row, compiled, at, show_words=row.is_shareable)
    shared = row.pictures.filter(by_reporter=True)  # staff's pictures were shared by nobody
    photo = shared.first() if row.is_shareable and row.photos else None
    return SimilarCard(
        id=card.id,
        ref=card.ref,
        type_name=card.type_name,
        place_name=card.place_name,
        distance_m=None if metres is None else round(metres),
        received_at=card.received_at,
        state_plain=card.state_plain,
        excerpt=card.excerpt,
        photo_id=photo.pk if photo else None,
        followers=row.follower_count,
    )
