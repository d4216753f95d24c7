"""What anybody may read about matters: the one query behind every public door.

Public is an event in common space that is neither sealed nor kept apart for those in charge. What
a person asks for themselves, disputes and complaints appear only in counted figures.

- Words and photos show only where the reporter shared them and, as the charter says, an officer has
  read them (ADR 0027), and no longer when they took the matter back. The exact point shows only
  where words would, and only while the matter is open.
- Any other open matter, with a point or without, is shown in the middle of its grid, which tells
  no more than the grid that stands in the card anyway (ADR 0015). An ended matter has no point.
- A box finds a matter by the point that is SHOWN, so narrowing a box tells nothing.
- A matter merged into another stays in lists, ended; it names the other where that is public too.
- Nobody's name, contact data or account key is in a card.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind, Outcome, StateKind
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import MatterCard
from commongrid.rooms.matters.models import Matter, PhotoRow, Promise
from commongrid.rooms.matters.queries.presenting import FINISH, Rules, matter_card
from commongrid.rooms.matters.queries.scope import IsOpen
from commongrid.rooms.people.face import is_within
from commongrid.rooms.places import face as places

LARGEST_PUBLIC_PAGE = 1000
FARTHEST_OFFSET = 1_000_000
POINT_DECIMALS = 5  # about a metre
TAKEN_BACK = "withdrawn"  # the state in which the person's consent to share has ended
COUNTED_IN = 10  # what is not public is counted in steps, so that one more cannot be seen
IS_SHOWN = Q(is_shareable=True, reading="")  # shared, and waiting for no reading
Middles = Mapping[int, tuple[float, float]]
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
    is_exact: bool  # the point is where it was tapped, not the middle of the grid
    text: str  # "" unless the reporter shared it
    photo_ids: tuple[UUID, ...]  # () unless shared
    followers: int
    redone: int
    received_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    promised_at: datetime | None  # when the solution was first promised
    promise: str  # running | paused | kept | late | stopped | unsolved, "" where nothing is due
    leading_ref: str = ""  # the matter this one was merged into, where that is public


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
    total: int | None  # only where it was asked for, and not above what is counted to


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many matters of a place nobody but those in charge reads, rounded down.

    Units: matters, in steps of ``COUNTED_IN``; the true figure lies less than a step above.
    """

    not_events: int  # services, disputes, emergencies: what a person asks for themselves
    kept_apart: int  # sealed, or kept for those in charge
    step: int = COUNTED_IN


def list_public_matters(
    *,
    at: datetime,
    filters: PublicFilters,
    size: int = 100,
    after: str = "",
    offset: int = 0,
    is_counted: bool = False,
    counted_to: int | None = None,
) -> PublicList:
    """One page of what anybody may read, in a stable order.

    ``after`` is the cursor of the page before; ``offset`` is for standards that count pages.
    Counting all takes longer the more there are; with ``counted_to`` it stops there, and there is
    no total where there are more.
    In the order "changed" a matter that changes meanwhile moves to the front, behind the reader.

    Cost: six statements, seven where counted, whatever the size; fewer while nothing is shared.
    Raises: ValueError for a cursor, an order, a box or an offset that cannot be.
    """
    if not 0 <= offset <= FARTHEST_OFFSET:
        raise ValueError(f"offset: from 0 to {FARTHEST_OFFSET}")
    size = max(1, min(size, LARGEST_PUBLIC_PAGE))
    middles = places.middles_of_places()
    rows = _narrowed(_public(), filters, middles)
    total = _total(rows, counted_to) if is_counted else None
    if after:
        rows = rows.filter(_past(filters.order, after))
    order = _order(filters.order)
    found = list(_joined(rows.order_by(*order))[offset : offset + size + 1])
    shown = found[:size]
    cursor = _cursor(shown[-1], filters.order) if len(found) > size else ""
    return PublicList(cards=_cards(shown, at, middles), after=cursor, total=total)


def _total(rows: QuerySet[Matter], most: int | None) -> int | None:
    if most is None:
        return rows.count()
    found = rows.order_by()[: most + 1].count()
    return found if found <= most else None


def get_public_matter(*, at: datetime, matter_id: UUID | None = None, ref: str = "") -> PublicCard:
    """One public matter by id or reference.

    Raises: LookupError when there is none, or none that anybody may read.
    """
    wanted = Q(pk=matter_id) if matter_id is not None else Q(ref=ref)
    row = _joined(_public().filter(wanted)).first()
    if row is None:
        raise LookupError(str(matter_id or ref))
    return _cards([row], at, places.middles_of_places())[0]


def is_photo_public(photo: PhotoRow) -> bool:
    """Whether anybody may see this picture: the reporter's own, of a public matter, shared still.

    Whoever keeps the address of a picture asks here again each time: a matter that was sealed,
    put in other hands or taken back since shows it no longer.
    """
    return photo.by_reporter and _is_public(photo.matter) and _has_shared(photo.matter)


def count_left_out(*, path: str = "/", received_until: datetime | None = None) -> LeftOut:
    """How much of a place is in no public list, in steps that hide a single matter.

    Ask it of whole places only: steps of many small areas could be added up. Cost: 1 statement.
    """
    rows = Matter.objects.filter(is_within("path", path))
    if received_until is not None:
        rows = rows.filter(received_at__lt=received_until)
    is_event = Q(kind=Kind.EVENT.value)
    is_apart = Q(is_sealed=True) | ~Q(in_charge="")
    found = rows.aggregate(
        others=Count("pk", filter=~is_event & ~is_apart), apart=Count("pk", filter=is_apart)
    )
    return LeftOut(
        not_events=found["others"] // COUNTED_IN * COUNTED_IN,
        kept_apart=found["apart"] // COUNTED_IN * COUNTED_IN,
    )


def _public() -> QuerySet[Matter]:
    return Matter.objects.filter(kind=Kind.EVENT.value, is_sealed=False, in_charge="")


def _joined(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    return rows.select_related("place__parent", "leading")


def _is_public(row: Matter) -> bool:
    """The same as ``_public``, of a row at hand."""
    return row.kind == Kind.EVENT.value and not row.is_sealed and not row.in_charge


def _narrowed(rows: QuerySet[Matter], filters: PublicFilters, middles: Middles) -> QuerySet[Matter]:
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
        rows = rows.filter(_in_box(filters.bbox, middles))
    return rows


def _in_box(box: tuple[float, float, float, float], middles: Middles) -> Q:
    """Matters whose SHOWN point lies in a box: asking with smaller and smaller boxes must not
    tell where the hidden point is. An ended matter shows no point and is in no box.
    """
    if not all(map(math.isfinite, box)):
        raise ValueError("bbox: four numbers")
    west, south, east, north = box
    half = 0.5 * 10**-POINT_DECIMALS  # what rounding the shown point may have moved it
    exact = Q(
        is_shareable=True,
        reading="",
        lon__gte=west - half, lon__lte=east + half,
        lat__gte=south - half, lat__lte=north + half,
    )  # fmt: skip
    grids = [
        place_id
        for place_id, (lon, lat) in middles.items()
        if west <= lon <= east and south <= lat <= north
    ]
    hidden = Q(~IS_SHOWN | Q(lon__isnull=True), place_id__in=grids)
    return Q(exact | hidden, IsOpen("state_kind"))


def _shown_point(row: Matter, middles: Middles) -> tuple[float | None, float | None, bool]:
    if row.state_kind == StateKind.END.value:
        return None, None, False
    if is_shown(row) and row.lon is not None and row.lat is not None:
        return round(row.lon, POINT_DECIMALS), round(row.lat, POINT_DECIMALS), True
    return *middles.get(row.place_id, (None, None)), False


def _has_shared(row: Matter) -> bool:
    return is_shown(row) and row.state != TAKEN_BACK


def is_shown(row: Matter) -> bool:
    """The same as ``IS_SHOWN``, of a row at hand."""
    return row.is_shareable and not row.reading


def _cards(rows: Sequence[Matter], at: datetime, middles: Middles) -> tuple[PublicCard, ...]:
    ids = [row.pk for row in rows]
    photos: dict[UUID, list[UUID]] = {}
    shared = [row.pk for row in rows if _has_shared(row) and row.photos]
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
        _card(
            row,
            matter_card(row, rules.of(row.charter_key), at, show_words=False),
            rules.of(row.charter_key),
            _shown_point(row, middles),
            photos.get(row.pk, []),
            promises.get(row.pk),
        )
        for row in rows
    )


def _card(
    row: Matter,
    card: MatterCard,
    compiled: Compiled,
    point: tuple[float | None, float | None, bool],
    photos: Sequence[UUID],
    finish: Promise | None,
) -> PublicCard:
    matter_type = compiled.charter.types.get(row.type_code)
    community = row.place.parent or row.place
    lon, lat, is_exact = point
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
        text=row.text if _has_shared(row) else "",
        photo_ids=tuple(photos),
        followers=row.follower_count,
        redone=row.redone,
        received_at=row.received_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        promised_at=finish.first_due_at if finish else None,
        promise=finish.status if finish else "",
        leading_ref=row.leading.ref if row.leading and _is_public(row.leading) else "",
    )


def _order(name: str) -> tuple[str, str]:
    if name not in ORDERS:
        raise ValueError(f"order: {name} is none of {', '.join(ORDERS)}")
    return ORDERS[name]


def _cursor(row: Matter, order: str) -> str:
    moment = row.changed_at if order == "changed" else row.received_at
    plain = f"{order}|{moment.astimezone(UTC).isoformat()}|{row.pk.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _past(order: str, cursor: str) -> Q:
    """Rows behind a cursor. Raises: ValueError for one that we did not make, or not for this."""
    field = "changed_at" if order == "changed" else "received_at"
    side = "gt" if order == "oldest" else "lt"
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        made_for, stamp, key = plain.split("|")
        moment, pk = datetime.fromisoformat(stamp), UUID(key)
    except ValueError as error:  # binascii's and Unicode's errors are such
        raise ValueError("after: this is no cursor of ours") from error
    # Only UTC was written: any other offset is not ours, and may lie outside the calendar.
    if made_for != order or moment.tzinfo is not UTC:
        raise ValueError("after: this is no cursor of ours")
    return Q(**{f"{field}__{side}": moment}) | Q(**{field: moment, f"pk__{side}": pk})
