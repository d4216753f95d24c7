"""Lists of matters: filtered, counted, clustered, always within what the actor may read.

Cost: a page of any length takes at most six statements.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When

from commongrid.charter.matter import Actor
from commongrid.rooms.matters.cards import (
    Cluster,
    Counts,
    Filters,
    Light,
    MatterList,
)
from commongrid.rooms.matters.models import Matter, SavedView
from commongrid.rooms.matters.queries.presenting import Rules, light_of, matter_card
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.matters.queries.search import has_words
from commongrid.rooms.people import face as people

LARGEST_PAGE = 200
REF = re.compile(r"(\d{6})-?([0-9A-Z]{5})")
CLUSTER_PX = 64  # two points nearer than this on the screen are shown as one
TILE_PX = 256
MOST_CLUSTERED = 20_000


def list_matters(
    *, actor: Actor, at: datetime, filters: Filters, page: int = 1, size: int = 50
) -> MatterList:
    """One page of matters. Pages count from 1; one past the end shows the last.

    Cost: count, rows with places, charters: at most six statements whatever the size.
    """
    size = max(1, min(size, LARGEST_PAGE))
    rows = narrowed(readable(actor), filters, actor, at)
    facts = rows.aggregate(total=Count("pk"), changed=Max("changed_at"))
    pages = max(1, math.ceil(facts["total"] / size))
    page = max(1, min(page, pages))
    rules = Rules()
    start = (page - 1) * size
    shown = ordered(rows, filters.order, at).select_related("place__parent")
    cards = tuple(
        matter_card(row, rules.of(row.charter_key), at, show_words=True)
        for row in shown[start : start + size]
    )
    version = f"{facts['total']}:{facts['changed']}:{[(c.ref, c.light.value) for c in cards]}"
    digest = hashlib.sha256(version.encode()).hexdigest()[:16]
    return MatterList(cards=cards, total=facts["total"], page=page, pages=pages, version=digest)


def count_matters(*, actor: Actor, at: datetime, filters: Filters) -> Counts:
    """How many matters there are by light and by state, the light filter left aside."""
    rows = narrowed(readable(actor), replace(filters, lights=()), actor, at)
    ranked = rows.annotate(rank=_light_rank(at)).values("rank", "state").annotate(n=Count("pk"))
    by_light: dict[str, int] = {}
    by_state: dict[str, int] = {}
    for group in ranked.order_by():
        light = RANKED[group["rank"]].value
        by_light[light] = by_light.get(light, 0) + group["n"]
        by_state[group["state"]] = by_state.get(group["state"], 0) + group["n"]
    return Counts(by_light=by_light, by_state=by_state, open=sum(by_state.values()))


def cluster_matters(
    *, actor: Actor, at: datetime, filters: Filters, zoom: int
) -> tuple[Cluster, ...]:
    """Matters with a point, joined where a screen at this zoom would show them as one.

    Units: degrees WGS84; zoom as of web maps (0 is the world in one tile). Cost: one statement.
    """
    rows = narrowed(readable(actor), filters, actor, at).filter(lon__isnull=False)
    cell = 360 * CLUSTER_PX / (TILE_PX * 2 ** max(0, min(zoom, 22)))
    groups: dict[tuple[int, int], list[Matter]] = {}
    for row in rows.only(*POINT_FIELDS).order_by("pk")[:MOST_CLUSTERED]:
        assert row.lon is not None
        assert row.lat is not None
        groups.setdefault((int(row.lon // cell), int(row.lat // cell)), []).append(row)
    return tuple(_cluster(members, at) for members in groups.values())


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
    rows: QuerySet[Matter], filters: Filters, actor: Actor, at: datetime
) -> QuerySet[Matter]:
    """Rows that match every part of a filter."""
    for field, values in (
        ("state", filters.states),
        ("state_kind", filters.state_kinds),
        ("kind", filters.kinds),
        ("type_code", filters.types),
        ("channel", filters.channels),
    ):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    if filters.units:
        rows = rows.filter(Q(unit__in=filters.units) | Q(offered_unit__in=filters.units))
    if filters.path:
        rows = rows.filter(people.is_within("path", filters.path))
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
    if filters.text:
        rows = rows.filter(_asked(filters.text))
    if filters.lights:
        ranks = [RANKED.index(Light(light)) for light in filters.lights]
        rows = rows.annotate(rank=_light_rank(at)).filter(rank__in=ranks)
    return rows


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
POINT_FIELDS = (
    "id", "ref", "lon", "lat", "paused_for", "due_at", "red_at", "yellow_at", "blue_at",
)  # fmt: skip


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


def _asked(text: str) -> Q:
    """A reference read aloud, or words of the matter; never both, so that an index answers."""
    ref = REF.fullmatch(text.strip().upper().replace(" ", ""))
    return Q(ref=f"{ref[1]}-{ref[2]}") if ref else has_words(text)


def _cluster(members: list[Matter], at: datetime) -> Cluster:
    lights = [light_of(row, at) for row in members]
    one = members[0] if len(members) == 1 else None
    return Cluster(
        lon=sum(row.lon or 0 for row in members) / len(members),
        lat=sum(row.lat or 0 for row in members) / len(members),
        count=len(members),
        light=min(lights, key=RANKED.index),
        matter_id=one.pk if one else None,
        label=one.ref if one else "",
    )
