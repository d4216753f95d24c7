"""What anybody may read about matters: the one query behind every public door.

Public is an event in common space that is neither sealed nor kept apart for those in charge. What
a person asks for themselves, disputes and complaints appear only in counted figures.

- Words and photos show only where the reporter shared them; the exact point too, and only while
  the matter is open. Otherwise a point is moved to the middle of a lattice cell, and once a matter
  has ended only its grid is left.
- Nobody's name, contact data or account key is in a card.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind, Outcome, StateKind
from commongrid.kernel.text import Text
from commongrid.rooms.matters.models import Matter, PhotoRow, Promise
from commongrid.rooms.matters.queries.presenting import FINISH, Rules, matter_card
from commongrid.rooms.people.face import is_within

LARGEST_PUBLIC_PAGE = 1000
LATTICE_DEGREES = 0.002  # about 200 m: a house cannot be told from its neighbours
ORDERS = {
    "newest": ("-received_at", "-pk"),
    "oldest": ("received_at", "pk"),
    "changed": ("-changed_at", "-pk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCard:
    """A matter as anybody may read it. Times are aware; degrees WGS84."""

    id: UUID
    ref: str
    kind: Kind
    type_code: str
    type_name: Text
    type_group: Text
    state: str
    state_kind: StateKind
    state_name: Text
    state_plain: Text
    outcome: Outcome
    place_code: str  # the grid
    place_name: Text
    community_code: str
    community_name: Text
    path: str
    unit: str
    unit_name: Text
    channel: str
    lon: float | None
    lat: float | None
    is_exact: bool  # the point is where it was tapped, not the middle of a lattice cell
    text: str  # "" unless the reporter shared it
    photo_ids: tuple[UUID, ...]  # () unless shared
    followers: int
    redone: int
    received_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    promised_at: datetime | None  # when the solution was first promised
    promise: str  # running | paused | kept | late | stopped | unsolved, "" where nothing is due


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFilters:
    """What a public list is narrowed to. Empty means everything public."""

    path: str = ""
    bbox: tuple[float, float, float, float] | None = None  # west, south, east, north
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    state_kinds: tuple[str, ...] = ()
    ids: tuple[UUID, ...] = ()
    refs: tuple[str, ...] = ()
    received_from: datetime | None = None
    received_until: datetime | None = None
    changed_from: datetime | None = None
    changed_until: datetime | None = None
    order: str = "newest"  # newest | oldest | changed


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList:
    """A page of public matters. ``after`` asks for the next one; "" at the end."""

    cards: tuple[PublicCard, ...]
    after: str
    total: int | None  # only where it was asked for


def list_public_matters(
    *,
    at: datetime,
    filters: PublicFilters,
    size: int = 100,
    after: str = "",
    offset: int = 0,
    is_counted: bool = False,
) -> PublicList:
    """One page of what anybody may read, in a stable order.

    ``after`` is the cursor of the page before; ``offset`` is for standards that count pages.
    Cost: three statements, four where counted, whatever the size.
    Raises: ValueError for a cursor or an order that is none of ours.
    """
    size = max(1, min(size, LARGEST_PUBLIC_PAGE))
    rows = _narrowed(_public(), filters)
    total = rows.count() if is_counted else None
    if after:
        rows = rows.filter(_past(filters.order, after))
    order = _order(filters.order)
    found = list(rows.order_by(*order).select_related("place__parent")[offset : offset + size + 1])
    shown = found[:size]
    cursor = _cursor(shown[-1], filters.order) if len(found) > size else ""
    return PublicList(cards=_cards(shown, at), after=cursor, total=total)


def get_public_matter(*, at: datetime, matter_id: UUID | None = None, ref: str = "") -> PublicCard:
    """One public matter by id or reference.

    Raises: LookupError when there is none, or none that anybody may read.
    """
    wanted = Q(pk=matter_id) if matter_id is not None else Q(ref=ref)
    row = _public().filter(wanted).select_related("place__parent").first()
    if row is None:
        raise LookupError(str(matter_id or ref))
    return _cards([row], at)[0]


def _public() -> QuerySet[Matter]:
    return Matter.objects.filter(kind=Kind.EVENT.value, is_sealed=False, in_charge="")


def _narrowed(rows: QuerySet[Matter], filters: PublicFilters) -> QuerySet[Matter]:
    for field, values in (
        ("type_code", filters.types),
        ("state", filters.states),
        ("state_kind", filters.state_kinds),
        ("pk", filters.ids),
        ("ref", filters.refs),
    ):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    for field, moment in (
        ("received_at__gte", filters.received_from),
        ("received_at__lt", filters.received_until),
        ("changed_at__gte", filters.changed_from),
        ("changed_at__lt", filters.changed_until),
    ):
        if moment is not None:
            rows = rows.filter(**{field: moment})
    if filters.path:
        rows = rows.filter(is_within("path", filters.path))
    if filters.bbox:
        rows = rows.filter(_in_box(*filters.bbox))
    return rows


def _in_box(west: float, south: float, east: float, north: float) -> Q:
    """Matters whose SHOWN point lies in a box: asking with smaller and smaller boxes must not
    tell where the hidden point is. An ended matter shows no point and is in no box.
    """
    exact = Q(is_shareable=True, lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    cells = _cells(west, east), _cells(south, north)
    coarse = Q(is_shareable=False) & Q(
        lon__gte=cells[0][0], lon__lt=cells[0][1], lat__gte=cells[1][0], lat__lt=cells[1][1]
    )
    return (exact | coarse) & ~Q(state_kind=StateKind.END.value)


def _cells(low: float, high: float) -> tuple[float, float]:
    """The edges of the lattice cells whose middles lie between two degrees."""
    first = math.ceil(low / LATTICE_DEGREES - 0.5)
    last = math.floor(high / LATTICE_DEGREES - 0.5)
    return first * LATTICE_DEGREES, (last + 1) * LATTICE_DEGREES


def _shown_point(row: Matter) -> tuple[float | None, float | None, bool]:
    if row.lon is None or row.lat is None or row.state_kind == StateKind.END.value:
        return None, None, False
    if row.is_shareable:
        return round(row.lon, 5), round(row.lat, 5), True
    return _middle(row.lon), _middle(row.lat), False


def _middle(degrees: float) -> float:
    return round((math.floor(degrees / LATTICE_DEGREES) + 0.5) * LATTICE_DEGREES, 4)


def _cards(rows: Sequence[Matter], at: datetime) -> tuple[PublicCard, ...]:
    ids = [row.pk for row in rows]
    photos: dict[UUID, list[UUID]] = {}
    shared = [row.pk for row in rows if row.is_shareable and row.photos]
    if shared:
        pictures = PhotoRow.objects.filter(matter_id__in=shared, by_reporter=True)
        for photo_id, matter_id in pictures.order_by("added_at", "pk").values_list(
            "pk", "matter_id"
        ):
            photos.setdefault(matter_id, []).append(photo_id)
    promises: dict[UUID, Promise] = {}
    for promise in Promise.objects.filter(matter_id__in=ids, clock=FINISH).order_by("pk"):
        promises[promise.matter_id] = promise  # the last one governs
    rules = Rules()
    return tuple(
        _card(row, rules.of(row.charter_key), at, photos.get(row.pk, []), promises.get(row.pk))
        for row in rows
    )


def _card(
    row: Matter, compiled: Compiled, at: datetime, photos: Sequence[UUID], finish: Promise | None
) -> PublicCard:
    card = matter_card(row, compiled, at, show_words=False)
    matter_type = compiled.charter.types.get(row.type_code)
    community = row.place.parent or row.place
    lon, lat, is_exact = _shown_point(row)
    return PublicCard(
        id=row.pk,
        ref=row.ref,
        kind=card.kind,
        type_code=row.type_code,
        type_name=card.type_name,
        type_group=matter_type.group if matter_type else Text("", ""),
        state=row.state,
        state_kind=card.state_kind,
        state_name=card.state_name,
        state_plain=card.state_plain,
        outcome=card.outcome,
        place_code=card.place_code,
        place_name=card.place_name,
        community_code=community.code,
        community_name=card.community_name,
        path=row.path,
        unit=row.unit,
        unit_name=card.unit_name,
        channel=row.channel,
        lon=lon,
        lat=lat,
        is_exact=is_exact,
        text=row.text if row.is_shareable else "",
        photo_ids=tuple(photos),
        followers=row.follower_count,
        redone=row.redone,
        received_at=row.received_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        promised_at=finish.first_due_at if finish else None,
        promise=finish.status if finish else "",
    )


def _order(name: str) -> tuple[str, str]:
    if name not in ORDERS:
        raise ValueError(f"order: {name} is none of {', '.join(ORDERS)}")
    return ORDERS[name]


def _cursor(row: Matter, order: str) -> str:
    moment = row.changed_at if order == "changed" else row.received_at
    plain = f"{moment.isoformat()}|{row.pk.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _past(order: str, cursor: str) -> Q:
    """Rows behind a cursor. Raises: ValueError for one that we did not make."""
    field = "changed_at" if order == "changed" else "received_at"
    side = "gt" if order == "oldest" else "lt"
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        stamp, _, key = plain.partition("|")
        moment, pk = datetime.fromisoformat(stamp), UUID(key)
    except (ValueError, binascii.Error) as error:
        raise ValueError("after: this is no cursor of ours") from error
    if moment.tzinfo is None:
        raise ValueError("after: this is no cursor of ours")
    return Q(**{f"{field}__{side}": moment}) | Q(**{field: moment, f"pk__{side}": pk})
