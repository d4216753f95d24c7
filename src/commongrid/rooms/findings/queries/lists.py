"""The lists of oversight, one page at a time: within what somebody oversees, never of persons.

Cost: a page of any list takes at most five statements, whatever its length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncHour

from commongrid.charter.matter import Actor
from commongrid.rooms.findings.cards import Overview, Tile, WatchPage, WatchRow
from commongrid.rooms.findings.domain.standing import OVERSEE
from commongrid.rooms.findings.domain.watching import SAID, Said, Thresholds, Watch
from commongrid.rooms.findings.powers import areas_with, scope_over, thresholds_over
from commongrid.rooms.findings.queries import acted
from commongrid.rooms.findings.queries.findings import count_standing
from commongrid.rooms.findings.queries.matching import (
    PLAIN,
    Matters,
    claimed_near_a_deadline,
    recurring,
)
from commongrid.rooms.findings.queries.naming import FIELDS, Row, Rules, count_units
from commongrid.rooms.findings.queries.naming import group_row as group
from commongrid.rooms.findings.queries.naming import watch_row as row_of
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

MOST_COUNTED = 1_000
AN_HOUR = timedelta(hours=1)
A_PAGE = 25
MOST_OF_A_GROUP = 400
Item = TypeVar("Item")


def readable(actor: Actor, at: datetime, *, within: str = "") -> Matters:
    """The matters somebody oversees; ``within`` narrows to a place. Sealed ones are not listed."""
    scope = scope_over(areas_with(actor, OVERSEE, at))
    rows = scope.filter(Matter.objects.all(), unit_field="", charge_field="in_charge")
    rows = rows.filter(is_sealed=False)
    return rows.filter(people.is_within("path", within)) if within else rows


def thresholds_of(actor: Actor, at: datetime) -> Thresholds:
    """From where on something stands on the lists of somebody. Cost: 1 when warm."""
    with places.one_look():
        return thresholds_over(areas_with(actor, OVERSEE, at), at)


def list_watched(
    watch: Watch, *, actor: Actor, at: datetime, page: int = 1, within: str = ""
) -> WatchPage:
    """One page of a list. Pages count from 1; one past the end shows the last. Cost: <= 5."""
    with places.one_look():
        rows, reads = readable(actor, at, within=within), people.scope_of(actor)
        by = thresholds_of(actor, at)
    said, rules = SAID[watch].filled(by), Rules(reads)
    if watch in PLAIN:
        return _plain(watch, PLAIN[watch](rows, at, by), at, page, rules, said)
    if watch is Watch.RECURRING:
        return _recurring(recurring(rows, at, by), page, rules, said)
    if watch is Watch.BULK:
        return _bulk(claimed_near_a_deadline(rows, at, by), by.at_once, page, rules, said)
    found = acted.READ[watch](rows, at, by, reads)
    shown, page, pages = cut(found.rows, page)
    return WatchPage(
        watch=watch, said=said, rows=shown, units=found.units, total=len(found.rows),
        is_exact=found.is_exact, page=page, pages=pages, kinds=found.kinds,
    )  # fmt: skip


def count_watched(
    watch: Watch, *, actor: Actor, at: datetime, within: str = ""
) -> tuple[int, bool]:
    """How many rows a list has, and whether that is all of them. Cost: <= 2."""
    with places.one_look():
        rows, by = readable(actor, at, within=within), thresholds_of(actor, at)
    return _counted(watch, rows, at, by, people.scope_of(actor))


def get_overview(*, actor: Actor, at: datetime, within: str = "") -> Overview:
    """How many stand on each list, and what findings wait. Cost: 1, and <= 2 for each list."""
    with places.one_look():
        owed, late = count_standing(actor, at)
        if not areas_with(actor, OVERSEE, at):
            return Overview(owed=owed, late=late, tiles=())
        rows, by = readable(actor, at, within=within), thresholds_of(actor, at)
    reads = people.scope_of(actor)
    tiles = (Tile(one, SAID[one].filled(by), *_counted(one, rows, at, by, reads)) for one in Watch)
    return Overview(owed=owed, late=late, tiles=tuple(tiles))


def _counted(
    watch: Watch, rows: Matters, at: datetime, by: Thresholds, reads: people.Scope
) -> tuple[int, bool]:
    if watch in PLAIN:
        counted = PLAIN[watch](rows, at, by).order_by()[: MOST_COUNTED + 1].count()
    elif watch is Watch.RECURRING:
        counted = len(_by_grid_and_type(recurring(rows, at, by))[: MOST_COUNTED + 1])
    elif watch is Watch.BULK:
        many = _by_unit_and_hour(claimed_near_a_deadline(rows, at, by), by.at_once)
        counted = len(many[: MOST_COUNTED + 1])
    else:
        found = acted.READ[watch](rows, at, by, reads)
        return len(found.rows), found.is_exact
    return min(counted, MOST_COUNTED), counted <= MOST_COUNTED


def _plain(
    watch: Watch, rows: Matters, at: datetime, page: int, rules: Rules, said: Said
) -> WatchPage:
    """A list with one matter a row: counted by unit, and one page of it."""
    units = rows.order_by().values_list("unit").annotate(Min("charter_key"), Count("pk"))
    named = count_units([(u, k, n) for u, k, n in units], rules)
    total = sum(unit.count for unit in named)
    pages = max(1, math.ceil(total / A_PAGE))
    page = max(1, min(page, pages))
    start = (page - 1) * A_PAGE
    extra: tuple[str, ...]
    extra = ("due_at", "changed_at", "received_at", "redone", "transfers", "raised_to")
    if watch is Watch.HUNG:
        extra = ("review_due_at",)
    shown = rows.values(*FIELDS, *extra)[start : start + A_PAGE]
    return WatchPage(
        watch=watch, said=said, units=named,
        rows=tuple(_plain_row(watch, row, rules, at) for row in shown),
        total=total, is_exact=True, page=page, pages=pages,
    )  # fmt: skip


def _plain_row(watch: Watch, row: Row, rules: Rules, at: datetime) -> WatchRow:
    if watch in (Watch.OVERDUE, Watch.HUNG):
        due_at = row["review_due_at" if watch is Watch.HUNG else "due_at"]
        days = (at - due_at).days
        return row_of(row, rules, at=due_at, figure=str(days) if days else "<1")
    if watch is Watch.REDONE:
        return row_of(row, rules, at=row["changed_at"], figure=str(row["redone"]))
    if watch is Watch.PASSED_ON:
        return row_of(row, rules, at=row["received_at"], figure=str(row["transfers"]))
    figure = f"{row['redone']} / {row['transfers']}"
    return row_of(row, rules, at=row["due_at"], figure=figure, note=row["raised_to"])


def _recurring(rows: Matters, page: int, rules: Rules, said: Said) -> WatchPage:
    found = _by_grid_and_type(rows)
    groups, page, pages = cut(found[:MOST_COUNTED], page)
    keys = [(one["path"], one["type_code"]) for one in groups]
    wanted = Q(pk__in=())
    for path, type_code in keys:
        wanted |= Q(path=path, type_code=type_code)
    members = rows.filter(wanted).order_by("-received_at", "pk").values(*FIELDS, "path")
    by_key = _grouped(members[:MOST_OF_A_GROUP], lambda row: (row["path"], row["type_code"]))
    return WatchPage(
        watch=Watch.RECURRING,
        said=said,
        rows=tuple(
            group(by_key[key], rules, at=one["last"], figure=str(one["n"]), count=one["n"])
            for one, key in zip(groups, keys, strict=True)
            if key in by_key
        ),
        units=(), total=min(len(found), MOST_COUNTED), is_exact=len(found) <= MOST_COUNTED,
        page=page, pages=pages,
    )  # fmt: skip


def _bulk(rows: Matters, at_once: int, page: int, rules: Rules, said: Said) -> WatchPage:
    found = _by_unit_and_hour(rows, at_once)
    groups, page, pages = cut(found[:MOST_COUNTED], page)
    keys = [(one["unit"], one["hour"]) for one in groups]
    wanted = Q(pk__in=())
    for unit, hour in keys:
        wanted |= Q(unit=unit, claimed_at__gte=hour, claimed_at__lt=hour + AN_HOUR)
    members = rows.filter(wanted).annotate(hour=TruncHour("claimed_at")).order_by("claimed_at")
    by_key = _grouped(
        members.values(*FIELDS, "hour")[:MOST_OF_A_GROUP], lambda row: (row["unit"], row["hour"])
    )
    units = count_units([(one["unit"], one["charter"], one["n"]) for one in found], rules)
    return WatchPage(
        watch=Watch.BULK,
        said=said,
        rows=tuple(
            group(by_key[key], rules, at=one["hour"], figure=str(one["n"]), count=one["n"])
            for one, key in zip(groups, keys, strict=True)
            if key in by_key
        ),
        units=units, total=min(len(found), MOST_COUNTED), is_exact=len(found) <= MOST_COUNTED,
        page=page, pages=pages,
    )  # fmt: skip


def _by_grid_and_type(rows: Matters) -> list[dict[str, Any]]:
    groups = rows.order_by().values("path", "type_code")
    counted = groups.annotate(n=Count("pk"), last=Max("received_at"))
    return list(counted.order_by("-n", "-last", "path", "type_code")[: MOST_COUNTED + 1])


def _by_unit_and_hour(rows: Matters, at_once: int) -> list[dict[str, Any]]:
    hours = rows.order_by().annotate(hour=TruncHour("claimed_at")).values("unit", "hour")
    counted = hours.annotate(n=Count("pk"), charter=Min("charter_key"))
    many = counted.filter(n__gte=at_once)
    return list(many.order_by("-hour", "unit")[: MOST_COUNTED + 1])


def cut(rows: Sequence[Item], page: int) -> tuple[tuple[Item, ...], int, int]:
    """The rows of a page, its number and how many pages there are."""
    pages = max(1, math.ceil(len(rows) / A_PAGE))
    page = max(1, min(page, pages))
    start = (page - 1) * A_PAGE
    return tuple(rows[start : start + A_PAGE]), page, pages


def _grouped(rows: Any, key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
