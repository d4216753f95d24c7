"""Lists of matters: filtered, counted, clustered, always within what the actor may read.

Cost: a page of any length takes at most six statements.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)

from commongrid.charter.matter import Actor
from commongrid.rooms.matters.cards import (
    Cluster,
    Counts,
    Filters,
    Light,
    MatterList,
)
from commongrid.rooms.matters.models import Matter, SavedView
from commongrid.rooms.matters.queries.presenting import Rules, matter_card
from commongrid.rooms.matters.queries.scope import IsOpen, readable
from commongrid.rooms.matters.queries.search import MOST_FOUND, newest_found
from commongrid.rooms.people import face as people

LARGEST_PAGE = 200
REF = re.compile(r"(\d{6})-?([0-9A-Z]{5})")
MOST_COUNTED = 5_000
MOST_EXPORTED = 30_000  # hits of a search: each is a parameter of a statement
MOST_SORTED = 1_000  # above, a list is walked along an index of its order
MOST_WALKED = 20_000  # so many of the newest are passed by before those of a place are sorted
PLAIN_ORDERS = ("newest", "oldest", "due")
ACTIVE = frozenset({"open", "waiting"})
CLUSTER_PX = 64  # two points nearer than this on the screen are shown as one
TILE_PX = 256
MOST_CLUSTERS = 5_000


def list_matters(
    *,
    actor: Actor,
    at: datetime,
    filters: Filters,
    page: int = 1,
    size: int = 50,
    is_whole: bool = False,
    counts: Counts | None = None,
) -> MatterList:
    """One page of matters. Pages count from 1; one past the end shows the last.

    Totals are exact up to a bound (``MOST_COUNTED``; for a search ``MOST_FOUND``), and pages end
    there: nobody leafs further, and counting a million takes longer than showing a hundred.
    ``is_whole`` asks for all of it none the less, for exports. ``counts`` is what was counted for
    the same filters without lights and states: whoever has it needs no count of the list itself.
    Cost: count, rows with places, charters; at most eight statements whatever the size, nine
    where a place has many that ended.
    """
    size = max(1, min(size, LARGEST_PAGE))
    most_found = MOST_EXPORTED if is_whole else MOST_FOUND
    rows, found = _searched(narrowed(readable(actor), filters, actor, at), filters, most_found)
    if found is not None:
        counted, most = len(found), most_found
    elif is_whole:
        counted = most = rows.count()
    else:
        known, most = _known(counts, filters), MOST_COUNTED
        counted = rows.order_by()[: most + 1].count() if known is None else known
    total = min(counted, most)
    pages = max(1, math.ceil(total / size))
    page = max(1, min(page, pages))
    start = (page - 1) * size
    rules = Rules()
    is_long = found is None and counted > MOST_SORTED  # no index holds what a search found
    shown = None
    if is_long and not is_whole and _may_walk(filters):
        passing = narrowed(readable(actor), filters, actor, at, is_walked=True)
        shown = _first_walked(passing, filters.order, at, start, start + size)
    if shown is None:
        shown = _page(rows, filters, at, start, start + size, is_long=is_long)
    cards = tuple(matter_card(row, rules.of(row.charter_key), at, show_words=True) for row in shown)
    version = [
        (row.ref, row.version, row.changed_at, c.light.value)
        for row, c in zip(shown, cards, strict=True)
    ]
    digest = hashlib.sha256(f"{counted}:{version}".encode()).hexdigest()[:16]
    return MatterList(
        cards=cards,
        total=total,
        is_total_exact=counted <= most,
        page=page,
        pages=pages,
        version=digest,
    )


def _known(counts: Counts | None, filters: Filters) -> int | None:
    """How long a list is by what was counted before; None where that does not tell."""
    if counts is None or (filters.lights and filters.states):
        return None
    if not filters.lights and not filters.states:
        return counts.open if counts.is_exact else MOST_COUNTED + 1
    if not counts.is_exact:
        return None
    in_lights = sum(counts.by_light.get(light, 0) for light in set(filters.lights))
    return in_lights + sum(counts.by_state.get(state, 0) for state in set(filters.states))


def _searched(
    rows: QuerySet[Matter], filters: Filters, most: int
) -> tuple[QuerySet[Matter], list[UUID] | None]:
    """The rows that hold the words asked for, and their ids; None where no words were asked."""
    if not filters.text:
        return rows, None
    ref = REF.fullmatch(filters.text.strip().upper().replace(" ", ""))
    if ref is not None:  # a reference read aloud; never both, so that an index answers
        return rows.filter(ref=f"{ref[1]}-{ref[2]}"), None
    found = newest_found(rows, filters.text, most + 1, is_open=_asks_for_open(filters))
    return rows.filter(pk__in=found[:most]), found


def _page(
    rows: QuerySet[Matter], filters: Filters, at: datetime, start: int, end: int, *, is_long: bool
) -> list[Matter]:
    """The rows of one page. By light a long list is walked light by light, so that an index gives
    the order and the walk ends with the page; a short one is sorted.
    """
    if filters.order in PLAIN_ORDERS or not is_long:
        return _fetched(ordered(rows, filters.order, at), at, start, end)
    page: list[Matter] = []
    passed = 0
    for part in _by_light(rows, at, _ranks_of(filters) or range(len(RANKED))):
        got = _fetched(part, at, max(0, start - passed), end - passed)
        page += got
        if passed + len(got) >= end or len(page) >= end - start:
            break
        passed += len(got) if start <= passed else _length(part, start - passed + len(got))
    return page


def _fetched(rows: QuerySet[Matter], at: datetime, start: int, end: int) -> list[Matter]:
    """A slice of an ordered list, with places. Which rows these are is asked apart, in the same
    statement: an index alone answers it, and nothing is read or joined that is not shown.
    """
    chosen = rows.values("pk")[start:end]
    whole = Matter.objects.filter(pk__in=chosen).select_related("place__parent")
    return list(whole.annotate(rank_order=_light_rank(at)).order_by(*rows.query.order_by))


def _may_walk(filters: Filters) -> bool:
    """Whether a list of one place goes by the time of receipt, with what has ended in it."""
    if connection.vendor != "sqlite":
        return False  # its planner knows how much a place holds, and walks by itself
    is_timed = filters.order in ("newest", "oldest")
    return is_timed and bool(filters.path) and not _asks_for_open(filters)


def _first_walked(
    rows: QuerySet[Matter], order: str, at: datetime, start: int, end: int
) -> list[Matter] | None:
    """A page of one place among the first of all matters; None where it does not end there.

    A place with many matters finds them on the way; of one that does not, few need sorting.
    """
    along = "received_at" if order == "oldest" else "-received_at"
    all_times = Matter.objects.order_by(along).values_list("received_at", flat=True)
    edge = all_times[MOST_WALKED : MOST_WALKED + 1].first()
    if edge is not None:
        rows = rows.filter(
            **{"received_at__lte" if order == "oldest" else "received_at__gte": edge}
        )
    page = _fetched(rows.order_by(along, "pk"), at, start, end)
    return page if len(page) == end - start else None


def _length(part: QuerySet[Matter], most: int) -> int:
    return part.order_by()[:most].count()


def _by_light(
    rows: QuerySet[Matter], at: datetime, ranks: Collection[int]
) -> Iterator[QuerySet[Matter]]:
    """The parts of the order by light, each in the order of an index; only lights asked for."""
    ranked = rows.annotate(rank_order=_light_rank(at))
    dated = ranked.filter(due_at__isnull=False).order_by("due_at", "received_at", "pk")
    undated = ranked.filter(due_at__isnull=True).order_by("received_at", "pk")
    for part, possible in ((dated, (0, 1, 2, 3)), (undated, (3, 4))):
        for rank in possible:
            if rank in ranks:
                yield part.filter(rank_order=rank)


def _ranks_of(filters: Filters) -> list[int]:
    return [RANKED.index(Light(light)) for light in filters.lights]


def count_matters(*, actor: Actor, at: datetime, filters: Filters) -> Counts:
    """How many matters there are by light and by state, the light filter left aside.

    Exact up to ``MOST_COUNTED`` of them (a search: ``MOST_FOUND``); so many and no more are
    looked at, since what has ended grows for ever. Cost: one statement, two for a search.
    """
    return count_each(actor=actor, at=at, each={"": filters})[""]


def count_each(*, actor: Actor, at: datetime, each: Mapping[str, Filters]) -> dict[str, Counts]:
    """``count_matters`` of several filters, by name. Cost: one statement for all of them, and one
    more for each that searches.
    """
    found = {
        name: _searched(
            narrowed(readable(actor), replace(filters, lights=()), actor, at), filters, MOST_FOUND
        )
        for name, filters in each.items()
    }
    counted = _grouped({name: rows for name, (rows, _) in found.items()}, at, MOST_COUNTED)
    return {
        name: _counts(counted[name], MOST_COUNTED if ids is None else MOST_FOUND)
        for name, (_, ids) in found.items()
    }


def _counts(groups: Iterable[tuple[int, str, int]], most: int) -> Counts:
    by_light: dict[str, int] = {}
    by_state: dict[str, int] = {}
    for rank, state, n in groups:
        light = RANKED[rank].value
        by_light[light] = by_light.get(light, 0) + n
        by_state[state] = by_state.get(state, 0) + n
    counted = sum(by_state.values())
    return Counts(by_light=by_light, by_state=by_state, open=counted, is_exact=counted < most)


def _grouped(
    lists: Mapping[str, QuerySet[Matter]], at: datetime, most: int
) -> dict[str, list[tuple[int, str, int]]]:
    """Rank, state and number of the first so many rows of each.

    The ORM cannot group a part of a list, and would ask for each apart.
    """
    grouped: dict[str, list[tuple[int, str, int]]] = {name: [] for name in lists}
    parts, values = [], []
    for place, rows in enumerate(lists.values()):
        ranked = rows.order_by().annotate(rank=_light_rank(at)).values("rank", "state")
        with suppress(EmptyResultSet):
            sql, params = ranked[:most].query.sql_with_params()
            parts.append(
                f"SELECT {place}, rank, state, COUNT(*) FROM ({sql}) part GROUP BY rank, state"  # noqa: S608 - made by the ORM
            )
            values += params
    if parts:
        names = list(lists)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for place, *group in cursor.fetchall():
                grouped[names[place]].append(tuple(group))
    return grouped


def cluster_matters(
    *, actor: Actor, at: datetime, filters: Filters, zoom: int
) -> tuple[Cluster, ...]:
    """Matters with a point, joined where a screen at this zoom would show them as one.

    Units: degrees WGS84; zoom as of web maps (0 is the world in one tile). Cost: two statements.
    """
    rows, _ = _searched(narrowed(readable(actor), filters, actor, at), filters, MOST_FOUND)
    cell = 360 * CLUSTER_PX / (TILE_PX * 2 ** max(0, min(zoom, 22)))
    cells = (
        rows.filter(lon__isnull=False)
        .order_by()
        .annotate(x=_Cell("lon", cell), y=_Cell("lat", cell))
        .values("x", "y")
        .annotate(
            n=Count("ref"), east=Avg("lon"), north=Avg("lat"), rank=Min(_light_rank(at)),
            first=Min("ref"),
        )[:MOST_CLUSTERS]
    )  # fmt: skip
    found = list(cells)
    alone = [cell["first"] for cell in found if cell["n"] == 1]
    ids = dict(Matter.objects.filter(ref__in=alone).values_list("ref", "pk")) if alone else {}
    return tuple(
        Cluster(
            lon=cell["east"],
            lat=cell["north"],
            count=cell["n"],
            light=RANKED[cell["rank"]],
            matter_id=ids.get(cell["first"]) if cell["n"] == 1 else None,
            label=cell["first"] if cell["n"] == 1 else "",
        )
        for cell in found
    )


def list_views(*, actor: Actor) -> tuple[tuple[str, Filters], ...]:
    """The actor's saved filters by name."""
    rows = SavedView.objects.filter(owner=actor.key).order_by("name")
    return tuple((row.name, filters_from(json.loads(row.filters))) for row in rows)


def filters_from(values: Mapping[str, Any]) -> Filters:
    """Filters out of plain values; names this version does not know are dropped."""
    known = {name: values[name] for name in Filters.__dataclass_fields__ if name in values}
    for name, value in known.items():
        if isinstance(value, list):
            known[name] = tuple(value)
        elif name in ("received_from", "received_until") and isinstance(value, str):
            known[name] = datetime.fromisoformat(value)
    return Filters(**known)


def narrowed(
    rows: QuerySet[Matter],
    filters: Filters,
    actor: Actor,
    at: datetime,
    *,
    is_walked: bool = False,
) -> QuerySet[Matter]:
    """Rows that match every part of a filter.

    What is open, and what is to be walked in another order, is not looked up by place.
    """
    kinds = frozenset(filters.state_kinds)
    if _asks_for_open(filters):
        rows = rows.filter(IsOpen("state_kind"))
    for field, values in (
        ("state", filters.states),
        ("state_kind", () if kinds in (ACTIVE, ACTIVE | {"end"}) else filters.state_kinds),
        ("kind", filters.kinds),
        ("type_code", filters.types),
        ("channel", filters.channels),
    ):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    if filters.units:
        rows = rows.filter(Q(unit__in=filters.units) | Q(offered_unit__in=filters.units))
    if filters.path:
        is_passed = is_walked or _asks_for_open(filters)
        within = people.passed_by if is_passed else people.is_within
        rows = rows.filter(within("path", filters.path))
    if filters.received_from:
        rows = rows.filter(received_at__gte=filters.received_from)
    if filters.received_until:
        rows = rows.filter(received_at__lt=filters.received_until)
    rows = _marked(rows, filters)
    if filters.bbox:
        west, south, east, north = filters.bbox
        rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    if filters.mine:
        units = [hat.unit for hat in actor.hats if hat.unit]
        rows = rows.filter(Q(unit__in=units) | Q(offered_unit__in=units))
    if filters.lights:
        rows = rows.annotate(rank=_light_rank(at)).filter(rank__in=_ranks_of(filters))
    return rows


def _asks_for_open(filters: Filters) -> bool:
    return bool(filters.state_kinds) and "end" not in filters.state_kinds


def _marked(rows: QuerySet[Matter], filters: Filters) -> QuerySet[Matter]:
    """Rows with or without a mark, where the filter asks for it."""
    if filters.is_redone is not None:
        rows = rows.filter(redone__gt=0) if filters.is_redone else rows.filter(redone=0)
    if filters.is_pending is not None:
        rows = rows.filter(pending__isnull=not filters.is_pending)
    return rows


def ordered(rows: QuerySet[Matter], order: str, at: datetime) -> QuerySet[Matter]:
    """Rows in a stable order; matters without a due time come last."""
    if order == "newest":
        return rows.order_by("-received_at", "pk")
    if order == "oldest":
        return rows.order_by("received_at", "pk")
    if order == "due":
        return rows.order_by(F("due_at").asc(nulls_last=True), "received_at", "pk")
    return rows.annotate(rank_order=_light_rank(at)).order_by(
        "rank_order", F("due_at").asc(nulls_last=True), "received_at", "pk"
    )


RANKED = (Light.RED, Light.YELLOW, Light.BLUE, Light.NONE, Light.GREY)


class _Cell(Func):
    """The number of the cell of a lattice that a coordinate lies in."""

    template = "FLOOR(%(expressions)s / %(width).17g)"
    output_field = IntegerField()

    def __init__(self, field: str, width: float) -> None:
        super().__init__(F(field), width=width)

    def as_sqlite(self, compiler: Any, to: Any, **more: Any) -> Any:
        """Its own FLOOR is a call into Python; cutting off is as good east of Greenwich."""
        template = "CAST(%(expressions)s / %(width).17g AS INTEGER)"
        return self.as_sql(compiler, to, template=template, **more)


def _light_rank(at: datetime) -> Case:
    """The light as a number the database can sort by, 0 (red) first."""
    return Case(
        When(Q(due_at__isnull=True) & ~Q(paused_for=""), then=Value(4)),
        When(red_at__lte=at, then=Value(0)),
        When(yellow_at__lte=at, then=Value(1)),
        When(blue_at__lte=at, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
