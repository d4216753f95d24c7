"""Reading places: frozen cards, as of a day, in a fixed number of statements.

Divisions and grid posts are public, so there is no reader to scope by; what a query covers is
limited by the root path it is given.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime

import shapely
from django.db.models import Exists, F, Q, QuerySet, TextField, Value
from django.utils import timezone

from commongrid.kernel.codes import CodeSystem
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.people import face as people
from commongrid.rooms.places.cards import (
    BoundarySetCard,
    CharterCard,
    GridPostCard,
    PlaceCard,
    SuccessionCard,
)
from commongrid.rooms.places.domain.boundaries import BoundaryReport, Piece, check_pieces
from commongrid.rooms.places.domain.coding import PRIMARY_SYSTEM, code_in_segment
from commongrid.rooms.places.domain.words import Kind, Level
from commongrid.rooms.places.models import (
    BoundarySet,
    CharterVersion,
    Outline,
    Place,
    Succession,
)

When = date | datetime | None
SEARCH_LIMIT = 20


class PlaceNotFoundError(LookupError):
    """There is no such place, or not on that day."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no place with code {code}")
        self.code = code


def day_of(when: date | datetime) -> date:
    """The day in the place's own time zone."""
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


def find_place(code: str, at: When = None, *, code_system: str = "") -> PlaceCard | None:
    """The place with a code, or None. Without ``at``: whether or not it is still valid.

    Without a code system the primary one is asked first; a code that only one other system has
    is found there, and one that several others have is not guessed. Cost: 1 statement.
    """
    # The unique index begins with the system; naming all systems lets it answer.
    named = Place.objects.filter(code=code, code_system__in=[s.value for s in CodeSystem])
    rows = {row.code_system: row for row in named.order_by("path")}
    if code_system:
        row = rows.get(code_system)
    else:
        row = rows.get(PRIMARY_SYSTEM) or (next(iter(rows.values())) if len(rows) == 1 else None)
    if row is None:
        return None
    card = place_card(row)
    return card if at is None or card.is_valid_on(day_of(at)) else None


def get_place(code: str, at: When = None, *, code_system: str = "") -> PlaceCard:
    """The place with a code. Raises: PlaceNotFoundError. Cost: 1 statement."""
    card = find_place(code, at, code_system=code_system)
    if card is None:
        raise PlaceNotFoundError(code)
    return card


def list_places(paths: tuple[str, ...]) -> dict[str, PlaceCard]:
    """The places with these paths, by path. Cost: 1 statement."""
    return {row.path: place_card(row) for row in Place.objects.filter(path__in=paths)}


def list_line(path: str) -> tuple[PlaceCard, ...]:
    """The places from the top of a path down to its end. Cost: 1 statement."""
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
    rows = Place.objects.filter(path__in=above).order_by("path")
    return tuple(sorted(map(place_card, rows), key=lambda card: len(card.path)))


def list_children(
    code: str, at: When, *, code_system: str = PRIMARY_SYSTEM
) -> tuple[PlaceCard, ...]:
    """The places one level below, by code. Cost: 1 statement."""
    rows = Place.objects.filter(parent__code=code, parent__code_system=code_system)
    return tuple(map(place_card, _valid(rows, at).order_by("code")))


def list_grids(root_path: str, at: When) -> tuple[PlaceCard, ...]:
    """All grids (not micro-grids) under a path, by code. Cost: 1 statement."""
    rows = Place.objects.filter(path__startswith=root_path, level=Level.GRID)
    return tuple(map(place_card, _valid(rows, at).order_by("code")))


def search_places(
    text: str, root_path: str = "/", at: When = None, *, limit: int = SEARCH_LIMIT
) -> tuple[PlaceCard, ...]:
    """Places that a text names, in any language or by the beginning of a code.

    First those whose whole Chinese name stands in the text, the smallest first (so an address
    leads to its community); then those whose name holds the text, the highest level first.

    Cost: 1 statement.
    """
    wanted = text.strip()
    if not wanted:
        return ()
    rows = (
        Place.objects.filter(path__startswith=root_path)
        .annotate(wanted=Value(wanted, output_field=TextField()))
        .filter(
            Q(name_zh__icontains=wanted)
            | Q(name_en__icontains=wanted)
            | Q(name_mn__icontains=wanted)
            | Q(code__startswith=wanted)
            | Q(wanted__contains=F("name_zh"))
        )
    )
    cards = map(place_card, _valid(rows, at).order_by("path"))
    return tuple(sorted(cards, key=lambda card: _search_rank(card, wanted))[:limit])


def _search_rank(card: PlaceCard, wanted: str) -> tuple[int, int, str]:
    depth = list(Level).index(Level(card.level))
    return (0, -depth, card.path) if card.name.zh in wanted else (1, depth, card.path)


def list_successions(code: str, *, code_system: str = PRIMARY_SYSTEM) -> tuple[SuccessionCard, ...]:
    """Who took over from a place, and from whom it took over, oldest first. Cost: 1 statement."""
    rows = Succession.objects.filter(
        Q(predecessor__code=code, predecessor__code_system=code_system)
        | Q(successor__code=code, successor__code_system=code_system)
    ).select_related("predecessor", "successor")
    return tuple(
        SuccessionCard(
            predecessor_code=row.predecessor.code,
            successor_code=row.successor.code,
            on=row.on,
            reason=row.reason,
        )
        for row in rows.order_by("on", "id")
    )


def get_grid_post(code: str, at: When = None) -> GridPostCard:
    """What is posted for a grid. Raises: PlaceNotFoundError. Cost: 2 statements.

    The matter list that hangs beside it comes from the charter in force; the page adds it.
    """
    grid = (
        _valid(Place.objects.filter(code=code, level=Level.GRID), at)
        .select_related("post", "parent__parent")
        .first()
    )
    if grid is None or grid.parent is None or grid.parent.parent is None:
        raise PlaceNotFoundError(code)
    outline = _open_outlines(at).filter(place=grid).only("area_m2").first()
    post = getattr(grid, "post", None)
    return GridPostCard(
        place=place_card(grid),
        community=_name(grid.parent),
        township=_name(grid.parent.parent),
        area_km2=outline.area_m2 / 1e6 if outline else None,
        worker_name=post.worker_name if post else "",
        worker_phone=post.worker_phone if post else "",
        supervision_phone=post.supervision_phone if post else "",
        where_posted=post.where_posted if post else "",
        is_invented=grid.is_invented or bool(post and post.is_invented),
        changed_at=post.changed_at if post else None,
    )


def outline_geojson(root_path: str, at: When = None, *, level: str = Level.GRID) -> str:
    """The outlines of one level under a path as a GeoJSON FeatureCollection, in WGS84.

    Cost: 1 statement.
    """
    rows = (
        _open_outlines(at)
        .filter(place__path__startswith=root_path, place__level=level)
        .select_related("place")
        .order_by("place__path")
    )
    features = [
        {
            "type": "Feature",
            "id": row.place.code,
            "bbox": [row.west, row.south, row.east, row.north],
            "properties": {
                "code": row.place.code,
                "name_zh": row.place.name_zh,
                "name_en": row.place.name_en or row.place.name_zh,
                "level": row.place.level,
                "kind": row.place.kind,
                "is_invented": row.place.is_invented,
            },
            "geometry": json.loads(row.geojson),
        }
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def bounds_of(root_path: str, at: When = None) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all outlines under a path; None without any.

    Units: degrees, WGS84. Cost: 1 statement.
    """
    boxes = list(
        _open_outlines(at)
        .filter(place__path__startswith=root_path)
        .order_by("id")
        .values_list("west", "south", "east", "north")
    )
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def check_boundaries(root_path: str, level: str, at: When = None) -> BoundaryReport:
    """Gaps and overlaps of the adopted outlines of a level under a root. Cost: 1 statement."""
    rows = (
        _open_outlines(at)
        .filter(place__path__startswith=root_path)
        .filter(Q(place__level=level) | Q(place__path=root_path))
        .exclude(place__kind=Kind.EMERGENCY)  # drawn over other grids on purpose
        .select_related("place")
        .order_by("place__path")
    )
    pieces, around = [], None
    for row in rows:
        if row.place.level == level:
            shape = shapely.from_geojson(row.geojson)
            pieces.append(Piece(row.place.code, row.place.name_zh, shape))
        else:
            around = shapely.from_geojson(row.geojson)
    return check_pieces(pieces, around)


def list_boundary_sets(root_path: str) -> tuple[BoundarySetCard, ...]:
    """The files adopted under a path, newest first. Cost: 1 statement."""
    rows = BoundarySet.objects.filter(root__path__startswith=root_path).select_related("root")
    return tuple(
        BoundarySetCard(
            id=row.pk,
            root_code=row.root.code,
            level=row.level,
            file_name=row.file_name,
            file_digest=row.file_digest,
            frame=row.frame,
            encoding=row.encoding,
            adopted_at=row.adopted_at,
        )
        for row in rows.order_by("-adopted_at", "-id")
    )


def place_card(row: Place) -> PlaceCard:
    """A row as its card, without another statement."""
    above = row.path.strip("/").split("/")[:-1]
    return PlaceCard(
        id=row.pk,
        code=row.code,
        code_system=row.code_system,
        name=_name(row),
        name_mn=row.name_mn,
        level=row.level,
        kind=row.kind,
        path=row.path,
        parent_code=code_in_segment(above[-1]) if above else "",
        settlement=tuple(row.settlement),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        note=row.note,
        is_invented=row.is_invented,
    )


def charter_card(row: CharterVersion) -> CharterCard:
    """A row as its card; its place must have been selected with it."""
    return CharterCard(
        key=row.key,
        charter_id=row.charter_id,
        version=row.version,
        place_code=row.place.code,
        place_path=row.place.path,
        digest=row.digest,
        valid_from=row.valid_from,
        adopted_at=row.adopted_at,
        reason=row.reason,
        pia_ref=row.pia_ref,
        made_by_act=row.made_by_act,
        rehearsal=row.rehearsal,
        report_digest=row.report_digest,
    )


def _name(row: Place) -> Text:
    return Text(zh=row.name_zh, en=row.name_en)


def _valid(rows: QuerySet[Place], at: When) -> QuerySet[Place]:
    if at is None:
        return rows
    day = day_of(at)
    return rows.filter(valid_from__lte=day).exclude(valid_until__lte=day)


def _open_outlines(at: When) -> QuerySet[Outline]:
    if at is None:
        return Outline.objects.filter(valid_until__isnull=True)
    day = day_of(at)
    return Outline.objects.filter(valid_from__lte=day).exclude(valid_until__lte=day)


def acts_on_places_within(areas: Collection[str], kinds: Collection[str]) -> Exists:
    """A condition on acts: their subject is of these kinds and names a place there by its code."""
    return ledger.is_named(kinds, Place.objects.filter(people.within_any("path", areas)), by="code")
