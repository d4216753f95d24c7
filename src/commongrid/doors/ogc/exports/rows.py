"""What a file holds: rows in batches of a fixed size, and what is said about all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from commongrid.doors.ogc.asked import EVERYWHERE, Ask
from commongrid.doors.ogc.catalogue import MATTERS, Collection
from commongrid.doors.ogc.features import (
    Feature,
    matter_feature,
    place_feature,
    shape_filters,
)
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

BATCH = 1000  # the most that is in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file to write."""

    collection: Collection
    path: str  # what place; "/" for all
    produced_at: datetime


def batches(export: Export) -> Iterator[list[Feature]]:
    """The features, up to ``BATCH`` at a time, in a stable order.

    What is received after ``produced_at`` is not in the file, so writing it ends.
    """
    after = ""
    while True:
        features, after = _one_batch(export, after)
        if features:
            yield features
        if not after:
            return


def _one_batch(export: Export, after: str) -> tuple[list[Feature], str]:
    if export.collection is MATTERS:
        found = matters.list_public_matters(
            at=export.produced_at, filters=_matters_asked(export), size=BATCH, after=after
        )
        return [matter_feature(card) for card in found.cards], found.after
    listed = places.list_shapes(filters=_places_asked(export), size=BATCH, after=after)
    return [place_feature(shape) for shape in listed.shapes], listed.after


def count_rows(export: Export) -> int:
    """How many rows the file has. Cost: a handful of statements."""
    if export.collection is MATTERS:
        total = matters.list_public_matters(
            at=export.produced_at, filters=_matters_asked(export), size=1, is_counted=True
        ).total
    else:
        total = places.list_shapes(filters=_places_asked(export), size=1, is_counted=True).total
    return total or 0


def _matters_asked(export: Export) -> matters.PublicFilters:
    return matters.PublicFilters(
        path="" if export.path == EVERYWHERE else export.path,
        received_until=export.produced_at,
        order="oldest",
    )


def _places_asked(export: Export) -> places.ShapeFilters:
    today = timezone.localdate(export.produced_at)
    return shape_filters(export.collection, Ask(path=export.path), today, today)


def about(export: Export) -> dict[str, Any]:
    """What goes with every file: licence, source, when, by which rules, and what is left out."""
    said: dict[str, Any] = {
        "title": str(export.collection.title),
        "description": str(export.collection.description),
        "licence": settings.DATA_LICENCE or _("not stated; ask the place"),
        "source": _("the ledger of the places that run CommonGrid here"),
        "is_invented": settings.IS_DEMO,
        "produced_at": timezone.localtime(export.produced_at).isoformat(timespec="seconds"),
        "place": export.path,
        "charters": _charters(export),
        "crs": "OGC:CRS84",
    }
    if export.collection is MATTERS:
        said["left_out"] = _left_out(export)
    return said


def _charters(export: Export) -> list[dict[str, str]]:
    """The adopted rules that reach into the place or lie above it. Cost: 1 statement."""
    return [
        {"key": card.key, "place": card.place_code, "digest": card.digest}
        for card in places.list_charters()
        if card.place_path.startswith(export.path) or export.path.startswith(card.place_path)
    ]


def _left_out(export: Export) -> dict[str, Any]:
    """What is not in the file. Always counted for whole places: counts of many small areas could
    be subtracted from one another until one matter is left.
    """
    roots = {card.place_path for card in places.list_charters()}
    above = [root for root in roots if export.path.startswith(root)]
    counted = max(above, key=len) if above else EVERYWHERE
    left = matters.count_left_out(path=counted, received_until=export.produced_at)
    step = left.step - 1
    return {
        "counted_in": counted,
        "rule": _(
            "Only matters of common space are public. Left out are what people ask for "
            "themselves, disputes and emergencies, and what is sealed or kept for those in "
            "charge. Words, photos and exact points are there only where the person shared "
            "them. Counts are given in steps, for a whole place, so that no single matter shows."
        ),
        "other_kinds": {"from": left.not_events, "to": left.not_events + step},
        "kept_apart": {"from": left.kept_apart, "to": left.kept_apart + step},
    }
