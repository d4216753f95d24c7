"""Filters of a list, in the address: what is asked, said in words, taken away again.

An address is read kindly: what it says wrongly is left out, never an error, because saved
addresses outlive charters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.http import QueryDict
from django.utils import timezone

from commongrid.rooms.matters import face as matters

ACTIVE = ("open", "waiting")
SHOWN = {"open": ("open",), "waiting": ("waiting",), "end": ("end",), "all": ()}
ORDERS = ("light", "due", "newest", "oldest")
SIZES = (25, 50, 100)
MANY = {
    "light": "lights",
    "state": "states",
    "kind": "kinds",
    "type": "types",
    "unit": "units",
    "channel": "channels",
}
TEXT_LENGTH = 100
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: filters, a page and its size."""

    filters: matters.Filters
    page: int
    size: int

    @property
    def query(self) -> str:
        """The same list as an address, without the page."""
        return query_of(self.filters, size=self.size)

    @property
    def pairs(self) -> list[tuple[str, list[str]]]:
        """The address as hidden fields of a form that changes one of them."""
        return list(parse_qs(self.query).items())


def read_asked(data: QueryDict) -> Asked:
    """The list an address asks for."""
    size = _number(data.get("size"))
    return Asked(
        filters=read_filters(data),
        page=max(1, _number(data.get("page"))),
        size=size if size in SIZES else SIZES[0],
    )


def read_filters(data: QueryDict) -> matters.Filters:
    """The filters an address holds."""
    many: dict[str, Any] = {
        field: tuple(dict.fromkeys(v for v in data.getlist(name) if v))[:MOST_VALUES]
        for name, field in MANY.items()
    }
    until = _day(data.get("until"))
    path = data.get("path", "")
    order = data.get("order", "")
    return matters.Filters(
        text=data.get("q", "").strip()[:TEXT_LENGTH],
        state_kinds=SHOWN.get(data.get("show", ""), ACTIVE),
        path=path if path.startswith("/") and path.endswith("/") else "",
        received_from=_midnight(_day(data.get("from"))),
        received_until=_midnight(until + timedelta(days=1) if until else None),
        is_redone={"yes": True, "no": False}.get(data.get("redone", "")),
        mine=data.get("mine") == "1",
        bbox=_bbox(data.get("bbox", "")),
        order=order if order in ORDERS else ORDERS[0],
        **many,
    )


def query_of(filters: matters.Filters, *, size: int = SIZES[0]) -> str:
    """The address of filters; what is default is left out."""
    pairs: list[tuple[str, str]] = []
    if filters.text:
        pairs.append(("q", filters.text))
    shown = next((k for k, kinds in SHOWN.items() if kinds == tuple(filters.state_kinds)), "")
    if shown:
        pairs.append(("show", shown))
    for name, field in MANY.items():
        pairs += [(name, str(value)) for value in getattr(filters, field)]
    if filters.path:
        pairs.append(("path", filters.path))
    if filters.received_from:
        pairs.append(("from", timezone.localdate(filters.received_from).isoformat()))
    if filters.received_until:
        last = timezone.localdate(filters.received_until) - timedelta(days=1)
        pairs.append(("until", last.isoformat()))
    if filters.is_redone is not None:
        pairs.append(("redone", "yes" if filters.is_redone else "no"))
    if filters.mine:
        pairs.append(("mine", "1"))
    if filters.order != ORDERS[0]:
        pairs.append(("order", filters.order))
    if size != SIZES[0]:
        pairs.append(("size", str(size)))
    return urlencode(pairs)


def counted_filters(filters: matters.Filters) -> dict[str, matters.Filters]:
    """What the tabs count: the same filters, whatever the light, for each kind of state."""
    base = replace(filters, lights=(), states=(), order=ORDERS[0])
    kinds = {"active": ACTIVE, "waiting": SHOWN["waiting"], "end": SHOWN["end"]}
    return {name: replace(base, state_kinds=shown) for name, shown in kinds.items()}


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else 0


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _bbox(value: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        return None
    inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if inside else None
