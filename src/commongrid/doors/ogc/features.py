"""Features from what the rooms show in public: one page of a collection, or one feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from commongrid.doors.ogc.asked import EVERYWHERE, Ask, BadAskError, Span, after_moment
from commongrid.doors.ogc.catalogue import DIVISIONS, GRIDS, MATTERS, Collection
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

Feature = dict[str, Any]
MOST_MATCHED = 10_000  # above, a page of matters leaves out how many there are: it may
LEVELS = {
    DIVISIONS.id: (
        places.Level.CITY, places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE,
    ),
    GRIDS.id: (places.Level.GRID,),
}  # fmt: skip


class NoFeatureError(LookupError):
    """There is no such feature, or none that anybody may read."""


@dataclass(frozen=True, slots=True)
class Page:
    """Features of one page. ``after`` asks for the next; ``matched`` only where it was counted."""

    features: tuple[Feature, ...]
    after: str
    matched: int | None


def read_page(collection: Collection, ask: Ask, at: datetime) -> Page:
    """One page. Counted on the first page alone: later ones would count the same again.

    Raises: BadAskError for a cursor that is not ours. Cost: fixed, see the rooms' queries.
    """
    if collection is MATTERS:
        return _matters(ask, at)
    return _places(collection, ask, at)


def read_one(collection: Collection, feature_id: str, at: datetime) -> Feature:
    """One feature by its id. Raises: NoFeatureError."""
    if collection is MATTERS:
        try:
            return matter_feature(matters.get_public_matter(at=at, ref=feature_id))
        except LookupError as error:
            raise NoFeatureError(feature_id) from error
    system, _colon, code = feature_id.rpartition(":")
    card = places.find_place(code, code_system=system)
    if card is None or feature_id != place_id(card):
        raise NoFeatureError(feature_id)
    # A place that ended is shown as it was on its last day.
    day = timezone.localdate(at)
    found = places.list_shapes(
        filters=places.ShapeFilters(
            levels=LEVELS[collection.id], first_on=date.min, last_on=day, within=card.path
        ),
        size=1,
    )
    if not found.shapes or found.shapes[0].card.path != card.path:
        raise NoFeatureError(feature_id)
    return place_feature(found.shapes[0])


def _matters(ask: Ask, at: datetime) -> Page:
    span = ask.span or Span(None, None)
    filters = matters.PublicFilters(
        path="" if ask.path == EVERYWHERE else ask.path,
        bbox=ask.bbox,
        refs=ask.filters.get("ref", ()),
        types=ask.filters.get("type_code", ()),
        states=ask.filters.get("state", ()),
        state_kinds=ask.filters.get("state_kind", ()),
        received_from=span.first,
        received_until=after_moment(span.last) if span.last else None,
        order="newest",  # by when they came, which never changes: no page repeats or skips one
    )
    try:
        found = matters.list_public_matters(
            at=at,
            filters=filters,
            size=ask.limit,
            after=ask.after,
            is_counted=not ask.after,
            counted_to=MOST_MATCHED,
        )
    except ValueError as error:
        raise BadAskError("after", str(error)) from error
    return Page(tuple(map(matter_feature, found.cards)), found.after, found.total)


def _places(collection: Collection, ask: Ask, at: datetime) -> Page:
    today = timezone.localdate(at)
    first_on, last_on = ask.span.days() if ask.span else (today, today)
    if ask.after and not (ask.after.startswith("/") and ask.after.endswith("/")):
        raise BadAskError("after", "after: this is no cursor of ours")
    found = places.list_shapes(
        filters=shape_filters(collection, ask, first_on, last_on),
        size=ask.limit,
        after=ask.after,
        is_counted=not ask.after,
    )
    return Page(tuple(map(place_feature, found.shapes)), found.after, found.total)


def shape_filters(
    collection: Collection, ask: Ask, first_on: date, last_on: date
) -> places.ShapeFilters:
    """What a request asks of the places room."""
    asked_levels = ask.filters.get("level")
    levels = tuple(str(level) for level in LEVELS[collection.id])
    return places.ShapeFilters(
        levels=tuple(level for level in levels if asked_levels is None or level in asked_levels),
        first_on=first_on,
        last_on=last_on,
        within=ask.path,
        bbox=ask.bbox,
        kinds=ask.filters.get("kind", ()),
        codes=ask.filters.get("code", ()),
        parent_codes=ask.filters.get("parent_code", ()),
    )


def place_id(card: places.PlaceCard) -> str:
    """The last part of the path: the code, with its system where that is not the usual one."""
    return card.path.strip("/").rpartition("/")[2]


def place_feature(shape: places.PlaceShape) -> Feature:
    """A place as GeoJSON."""
    card = shape.card
    return {
        "type": "Feature",
        "id": place_id(card),
        "geometry": shape.geometry,
        "properties": {
            "code": card.code,
            "code_system": card.code_system,
            "name_zh": card.name.zh,
            "name_en": card.name.en or card.name.zh,
            "name_mn": card.name_mn,
            "level": card.level,
            "kind": card.kind,
            "parent_code": card.parent_code,
            "settlement": ";".join(card.settlement),
            "valid_from": card.valid_from.isoformat(),
            "valid_until": card.valid_until.isoformat() if card.valid_until else None,
            "drawn_on": shape.drawn_on.isoformat() if shape.drawn_on else None,
            "area_km2": round(shape.area_m2 / 1e6, 4) if shape.area_m2 is not None else None,
            "is_invented": card.is_invented,
            "source": shape.source,
        },
    }


def matter_feature(card: matters.PublicCard) -> Feature:
    """A public matter as GeoJSON: the card's words and nothing of ours."""
    has_point = card.lon is not None and card.lat is not None
    return {
        "type": "Feature",
        "id": card.ref,
        "geometry": {"type": "Point", "coordinates": [card.lon, card.lat]} if has_point else None,
        "properties": {
            "ref": card.ref,
            "type_code": card.type_code,
            **_both("type", card.type_name),
            **_both("group", card.type_group),
            "state": card.state,
            "state_kind": str(card.state_kind),
            **_both("state", card.state_name),
            "outcome": str(card.outcome),
            "grid_code": card.place_code,
            **_both("grid", card.place_name),
            "community_code": card.community_code,
            **_both("community", card.community_name),
            "unit": card.unit,
            **_both("unit", card.unit_name),
            "received_at": _stamp(card.received_at),
            "changed_at": _stamp(card.changed_at),
            "closed_at": _stamp(card.closed_at),
            "promised_at": _stamp(card.promised_at),
            "promise": card.promise,
            "redone": card.redone,
            "followers": card.followers,
            "leading_ref": card.leading_ref,
            "point": _point_word(card),
            "text": card.text,
            "photos": len(card.photo_ids),
        },
    }


def _point_word(card: matters.PublicCard) -> str:
    if card.lon is None:
        return "none"
    return "exact" if card.is_exact else "grid"


def _both(name: str, text: Any) -> Mapping[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en or text.zh}


def _stamp(moment: datetime | None) -> str | None:
    """To the second, with the offset of the place."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
