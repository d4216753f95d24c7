"""Open matters that may be the same as one being told, for every door.

The public is told no more than `queries.public` tells: words, photos and the exact point where
they were shared, else the grid alone. Asking again from another spot or with other words must not
tell what was not shared, so finding and ranking read nothing else either: a matter that is not
shared is near whoever asks in its grid. Staff are shown everything of what they may read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.charter.schema import Kind, MatterType
from commongrid.kernel.coordinates import distance_m
from commongrid.rooms.matters.cards import SimilarCard
from commongrid.rooms.matters.domain.likeness import pieces
from commongrid.rooms.matters.domain.similarity import Asked, Candidate, Match, rank
from commongrid.rooms.matters.models import Matter, PhotoRow
from commongrid.rooms.matters.queries.presenting import Rules, matter_card
from commongrid.rooms.matters.queries.public import IS_SHOWN, is_shown
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import face as places

SIMILAR_FOR = timedelta(weeks=12)
METRES_PER_DEGREE = 111_320
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where it is told to be: a grid, perhaps a point in it, and how far such matters reach."""

    path: str
    lon: float | None
    lat: float | None
    reach_m: int


@dataclass(frozen=True, slots=True)
class _Near:
    """A matter near by, as far as this reader may know it."""

    row: Matter
    metres: float | None
    is_open: bool  # words, photo and point may be known


def find_similar(  # noqa: PLR0913 - what is told, who reads, and what is left out
    *,
    at: datetime,
    type_code: str,
    path: str,
    lon: float | None = None,
    lat: float | None = None,
    limit: int = 5,
    text: str = "",
    actor: Actor | None = None,
    leave_out: UUID | None = None,
) -> tuple[SimilarCard, ...]:
    """Open matters near by that may be the same, the likeliest first, each with its reason.

    Only events are shown: what a person asks for themselves, and disputes, are nobody else's.
    Without a point, those of the same grid. ``actor`` is staff who sees what they may read.
    Cost: three statements, four for staff, and the charters, however many there are.
    """
    compiled = places.charter_in_force(path, at)[1]
    matter_type = compiled.charter.types.get(type_code)
    if matter_type is None or matter_type.kind is not Kind.EVENT:
        return ()
    rows = _open_events(kin_types(matter_type, compiled), at, leave_out)
    spot = _Spot(path, lon, lat, matter_type.reach_m)
    found = _rows_near(rows, spot)
    known = _known_to(actor, found)
    seen = (_seen(row, spot, is_known=row.pk in known) for row in found)
    near = [one for one in seen if one is not None]
    asked = Asked(type_code, matter_type.reach_m, pieces(text))
    by_id = {one.row.pk: one for one in near}
    matches = rank(asked, map(_candidate, near), limit)
    return _cards([(match, by_id[match.key]) for match in matches], at)  # type: ignore[index]


def kin_types(matter_type: MatterType, compiled: Compiled) -> tuple[str, ...]:
    """A type and those the catalogue calls near, whichever of the two says so."""
    naming = [code for code, row in compiled.charter.types.items() if matter_type.code in row.near]
    return tuple(dict.fromkeys((matter_type.code, *matter_type.near, *naming)))


def _open_events(types: Sequence[str], at: datetime, leave_out: UUID | None) -> QuerySet[Matter]:
    rows = Matter.objects.filter(
        kind=Kind.EVENT.value,
        type_code__in=types,
        state_kind__in=("open", "waiting"),
        received_at__gte=at - SIMILAR_FOR,
        is_sealed=False,
    )
    rows = rows.exclude(pk=leave_out) if leave_out else rows
    return rows.select_related("place__parent").order_by("-received_at", "-pk")


def _rows_near(rows: QuerySet[Matter], asked: _Spot) -> list[Matter]:
    """Those with a point in the box around this one, and those of the grid known by no point."""
    here = rows.filter(is_within("path", asked.path))
    lon, lat = asked.lon, asked.lat
    if lon is None or lat is None:
        return list(here[:LOOKED_AT])
    d_lat = asked.reach_m / METRES_PER_DEGREE
    d_lon = d_lat / max(0.01, math.cos(math.radians(lat)))
    box = rows.filter(
        lon__gte=lon - d_lon, lon__lte=lon + d_lon, lat__gte=lat - d_lat, lat__lte=lat + d_lat
    )
    hidden = here.filter(~IS_SHOWN | Q(lon__isnull=True))
    return list({row.pk: row for row in (*box[:LOOKED_AT], *hidden[:LOOKED_AT])}.values())


def _known_to(actor: Actor | None, rows: Iterable[Matter]) -> frozenset[UUID]:
    """The matters of which this reader may know everything."""
    if actor is None:
        return frozenset()
    ids = [row.pk for row in rows]
    return frozenset(readable(actor).filter(pk__in=ids).values_list("pk", flat=True))


def _seen(row: Matter, asked: _Spot, *, is_known: bool) -> _Near | None:
    """The matter as near as the reader may know it to be; None when that is too far, or when
    its very being is for those in charge alone.
    """
    if row.in_charge and not is_known:
        return None
    is_open = is_known or is_shown(row)
    if not is_open or asked.lon is None or asked.lat is None or row.lon is None or row.lat is None:
        return _Near(row, None, is_open) if row.path.startswith(asked.path) else None
    metres = distance_m(asked.lon, asked.lat, row.lon, row.lat)
    return _Near(row, metres, is_open) if metres <= asked.reach_m else None


def _candidate(one: _Near) -> Candidate:
    words = pieces(one.row.text) if one.is_open else frozenset[str]()
    return Candidate(one.row.pk, one.row.type_code, one.metres, words)


def _cards(found: Sequence[tuple[Match, _Near]], at: datetime) -> tuple[SimilarCard, ...]:
    rules = Rules()
    shown = [one.row for _, one in found if one.is_open and one.row.photos]
    photos: dict[UUID, UUID] = {}
    if shown:
        # Staff's own pictures were shared by nobody, so the reporter's stand for the matter.
        rows = PhotoRow.objects.filter(matter__in=shown, by_reporter=True)
        for matter_id, photo_id in rows.order_by("-added_at", "-pk").values_list("matter_id", "pk"):
            photos[matter_id] = photo_id  # the first one added stays
    return tuple(
        _card(match, one, rules.of(one.row.charter_key), at, photos.get(one.row.pk))
        for match, one in found
    )


def _card(
    match: Match, one: _Near, compiled: Compiled, at: datetime, photo_id: UUID | None
) -> SimilarCard:
    card = matter_card(one.row, compiled, at, show_words=one.is_open)
    return SimilarCard(
        id=card.id,
        ref=card.ref,
        type_name=card.type_name,
        place_name=card.place_name,
        distance_m=None if one.metres is None else round(one.metres),
        received_at=card.received_at,
        state_plain=card.state_plain,
        excerpt=card.excerpt,
        photo_id=photo_id,
        followers=one.row.follower_count,
        reason=match.reason,
        value=match.value,
        has_words=one.is_open,
    )
